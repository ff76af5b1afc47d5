//! Tests of sentences as users read them.

use std::time::Duration;

use crate::domain::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};

use crate::app::fixture;
use crate::app::fixture::action_flow::{assigned_case, with_incident};
use crate::domain::case::{Place, Rank};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::health::Evidence;
use crate::domain::incident::{AssignedVia, Incident};
use crate::domain::now::Now;
use crate::domain::probe::ProxyState;
use crate::domain::source::{SourceId, SourceKind, SourceState};

use super::{case, clock, evidence};
use crate::text::{TextContext, TextLength, UNICODE, dates};

// 03:12 on a Sunday, at night.
fn wall() -> DateTime<Utc> {
    "2026-11-22T03:12:00Z".parse().unwrap()
}

fn ctx() -> TextContext {
    TextContext {
        now: Now {
            wall: wall(),
            mono: Duration::ZERO,
        },
        zone: Zone::UTC,
        symbols: &UNICODE,
    }
}

fn clock_in(kind: ClockKind, minutes: i64, estimate: bool) -> Clock {
    Clock {
        kind,
        at: wall() + TimeDelta::minutes(minutes),
        estimate,
        to: match kind {
            ClockKind::Escalates => vec!["Bo".to_owned()],
            _ => Vec::new(),
        },
    }
}

fn said(kind: ClockKind, minutes: i64) -> [String; 2] {
    let it = clock_in(kind, minutes, false);
    [TextLength::Long, TextLength::Short].map(|form| clock::countdown(&it, form, &ctx()).text)
}

#[test]
fn who_was_only_handed_it_is_no_owner_that_acts() {
    let text = |change: fn(&mut Incident)| {
        case::owner_text(&with_incident(assigned_case("Q1", "Bo"), change))
    };
    assert_eq!(text(|_| {}), "assigned to Bo");
    let by_hand = text(|incident| incident.assigned_via = Some(AssignedVia::DirectAssignment));
    assert_eq!(by_hand, "handed to Bo");
    let mut acknowledged = assigned_case("Q1", "Bo");
    acknowledged.owners[0].acknowledged = true;
    assert_eq!(case::owner_text(&acknowledged), "owner Bo");
}

#[test]
fn clocks_that_run() {
    let table = [
        (ClockKind::Escalates, 228, ["↑ Bo in 3h48m", "↑ Bo 3h48m"]),
        (ClockKind::TimeBox, 4, ["◔ 4m left", "◔ 4m"]),
        (
            ClockKind::AckExpires,
            12,
            ["ack ends in 12m", "ack ends 12m"],
        ),
        (
            ClockKind::AutoResolves,
            20,
            ["PagerDuty closes in 20m", "PD closes 20m"],
        ),
        (
            ClockKind::UrgencyRises,
            20,
            ["starts paging in 20m", "pages in 20m"],
        ),
        (ClockKind::Snoozed, 40, ["snoozed 40m", "zz 40m"]),
        (ClockKind::TellPublic, 5, ["tell public in 5m", "tell 5m"]),
        (
            ClockKind::UpdateDue,
            5,
            ["update due in 5m", "update in 5m"],
        ),
        (
            ClockKind::Due,
            60 * 24 * 5 + 828,
            ["due Fri 17:00", "due Fri 17:00"],
        ),
    ];
    for (kind, minutes, text) in table {
        assert_eq!(said(kind, minutes), text);
    }
}

#[test]
fn clocks_past_zero_say_who_is_to_act() {
    let table = [
        (
            ClockKind::Escalates,
            ["↑ awaiting PagerDuty", "↑ awaiting PD"],
        ),
        (
            ClockKind::AckExpires,
            ["ack awaiting PagerDuty", "ack awaiting PD"],
        ),
        (
            ClockKind::AutoResolves,
            ["close awaiting PagerDuty", "close awaiting PD"],
        ),
        (ClockKind::TimeBox, ["◔ OVER by 12m", "◔ OVER 12m"]),
        (ClockKind::Due, ["OVERDUE 12m", "OVER 12m"]),
        (
            ClockKind::TellPublic,
            ["TELL PUBLIC, OVER 12m", "TELL OVER 12m"],
        ),
        (
            ClockKind::UpdateDue,
            ["update OVERDUE 12m", "update OVER 12m"],
        ),
    ];
    for (kind, text) in table {
        assert_eq!(said(kind, -12), text);
    }
}

