//! What is to be done, what that entails, and what came of it.

mod change;
mod draft;
mod outcome;
pub mod shell;
mod warning;
mod wish;

pub use change::{change, changes};
pub use draft::{draft, drafts, drafts_found, dropped, not_open};
pub use outcome::{detail, meaning, outcome, outcome_on, summary, why};
pub use warning::warning;
pub use wish::{goes_to, obstacle, offer, own_box, question, why_not, wish};

use std::sync::Arc;

use super::case;
use super::durations::span;
use super::moments::moment;
use super::sanitize::clean;
use super::voice::{Said, Voice};
use crate::domain::case::Case;
use crate::domain::ids::HubKey;
use crate::domain::note::{TimeBoxNote, TimeBoxVerdict};
use crate::domain::operation::{Assignee, Operation, Purpose};

/// Nothing may be written.
pub const READ_ONLY: &str = "read-only: hubwatch writes nothing";
/// There is nothing to act on.
pub const NOTHING_SELECTED: &str = "nothing is selected that could be acted on";
/// Something that is needed is not there.
pub const NOT_YET: &str = "not possible yet: PagerDuty has not told enough";
/// A text is needed.
pub const NO_WORDS: &str = "write a few words first";
/// It goes on without its window.
pub const STILL_SENDING: &str = "still sending; what comes of it is told here";
/// It is not left before it is known what came of it.
pub const QUIT_WAITS: &str = "still sending: wait for what comes of it, or ctrl-c";
/// What was typed is not lost.
pub const KEPT: &str = "kept as a draft: u goes on with it";
/// Nothing was left unsent.
pub const NO_DRAFTS: &str = "no draft: all that was typed is sent";

/// The editor gave back what it was given.
pub const UNCHANGED: &str = "the editor changed nothing";

/// The editor gave nothing.
pub fn not_edited(why: &str) -> String {
    format!("the text is as it was: {why}")
}

/// What a deed does, as a command: "acknowledge", "escalate to level 2".
pub fn deed(deed: &Operation, voice: &Voice) -> String {
    match deed {
        Operation::Acknowledge => "acknowledge".to_owned(),
        Operation::Take => "assign to you, and acknowledge".to_owned(),
        Operation::Resolve => "resolve".to_owned(),
        Operation::Note(note) => TimeBoxNote::parse(&note.text).map_or_else(
            || "write a note".to_owned(),
            |said| format!("{}, by a note", time_box(&said)),
        ),
        Operation::Reassign(Assignee::Person(person)) => {
            format!("reassign to {}", clean(&person.name))
        }
        Operation::Reassign(Assignee::Policy(policy)) => {
            format!("hand to the escalation policy {}", clean(&policy.name))
        }
        Operation::Escalate(level) => format!("escalate to level {level}"),
        Operation::Priority(name) => format!("set the priority to {}", clean(name.as_str())),
        Operation::Snooze(length) => {
            let until = crate::domain::now::time_after(voice.now.wall, *length);
            let until = moment(until, voice).text;
            format!("snooze for {}, until about {until}", span(*length))
        }
        Operation::Declare(new) => format!("open an incident on {}", clean(&new.service.name)),
    }
}

fn time_box(said: &TimeBoxNote) -> String {
    match said {
        TimeBoxNote::Start(length) => format!("start a time-box of {}", span(*length)),
        TimeBoxNote::Extend(more, _) => format!("{} more for the time-box", span(*more)),
        TimeBoxNote::Verdict(verdict, ..) => format!("verdict {}", ended_as(*verdict)),
    }
}

fn ended_as(verdict: TimeBoxVerdict) -> &'static str {
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

/// What is typed, above the line.
pub fn prompt(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Note => "note".to_owned(),
        Purpose::Extend(minutes) => format!("why {minutes}m more"),
        Purpose::Verdict(verdict) => match verdict {
            TimeBoxVerdict::FollowUp => "address of the issue, and a few words".to_owned(),
            verdict => format!("{}, in a few words (may be empty)", self::verdict(*verdict)),
        },
        Purpose::Declare => "title of the incident".to_owned(),
    }
}

/// A verdict in words.
pub fn verdict(verdict: TimeBoxVerdict) -> &'static str {
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

/// What a text begins as where nothing was typed yet.
pub fn suggested(purpose: &Purpose, cases: &[Arc<Case>], hub: Option<&HubKey>) -> String {
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

/// A title that says where: it is all that a phone shows.
pub fn titled(title: &str, hub: Option<&HubKey>) -> String {
    match hub.map(HubKey::to_string) {
        Some(place) if !title.contains(&place) => format!("{title} on {place}"),
        _ => title.to_owned(),
    }
}

/// What a new incident's body says.
pub fn details(case: Option<&Case>, hub: Option<HubKey>) -> String {
    let about = hub.map(|key| format!("Hub: {key}."));
    let seen = case.map(|case| format!("Seen: {}.", case.title));
    let lines: Vec<_> = [Some("Declared with hubwatch.".to_owned()), about, seen]
        .into_iter()
        .flatten()
        .collect();
    lines.join("\n")
}

/// How old PagerDuty's data is, beside a confirmation.
pub fn data_age(age: Said) -> Said {
    age.map(|age| format!("as PagerDuty told {age} ago"))
}
