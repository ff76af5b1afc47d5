//! Drafts with data besides the incident itself: the outage's other incidents, the tracker's issues, and the history of
//! the alert's value.

use super::*;
use crate::domain::tracker::IssueState;
use crate::review::postmortem::{IssueFacts, OtherIncident};

#[test]
fn the_other_incidents_of_an_outage_are_named() {
    let mut known = whole();
    known.others = vec![
        OtherIncident {
            number: 4723,
            created_at: at(4),
            resolved_at: Some(at(58)),
        },
        OtherIncident {
            number: 4725,
            created_at: at(9),
            resolved_at: None,
        },
    ];
    known.unowned.push((4723, Some(TimeDelta::minutes(9))));
    known.timeline[3].other = Some(4723);
    let text = drafted(&known, false);
    for line in [
        "- It is one outage with incidents 4723 (2026-03-01 02:04 to 2026-03-01 02:58), 4725 (2026-03-01 02:09, still \
         open), and it is over at 2026-03-01 03:00. One report is owed, and this one covers all of it. [PagerDuty]",
        "- Nobody owned incident 1 for 3m. [PagerDuty's log]",
        "- Nobody owned incident 4723 for 9m. [PagerDuty's log]",
        "- The outage was acknowledged first by responder 1, in incident 1, 3m after it began. [PagerDuty's log]",
        "- 2026-03-01 02:08: **response begins**: incident 4723: responder 1 acknowledged it [PagerDuty's log]",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} in\n{text}");
    }
}

#[test]
fn the_trackers_issues_stand_with_their_state() {
    let issue = |number, state| {
        let issue = crate::review::fixture::issue(number, "do it");
        issue.state(state)
    };
    let mut known = whole();
    known.issues = Some(IssueFacts {
        reports: vec![issue(8, IssueState::Open)],
        reviews: vec![],
        action_items: vec![
            issue(9, IssueState::NotPlanned),
            issue(10, IssueState::Done),
        ],
        is_whole: true,
    });
    let lines_of = |known: &Postmortem, wanted: &str| {
        let text = drafted(known, false);
        let lines = text.lines().filter(|line| line.contains(wanted));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        lines_of(&known, "[the tracker]"),
        [
            "- **Report issue**: https://issues.hubs.example/hubs/infra/issues/8 (open) [the tracker]",
            "- **Review issue**: the tracker has none [the tracker]",
            "- https://issues.hubs.example/hubs/infra/issues/9 (closed as not planned, so not done): do it [the tracker]",
            "- https://issues.hubs.example/hubs/infra/issues/10 (closed as done): do it [the tracker]",
        ]
    );
    known.issues = Some(IssueFacts::default());
    assert_eq!(lines_of(&known, "[the tracker]"), [] as [&str; 0]);
    assert_eq!(lines_of(&known, "not all issues could be read").len(), 2);
    assert_eq!(lines_of(&known, "Not all issues could be read").len(), 1);
}

#[test]
fn a_drawn_value_that_would_not_fire_the_alert_is_remarked_on() {
    let drawn =
        |course: &AlertCourse| drafted_by(&whole(), false, Some(course), &Template::default());
    let remark = "No value drawn would fire it";
    assert!(!drawn(&course()).contains(remark));
    assert!(drawn(&course_to(500.0)).contains(remark));
}

#[test]
fn alerts_whose_history_could_not_be_read_are_not_said_to_be_absent() {
    let without_impact = |alerts_known| {
        let known = Postmortem {
            impact_begins: None,
            impact_ends: None,
            page: PageDelay::NotKnown,
            alerts_known,
            ..whole()
        };
        drafted(&known, false)
    };
    let unread = without_impact(false);
    for line in [
        "**Impact time**: not known, as the history of its alerts could not be read.",
        "Whether its page was late is not known: the history of its alerts could not be read.",
    ] {
        assert!(unread.contains(line), "{line} in\n{unread}");
    }
    assert!(!unread.contains("is on record"), "{unread}");
    assert!(without_impact(true).contains("no alert or failing probe is on record"));
}
