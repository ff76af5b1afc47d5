//! The outcome of an operation. The outcome is the state on the server afterwards, not the intended state. Also detects
//! whether an incident has changed since the user saw it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Operation, OperationKind, Unavailable};
use crate::domain::ids::{IncidentId, PriorityName, UserId};
use crate::domain::incident::{Acknowledgement, Incident, IncidentStatus, Person};

/// The result as one word. Scripts and the journal use these words.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OperationResult {
    /// The operation was done, and a read confirmed it.
    Done,
    /// The incident was already as intended.
    Already,
    /// The operation was not done, or not as intended.
    Refused,
    /// It is unknown whether the operation was done.
    Unknown,
}

/// The reason for a result, with the data that was read back.
#[derive(Clone, Debug, PartialEq)]
pub enum OutcomeDetail {
    /// PagerDuty shows the change.
    Confirmed {
        /// The time of the change, if known.
        at: Option<DateTime<Utc>>,
        /// Whether the response was lost, and only a later read showed the change.
        response_lost: bool,
        /// Acknowledgements by other people, oldest first. They may have arrived just before the user's own.
        other_acks: Vec<Acknowledgement>,
    },
    /// The incident was already as intended, so nothing had to be done.
    Already {
        /// The people who had already done the operation, if known.
        by: Vec<Person>,
        /// The time since which the incident is as intended, if known.
        at: Option<DateTime<Utc>>,
        /// Acknowledgements by other people, oldest first.
        other_acks: Vec<Acknowledgement>,
    },
    /// The incident differs from the one that the user saw. Nothing was sent, and the operation must be confirmed
    /// again.
    Changed(Vec<IncidentChange>),
    /// The incident is resolved. Nothing was sent, since an acknowledgement would reopen the incident and assign it to
    /// the user.
    Resolved {
        /// The person who resolved the incident, if known.
        by: Option<Person>,
        /// The time of the resolve, if known.
        at: Option<DateTime<Utc>>,
    },
    /// The incident was resolved just before the acknowledgement arrived, which reopened it.
    Reopened {
        /// The person who had resolved the incident.
        by: Option<Person>,
    },
    /// The operation is not possible on this incident.
    Unavailable(Unavailable),
    /// hubwatch was started in read-only mode.
    ReadOnly,
    /// Neither PagerDuty nor the configuration shows who the user is.
    NoActor,
    /// An earlier operation of the same batch failed for this incident.
    Skipped,
    /// PagerDuty rejected the operation.
    Rejected {
        /// PagerDuty's error code (such as 1001), if it gave one.
        code: Option<u32>,
        /// PagerDuty's message, with an explanation by hubwatch.
        text: String,
    },
    /// PagerDuty could not be reached, and nothing was sent.
    Unreachable(String),
    /// The response was lost. The read that should show the outcome failed for this reason.
    Unverified(String),
    /// The response was lost. PagerDuty does not show the change, but the change may still arrive.
    NotVisibleYet(String),
    /// The response was good, but PagerDuty shows a different state.
    Diverged(Vec<IncidentChange>),
}

/// The outcome of one operation on one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The incident's id; `None` if a declaration opened no incident.
    pub incident: Option<IncidentId>,
    pub operation: Operation,
    pub result: OperationResult,
    pub detail: OutcomeDetail,
    /// The incident after the operation, if it was read.
    pub read_back: Option<Arc<Incident>>,
    /// The last known state of the incident before the operation. If `read_back` is `None`, the incident's title and
    /// number come from this state.
    pub shown: Option<Arc<Incident>>,
}

impl Outcome {
    pub fn new(
        operation: &Operation,
        incident: Option<&IncidentId>,
        detail: OutcomeDetail,
        read_back: Option<Arc<Incident>>,
    ) -> Self {
        Self {
            incident: incident.cloned(),
            operation: operation.clone(),
            result: detail.result(),
            detail,
            read_back,
            shown: None,
        }
    }

    /// Adds the last known state of the incident, which gives title and number.
    #[must_use]
    pub fn named_by(self, shown: &Arc<Incident>) -> Self {
        Self {
            shown: Some(Arc::clone(shown)),
            ..self
        }
    }

    /// The incident that gives the outcome its title and number: the incident as read back, or else its last known
    /// state.
    pub fn named_incident(&self) -> Option<&Incident> {
        self.read_back.as_deref().or(self.shown.as_deref())
    }

    /// Whether the incident is now as intended.
    pub fn is_success(&self) -> bool {
        matches!(
            self.result,
            OperationResult::Done | OperationResult::Already
        )
    }

    /// Whether PagerDuty may have the text although the operation failed. If so, hubwatch searches for the text before
    /// it sends the text again.
    pub fn leaves_doubt(&self) -> bool {
        match self.result {
            OperationResult::Done | OperationResult::Already => false,
            OperationResult::Unknown => true,
            // An earlier attempt may have written the note. Only a search can end that doubt. The refusal of this
            // attempt does not end it.
            OperationResult::Refused => {
                matches!(&self.operation, Operation::Note(note) if note.in_doubt)
            }
        }
    }

