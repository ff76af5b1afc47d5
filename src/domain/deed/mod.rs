//! What a person asks PagerDuty to do, and what came of it: plain data, from the key to the journal.

mod ask;
mod draft;
mod outcome;
mod seen;
mod unsent;
mod warning;
mod wish;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{HubKey, PolicyId, PriorityName, ServiceId};
use super::incident::{Incident, Named, Person};

pub use ask::{Offer, Question, VERDICTS};
pub use draft::{Draft, DraftAbout, DraftKey, Purpose};
pub use outcome::{DeedResult, Outcome, Why};
pub use seen::{Change, changes};
pub use unsent::{Reason, Sought, Unsent, meant};
pub use warning::Warning;
pub use wish::{Obstacle, Wish};

/// What is done to an incident. Each leaves no doubt when it is sent: a level is absolute, a person is
/// an id.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Acknowledge it.
    Acknowledge,
    /// Assign it to me and acknowledge it.
    Take,
    /// Resolve it.
    Resolve,
    /// Write a note.
    Note(Note),
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
pub struct Note {
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
    Policy(Named<PolicyId>),
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
    pub service: Named<ServiceId>,
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
pub enum DeedKind {
    /// [`Deed::Acknowledge`]
    Acknowledge,
    /// [`Deed::Take`]
    Take,
    /// [`Deed::Resolve`]
    Resolve,
    /// [`Deed::Note`]
    Note,
    /// [`Deed::Reassign`]
    Reassign,
    /// [`Deed::Escalate`]
    Escalate,
    /// [`Deed::Priority`]
    Priority,
    /// [`Deed::Snooze`]
    Snooze,
    /// [`Deed::Declare`]
    Declare,
}

impl Deed {
    /// Its kind.
    pub fn kind(&self) -> DeedKind {
        match self {
            Self::Acknowledge => DeedKind::Acknowledge,
            Self::Take => DeedKind::Take,
            Self::Resolve => DeedKind::Resolve,
            Self::Note(_) => DeedKind::Note,
            Self::Reassign(_) => DeedKind::Reassign,
            Self::Escalate(_) => DeedKind::Escalate,
            Self::Priority(_) => DeedKind::Priority,
            Self::Snooze(_) => DeedKind::Snooze,
            Self::Declare(_) => DeedKind::Declare,
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Person,
    /// Their address, sent as `From`: PagerDuty wants it on every write.
    pub email: String,
}

/// Deeds on incidents, confirmed as one: all incidents get the first deed, then all the second.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Tells it from every other attempt of this program.
    pub number: u64,
    /// What is to be done, in this order. What fails for an incident ends it for that one.
    pub deeds: Vec<Deed>,
    /// To which incidents, as they were shown when they were confirmed. Empty for a declaration.
    pub on: Vec<Arc<Incident>>,
    /// Who acts; none where PagerDuty has not told who we are.
    pub by: Option<Actor>,
}

impl Attempt {
    /// What it comes to where every deed on every incident comes to the same.
    pub fn all_come_to(&self, why: &Why) -> Vec<Outcome> {
        let deeds = self.deeds.iter();
        deeds
            .flat_map(|deed| {
                let declares = deed.kind() == DeedKind::Declare;
                let nobody = declares.then_some(None);
                let on = self.on.iter().filter(move |_| !declares).map(Some);
                nobody
                    .into_iter()
                    .chain(on)
                    .map(|on| Outcome::new(deed, on.map(|on| &on.id), why.clone(), None))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
