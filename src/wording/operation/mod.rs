//! Words for operations: their description, their side effects, and their outcome.

mod action;
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
pub use draft::{
    describe_draft, draft_dropped, draft_target_closed, drafts_found, no_drafts, unsent_drafts,
};
pub use outcome::{
    describe_change, describe_changes, describe_detail, describe_outcome, describe_outcome_on,
    outcome_counts, outcome_detail, outcome_meaning,
};

/// The text of a read-only session.
pub const READ_ONLY: &str = "read-only: hubwatch writes nothing";
/// The notice if nothing is selected that an action could be for.
pub const NOTHING_SELECTED: &str = "nothing is selected that could be acted on";
/// The notice if PagerDuty's data is not complete enough for the action.
pub const NOT_ENOUGH_DATA: &str = "not possible yet: PagerDuty has not told enough";
/// The notice if a required text is empty.
pub const TEXT_REQUIRED: &str = "write a few words first";
/// The notice if the time-box ran past the chosen extension while the reason was typed.
pub const EXTENSION_OVER: &str = "that would be over already: choose a longer time";
/// The notice when the dialogue of an operation is closed while it is being sent.
pub const STILL_SENDING: &str = "still sending; what comes of it is told here";
/// Shown on quitting while an outcome is not known yet.
pub const QUIT_WHILE_SENDING: &str = "still sending: wait for what comes of it, or ctrl-c";
/// The notice after typed text was kept as a draft.
pub const KEPT_AS_DRAFT: &str = "kept as a draft: u goes on with it";
/// The notice while the draft is being written to the disk.
pub const DRAFT_BEING_SAVED: &str = "writing the draft to the disk; u goes on with it";
/// The notice if the user quits while a draft is being written to the disk.
pub const LEAVING_WAITS_FOR_DISK: &str =
    "leaving once the draft is on the disk; the same key again leaves without it";
/// The notice if the editor returned the text unchanged.
pub const EDITOR_UNCHANGED: &str = "the editor changed nothing";

/// The notice about a draft that is kept in memory only.
pub fn draft_not_saved(why: &str) -> String {
    format!("what you typed is not on the disk and would be lost with the program: {why}")
}

/// The warning before quitting loses drafts.
pub fn leaving_loses_drafts(why: &str) -> String {
    format!("leaving loses what you typed; the same key again leaves all the same: {why}")
}

/// The notice after the editor failed: the text is unchanged.
pub fn editor_failed(why: &str) -> String {
    format!("the text is as it was: {why}")
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
        TimeBoxNote::Extend(more, _) => format!("{} more for the time-box", format_duration(*more)),
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
            TimeBoxVerdict::FollowUp => "address of the issue, and a few words".to_owned(),
            verdict => format!("{}, in a few words (may be empty)", verdict_name(*verdict)),
        },
        Purpose::OutageStep(ChecklistStep::Channel) => {
            "address of the channel, and a few words (may be empty)".to_owned()
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

/// A title that names the hub, since a phone shows only the title.
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

/// A step that is left to do, as a sentence.
pub fn describe_remaining(left: &Remaining) -> String {
    match left {
        Remaining::Resolve(number) => format!("#{number} is fixed and still open: resolve it"),
        Remaining::Posts(titles) => format!(
            "left to do: see that the public post is closed: {}",
            clean(&titles.join("; "))
        ),
        Remaining::OutageProcedure => {
            "left to do: the outage procedure; its steps stand in the case's detail".to_owned()
        }
    }
}

/// When the time-box ends; the line below an operation that starts one.
pub fn time_box_ends(end: DateTime<Utc>, ctx: &TextContext) -> String {
    format!(
        "the time-box runs until about {}",
        short_time(end, ctx).text
    )
}

/// How old PagerDuty's data is, beside a confirmation.
pub fn data_age(age: ExpiringText) -> ExpiringText {
    age.map(|age| format!("as PagerDuty told {age} ago"))
}

/// A warning, as a sentence.
pub fn describe_warning(warning: &Warning, ctx: &TextContext) -> String {
    match warning {
        Warning::PostOutlivesIncident(title) => format!(
            "the public post may stay open: {}: see that it is closed",
            clean(title)
        ),
        Warning::PostsMayStay(titles) => format!(
            "open on the page and joined to no incident, they may be about this and stay: {}",
            clean(&titles.join("; "))
        ),
        Warning::ImpactMayStay(services) => format!(
            "the page shows {} without a post: that may stay until it is cleared by hand",
            clean(&services.join(", "))
        ),
        Warning::PageNotKnown(pages) => format!(
            "what {} shows the public is not known now: look at it, a post may stay",
            clean(&pages.join(", "))
        ),
        Warning::GoesPublic(priority, pages) => format!(
            "{} is public: {} may post it by itself and tell its subscribers",
            clean(priority.as_str()),
            clean(&pages.join(", "))
        ),
        Warning::ConfiguredEffect(text) => clean(text).into_owned(),
        Warning::ColleaguesTimeBox(names) => format!(
            "this is the time-box of {}: what you send counts for it",
            clean(&names.join(", "))
        ),
        Warning::TimeBoxOver(end) => format!(
            "the time-box is over even so, since {}: take a longer time",
            short_time(*end, ctx).text
        ),
        Warning::NotFresh(state) => format!(
            "PagerDuty is {}: what is shown here may be past",
            source::state_name(*state)
        ),
        Warning::EndsEscalation(Some(policy)) => format!(
            "it will not escalate any more if they do not react: to keep that, choose the policy {}",
            clean(policy)
        ),
        Warning::EndsEscalation(None) => {
            "it will not escalate any more if they do not react: choose a policy to keep that"
                .to_owned()
        }
        Warning::AlsoAcknowledged(names) => format!(
            "{} acknowledged it already: it stays theirs, and you stand beside them",
            clean(&names.join(", "))
        ),
        Warning::TakenFrom(names) => {
            format!("{} acknowledged it: you take it from them", clean(&names.join(", ")))
        }
        Warning::PostStays(was, title) => format!(
            "no longer {}, but the public post stays as it is: {}",
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
            "whether its alert still fires is not known: {} does not answer now",
            clean(&sources.join(", "))
        ),
        Warning::CountedAsFiring(1) => {
            "by PagerDuty's count its alert still fires; no Prometheus here knows it".to_owned()
        }
        Warning::CountedAsFiring(count) => format!(
            "by PagerDuty's count {count} of its alerts still fire; no Prometheus here knows them"
        ),
        Warning::ProbableExcluded(count) => format!(
            "left out: {count} whose alert belongs to its incident only probably; act on each alone"
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
            "{} is no person who is awake (a placeholder or bot in the configuration): nobody would hold it",
            clean(name)
        ),
        Warning::LowUrgency(count) => {
            format!("left out: {count} of low urgency, which PagerDuty does not escalate")
        }
        Warning::QuietP1(name) => format!(
            "a snoozed {} does not count: until it wakes the verdict and check may be calm",
            clean(name.as_str())
        ),
        Warning::NoteNotUnderstood => format!(
            "hubwatch does not understand it, and no step, time-box or verdict follows from it; the steps of an outage are {}",
            steps_with_notes().join(", ")
        ),
        Warning::ValidatedWhileFiring(1) => "its alert still fires".to_owned(),
        Warning::ValidatedWhileFiring(count) => format!("{count} of its alerts still fire"),
        Warning::NoteInDoubt => {
            "it was sent before and the answer was lost: it is looked for first, and sent only if it is not there"
                .to_owned()
        }
    }
}