    /// The incident as read back, if nothing was sent because the incident had changed. `None` if the incident is no
    /// longer open, since the operation cannot be confirmed again for a closed incident.
    pub fn incident_to_confirm_again(&self) -> Option<&Arc<Incident>> {
        let changed = matches!(self.detail, OutcomeDetail::Changed(_));
        let fresh = self.read_back.as_ref().filter(|_| changed);
        fresh.filter(|fresh| fresh.is_open())
    }

    pub fn kind(&self) -> OperationKind {
        self.operation.kind()
    }
}

impl OutcomeDetail {
    pub fn result(&self) -> OperationResult {
        match self {
            Self::Confirmed { .. } => OperationResult::Done,
            Self::Already { .. } => OperationResult::Already,
            Self::Unverified(_) | Self::NotVisibleYet(_) => OperationResult::Unknown,
            // The operation was done, but with another result than intended.
            Self::Reopened { .. } | Self::Diverged(_) => OperationResult::Refused,
            Self::Changed(_)
            | Self::Resolved { .. }
            | Self::Unavailable(_)
            | Self::ReadOnly
            | Self::NoActor
            | Self::Skipped
            | Self::Rejected { .. }
            | Self::Unreachable(_) => OperationResult::Refused,
        }
    }
}

/// A change of an incident after the screen showed it and before the write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentChange {
    /// The incident was resolved.
    Resolved {
        /// The person who resolved the incident, if known.
        by: Option<Person>,
        /// The time of the resolve, if known.
        at: Option<DateTime<Utc>>,
    },
    /// The incident was resolved, but is open again.
    Reopened,
    /// These people acknowledged the incident.
    Acknowledged(Vec<Person>),
    /// The acknowledgements of these people have ended, but those of others have not.
    AcknowledgementsEnded(Vec<Person>),
    /// All acknowledgements have ended.
    Unacknowledged,
    /// The incident is assigned to these people now. Empty if it is assigned to nobody.
    Reassigned(Vec<Person>),
    /// The incident has this priority now, or none.
    Priority(Option<PriorityName>),
    /// The incident now belongs to the escalation policy with this name, or to none.
    Policy(Option<String>),
    /// The incident has this title now.
    Title(String),
    /// The acknowledgement ends at another time than before: the incident was snoozed until this time.
    SnoozedUntil(DateTime<Utc>),
}

/// The differences between `shown` and `fresh` that matter for a decision.
pub fn detect_changes(shown: &Incident, fresh: &Incident) -> Vec<IncidentChange> {
    if shown.is_open() && !fresh.is_open() {
        let (by, at) = (fresh.resolved_by.clone(), fresh.resolved_at);
        return vec![IncidentChange::Resolved { by, at }];
    }
    let mut detect_changes = Vec::new();
    if !shown.is_open() && fresh.is_open() {
        detect_changes.push(IncidentChange::Reopened);
    }
    detect_changes.extend(acknowledgement_change(shown, fresh));
    if assignees(shown) != assignees(fresh) {
        let to = fresh.assignments.iter().map(|one| one.to.clone());
        detect_changes.push(IncidentChange::Reassigned(to.collect()));
    }
    if shown.priority != fresh.priority {
        detect_changes.push(IncidentChange::Priority(fresh.priority.clone()));
    }
    let policy = |incident: &Incident| incident.policy.as_ref().map(|policy| policy.id.clone());
    if policy(shown) != policy(fresh) {
        let name = fresh.policy.as_ref().map(|policy| policy.name.to_string());
        detect_changes.push(IncidentChange::Policy(name));
    }
    if shown.title != fresh.title {
        detect_changes.push(IncidentChange::Title(fresh.title.clone()));
    }
    detect_changes
}

fn acknowledgement_change(shown: &Incident, fresh: &Incident) -> Option<IncidentChange> {
    let (before, after) = (acknowledgers(shown), acknowledgers(fresh));
    let ended =
        shown.status == IncidentStatus::Acknowledged && fresh.status == IncidentStatus::Triggered;
    if ended || (after.is_empty() && !before.is_empty()) {
        return Some(IncidentChange::Unacknowledged);
    }
    if before == after {
        return None;
    }
    let by = fresh.acknowledgements.iter().map(|one| &one.by);
    let new: Vec<_> = by.filter(|by| !before.contains(&by.id)).cloned().collect();
    if !new.is_empty() {
        return Some(IncidentChange::Acknowledged(new));
    }
    let by = shown.acknowledgements.iter().map(|one| &one.by);
    let gone = by.filter(|by| !after.contains(&by.id)).cloned();
    Some(IncidentChange::AcknowledgementsEnded(gone.collect()))
}

fn assignees(incident: &Incident) -> BTreeSet<UserId> {
    let all = incident.assignments.iter();
    all.map(|one| one.to.id.clone()).collect()
}

fn acknowledgers(incident: &Incident) -> BTreeSet<UserId> {
    let all = incident.acknowledgements.iter();
    all.map(|one| one.by.id.clone()).collect()
}
