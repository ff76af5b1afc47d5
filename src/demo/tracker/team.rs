//! Issues in the tracker's repository that have the labels of outage issues, but are about no outage of the demo.

use chrono::TimeDelta;

use super::issue::{ACTION_ITEM, Closed, Issue, OUTAGE};
use super::{REPOSITORY, SITE};
use crate::demo::clockwork::At;

/// The number of other issues. With so many, the list of a label has several pages.
const OTHERS: u64 = 120;
const FIRST: u64 = 801;

const TITLES: [&str; 4] = [
    "Outage of the office network",
    "Incident report of the website",
    "The mailing list was down",
    "Review the resolution of the website's certificate",
];

/// Adds issues that are about no outage of the demo. Their dates are spread over the days from `since` on.
pub(super) fn add_others(issues: &mut Vec<Issue>, since: At) {
    for (turn, number) in (FIRST..FIRST + OTHERS).enumerate() {
        let title = TITLES.iter().cycle().nth(turn).copied().unwrap_or_default();
        let created_at = since + TimeDelta::hours(i64::try_from(turn).unwrap_or_default() * 24);
        let is_pull_request = turn % 5 == 4;
        let closed = Closed {
            reason: "completed",
            at: created_at + TimeDelta::hours(30),
        };
        issues.push(Issue {
            number,
            title: title.to_owned(),
            body: body(turn, number),
            label: if turn % 7 == 6 { ACTION_ITEM } else { OUTAGE },
            created_at,
            closed: (turn % 3 != 0).then_some(closed),
            reopened_at: None,
            assignee: None,
            is_pull_request,
        });
    }
}

// The text of an issue: it names an incident of another account, another issue, or nothing.
fn body(turn: usize, number: u64) -> String {
    match turn % 3 {
        0 => format!("https://status.website.example/incidents/w{number}"),
        1 => format!("Tracking issue: {SITE}/{REPOSITORY}/issues/{}", number - 1),
        _ => "Nobody wrote what happened.".to_owned(),
    }
}