#[test]
fn an_estimate_is_marked_past_zero_too() {
    for kind in [
        ClockKind::TellPublic,
        ClockKind::UpdateDue,
        ClockKind::TimeBox,
    ] {
        let it = clock_in(kind, -12, true);
        let long = clock::countdown(&it, TextLength::Long, &ctx()).text;
        let short = clock::countdown(&it, TextLength::Short, &ctx()).text;
        let narrow = clock::countdown_narrow(&it, &ctx()).text;
        for text in [long, short, narrow] {
            assert!(text.ends_with("~12m"), "{text}");
        }
    }
}

#[test]
fn a_narrow_clock_keeps_its_time() {
    let narrow = |kind, minutes| {
        let it = clock_in(kind, minutes, false);
        clock::countdown_narrow(&it, &ctx()).text
    };
    assert_eq!(narrow(ClockKind::AutoResolves, 228), "closes 3h48m");
    assert_eq!(narrow(ClockKind::AutoResolves, -1), "awaiting PD");
    assert_eq!(narrow(ClockKind::AckExpires, 228), "ack 3h48m");
    assert_eq!(narrow(ClockKind::TellPublic, 12), "tell 12m");
    assert_eq!(narrow(ClockKind::TellPublic, -188), "TELL 3h");
    assert_eq!(narrow(ClockKind::UpdateDue, 228), "upd 3h48m");
    assert_eq!(narrow(ClockKind::UpdateDue, -188), "UPD OVER 3h");
    assert_eq!(narrow(ClockKind::Due, 17 * 60 + 12), "due 17h12m");
    assert_eq!(narrow(ClockKind::Due, 60 * 60), "due 2d");
    assert_eq!(narrow(ClockKind::Snoozed, -1), "awaiting PD");
    assert_eq!(narrow(ClockKind::TimeBox, -1), "◔ OVER 1m");
}

#[test]
fn the_zone_has_the_name_that_people_use() {
    let named = |zone| dates::zone_name(&TextContext { zone, ..ctx() });
    assert_eq!(named("Etc/UTC".parse::<Zone>().unwrap()), "UTC");
    assert_eq!(
        named("Europe/London".parse::<Zone>().unwrap()),
        "Europe/London"
    );
}

#[test]
fn without_a_clock_an_outage_says_what_is_next() {
    let mut case = fixture::case("Q1", "hub down", "leap", "prod");
    let quiet = "none: no incident is open, so nothing escalates";
    assert_eq!(case::no_clock(&case, true), quiet);
    case.rank = Rank::Priority(0);
    assert_eq!(case::no_clock(&case, true), quiet);
    case.priority = Some("P1".into());
    let outage = "none: a P1 has no time-box. Follow the outage procedure";
    assert_eq!(case::no_clock(&case, false), outage);
    assert_eq!(
        case::no_clock(&case, true),
        format!("{outage}, and tell the public")
    );
}

#[test]
fn places_say_what_there_are_more_of_where_there_is_room() {
    let mut case = fixture::case("Q1", "restarts", "leap", "prod");
    case.places = ["leap", "maap", "veda"].map(cluster).to_vec();
    assert_eq!(case::places(&case), "leap +2");
    assert_eq!(case::places_long(&case), "leap +2 clusters");
    case.places.truncate(2);
    assert_eq!(case::places_long(&case), "leap +1 cluster");
    case.places.truncate(1);
    assert_eq!(case::places_long(&case), "leap");
}

fn cluster(name: &str) -> Place {
    Place {
        cluster: Some(name.into()),
        hub: None,
    }
}

#[test]
fn an_estimate_and_a_round_robin_say_so() {
    let mut it = clock_in(ClockKind::Escalates, 30, true);
    it.to.push("Eve".to_owned());
    assert_eq!(
        clock::countdown(&it, TextLength::Long, &ctx()).text,
        "↑ Bo or Eve in ~30m"
    );
}

#[test]
fn a_due_moment_stands_until_it_is_past() {
    let it = clock_in(ClockKind::Due, 90, false);
    let said = clock::countdown(&it, TextLength::Long, &ctx());
    assert_eq!(said.text, "due 04:42");
    assert_eq!(said.valid_for, Some(Duration::from_secs(90 * 60)));
}

#[test]
fn moments_are_as_short_as_today_allows() {
    let at = |hours| dates::short_time(wall() + TimeDelta::hours(hours), &ctx()).text;
    assert_eq!(
        [at(2), at(26), at(24 * 20)],
        ["05:12", "Mon 05:12", "12 Dec 03:12"]
    );
    let stretch = |hours| dates::time_range(wall(), wall() + TimeDelta::hours(hours), &ctx()).text;
    assert_eq!(
        [stretch(2), stretch(24)],
        ["03:12–05:12", "03:12–Mon 03:12"]
    );
    assert_eq!(dates::current_time(&ctx()).text, "03:12 UTC");
}

