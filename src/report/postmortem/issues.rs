//! The follow-up work that the tracker's issues and the notes name.

use super::{Item, escape, fact, question};
use crate::domain::note::TimeBoxVerdict;
use crate::domain::tracker::{IssueState, TrackedIssue};
use crate::review::postmortem::{Decision, Evidence, IssueFacts, Postmortem};

/// The issues for the report and for the review.
pub(super) fn report_and_review(known: &Postmortem) -> Vec<Item> {
    let Some(issues) = &known.issues else {
        return Vec::new();
    };
    let line = |name: &str, found: &[TrackedIssue]| match found {
        [] if issues.is_whole => fact(
            format!("**{name}**: the tracker has none"),
            Evidence::Tracker,
        ),
        [] => question(&format!(
            "**{name}**: not known, since not all issues could be read. Is there one?"
        )),
        found => {
            let each: Vec<String> = found.iter().map(with_state).collect();
            fact(
                format!("**{name}**: {}", each.join("; ")),
                Evidence::Tracker,
            )
        }
    };
    vec![
        line("Report issue", &issues.reports),
        line("Review issue", &issues.reviews),
    ]
}

/// The decisions from notes, the tracker's action items, and a question for further action items.
pub(super) fn action_items(known: &Postmortem) -> Vec<Item> {
    let decided = known.decisions.iter().filter_map(decision);
    let tracked = known.issues.iter().flat_map(|issues| &issues.action_items);
    let tracked = tracked.map(|issue| {
        let title = escape(&issue.title);
        fact(format!("{}: {title}", with_state(issue)), Evidence::Tracker)
    });
    decided
        .chain(tracked)
        .chain([question(more(known.issues.as_ref()))])
        .collect()
}

fn more(issues: Option<&IssueFacts>) -> &'static str {
    match issues {
        None => {
            "No tracker is configured, so issues are not looked at. What must be done so that it does not happen again, and who does it?"
        }
        Some(issues) if !issues.is_whole => {
            "Not all issues could be read, so there may be more. What must be done so that it does not happen again, and who does it?"
        }
        Some(issues) if issues.action_items.is_empty() => {
            "No action item in the tracker belongs to it. What must be done so that it does not happen again, and who does it?"
        }
        Some(_) => "What else must be done so that it does not happen again, and who does it?",
    }
}

fn decision(one: &Decision) -> Option<Item> {
    let text = match (one.verdict, &one.address) {
        (TimeBoxVerdict::FollowUp, Some(address)) => {
            format!("{}{}", escape(address), decision_text(one))
        }
        (TimeBoxVerdict::FollowUp, None) => format!("A follow-up is open{}", decision_text(one)),
        (TimeBoxVerdict::NoFollowUp, _) => {
            format!(
                "A note says that no follow-up is needed{}",
                decision_text(one)
            )
        }
        _ => return None,
    };
    Some(fact(text, Evidence::Note))
}

/// A colon and the text of a decision. Empty if the decision has no text.
pub(super) fn decision_text(one: &Decision) -> String {
    match one.text.trim() {
        "" => String::new(),
        text => format!(": {}", escape(text)),
    }
}

fn with_state(issue: &TrackedIssue) -> String {
    let state = match issue.state {
        IssueState::Open => "open",
        IssueState::Reopened => "reopened, so not done",
        IssueState::Done => "closed as done",
        IssueState::NotPlanned => "closed as not planned, so not done",
        IssueState::Duplicate => "closed as a duplicate, so not done",
        IssueState::Unknown => "closed for a reason that is not known",
    };
    format!("{} ({state})", escape(&issue.url))
}
