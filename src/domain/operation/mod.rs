//! Operations that a person sends to PagerDuty, and their outcomes: plain data, from the key to the journal.

mod choice;
mod draft;
mod not_sent;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{CaseId, HubKey, PolicyId, PriorityName, ServiceId};
use super::incident::{Incident, Person, Reference};
use super::note::TimeBoxNote;
use crate::domain::source::SourceState;

pub use choice::{Choice, Prompt, VERDICT_KEYS};
pub use draft::{Draft, DraftAccount, DraftIncident, DraftKey, Purpose};
pub use not_sent::{LookupKind, NotSent, NotSentReason, find_by_name};
pub use outcome::{IncidentChange, OperationResult, Outcome, OutcomeDetail, detect_changes};

/// An operation on an incident. Each is unambiguous when it is sent: a level is absolute, a person is an id.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    Acknowledge,
    /// Assign it to me and acknowledge it.
    Take,
    Resolve,
    /// Write a note.
    Note(OutgoingNote),
    /// Give it to somebody else.
    Reassign(Assignee),
    /// Escalate it to this level of its policy, from 1.
    Escalate(u32),
    /// Set its priority.
    Priority(PriorityName),
    /// Take its priority away.
    RemovePriority,
    /// Snooze for this time: from a second to seven days.
    Snooze(Duration),
    /// Open a new one.
    Declare(Declaration),
}

/// A note to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingNote {
    pub text: String,
    /// An earlier write of this note had no answer: the note is searched for before it is sent again.
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
    /// PagerDuty's `incident_key`: it rejects a second open incident with the same key.
    pub key: String,
    /// For a key that later declarations repeat: an incident with that key that was resolved before this time is
    /// another one. `None`: no other declaration has the key.
    pub since: Option<DateTime<Utc>>,
    pub title: String,
    pub service: Reference<ServiceId>,
    pub priority: Option<PriorityName>,
    /// The hub that it is about.
    pub hub: Option<HubKey>,
    /// The text of the incident's body.
    pub details: String,
}

/// The kinds of operations, by the names that scripts and the journal read.
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
    /// [`Operation::Priority`], [`Operation::RemovePriority`]
    Priority,
    /// [`Operation::Snooze`]
    Snooze,
    /// [`Operation::Declare`]
    Declare,
}

impl Operation {
    pub fn kind(&self) -> OperationKind {
        match self {
            Self::Acknowledge => OperationKind::Acknowledge,
            Self::Take => OperationKind::Take,
            Self::Resolve => OperationKind::Resolve,
            Self::Note(_) => OperationKind::Note,
            Self::Reassign(_) => OperationKind::Reassign,
            Self::Escalate(_) => OperationKind::Escalate,
            Self::Priority(_) | Self::RemovePriority => OperationKind::Priority,
            Self::Snooze(_) => OperationKind::Snooze,
            Self::Declare(_) => OperationKind::Declare,
        }
    }
}

impl Operation {
    /// Whether it is a note that starts, extends or ends a time-box.
    pub fn is_time_box_note(&self) -> bool {
        matches!(self, Self::Note(note) if TimeBoxNote::parse(&note.text).is_some())
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: Person,
    /// Their address, sent as `From`: PagerDuty wants it on every write.
    pub email: String,
}

/// Operations on incidents, confirmed as one: all incidents get the first operation, then all the second.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationBatch {
    /// No other batch of this run has this number.
    pub number: u64,
    /// The operations in their order. One that fails for an incident ends the batch for that incident.
    pub operations: Vec<Operation>,
    /// The incidents as they were shown when the batch was confirmed. Empty for a declaration.
    pub incidents: Vec<Arc<Incident>>,
    /// The user who acts; `None` if PagerDuty has not given one.
    pub actor: Option<Actor>,
}

impl OperationBatch {
    /// The same outcome for every operation on every incident.
    pub fn uniform_outcomes(&self, detail: &OutcomeDetail) -> Vec<Outcome> {
        let operations = self.operations.iter();
        operations
            .flat_map(|operation| {
                let declares = operation.kind() == OperationKind::Declare;
                let nobody = declares.then_some(None);
                let incidents = self.incidents.iter().filter(move |_| !declares).map(Some);
                nobody.into_iter().chain(incidents).map(|on| {
                    let id = on.map(|on| &on.id);
                    let outcome = Outcome::new(operation, id, detail.clone(), None);
                    on.map_or(outcome.clone(), |on| outcome.named_by(on))
                })
            })
            .collect()
    }
}

/// An action that a person picks for cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum IncidentAction {
    Acknowledge,
    /// Assign to me and acknowledge.
    Take,
    /// Decide what the time-box asked.
    Verdict,
    /// Write a note.
    Note,
    /// More time, and why; where no box runs, one.
    TimeBox,
    /// Set the priority.
    Priority,
    /// Give it to a person or a policy.
    Reassign,
    /// Escalate to a level.
    Escalate,
    /// Put aside.
    Snooze,
    /// Say that a step of the outage checklist is done.
    OutageStep,
    /// Open the prefilled follow-up issue.
    FollowUp,
    /// Open an incident for what only we see.
    Declare,
    Resolve,
}

