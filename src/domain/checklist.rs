//! The checklist of an outage: what must have been done about an open P1, and after it.

use std::sync::Arc;
use strum::IntoEnumIterator as _;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A step, in the order in which they are shown. The names are those of the configuration, of notes and of JSON.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ChecklistStep {
    /// It has the most severe priority.
    P1,
    /// A human acknowledged it.
    Acknowledged,
    /// There is a chat channel for it.
    Channel,
    /// The support desk told the community.
    ToldCommunity,
    /// A post on the status page is about it.
    Posted,
    /// A second human helps.
    SecondResponder,
    /// The public got news within the time that is promised.
    Updated,
    /// Somebody checked that it is over.
    Validated,
    /// The incident is resolved.
    Resolved,
    /// The support desk's ticket is closed.
    SupportResolved,
    /// The post is closed.
    PostClosed,
    /// There is an issue for the report.
    ReportIssue,
}

impl ChecklistStep {
    /// Whether it comes after the incident is resolved. Those before it are counted beside the open incident.
    pub fn is_after_resolve(self) -> bool {
        self >= Self::Resolved
    }

    /// Whether a note can mark it as done, since nothing else shows it, or not always.
    pub fn can_be_said(self) -> bool {
        matches!(
            self,
            Self::Channel
                | Self::ToldCommunity
                | Self::SecondResponder
                | Self::Validated
                | Self::SupportResolved
        )
    }
}

/// The names of the steps that a note can mark, as a note writes them.
pub fn steps_that_are_said() -> Vec<String> {
    let said = ChecklistStep::iter().filter(|step| step.can_be_said());
    said.map(|step| step.to_string()).collect()
}

/// The state of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    Done(StepDone),
    NotDone,
    /// Not all of its data could be read.
    NotKnown,
}

/// Who did a step, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepDone {
    /// A person, or the status page that shows it; `None` if not known.
    pub by: Option<Arc<str>>,
    pub at: Option<DateTime<Utc>>,
    /// Whether a note marks it as done; else the data itself shows it.
    pub is_said: bool,
    /// The address in the note, such as the channel's, or the note's text.
    pub detail: Option<String>,
}

/// A step and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    pub step: ChecklistStep,
    pub state: StepState,
}

/// How many steps there are, and how many of them are done or not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChecklistCount {
    pub done: usize,
    pub not_known: usize,
    pub all: usize,
}

impl ChecklistCount {
    /// The count of a checklist.
    pub fn of(items: &[ChecklistItem]) -> Self {
        let count = |wanted: fn(&StepState) -> bool| {
            let states = items.iter().map(|item| &item.state);
            states.filter(|state| wanted(state)).count()
        };
        Self {
            done: count(|state| matches!(state, StepState::Done(_))),
            not_known: count(|state| *state == StepState::NotKnown),
            all: items.len(),
        }
    }
}
