//! Tests the words of each rule's findings.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};

use super::blind_spot::MissingAt;
use super::*;
use crate::app::fixture::post;
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::post::PostKind;
use crate::domain::source::{ItemKind, SourceId, SourceKind, UnreadableItem};
use crate::picture::posts::{PublicTold, WhyCannotTell};
use crate::text::UNICODE;

// A fixed present time, on a Sunday night.
fn wall() -> DateTime<Utc> {
    "2026-11-22T03:12:00Z".parse().unwrap()
}

fn words(finding: impl Into<Finding>, minutes: i64, cannot_tell: bool) -> [String; 2] {
    let ctx = TextContext {
        now: Now {
            wall: wall(),
            mono: Duration::ZERO,
        },
        zone: Zone::UTC,
        symbols: &UNICODE,
    };
    let mismatch = Mismatch {
        since: Some(wall() - TimeDelta::minutes(minutes)),
        cannot_tell,
        ..Mismatch::new(finding)
    };
    [TextLength::Short, TextLength::Long].map(|length| mismatch.describe(length, &ctx).text)
}

#[test]
fn findings_are_one_sentence() {
    let stale = |posted| StalePost::Post {
        title: "NFS slow".to_owned(),
        posted,
    };
    assert_eq!(
        words(stale(Some(wall() - TimeDelta::days(4))), 60, false),
        [
            "stale post: NFS slow",
            "'NFS slow' posted since Wed, no P1 needs it: take it down"
        ]
    );
    assert_eq!(
        words(stale(None), 60, true)[1],
        "'NFS slow' is posted, cannot tell if a P1 still needs it"
    );
    assert_eq!(
        words(LingeringIncident, 50, false)[1],
        "its alerts stopped firing 50m ago, the incident is still open"
    );
    assert_eq!(
        words(
            PublicNotTold {
                told: PublicTold::No,
                shown: None
            },
            16,
            false
        ),
        ["public not told", "the public has not been told, 16m"]
    );
    assert_eq!(
        words(
            PublicNotTold {
                told: PublicTold::Closed(Arc::new(post("N1", PostKind::Incident, "NFS slow"))),
                shown: None
            },
            16,
            false
        ),
        [
            "its post is closed",
            "its post 'NFS slow' is closed, and it is a P1, 16m"
        ]
    );
    let shown = Some(("leap".to_owned(), "major outage".to_owned()));
    let only_shown = PublicNotTold {
        told: PublicTold::No,
        shown,
    };
    assert_eq!(
        words(only_shown, 16, false),
        [
            "no post for the public",
            "no post tells the public, the page only shows 'leap': major outage, 16m"
        ]
    );
}

#[test]
fn every_finding_has_words_in_both_forms() {
    let source = || SourceId::new(SourceKind::Prometheus, "leap");
    let hub = || HubKey::new("leap", "prod");
    let error = || "e".to_owned();
    let missing = |at| BlindSpot::SignalMissing {
        signal: Signal::DbFreePercent,
        at,
    };
    let spots = [
        BlindSpot::RuleFailing {
            source: source(),
            rule: "r".to_owned(),
            error: error(),
        },
        BlindSpot::RulesNotEvaluated {
            source: source(),
            group: "g".to_owned(),
            last: None,
        },
        BlindSpot::PartialData {
            source: source(),
            warning: "w".to_owned(),
        },
        BlindSpot::ItemUnreadable {
            source: source(),
            item: UnreadableItem {
                kind: ItemKind::RuleGroup,
                name: Some("hubs".to_owned()),
                problem: "it lists no rules".to_owned(),
                count: 1,
            },
        },
        BlindSpot::SignalQueryFailed {
            source: source(),
            signal: Signal::Up,
            error: error(),
        },
        BlindSpot::DeadManAbsent(source()),
        BlindSpot::DeadManAbsentFor {
            source: source(),
            cluster: "leap".into(),
        },
        BlindSpot::ClockOff {
            source: source(),
            date: chrono::DateTime::UNIX_EPOCH,
        },
        BlindSpot::AnotherCluster {
            source: source(),
            bound: "leap".into(),
            named_by: super::blind_spot::NamedBy::Rules,
            named: "maap".into(),
        },
        BlindSpot::WatchesNothing(source()),
        BlindSpot::NoRules(source()),
        BlindSpot::NoRulesFor {
            source: source(),
            cluster: "leap".into(),
        },
        BlindSpot::NotInInventory(hub()),
        BlindSpot::NoRecentSamples {
            source: source(),
            cluster: "leap".into(),
            newest: None,
            never: false,
        },
        BlindSpot::SeriesMissing(hub()),
        missing(MissingAt::Fleet),
        missing(MissingAt::Cluster("leap".into())),
        missing(MissingAt::Hub(hub())),
    ];
    let impact = StalePost::Service {
        page: "Hubs".to_owned(),
        service: "Storage".to_owned(),
        impact: "outage".to_owned(),
    };
    let others: [Finding; 13] = [
        PageMissing::Possible(5001).into(),
        PageMissing::NoIncident.into(),
        NobodyAwake::NoOwner { placeholder: true }.into(),
        NobodyAwake::EmptyPolicy("Outages".to_owned()).into(),
        PublicNotTold {
            told: PublicTold::No,
            shown: None,
        }
        .into(),
        PublicNotTold {
            told: PublicTold::CannotTell(WhyCannotTell::PageOwnerNotSaid),
            shown: None,
        }
        .into(),
        PublicNotTold {
            told: PublicTold::CannotTell(WhyCannotTell::P1SinceNotKnown),
            shown: None,
        }
        .into(),
        PublicNotTold {
            told: PublicTold::CannotTell(WhyCannotTell::ClosedPostsNotKnown),
            shown: None,
        }
        .into(),
        LingeringIncident.into(),
        impact.into(),
        OneIncidentManyClusters(["a".into(), "b".into()].into()).into(),
        NoPriority.into(),
        UnknownSeverity("dire".to_owned()).into(),
    ];
    for finding in spots.map(Finding::from).into_iter().chain(others) {
        for cannot_tell in [false, true] {
            let [short, long] = words(finding.clone(), 1, cannot_tell);
            assert!(!short.is_empty() && short.len() <= 45, "{short}");
            assert!(!long.is_empty(), "{short} has no long form");
        }
    }
}

#[test]
fn a_blind_spot_hides_the_alerts_that_it_would_keep_from_firing() {
    let source = || SourceId::new(SourceKind::Prometheus, "leap");
    let other = SourceId::new(SourceKind::Prometheus, "maap");
    let place = Place::from(HubKey::new("leap", "prod"));
    let hides =
        |spot: BlindSpot, from: &SourceId| spot.hides(from, "disk", std::slice::from_ref(&place));
    let failing = |rule: &str| BlindSpot::RuleFailing {
        source: source(),
        rule: rule.to_owned(),
        error: String::new(),
    };
    assert!(hides(BlindSpot::NoRules(source()), &source()));
    assert!(!hides(BlindSpot::NoRules(source()), &other));
    assert!(hides(failing("disk"), &source()) && !hides(failing("pods"), &source()));
    let missing = |hub: &str| BlindSpot::SeriesMissing(HubKey::new("leap", hub));
    assert!(hides(missing("prod"), &source()) && !hides(missing("staging"), &source()));
    assert!(!hides(BlindSpot::DeadManAbsent(source()), &source()));
}