impl IncidentAction {
    /// The action's name in the menu.
    pub fn label(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Take => "take: assign it to you, and acknowledge",
            Self::Verdict => "decide: say how the time-box ended",
            Self::Note => "write a note",
            Self::TimeBox => "start or extend the time-box",
            Self::Priority => "set the priority",
            Self::Reassign => "reassign to a person or a policy",
            Self::Escalate => "escalate to a level",
            Self::Snooze => "snooze",
            Self::OutageStep => "say that a step of the outage is done",
            Self::FollowUp => "open a follow-up issue",
            Self::Declare => "declare: open an incident",
            Self::Resolve => "resolve",
        }
    }
}

/// Why it cannot be done to these cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// There is no incident: nothing to do it to.
    NoIncident,
    /// The time-box is only here: no incident could take the verdict.
    LocalTimeBox,
    /// There is an incident already.
    HasIncident,
    /// It is done to one case at a time.
    MultipleCases,
    Resolved,
    /// PagerDuty snoozes only what is acknowledged.
    NotAcknowledged,
    /// PagerDuty escalates no incident of low urgency, not even by hand.
    LowUrgency,
    /// The account has no priorities.
    NoPriorities,
    /// It is no P1, or its checklist has no step that a note can mark.
    NoChecklist,
    /// No template for follow-up issues is configured.
    NoTemplate,
    /// PagerDuty is not configured.
    NoPagerduty,
}

/// A consequence of an operation that is easily forgotten.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// PagerDuty's data is not fresh: what is shown may be past.
    NotFresh(SourceState),
    /// To give it to a person ends the escalation chain: the policy's name, where one escalates it now.
    EndsEscalation(Option<String>),
    /// These acknowledged it already.
    AlsoAcknowledged(Vec<String>),
    /// It is taken from these.
    TakenFrom(Vec<String>),
    /// A P1 becomes milder and the public post stays: its title.
    PostStays(PriorityName, String),
    /// The public post may stay when the P1 is resolved: its title.
    PostOutlivesIncident(String),
    /// These posts are joined to no incident: they may be about it, and stay.
    PostsMayStay(Vec<String>),
    /// These services are marked on a page without a post, and may stay so.
    ImpactMayStay(Vec<String>),
    /// It is not known what these pages show now.
    PageNotKnown(Vec<String>),
    /// This priority puts a post on these pages and notifies their subscribers.
    GoesPublic(PriorityName, Vec<String>),
    /// A consequence of the most severe priority, in the configuration's words.
    ConfiguredEffect(String),
    /// The time-box is of these people, who acknowledged.
    ColleaguesTimeBox(Vec<String>),
    /// The time-box ended at this time.
    TimeBoxOver(DateTime<Utc>),
    /// This number of its alerts fire: it will page again at the repeat interval.
    StillFiring(usize),
    /// Whether its alerts fire is not known, since these Prometheuses have no fresh data.
    FiringNotKnown(Vec<String>),
    /// No Prometheus here has its alerts; PagerDuty counts this many as triggered.
    CountedAsFiring(u32),
    /// The number of cases that are left out since their join is only probable.
    ProbableExcluded(usize),
    /// This number of the cases have no open incident.
    WithoutIncident(usize),
    /// These are open at the hub that one is declared for.
    OpenAtHub(Vec<Arc<Incident>>),
    /// The case that one is declared for may not be there, or may have an incident.
    CaseInDoubt(CaseDoubt),
    /// Nobody reads at night what this one gets: it is a configured placeholder or bot.
    ToPlaceholder(String),
    /// A P1 that is snoozed counts neither in the verdict nor in `check` until it wakes.
    QuietP1(PriorityName),
    /// This number of them are of low urgency, which PagerDuty does not escalate.
    LowUrgency(usize),
    /// It begins as a note for hubwatch does, and says nothing that hubwatch knows: nothing follows from it.
    NoteNotUnderstood,
    /// It says that the end was validated, and this number of its alerts fire.
    ValidatedWhileFiring(usize),
    /// An earlier write of this note had no answer: the note is searched for first.
    NoteInDoubt,
}

/// A fact about the case of a declaration that is not known.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseDoubt {
    /// Whether it exists: these sources did not answer in full. An empty list: no source is configured that could
    /// know.
    NotSeen(CaseId, Vec<String>),
    /// Whether it has an open incident: these sources do not answer in full.
    IncidentNotKnown(CaseId, Vec<String>),
    /// This one may be its incident.
    MayHaveIncident(CaseId, Arc<Incident>),
}

/// Something that is left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// The verdict is that it is fixed, and the incident of this number is open.
    Resolve(u64),
    /// These posts on the public page may stay open without their P1.
    Posts(Vec<String>),
    /// It is an outage now: the team's procedure has steps.
    OutageProcedure,
}

#[cfg(test)]
mod tests;
