//! What a person asks PagerDuty to do, and what came of it: plain data, from the key to the journal.

mod changes;
mod choice;
mod draft;
mod incident_action;
mod not_sent;
mod outcome;
mod warning;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{HubKey, PolicyId, PriorityName, ServiceId};
use super::incident::{Incident, Person, Reference};

pub use changes::{IncidentChange, detect_changes};
pub use choice::{Choice, Prompt, VERDICT_KEYS};
pub use draft::{Draft, DraftIncident, DraftKey, Purpose};
pub use incident_action::{IncidentAction, Unavailable};
pub use not_sent::{LookupKind, NotSent, NotSentReason, find_by_name};
pub use outcome::{OperationResult, Outcome, OutcomeDetail};
pub use warning::Warning;

/// What is done to an incident. Each leaves no doubt when it is sent: a level is absolute, a person is
/// an id.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Acknowledge it.
    Acknowledge,
    /// Assign it to me and acknowledge it.
    Take,
    /// Resolve it.
    Resolve,
    /// Write a note.
    Note(OutgoingNote),
    /// Give it to somebody else.
    Reassign(Assignee),
    /// Escalate it to this level of its policy, from 1.
    Escalate(u32),
    /// Set its priority.
    Priority(PriorityName),
    /// Put it aside for so long: from a second to seven days.
    Snooze(Duration),
    /// Open a new one.
    Declare(Declaration),
}

/// A note on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingNote {
    /// What it says.
    pub text: String,
    /// An earlier attempt to send it had no answer: it is looked for before it is sent again.
    pub in_doubt: bool,
}

/// Who gets an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// A person: that ends the escalation chain.
    Person(Person),
    /// A policy: its first level gets it, and it escalates from there.
    Policy(Reference<PolicyId>),
}

/// An incident that only we see the reason for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its key: with a second attempt PagerDuty refuses what the first one opened.
    pub key: String,
    /// Where later declarations have the same key: one that was over before this moment was another. None:
    /// the key is this one's alone.
    pub since: Option<DateTime<Utc>>,
    /// Its title.
    pub title: String,
    /// Its service.
    pub service: Reference<ServiceId>,
    /// Its priority.
    pub priority: Option<PriorityName>,
    /// The hub that it is about.
    pub hub: Option<HubKey>,
    /// What is known of it, for its body.
    pub details: String,
}

/// The kinds of deeds, by the names that scripts and the journal read.
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
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OperationKind {
    /// [`Operation::Acknowledge`]
    Acknowledge,
    /// [`Operation::Take`]
    Take,
    /// [`Operation::Resolve`]
    Resolve,
    /// [`Operation::Note`]
    Note,
    /// [`Operation::Reassign`]
    Reassign,
    /// [`Operation::Escalate`]
    Escalate,
    /// [`Operation::Priority`]
    Priority,
    /// [`Operation::Snooze`]
    Snooze,
    /// [`Operation::Declare`]
    Declare,
}

impl Operation {
    /// Its kind.
    pub fn kind(&self) -> OperationKind {
        match self {
            Self::Acknowledge => OperationKind::Acknowledge,
            Self::Take => OperationKind::Take,
            Self::Resolve => OperationKind::Resolve,
            Self::Note(_) => OperationKind::Note,
            Self::Reassign(_) => OperationKind::Reassign,
            Self::Escalate(_) => OperationKind::Escalate,
            Self::Priority(_) => OperationKind::Priority,
            Self::Snooze(_) => OperationKind::Snooze,
            Self::Declare(_) => OperationKind::Declare,
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: Person,
    /// Their address, sent as `From`: PagerDuty wants it on every write.
    pub email: String,
}

/// Deeds on incidents, confirmed as one: all incidents get the first deed, then all the second.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationBatch {
    /// Tells it from every other attempt of this program.
    pub number: u64,
    /// What is to be done, in this order. What fails for an incident ends it for that one.
    pub operations: Vec<Operation>,
    /// To which incidents, as they were shown when they were confirmed. Empty for a declaration.
    pub incidents: Vec<Arc<Incident>>,
    /// Who acts; none where PagerDuty has not told who we are.
    pub actor: Option<Actor>,
}

impl OperationBatch {
    /// What it comes to where every deed on every incident comes to the same.
    pub fn uniform_outcomes(&self, detail: &OutcomeDetail) -> Vec<Outcome> {
        let deeds = self.operations.iter();
        deeds
            .flat_map(|deed| {
                let declares = deed.kind() == OperationKind::Declare;
                let nobody = declares.then_some(None);
                let incidents = self.incidents.iter().filter(move |_| !declares).map(Some);
                nobody
                    .into_iter()
                    .chain(incidents)
                    .map(|on| Outcome::new(deed, on.map(|on| &on.id), detail.clone(), None))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
