//! The outcome of an operation by what the server holds, not by what was wanted; and whether an incident is still as
//! the person was shown it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Operation, OperationKind, Unavailable};
use crate::domain::ids::{IncidentId, PriorityName, UserId};
use crate::domain::incident::{Acknowledgement, Incident, IncidentStatus, Person};

/// In one word, by the names that scripts and the journal read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OperationResult {
    /// It was done, and read back.
    Done,
    /// It was so before.
    Already,
    /// It was not done, or not as intended.
    Refused,
    /// It is not known whether it was done.
    Unknown,
}

/// Why, and what was read back.
#[derive(Clone, Debug, PartialEq)]
pub enum OutcomeDetail {
    /// PagerDuty shows the change, with its time if known.
    Confirmed {
        /// Since when.
        at: Option<DateTime<Utc>>,
        /// The answer was lost, and a later read showed the change.
        response_lost: bool,
        /// Acknowledgements by others beside it, the oldest first: they may have arrived just before ours.
        other_acks: Vec<Acknowledgement>,
    },
    /// It was so before: by whom and since when, where known.
    Already {
        /// By whom.
        by: Vec<Person>,
        /// Since when.
        at: Option<DateTime<Utc>>,
        /// Acknowledgements by others beside it, the oldest first.
        other_acks: Vec<Acknowledgement>,
    },
    /// The incident differs from what was shown: nothing was sent, and it must be confirmed again.
    Changed(Vec<IncidentChange>),
    /// It was resolved: to acknowledge it would reopen it and assign it to the person who does.
    Resolved {
        /// By whom.
        by: Option<Person>,
        /// When.
        at: Option<DateTime<Utc>>,
    },
    /// It was resolved just before our acknowledgement came, which reopened it.
    Reopened {
        /// Who had resolved it.
        by: Option<Person>,
    },
    /// It cannot be done to this incident.
    Unavailable(Unavailable),
    /// hubwatch was started to write nothing.
    ReadOnly,
    /// Neither PagerDuty nor the configuration has given the user.
    NoActor,
    /// An earlier operation of the same batch failed for this incident.
    Skipped,
    /// PagerDuty rejected it, with its code where it gave one.
    Rejected {
        /// Its code (1001 …).
        code: Option<u32>,
        /// Its words, and ours.
        text: String,
    },
    /// It could not be asked, and nothing was sent.
    Unreachable(String),
    /// The answer was lost, and the look that should show the outcome failed for this reason.
    Unverified(String),
    /// The answer was lost, and PagerDuty does not show it: it may still come.
    NotVisibleYet(String),
    /// The answer was good, and yet PagerDuty shows something else.
    Diverged(Vec<IncidentChange>),
}

/// The outcome of one operation on one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The incident; `None` if a declaration opened none.
    pub incident: Option<IncidentId>,
    pub operation: Operation,
    /// In one word.
    pub result: OperationResult,
    /// Why, and what was read back.
    pub detail: OutcomeDetail,
    /// The incident as it is now, where it was read.
    pub read_back: Option<Arc<Incident>>,
    /// The incident as it was last known before, by which it is named where it was not read.
    pub shown: Option<Arc<Incident>>,
}

impl Outcome {
    /// The outcome of `operation` on an incident, with the incident as it was read.
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

    /// This outcome, with the title and number of the incident as it was last read.
    #[must_use]
    pub fn named_by(self, shown: &Arc<Incident>) -> Self {
        Self {
            shown: Some(Arc::clone(shown)),
            ..self
        }
    }

    /// The incident by which it is named: as it is now, else as it was last known.
    pub fn named_incident(&self) -> Option<&Incident> {
        self.read_back.as_deref().or(self.shown.as_deref())
    }

    /// Whether it is now as intended.
    pub fn is_success(&self) -> bool {
        matches!(
            self.result,
            OperationResult::Done | OperationResult::Already
        )
    }

    /// Whether the server may have the text in spite of the failure: it is then searched for before it is sent again.
    pub fn leaves_doubt(&self) -> bool {
        match self.result {
            OperationResult::Done | OperationResult::Already => false,
            OperationResult::Unknown => true,
            // A text that was in doubt before stays so until it is searched for.
            OperationResult::Refused => {
                matches!(&self.operation, Operation::Note(note) if note.in_doubt)
            }
        }
    }

    /// The incident as it is now, if nothing was sent because it had changed and it is still open: it can be
    /// confirmed again.
    pub fn incident_to_confirm_again(&self) -> Option<&Arc<Incident>> {
        let changed = matches!(self.detail, OutcomeDetail::Changed(_));
        let fresh = self.read_back.as_ref().filter(|_| changed);
        fresh.filter(|fresh| fresh.is_open())
    }

    /// The operation's kind.
    pub fn kind(&self) -> OperationKind {
        self.operation.kind()
    }
}

impl OutcomeDetail {
    /// The result in one word.
    pub fn result(&self) -> OperationResult {
        match self {
            Self::Confirmed { .. } => OperationResult::Done,
            Self::Already { .. } => OperationResult::Already,
            Self::Unverified(_) | Self::NotVisibleYet(_) => OperationResult::Unknown,
            // It was done, with another result than intended.
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

/// A change of an incident between the screen and the write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentChange {
    /// It was resolved.
    Resolved {
        /// By whom, where known.
        by: Option<Person>,
        /// When, where known.
        at: Option<DateTime<Utc>>,
    },
    /// It was over and is open again.
    Reopened,
    /// These acknowledged it.
    Acknowledged(Vec<Person>),
    /// The acknowledgements of these people have ended, while others' have not.
    AcknowledgementsEnded(Vec<Person>),
    /// All acknowledgements have ended.
    Unacknowledged,
    /// It is assigned to others now; nobody: empty.
    Reassigned(Vec<Person>),
    /// It has another priority.
    Priority(Option<PriorityName>),
    /// It belongs to another escalation policy, by name.
    Policy(Option<String>),
    /// It is called otherwise.
    Title(String),
    /// Its acknowledgement ends at another time than before: it was snoozed.
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