#[test]
fn evidence_says_what_was_seen() {
    let down = |since| Evidence::SourceNotLive {
        source: SourceId::new(SourceKind::Prometheus, "opensci"),
        state: SourceState::Down,
        since,
        error: Some("connection\u{1b}[31m refused".to_owned()),
    };
    let wrong = |tries, confirmed| Evidence::WrongStatus {
        status: 503,
        proxy: ProxyState::HubGone,
        tries,
        confirmed,
    };
    let table = [
        (wrong(2, true), "probe 503 from the proxy, 2 of 2"),
        (wrong(9, true), "probe 503 from the proxy, 9 tries"),
        (wrong(1, false), "probe 503 from the proxy, failing 1 of 2"),
        (
            Evidence::FailedStarts {
                count: 1.02,
                limit: 2.0,
            },
            "1 failed start, alerts at 2",
        ),
        (
            Evidence::FailedStarts {
                count: 2.97,
                limit: 2.0,
            },
            "3 failed starts in 30m",
        ),
        (Evidence::HomeDisk { free: 9.4 }, "home 9% free"),
        (Evidence::DatabaseDisk { free: 0.3 }, "database 0.3% free"),
        (
            Evidence::Certificate { days: 1 },
            "certificate expires in 1 day",
        ),
        (
            down(Some(wall() - TimeDelta::minutes(4))),
            "prometheus/opensci down 4m: connection refused",
        ),
        (down(None), "prometheus/opensci down: connection refused"),
    ];
    for (evidence, text) in table {
        assert_eq!(evidence::describe(&evidence, &ctx()).text, text);
    }
}

#[test]
fn a_closed_incident_whose_alert_still_fires_says_who_closed_it() {
    let closed = crate::domain::case::ClosedIncident {
        number: 5001,
        by: Some("Bo".to_owned()),
        at: wall() - TimeDelta::minutes(32),
    };
    let said = super::case::closed_incident(&closed, &ctx()).text;
    assert_eq!(said, "#5001 closed by Bo 02:40, still fires");
}

#[test]
fn a_name_that_is_not_there_is_said_to_be_missing() {
    for name in ["", "  ", "\u{200b}"] {
        assert_eq!(super::case::display_name(name), "(no name)");
    }
    assert_eq!(super::case::display_name("disk  full"), "disk  full");
}

#[test]
fn all_clear_names_the_p1_that_does_not_count() {
    let mut muted = crate::app::fixture::case("Q1", "disk", "leap", "prod");
    muted.muted_by = Some(crate::domain::case::MutedBy::Maintenance);
    muted.priority = Some("P1".into());
    muted.rank = crate::domain::case::Rank::Priority(0);
    let mut shown = crate::app::fixture::picture();
    shown.verdict.level = crate::domain::verdict::VerdictLevel::Ok;
    shown.verdict.reasons.clear();
    shown.cases = vec![std::sync::Arc::new(muted)];
    let sentence = crate::wording::verdict::sentence(&shown, &ctx()).text;
    assert!(
        sentence.ends_with(", 1 case muted or snoozed, 1 of them P1"),
        "{sentence}"
    );
}

#[test]
fn cases_that_count_as_the_highest_are_counted_by_their_own_priority() {
    use crate::picture::{Reason, ReasonKind};
    let mut shown = crate::app::fixture::picture();
    shown.verdict.reasons.clear();
    shown.cases.clear();
    for (id, name) in [
        ("Q1", "P2"),
        ("Q2", "P3"),
        ("Q3", "P2"),
        ("Q4", "P3"),
        ("Q5", "P2"),
    ] {
        let mut case = crate::app::fixture::case(id, "disk", "leap", "prod");
        case.priority = Some(name.into());
        let kind = ReasonKind::OpenP1(case.id.clone());
        let level = crate::domain::verdict::VerdictLevel::Critical;
        shown.verdict.reasons.push(Reason { level, kind });
        shown.cases.push(std::sync::Arc::new(case));
    }
    let all = crate::wording::reason_groups::grouped_reasons(&shown, None);
    assert_eq!(all, ["3 P2 open", "2 P3 open"]);
    let rest = crate::wording::reason_groups::grouped_reasons(&shown, Some(0));
    assert_eq!(rest, ["2 P3 open", "2 more P2 open"]);
}
