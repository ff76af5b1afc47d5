//! Operations that the user sends to PagerDuty, and their outcomes. They are plain data, which is used everywhere from
//! the key press to the journal.

mod choice;
mod draft;
mod not_sent;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{CaseId, HubKey, PolicyId, PriorityName, ServiceId};
use super::incident::{Incident, IncidentStatus, Person, Reference, Urgency};
use super::note::TimeBoxNote;
use crate::domain::source::SourceState;

pub use choice::{Choice, Prompt, VERDICT_KEYS};
pub use draft::{Draft, DraftAccount, DraftIncident, DraftKey, Purpose};
pub use not_sent::{LookupKind, NotSent, NotSentReason, find_by_name};
pub use outcome::{IncidentChange, OperationResult, Outcome, OutcomeDetail, detect_changes};

/// An operation on an incident. The operation is unambiguous when it is sent: levels are absolute numbers, and people
/// are ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    Acknowledge,
    /// Assign the incident to the user and acknowledge it.
    Take,
    Resolve,
    Note(OutgoingNote),
    /// Assign the incident to somebody else.
    Reassign(Assignee),
    /// Escalate the incident to this level of its policy, counted from 1.
    Escalate(u32),
    /// Set the incident's priority.
    Priority(PriorityName),
    /// Remove the incident's priority.
    RemovePriority,
    /// Snooze the incident for this time, from one second to seven days.
    Snooze(Duration),
    /// Open a new incident.
    Declare(Declaration),
}

/// A note to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingNote {
    pub text: String,
    /// Whether PagerDuty did not answer an earlier write of this note. Before the note is sent again, hubwatch searches
    /// for it.
    pub in_doubt: bool,
}

/// The new assignee of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// A person. Assigning to a person ends the escalation chain.
    Person(Person),
    /// An escalation policy. The incident goes to the policy's first level and escalates from there.
    Policy(Reference<PolicyId>),
}

/// A new incident, for a problem without an incident in PagerDuty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// PagerDuty's `incident_key`. PagerDuty rejects a second open incident with the same key.
    pub key: String,
    /// The time of the declaration, if later declarations may repeat the key. A resolved incident with this key counts
    /// as this declaration's incident only if it was created at this time or later. `None` if no other declaration has
    /// the key.
    pub since: Option<DateTime<Utc>>,
    pub title: String,
    pub service: Reference<ServiceId>,
    pub priority: Option<PriorityName>,
    pub hub: Option<HubKey>,
    /// The text of the incident's body.
    pub details: String,
}

/// The kinds of operations. Scripts and the journal use their names.
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
    /// Whether the operation is a note that starts, extends or ends a time-box.
    pub fn is_time_box_note(&self) -> bool {
        matches!(self, Self::Note(note) if TimeBoxNote::parse(&note.text).is_some())
    }
}

/// The user who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: Person,
    /// The user's e-mail address. PagerDuty requires it in the header `From` of every write.
    pub email: String,
}

/// Operations on incidents that are confirmed together. The first operation is sent for all incidents, then the second
/// operation, and so on.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationBatch {
    /// The number of the batch, unique within this run of the program.
    pub number: u64,
    /// The operations, in order. If an operation fails for an incident, the later operations are skipped for that
    /// incident.
    pub operations: Vec<Operation>,
    /// The incidents as they were shown when the batch was confirmed. Empty for a declaration.
    pub incidents: Vec<Arc<Incident>>,
    /// The user who acts. `None` if the user is unknown.
    pub actor: Option<Actor>,
}

impl OperationBatch {
    /// Gives every operation on every incident the same outcome.
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

/// An action that the user picks for cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum IncidentAction {
    Acknowledge,
    /// Assign the incident to the user and acknowledge it.
    Take,
    /// Say how the time-box ended.
    Verdict,
    /// Write a note.
    Note,
    /// Extend the time-box, with a reason. If no time-box runs, start one.
    TimeBox,
    /// Set the priority.
    Priority,
    /// Assign the incident to a person or a policy.
    Reassign,
    /// Escalate to a level.
    Escalate,
    Snooze,
    /// Mark a step of the outage checklist as done.
    OutageStep,
    /// Open the prefilled follow-up issue.
    FollowUp,
    /// Open an incident for a problem without an incident in PagerDuty.
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

impl OperationKind {
    /// The reason why PagerDuty would refuse the operation on an incident in this state. `None` if no reason is known.
    pub fn unavailable_on(self, incident: &Incident) -> Option<Unavailable> {
        match self {
            Self::Snooze if incident.status != IncidentStatus::Acknowledged => {
                Some(Unavailable::NotAcknowledged)
            }
            Self::Escalate if incident.urgency == Urgency::Low => Some(Unavailable::LowUrgency),
            _ => None,
        }
    }
}

/// The reason why an action is not possible on these cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// There is no incident to act on.
    NoIncident,
    /// The time-box is kept only on this machine, so there is no incident to which a verdict can be written.
    LocalTimeBox,
    /// The case already has an incident.
    HasIncident,
    /// The action is possible only for one case at a time.
    MultipleCases,
    Resolved,
    /// PagerDuty snoozes only acknowledged incidents.
    NotAcknowledged,
    /// PagerDuty does not escalate incidents of low urgency, not even by hand.
    LowUrgency,
    /// The account has no priorities.
    NoPriorities,
    /// The case is not a P1, or its checklist has no step that a note can mark.
    NoChecklist,
    /// No template for follow-up issues is configured.
    NoTemplate,
    /// PagerDuty is not configured.
    NoPagerduty,
}

