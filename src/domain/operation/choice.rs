//! The prompts before an operation can be confirmed, and their choices.

use std::time::Duration;

use super::Assignee;
use crate::domain::checklist::ChecklistStep;
use crate::domain::ids::{CaseId, PriorityName, ServiceId};
use crate::domain::incident::Reference;
use crate::domain::note::TimeBoxVerdict;

/// A prompt with a list of choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Which incident, if the join is only probable.
    Incident,
    Priority,
    /// For how long it is put aside.
    Snooze,
    /// By how much the time-box is extended.
    Extension,
    /// How long the time-box is.
    TimeBoxLength,
    /// How long the time-box is that only this machine keeps.
    LocalTimeBox,
    Level,
    Assignee,
    /// How the time-box ended.
    Verdict,
    /// Which step of the outage checklist is done.
    OutageStep,
    Service,
}

/// One that can be picked.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// The incident of this case.
    Incident(CaseId),
    /// A priority of the account.
    Priority(PriorityName),
    NoPriority,
    /// A span of time.
    Duration(Duration),
    /// No time-box any more.
    NoTimeBox,
    /// Until the team works again.
    UntilWorkingTime(Duration),
    /// A level of the policy, with who is on call there now. None: not known.
    Level(u32, Option<Vec<String>>),
    /// A person or a policy.
    Assignee(Assignee),
    /// How the time-box ended.
    Verdict(TimeBoxVerdict),
    /// A step of the outage checklist.
    OutageStep(ChecklistStep),
    Service(Reference<ServiceId>),
}

/// How a time-box can end, each with its key.
pub const VERDICT_KEYS: [(char, TimeBoxVerdict); 7] = [
    ('f', TimeBoxVerdict::Fixed),
    ('o', TimeBoxVerdict::Outage),
    ('n', TimeBoxVerdict::NotAnOutage),
    ('h', TimeBoxVerdict::HandedOver),
    ('e', TimeBoxVerdict::Escalated),
    ('i', TimeBoxVerdict::FollowUp),
    ('x', TimeBoxVerdict::NoFollowUp),
];

impl Prompt {
    /// Whether the list is long: what is typed then narrows it.
    pub fn is_filterable(self) -> bool {
        matches!(self, Self::Assignee | Self::Service)
    }
}

impl Choice {
    /// The key that picks it, as the `index`-th of a short list: a letter, or its number from 1.
    pub fn shortcut(&self, index: usize) -> Option<char> {
        match self {
            Self::Verdict(verdict) => {
                let mut keys = VERDICT_KEYS.iter();
                keys.find(|(_, other)| other == verdict)
                    .map(|(key, _)| *key)
            }
            Self::Level(level, _) => char::from_digit(*level, 10),
            _ => {
                let digit = u32::try_from(index).ok()?.checked_add(1)?;
                char::from_digit(digit, 10)
            }
        }
    }

    /// The text by which a typed filter finds it.
    pub fn filter_text(&self) -> String {
        let words = match self {
            Self::Assignee(Assignee::Person(person)) => person.name.to_string(),
            Self::Assignee(Assignee::Policy(policy)) => format!("{} policy", policy.name),
            Self::Service(service) => service.name.to_string(),
            _ => String::new(),
        };
        words.to_lowercase()
    }
}
