//! The outage checklist in words.

use crate::domain::case::Case;
use crate::domain::checklist::{ChecklistCount, ChecklistItem, ChecklistStep, StepDone, StepState};
use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_time;
use crate::text::meaning::Meaning;
use crate::text::sanitize::clean;

/// The name of a step.
pub fn step_name(step: ChecklistStep) -> &'static str {
    match step {
        ChecklistStep::P1 => "is a P1",
        ChecklistStep::Acknowledged => "acknowledged",
        ChecklistStep::Channel => "chat channel",
        ChecklistStep::ToldCommunity => "community told",
        ChecklistStep::Posted => "posted for the public",
        ChecklistStep::SecondResponder => "second responder",
        ChecklistStep::Updated => "public updated",
        ChecklistStep::Validated => "confirmed to be over",
        ChecklistStep::Resolved => "resolved",
        ChecklistStep::SupportResolved => "support ticket closed",
        ChecklistStep::PostClosed => "post closed",
        ChecklistStep::ReportIssue => "issue for the report",
    }
}

/// How much of the checklist is done: "outage 3/8", "outage 3/8, 2 not known"; `None` if the case has no checklist.
pub fn strip(case: &Case) -> Option<String> {
    let count = ChecklistCount::from_items(&case.checklist);
    let unknown = match count.not_known {
        0 => String::new(),
        some => format!(", {some} not known"),
    };
    (count.all > 0).then(|| format!("outage {}/{}{unknown}", count.done, count.all))
}

/// The state of a step: "Bo, 02:14", "said by Bo, 02:14: `https://chat.example/c/7`", "not yet", "not known".
pub fn state(item: &ChecklistItem, ctx: &TextContext) -> (Meaning, ExpiringText) {
    match &item.state {
        StepState::Done(done) => (Meaning::Plain, done_text(done, ctx)),
        StepState::NotDone => (Meaning::Warning, ExpiringText::fixed(not_done(item.step))),
        StepState::NotKnown => (Meaning::Unknown, ExpiringText::fixed("not known")),
    }
}

fn not_done(step: ChecklistStep) -> &'static str {
    match step {
        ChecklistStep::Updated => "none lately",
        step if step.can_be_noted() => "no note says so",
        _ => "not yet",
    }
}

fn done_text(done: &StepDone, ctx: &TextContext) -> ExpiringText {
    let by = done.by.as_deref().map(clean);
    let by = match (by, done.is_by_note) {
        (Some(by), true) => format!("said by {by}"),
        (Some(by), false) => by.into_owned(),
        (None, true) => "said".to_owned(),
        (None, false) => String::new(),
    };
    let detail = done.detail.as_deref().map(clean);
    let detail = detail.map_or(String::new(), |detail| format!(": {detail}"));
    let comma = if by.is_empty() { "" } else { ", " };
    match done.at {
        Some(at) => short_time(at, ctx).map(|at| format!("{by}{comma}{at}{detail}")),
        None if by.is_empty() && detail.is_empty() => ExpiringText::fixed("yes"),
        None => ExpiringText::fixed(format!("{by}{detail}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture;

    fn item(step: ChecklistStep, state: StepState) -> ChecklistItem {
        ChecklistItem { step, state }
    }

    #[test]
    fn the_strip_counts_what_is_done_and_says_what_is_not_known() {
        let mut case = fixture::case("Q1", "disk", "leap", "prod");
        assert_eq!(strip(&case), None);
        let done = StepState::Done(StepDone::default());
        case.checklist = vec![
            item(ChecklistStep::P1, done.clone()),
            item(ChecklistStep::Acknowledged, StepState::NotDone),
            item(ChecklistStep::Posted, done),
        ];
        assert_eq!(strip(&case).as_deref(), Some("outage 2/3"));
        case.checklist
            .push(item(ChecklistStep::Validated, StepState::NotKnown));
        assert_eq!(strip(&case).as_deref(), Some("outage 2/4, 1 not known"));
    }

    #[test]
    fn what_came_from_outside_is_neutralised() {
        let done = StepDone {
            by: Some("Bo\u{1b}[31m".into()),
            at: None,
            is_by_note: true,
            detail: Some("https://chat.example/\u{202e}c".to_owned()),
        };
        let said = item(ChecklistStep::Channel, StepState::Done(done));
        let ctx = TextContext {
            now: fixture::now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &crate::text::symbols::UNICODE,
        };
        let text = state(&said, &ctx).1.text;
        assert!(text.starts_with("said by Bo"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}
