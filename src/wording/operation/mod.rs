//! Words for operations: their description, their side effects, and their outcome.

mod action;
mod changes;
mod draft;
mod outcome;
pub mod shell;
mod standing;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::case;
use crate::domain::case::Case;
use crate::domain::checklist::ChecklistStep;
use crate::domain::checklist::steps_with_notes;
use crate::domain::ids::HubKey;
use crate::domain::note::{OutageNote, TimeBoxNote, TimeBoxVerdict};
use crate::domain::operation::{Assignee, Operation, OperationKind, Purpose, Remaining, Warning};
use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_time;
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;
use crate::wording::checklist::step_name;
use crate::wording::source;

pub use action::{
    action_unavailable, choice_label, goes_to_level, local_time_box, question_text,
    unavailable_reason, why_proposed,
};
pub use changes::{describe_change, describe_changes};
pub use draft::{
    describe_draft, draft_dropped, draft_target_closed, drafts_found, no_drafts, unsent_drafts,
};
pub use outcome::{
    describe_detail, describe_outcome, describe_outcome_on, outcome_counts, outcome_detail,
    outcome_meaning,
};

/// The notice in a read-only session.
pub const READ_ONLY: &str = "read-only: hubwatch writes nothing";
/// The notice if nothing is selected that an action could apply to.
pub const NOTHING_SELECTED: &str = "nothing to act on is selected";
/// The notice if PagerDuty's data is not complete enough for the action.
pub const NOT_ENOUGH_DATA: &str = "not possible yet: PagerDuty's data is incomplete";
/// The notice if a required text is empty.
pub const TEXT_REQUIRED: &str = "write a few words first";
/// The notice if the time-box ran past the chosen extension while the reason was typed.
pub const EXTENSION_OVER: &str = "the time-box would be over already: choose a longer time";
/// The notice if the user closes the dialogue of an operation while the operation is being sent.
pub const STILL_SENDING: &str = "still sending; the result appears here";
/// The notice if the user quits before the outcome of an operation is known.
pub const QUIT_WHILE_SENDING: &str = "still sending: wait for the result, or ctrl-c";
/// The notice after typed text was saved as a draft.
pub const KEPT_AS_DRAFT: &str = "kept as a draft: u continues it";
/// The notice while the draft is being written to the disk.
pub const DRAFT_BEING_SAVED: &str = "writing the draft to the disk; u continues it";
/// The notice if the user quits while a draft is being written to the disk.
pub const LEAVING_WAITS_FOR_DISK: &str =
    "quits once the draft is on the disk; the same key again quits without it";
/// The notice if the editor returned the text unchanged.
pub const EDITOR_UNCHANGED: &str = "the editor left the text unchanged";

/// The notice about a draft that is only in memory.
pub fn draft_not_saved(why: &str) -> String {
    format!("your text is not on the disk and is lost when hubwatch quits: {why}")
}

/// The warning that quitting loses drafts.
pub fn leaving_loses_drafts(why: &str) -> String {
    format!("quitting loses your text; the same key again quits anyway: {why}")
}

/// The notice after the editor failed: the text is unchanged.
pub fn editor_failed(why: &str) -> String {
    format!("the text is unchanged: {why}")
}

/// An operation as a command: "acknowledge", "escalate to level 2".
pub fn describe(operation: &Operation, ctx: &TextContext) -> String {
    match operation {
        Operation::Acknowledge => "acknowledge".to_owned(),
        Operation::Take => "assign to you, and acknowledge".to_owned(),
        Operation::Resolve => "resolve".to_owned(),
        Operation::Note(note) => {
            let time_box = TimeBoxNote::parse(&note.text).map(|said| time_box_note(&said));
            let step = OutageNote::parse(&note.text).map(|said| outage_note(&said));
            let said = time_box.or(step);
            said.map_or("write a note".to_owned(), |said| {
                format!("{said}, by a note")
            })
        }
        Operation::Reassign(Assignee::Person(person)) => {
            format!("reassign to {}", clean(&person.name))
        }
        Operation::Reassign(Assignee::Policy(policy)) => {
            format!("hand to the escalation policy {}", clean(&policy.name))
        }
        Operation::Escalate(level) => format!("escalate to level {level}"),
        Operation::Priority(name) => format!("set the priority to {}", clean(name.as_str())),
        Operation::RemovePriority => "remove the priority".to_owned(),
        Operation::Snooze(length) => {
            let until = crate::domain::now::time_after(ctx.now.wall, *length);
            let until = short_time(until, ctx).text;
            format!(
                "snooze for {}, until about {until}",
                format_duration(*length)
            )
        }
        Operation::Declare(new) => format!("open an incident on {}", clean(&new.service.name)),
    }
}

fn past_tense_of(operation: &Operation) -> &'static str {
    match operation {
        Operation::RemovePriority => "priority removed",
        other => past_tense(other.kind()),
    }
}