/// A consequence of an operation that the user might overlook.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// PagerDuty's data is not fresh, so the screen may be outdated.
    NotFresh(SourceState),
    /// Assigning the incident to a person ends the escalation chain. The field is the name of the policy that escalates
    /// the incident now, if known.
    EndsEscalation(Option<String>),
    /// These people have already acknowledged the incident.
    AlsoAcknowledged(Vec<String>),
    /// These people lose the incident.
    TakenFrom(Vec<String>),
    /// A P1 gets a less severe priority, but the public post with this title stays open.
    PostStays(PriorityName, String),
    /// The P1 is resolved, but the public post with this title may stay open.
    PostOutlivesIncident(String),
    /// These posts are joined to no incident. They may be about this incident, and may stay open.
    PostsMayStay(Vec<String>),
    /// A page shows these services as impacted without a post. It may continue to do so.
    ImpactMayStay(Vec<String>),
    /// The present posts of these pages are not known.
    PageNotKnown(Vec<String>),
    /// This priority creates a post on these pages. The pages notify their subscribers.
    GoesPublic(PriorityName, Vec<String>),
    /// A consequence of the most severe priority, in the words of the configuration.
    ConfiguredEffect(String),
    /// The time-box belongs to these people, who acknowledged the incident.
    ColleaguesTimeBox(Vec<String>),
    /// The extended time-box would already be over; it would end at this time.
    TimeBoxOver(DateTime<Utc>),
    /// This number of the incident's alerts still fire, so the incident will page again at the repeat interval.
    StillFiring(usize),
    /// These Prometheuses have no fresh data, so it is unknown whether the incident's alerts fire.
    FiringNotKnown(Vec<String>),
    /// No configured Prometheus has the incident's alerts. PagerDuty counts this many of them as triggered.
    CountedAsFiring(u32),
    /// This number of cases are left out, since their join with an incident is only probable.
    ProbableExcluded(usize),
    /// This number of the cases have no open incident.
    WithoutIncident(usize),
    /// These incidents are already open at the hub of the declaration.
    OpenAtHub(Vec<Arc<Incident>>),
    /// The case of the declaration may not exist, or may already have an incident.
    CaseInDoubt(CaseDoubt),
    /// The new assignee, with this name, is a configured placeholder or bot, so nobody may see the incident.
    ToPlaceholder(String),
    /// A P1 is snoozed. Until the snooze ends, the P1 affects neither the verdict nor `check`.
    QuietP1(PriorityName),
    /// This number of the incidents have low urgency, so PagerDuty does not escalate them.
    LowUrgency(usize),
    /// The note begins with hubwatch's mark, but hubwatch does not understand it, so it has no effect.
    NoteNotUnderstood,
    /// The note says that somebody checked the end of the outage, but this number of alerts still fire.
    ValidatedWhileFiring(usize),
    /// PagerDuty did not answer an earlier write of this note, so hubwatch searches for the note first.
    NoteInDoubt,
}

/// An unknown fact about the case of a declaration.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseDoubt {
    /// It is unknown whether the case exists, since these sources did not answer completely. The list is empty if no
    /// configured source could contain the case.
    NotSeen(CaseId, Vec<String>),
    /// It is unknown whether the case has an open incident, since these sources did not answer completely.
    IncidentNotKnown(CaseId, Vec<String>),
    /// This incident may belong to the case.
    MayHaveIncident(CaseId, Arc<Incident>),
}

/// A step that remains after an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// The verdict says that the problem is fixed, but the incident with this number is still open.
    Resolve(u64),
    /// These posts on the public page may stay open although their P1 is over.
    Posts(Vec<String>),
    /// The incident has become an outage, and the team's outage procedure has steps.
    OutageProcedure,
}

#[cfg(test)]
mod tests;
