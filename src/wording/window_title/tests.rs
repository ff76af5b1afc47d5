use super::*;
use crate::app::fixture::{self, cluster, hub, source_view};
use crate::domain::case::{Owner, OwnerKind};
use crate::domain::incident::Person;
use crate::domain::source::{SourceKind, SourceState};
use crate::text::{ASCII, UNICODE};

fn title(picture: &Picture) -> String {
    window_title(Some(picture), false, &UNICODE)
}

#[test]
fn the_title_counts_what_calls_for_somebody() {
    let mut case = fixture::case("Q1", "hub down", "leap", "prod");
    case.rank = Rank::Priority(0);
    case.priority = Some("P1".into());
    let mut snoozed = case.clone();
    snoozed.snoozed = true;
    let mut picture = fixture::with_cases([case, snoozed]);
    picture.verdict.level = VerdictLevel::Critical;
    picture.unowned = vec![fixture::id("Q1"), fixture::id("Q2")];
    assert_eq!(title(&picture), "✖ 1 P1 · 2 unowned");
    picture.clusters = vec![cluster(
        "leap",
        "gcp",
        vec![
            hub("leap", "prod", Health::Down),
            hub("leap", "staging", Health::Down),
        ],
    )];
    picture.sources = vec![source_view(SourceKind::Pagerduty, "", SourceState::Down)];
    assert_eq!(
        window_title(Some(&picture), false, &ASCII),
        "X 1 P1 | 1 hub down | 2 unowned | 1 source missing"
    );
}

#[test]
fn the_title_tells_of_what_is_yours() {
    let mut case = fixture::case("Q1", "disk", "leap", "prod");
    case.incident = Some(Arc::new(fixture::incident("Q1")));
    let others = case.clone();
    case.owners = vec![Owner {
        who: Person {
            id: "P1".into(),
            name: "Ada".into(),
        },
        kind: OwnerKind::Person,
        email: None,
        is_me: true,
        acknowledged: false,
        via: None,
        level: None,
        since: None,
    }];
    let picture = fixture::with_cases([case.clone(), others]);
    assert_eq!(title(&picture), "● 1 yours");
    let at = picture.at.wall;
    case.clocks = vec![Clock {
        kind: ClockKind::TimeBox,
        at,
        estimate: false,
        to: Vec::new(),
    }];
    let mut acknowledged = fixture::incident("Q1");
    acknowledged.status = IncidentStatus::Acknowledged;
    case.incident = Some(Arc::new(acknowledged));
    assert_eq!(title(&fixture::with_cases([case])), "● time-box over");
}

#[test]
fn the_title_is_never_calmer_than_the_verdict() {
    let mut picture = fixture::picture();
    assert_eq!(title(&picture), "● hubwatch: all clear");
    let lagging = window_title(Some(&picture), true, &UNICODE);
    assert_eq!(lagging, "? not up to date");
    picture.verdict.level = VerdictLevel::Unknown;
    assert_eq!(title(&picture), "? hubwatch: not all is known");
    picture.verdict.level = VerdictLevel::Warning;
    assert_eq!(title(&picture), "! hubwatch: something is wrong");
    let nothing = "? hubwatch: nothing is known yet";
    assert_eq!(window_title(None, false, &UNICODE), nothing);
    picture.sources = vec![source_view(SourceKind::Probes, "", SourceState::Waiting)];
    assert_eq!(title(&picture), nothing);
    picture.sources.clear();
    picture.verdict.level = VerdictLevel::Critical;
    let lagging = window_title(Some(&picture), true, &UNICODE);
    assert_eq!(lagging, "✖ not up to date");
}