fn past_tense(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Acknowledge => "acknowledged",
        OperationKind::Take => "assigned to you and acknowledged",
        OperationKind::Resolve => "resolved",
        OperationKind::Note => "noted",
        OperationKind::Reassign => "reassigned",
        OperationKind::Escalate => "escalated",
        OperationKind::Priority => "priority set",
        OperationKind::Snooze => "snoozed",
        OperationKind::Declare => "opened",
    }
}

fn outage_note(note: &OutageNote) -> String {
    format!("outage step done: {}", step_name(note.step))
}

fn time_box_note(note: &TimeBoxNote) -> String {
    match note {
        TimeBoxNote::Start(length) => format!("start a time-box of {}", format_duration(*length)),
        TimeBoxNote::Extend(more, _) => {
            format!("extend the time-box by {}", format_duration(*more))
        }
        TimeBoxNote::Verdict(verdict, ..) => format!("verdict {}", verdict_name(*verdict)),
    }
}

fn verdict_name(verdict: TimeBoxVerdict) -> &'static str {
    match verdict {
        TimeBoxVerdict::Fixed => "fixed",
        TimeBoxVerdict::Outage => "an outage",
        TimeBoxVerdict::NotAnOutage => "not an outage",
        TimeBoxVerdict::HandedOver => "handed over",
        TimeBoxVerdict::Escalated => "escalated",
        TimeBoxVerdict::FollowUp => "followed up in an issue",
        TimeBoxVerdict::NoFollowUp => "no follow-up needed",
    }
}

/// The prompt above the text field.
pub fn prompt(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Note => "note".to_owned(),
        Purpose::Extend(minutes) => format!("why {minutes}m more"),
        Purpose::Verdict(verdict) => match verdict {
            TimeBoxVerdict::FollowUp => "URL of the issue, and a few words".to_owned(),
            verdict => format!("{}, in a few words (may be empty)", verdict_name(*verdict)),
        },
        Purpose::OutageStep(ChecklistStep::Channel) => {
            "URL of the channel, and a few words (may be empty)".to_owned()
        }
        Purpose::OutageStep(step) => {
            format!("{}, in a few words (may be empty)", step_name(*step))
        }
        Purpose::Declare => "title of the incident".to_owned(),
    }
}

/// A verdict in words.
pub fn verdict_choice(verdict: TimeBoxVerdict) -> &'static str {
    match verdict {
        TimeBoxVerdict::Fixed => "fixed",
        TimeBoxVerdict::Outage => "an outage: set the highest priority",
        TimeBoxVerdict::NotAnOutage => "not an outage",
        TimeBoxVerdict::HandedOver => "hand over to somebody",
        TimeBoxVerdict::Escalated => "escalate",
        TimeBoxVerdict::FollowUp => "a follow-up issue is open",
        TimeBoxVerdict::NoFollowUp => "no follow-up needed",
    }
}

/// The text that an input field starts with.
pub fn initial_text(purpose: &Purpose, cases: &[Arc<Case>], hub: Option<&HubKey>) -> String {
    match (purpose, cases.first(), hub) {
        (Purpose::Declare, Some(case), _) => {
            let place = case::places(case);
            let title = case::title(case);
            match place.as_str() {
                "" => title,
                place if title.contains(place) => title,
                place => format!("{title} on {place}"),
            }
        }
        (Purpose::Declare, None, Some(key)) => format!("{key} does not work"),
        _ => String::new(),
    }
}

/// The title with the hub's name added. A phone shows only the title.
pub fn title_with_hub(title: &str, hub: Option<&HubKey>) -> String {
    match hub.map(HubKey::to_string) {
        Some(place) if !title.contains(&place) => format!("{title} on {place}"),
        _ => title.to_owned(),
    }
}

/// The body of a new incident.
pub fn incident_body(case: Option<&Case>, hub: Option<HubKey>) -> String {
    let about = hub.map(|key| format!("Hub: {key}."));
    let seen = case.map(|case| format!("Seen: {}.", case.title));
    let lines: Vec<_> = [Some("Declared with hubwatch.".to_owned()), about, seen]
        .into_iter()
        .flatten()
        .collect();
    lines.join("\n")
}

/// Describes a step that is still to do.
pub fn describe_remaining(left: &Remaining) -> String {
    match left {
        Remaining::Resolve(number) => format!("#{number} is fixed and still open: resolve it"),
        Remaining::Posts(titles) => format!(
            "left to do: make sure that the public post is closed: {}",
            clean(&titles.join("; "))
        ),
        Remaining::OutageProcedure => {
            "left to do: the outage procedure; the case's page lists its steps".to_owned()
        }
    }
}

