//! Tests of the handoff's lines that are not about cases.

use super::*;
use crate::app::fixture::owed::outage;
use crate::app::fixture::{post, source_view};
use crate::domain::directory::MaintenanceWindow;
use crate::domain::incident::IncidentStatus;
use crate::domain::mismatch::MismatchKind;
use crate::domain::post::{PageOwnership, PostKind};
use crate::domain::source::{
    Failure, FailureKind, PartName, PartProblem, SourceId, SourceKind, SourceState,
};
use crate::picture::mismatch::{BlindSpot, Mismatch};
use crate::picture::{PageView, PartView};
use crate::review::owed::{Missing, OwedOutage};

#[test]
fn the_world_around_is_a_line_each() {
    let mut other = acknowledged(assigned_case("Q7", "Bo"), "Bo");
    other.rank = Rank::Priority(0);
    other.priority = Some("P1".into());
    other.clocks = vec![clock(ClockKind::TellPublic, minutes_ago(5))];
    let mut picture = picture_with_directory(vec![other]);
    let failure = Failure {
        kind: FailureKind::Unreachable,
        text: "connection <refused>".to_owned(),
        since: fixture::seconds_ago(240),
        at: now(),
    };
    let mut down = source_view(SourceKind::Prometheus, "leap", SourceState::Down);
    down.failure = Some(failure);
    picture.sources.push(down);
    picture.mismatches = vec![Mismatch::about(
        "leap",
        BlindSpot::NoRules(SourceId::new(SourceKind::Prometheus, "leap")),
    )];
    let mut planned = post("M1", PostKind::Maintenance, "upgrade");
    planned.starts = Some(hours(2));
    planned.ends = Some(hours(3));
    let same = planned.clone();
    let window = MaintenanceWindow {
        id: "W2".to_owned(),
        start: hours(2) + TimeDelta::seconds(7),
        end: hours(3),
        services: Vec::new(),
        description: "upgrade of leap".to_owned(),
    };
    let mut later = planned.clone();
    later.starts = Some(hours(30));
    later.ends = Some(hours(31));
    let mut open = post("O1", PostKind::Incident, "hub _down_");
    open.updated = Some(minutes_ago(60));
    let page = |ownership, posts: Vec<crate::domain::post::Post>| PageView {
        id: SourceId::new(SourceKind::StatusPage, "Hubs"),
        state: SourceState::Live,
        ownership,
        headline: None,
        impacted: Vec::new(),
        posts: posts.into_iter().map(Arc::new).collect(),
    };
    picture.pages = vec![
        page(
            PageOwnership::Ours,
            vec![planned, same, later, open.clone()],
        ),
        page(PageOwnership::Foreign, vec![open]),
    ];
    let directory = Arc::make_mut(picture.directory.as_mut().unwrap());
    directory.body.maintenance = vec![
        MaintenanceWindow {
            id: "W1".to_owned(),
            start: hours(-1),
            end: hours(1),
            services: Vec::new(),
            description: "node pool".to_owned(),
        },
        window,
    ];
    let mut around = Around::ada();
    let disk = |hub: &str, full| DiskForecast {
        hub: HubKey::new("leap", hub),
        signal: Signal::HomeFreePercent,
        full_at: hours(full),
    };
    around.disks = DiskForecasts {
        forecasts: vec![disk("late", 5), disk("prod", 3)],
        asked: 2,
        stale: 3,
        failed: Vec::new(),
    };
    let text = around.write(&picture, Zone::UTC).text;
    for line in [
        "- Outages of others: #1 leap/prod (Bo)",
        "- Sources: 1 of 2 not live: prometheus/leap down 4m: connection \\<refused\\>",
        "- Our open posts: 1: hub \\_down\\_ (investigating, updated 1h ago)",
        "- Maintenance within 24 h: Sun 02:12 – Sun 04:12: node pool; Sun 05:12 – Sun 06:12: upgrade / upgrade of leap",
        "- Disks that fill before the shift ends, among the 2 hubs with the fullest disks: leap/prod home about Sun 06:12; \
         not known of 3 hubs without fresh data",
    ] {
        assert_has(&text, line);
    }
    assert!(text.contains("- Blind spots: 1: prometheus/leap"), "{text}");
    let clocks = text.split("Clocks").nth(1).unwrap();
    assert!(clocks.contains("OVER by 5m**: #1 leap/prod"), "{text}");
}

#[test]
fn what_was_resolved_in_the_shift_is_counted() {
    let mut around = Around::ada();
    let resolved = |id: &str, minutes: i64, by: &str| {
        let mut incident = fixture::incident(id);
        incident.status = IncidentStatus::Resolved;
        incident.resolved_at = Some(minutes_ago(minutes));
        incident.resolved_by = Some(person(by));
        incident.log_known = false;
        Arc::new(incident)
    };
    around.incidents = vec![
        resolved("Q1", 10, "Ada"),
        resolved("Q2", 10, "Bo"),
        resolved("Q3", 400, "Ada"),
    ];
    let picture = picture_with_directory(Vec::new());
    let found = around.write(&picture, Zone::UTC);
    assert_has(
        &found.text,
        "- Resolved in this shift: 2 incidents, 1 of them by Ada",
    );
    let mut unlisted = picture.clone();
    let failed = Failure {
        kind: FailureKind::Unreachable,
        text: "500".to_owned(),
        since: now(),
        at: now(),
    };
    for view in &mut unlisted.sources {
        view.parts.push(PartView {
            name: PartName::ResolvedIncidents,
            problem: Some(PartProblem::Failed(failed.clone())),
            state: SourceState::Down,
            is_missing: false,
        });
    }
    let found = around.write(&unlisted, Zone::UTC);
    assert_has(&found.text, "- Resolved: not known");
}

