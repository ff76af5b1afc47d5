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
    /// Which incident is meant, if the case's join with its incident is only probable.
    Incident,
    Priority,
    /// How long to snooze the incident.
    Snooze,
    /// By how much to extend the time-box.
    Extension,
    /// The length of the time-box.
    TimeBoxLength,
    /// The length of a time-box that is kept only on this machine.
    LocalTimeBox,
    Level,
    Assignee,
    /// How the time-box ended.
    Verdict,
    /// Which step of the outage checklist is done.
    OutageStep,
    Service,
}

/// A choice at a prompt.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// The incident of this case.
    Incident(CaseId),
    Priority(PriorityName),
    NoPriority,
    Duration(Duration),
    /// End the time-box.
    NoTimeBox,
    /// The time until the team works again.
    UntilWorkingTime(Duration),
    /// A level of the policy, with the names of the people on call there now. `None` if these are not known.
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
    /// Whether typed text filters the list, since the list is long.
    pub fn is_filterable(self) -> bool {
        matches!(self, Self::Assignee | Self::Service)
    }
}

impl Choice {
    /// The key that picks the choice, which is at `index` (from 0) of a short list: a letter, or a number from 1.
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

    /// The text that a typed filter is matched against, in lower case.
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