/// When the time-box ends. The line stands below an operation that starts a time-box.
pub fn time_box_ends(end: DateTime<Utc>, ctx: &TextContext) -> String {
    format!(
        "the time-box runs until about {}",
        short_time(end, ctx).text
    )
}

/// The age of PagerDuty's data, shown beside a confirmation.
pub fn data_age(age: ExpiringText) -> ExpiringText {
    age.map(|age| format!("PagerDuty as of {age} ago"))
}

/// Describes a warning in a sentence.
pub fn describe_warning(warning: &Warning, ctx: &TextContext) -> String {
    match warning {
        Warning::PostOutlivesIncident(title) => format!(
            "the public post may stay open: {}: make sure that it is closed",
            clean(title)
        ),
        Warning::PostsMayStay(titles) => format!(
            "posts without an incident may be about this and stay open: {}",
            clean(&titles.join("; "))
        ),
        Warning::ImpactMayStay(services) => format!(
            "the page shows an impact on {}, without a post: clear it by hand if it stays",
            clean(&services.join(", "))
        ),
        Warning::PageNotKnown(pages) => format!(
            "{} is not known now: check the page, a post may stay open",
            clean(&pages.join(", "))
        ),
        Warning::GoesPublic(priority, pages) => format!(
            "{} is public: {} may post it automatically and notify subscribers",
            clean(priority.as_str()),
            clean(&pages.join(", "))
        ),
        Warning::ConfiguredEffect(text) => clean(text).into_owned(),
        Warning::ColleaguesTimeBox(names) => format!(
            "acknowledged by {}, not by you: your note sets its time-box",
            clean(&names.join(", "))
        ),
        Warning::TimeBoxOver(end) => format!(
            "even extended, the time-box ended at {}: choose a longer time",
            short_time(*end, ctx).text
        ),
        Warning::NotFresh(state) => format!(
            "PagerDuty is {}: this data may be out of date",
            source::state_name(*state)
        ),
        Warning::EndsEscalation(Some(policy)) => format!(
            "it will no longer escalate if they do not react; to keep escalation, choose the policy {}",
            clean(policy)
        ),
        Warning::EndsEscalation(None) => {
            "it will no longer escalate if they do not react; choose a policy to keep escalation"
                .to_owned()
        }
        Warning::AlsoAcknowledged(names) => format!(
            "already acknowledged by {}: you are added, nobody is replaced",
            clean(&names.join(", "))
        ),
        Warning::TakenFrom(names) => {
            format!("{} acknowledged it: you take it over", clean(&names.join(", ")))
        }
        Warning::PostStays(was, title) => format!(
            "no longer {}, but the public post stays: {}",
            clean(was.as_str()),
            clean(title)
        ),
        Warning::StillFiring(1) => {
            "its alert still fires: it will page again at the repeat interval".to_owned()
        }
        Warning::StillFiring(count) => format!(
            "{count} of its alerts still fire: they will page again at the repeat interval"
        ),
        Warning::FiringNotKnown(sources) => format!(
            "unknown whether its alert still fires: {} does not answer",
            clean(&sources.join(", "))
        ),
        Warning::CountedAsFiring(1) => {
            "PagerDuty counts its alert as firing; no Prometheus here has it".to_owned()
        }
        Warning::CountedAsFiring(count) => format!(
            "PagerDuty counts {count} of its alerts as firing; no Prometheus here has them"
        ),
        Warning::ProbableExcluded(count) => format!(
            "left out: {count} with a merely probable incident; act on each alone"
        ),
        Warning::WithoutIncident(count) => {
            format!("left out: {count} without an open incident")
        }
        Warning::OpenAtHub(all) => {
            let names = all.iter().map(|it| {
                format!("#{} {} ({})", it.number, clean(&it.title), it.status)
            });
            let names: Vec<_> = names.collect();
            format!("open there already: {}", names.join("; "))
        }
        Warning::CaseInDoubt(doubt) => shell::describe_case_doubt(doubt),
        Warning::ToPlaceholder(name) => format!(
            "{} is a placeholder or bot in the configuration: nobody awake would own it",
            clean(name)
        ),
        Warning::LowUrgency(count) => {
            format!("left out: {count} of low urgency; PagerDuty does not escalate those")
        }
        Warning::QuietP1(name) => format!(
            "a snoozed {} does not count in the verdict or in check until it wakes",
            clean(name.as_str())
        ),
        Warning::NoteNotUnderstood => format!(
            "hubwatch does not understand this note: it sets no step, time-box or verdict; the steps of an outage are {}",
            steps_with_notes().join(", ")
        ),
        Warning::ValidatedWhileFiring(1) => "its alert still fires".to_owned(),
        Warning::ValidatedWhileFiring(count) => format!("{count} of its alerts still fire"),
        Warning::NoteInDoubt => {
            "sent before, but the answer was lost: hubwatch looks for it first and sends it only if it is missing"
                .to_owned()
        }
    }
}
