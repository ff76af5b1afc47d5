//! The checklist of an outage: the steps that are necessary during an open P1 and after it.

use std::sync::Arc;
use strum::IntoEnumIterator as _;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The steps, in the order in which they are shown. Configuration, notes and JSON use the same names.
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
    /// The incident has the most severe priority.
    P1,
    /// A human acknowledged the incident.
    Acknowledged,
    /// There is a chat channel for the outage.
    Channel,
    /// The support desk told the community.
    ToldCommunity,
    /// A post on the status page is about the outage.
    Posted,
    /// A second human helps.
    SecondResponder,
    /// The public got an update within the promised time.
    Updated,
    /// Somebody checked that the outage is over.
    Validated,
    /// The incident is resolved.
    Resolved,
    /// The support desk's ticket is closed.
    SupportResolved,
    /// The post is closed.
    PostClosed,
    /// The tracker has an issue for the incident report.
    ReportIssue,
}

impl ChecklistStep {
    /// Whether the step comes after the incident is resolved. The count of steps beside an open incident leaves such a
    /// step out.
    pub fn is_after_resolve(self) -> bool {
        self >= Self::Resolved
    }

    /// Whether a note can mark the step as done. Notes are needed only where no other data reliably shows that the step
    /// is done.
    pub fn can_be_noted(self) -> bool {
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

/// The names of the steps that a note can mark as done, as written in notes.
pub fn steps_with_notes() -> Vec<String> {
    let steps = ChecklistStep::iter().filter(|step| step.can_be_noted());
    steps.map(|step| step.to_string()).collect()
}

/// The state of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    Done(StepDone),
    NotDone,
    /// Some of the data about the step could not be read.
    NotKnown,
}

/// Who did a step, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepDone {
    /// A person, or the status page that shows that the step was done. `None` if unknown.
    pub by: Option<Arc<str>>,
    pub at: Option<DateTime<Utc>>,
    /// Whether a note marks the step as done. If not, other data shows that the step is done.
    pub is_by_note: bool,
    /// The address in the note (such as the channel's), or the note's text.
    pub detail: Option<String>,
}

/// A step with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    pub step: ChecklistStep,
    pub state: StepState,
}

/// The number of steps, of done steps and of steps with unknown state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChecklistCount {
    pub done: usize,
    pub not_known: usize,
    pub all: usize,
}

impl ChecklistCount {
    /// Counts the steps of a checklist.
    pub fn from_items(items: &[ChecklistItem]) -> Self {
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