#[test]
fn what_could_not_be_read_is_said() {
    let mut unread = acknowledged(assigned_case("Q1", "Ada"), "Ada");
    unread = with_incident(unread, |it| it.log_known = false);
    let picture = picture_with_directory(vec![unread]);
    let found = Around::ada().write(&picture, Zone::UTC);
    assert!(!found.is_complete);
    assert_has(&found.text, "- **Not known**: the log of 1 incident");
    assert!(
        found.text.contains("boxes overrun: at least 0"),
        "{}",
        found.text
    );

    let mut down = picture_with_directory(Vec::new());
    down.sources = vec![source_view(SourceKind::Pagerduty, "", SourceState::Down)];
    let mut around = Around::ada();
    around.who.person = None;
    around.shift = Shift::default();
    let found = around.write(&down, Zone::UTC);
    assert!(!found.is_complete);
    assert_has(
        &found.text,
        "- **Not known**: who 'Ada' is in PagerDuty; the present incidents and rota (pagerduty down)",
    );
    let not_known = "- In hand: unowned cases and those that Ada holds are not known";
    assert_has(&found.text, not_known);
    assert_has(&found.text, "# Handoff: Ada");
    assert_has(&found.text, "- Resolved: not known");
    assert_has(&found.text, "- Maintenance within 24 h: not known");
}

#[test]
fn a_page_that_is_not_fresh_is_not_taken_for_one_without_posts() {
    let mut picture = picture_with_directory(Vec::new());
    let posts = |picture: &Picture| {
        let text = text(picture);
        let line = text.lines().find(|line| line.contains("Our open posts"));
        line.unwrap().to_owned()
    };
    assert_eq!(
        posts(&picture),
        "- Our open posts: no page of ours is configured"
    );
    let open = post("O1", PostKind::Incident, "hub down");
    for (state, posts_of_page, expected) in [
        (SourceState::Live, vec![], "none"),
        (
            SourceState::Stale,
            vec![],
            "not known: status\\_page/Hubs is stale",
        ),
        (
            SourceState::Stale,
            vec![open],
            "1: hub down (investigating); may be out of date: status\\_page/Hubs is stale",
        ),
    ] {
        picture.pages = vec![PageView {
            id: SourceId::new(SourceKind::StatusPage, "Hubs"),
            state,
            ownership: PageOwnership::Ours,
            headline: None,
            impacted: Vec::new(),
            posts: posts_of_page.into_iter().map(Arc::new).collect(),
        }];
        assert_eq!(posts(&picture), format!("- Our open posts: {expected}"));
    }
}

#[test]
fn what_is_owed_is_named_and_what_is_not_known_of_it_is_no_calm_line() {
    let picture = picture_with_directory(vec![]);
    let mut around = Around::ada();
    let mut line = |owed| {
        around.owed = owed;
        let written = around.write(&picture, Zone::UTC);
        let line = written.text.lines().find(|it| it.starts_with("- Owed"));
        (line.unwrap().to_owned(), written.is_complete)
    };
    let nothing = "- Owed after outages: nothing for two working days or longer";
    assert_eq!(line(Ok(reading(Vec::new()))), (nothing.to_owned(), true));
    assert_eq!(
        line(Ok(reading(vec![outage(8, 1)]))),
        (format!("{nothing}; 1 more that ended lately"), true)
    );
    let late = line(Ok(reading(vec![outage(7, 40), outage(8, 1)])));
    let text = "- Owed after outages: 1 for two working days or longer, the oldest first: #7 leap/prod \
                (40 working days); 1 more that ended lately";
    assert_eq!(late, (text.to_owned(), true));
    let mut unread = reading(vec![OwedOutage {
        missing: vec![Missing::TrackerNotKnown],
        ..outage(7, 40)
    }]);
    unread.unread = vec!["the log".to_owned()];
    let unread = line(Ok(unread));
    assert_eq!(
        unread,
        (
            "- Owed after outages: nothing known for two working days or longer; 1 outage not known; not all of it could be read".to_owned(),
            false
        )
    );
    let failed = line(Err("no <answer>".to_owned()));
    assert_eq!(
        failed,
        (
            "- Owed after outages: not known: no \\<answer\\>".to_owned(),
            false
        )
    );
}

#[test]
fn a_disk_that_is_full_and_another_persons_untold_outage_are_said() {
    let mut outage = acknowledged(assigned_case("Q7", "Bo"), "Bo");
    outage.rank = Rank::Priority(0);
    outage.priority = Some("P1".into());
    outage.mismatches = vec![MismatchKind::PublicNotTold];
    let mut picture = picture_with_directory(vec![outage]);
    let mut hub = fixture::hub("leap", "prod", crate::domain::hub::Health::Up);
    hub.signals.home_free_percent = Some(0.0);
    picture.clusters = vec![fixture::cluster("leap", "gcp", vec![hub])];
    let text = Around::ada().write(&picture, Zone::UTC).text;
    assert!(
        text.contains("#1 leap/prod (Bo, public not told)"),
        "{text}"
    );
    let full = "hubs with the fullest disks: none known; **full already**: leap/prod";
    assert!(text.contains(full), "{text}");
}
