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
    /// The incident. The prompt is needed if the case's join with its incident is only probable.
    Incident,
    Priority,
    /// The duration of the snooze.
    Snooze,
    /// The time by which the time-box is extended.
    Extension,
    /// The length of the time-box.
    TimeBoxLength,
    /// The length of a time-box that is kept only on this machine.
    LocalTimeBox,
    Level,
    Assignee,
    /// How the time-box ended.
    Verdict,
    /// The step of the outage checklist that is done.
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
    /// A level of the policy, with the names of the people who are on call there now. `None` if the names are unknown.
    Level(u32, Option<Vec<String>>),
    /// A person or a policy.
    Assignee(Assignee),
    /// How the time-box ended.
    Verdict(TimeBoxVerdict),
    /// A step of the outage checklist.
    OutageStep(ChecklistStep),
    Service(Reference<ServiceId>),
}

/// The ways in which a time-box can end, each with its key.
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
    /// Whether typed text filters the list. Only long lists are filtered.
    pub fn is_filterable(self) -> bool {
        matches!(self, Self::Assignee | Self::Service)
    }
}

impl Choice {
    /// The key that picks the choice: a letter, or a number from 1. `index` is the choice's index in a short list, from
    /// 0.
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

    /// The text in which a typed filter is searched, in lower case.
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
