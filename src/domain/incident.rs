//! PagerDuty incidents: their state, their alerts, and the log.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{CaseId, Fingerprint, IncidentId, PolicyId, PriorityName, ServiceId, UserId};
use super::labels::Labels;
use super::source::PartName;

/// The status of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IncidentStatus {
    /// Nobody has acknowledged it.
    Triggered,
    /// Somebody has.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// How loudly it pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Urgency {
    /// It escalates.
    High,
    /// It never escalates.
    Low,
}

/// A reference to a user: the id decides, the name is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The user's id.
    pub id: UserId,
    /// Their name, as PagerDuty's `summary` or `name` gives it.
    pub name: Arc<str>,
}

/// Who something is assigned to, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Since when.
    pub at: DateTime<Utc>,
    /// To whom.
    pub to: Person,
}

/// An acknowledgement in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom. Acknowledgements by a service (an integration) are not a person's and left out.
    pub by: Person,
}

/// How it reached its assignees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedVia {
    EscalationPolicy,
    /// By hand: it will not escalate.
    DirectAssignment,
}

/// The actions that PagerDuty takes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// The acknowledgement expires.
    Unacknowledge,
    /// It goes to the next level.
    Escalate,
    /// PagerDuty resolves it automatically.
    Resolve,
    /// It begins to page loudly.
    UrgencyChange,
}

/// A pending action and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAction {
    pub kind: PendingKind,
    /// When.
    pub at: DateTime<Utc>,
}

/// A thing that PagerDuty names by id and summary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference<I> {
    pub id: I,
    pub name: Arc<str>,
}

/// An alert inside an incident, with the data of its event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentAlert {
    /// PagerDuty's id of it.
    pub id: String,
    /// Whether it is over.
    pub resolved: bool,
    /// The event's dedup key, where it had one.
    pub alert_key: Option<String>,
    /// When it came.
    pub created_at: Option<DateTime<Utc>>,
    /// PagerDuty keeps it from paging.
    pub suppressed: bool,
    /// Fingerprints in the event's details (Alertmanager 0.30 and later).
    pub fingerprints: Vec<Fingerprint>,
    /// Label sets in the event's details, in either of Alertmanager's formats.
    pub label_sets: Vec<Labels>,
}

/// The kinds of entries in PagerDuty's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// The incident was triggered.
    Trigger,
    /// It was acknowledged; the expiry in seconds, where there is one.
    Acknowledge {
        /// Seconds until the acknowledgement expires.
        timeout: Option<u32>,
    },
    /// The acknowledgement expired or was taken back.
    Unacknowledge,
    /// It was resolved.
    Resolve,
    /// It was assigned.
    Assign {
        /// To whom.
        to: Vec<Person>,
    },
    /// It moved to another escalation policy.
    Delegate {
        /// To whom that assigned it.
        to: Vec<Person>,
    },
    /// It went to another level.
    Escalate {
        /// To whom.
        to: Vec<Person>,
    },
    /// Somebody was notified.
    Notify { who: Option<Person> },
    /// A note was written.
    Annotate {
        /// The text, if the log carries it.
        text: Option<String>,
    },
    /// It was snoozed.
    Snooze {
        /// Until when, if the log says so.
        until: Option<DateTime<Utc>>,
    },
    /// A snooze ended.
    Unsnooze,
    /// The urgency changed.
    UrgencyChange,
    /// The priority changed; `None` is no priority.
    PriorityChange {
        /// The priority before.
        from: Option<PriorityName>,
        /// The priority after.
        to: Option<PriorityName>,
    },
    /// A field changed; which one is not known.
    FieldChange,
    /// The policy began again from its first level.
    RepeatEscalation,
    /// The policy has no further level.
    ExhaustEscalation,
    /// One that we do not know: its type as the wire spells it.
    Other(String),
}

impl LogKind {
    /// Whether nothing is judged by an entry of this kind, so that one which cannot be read is no loss.
    pub fn decides_nothing(&self) -> bool {
        matches!(
            self,
            Self::Notify { .. } | Self::UrgencyChange | Self::ExhaustEscalation | Self::Other(_)
        )
    }
}

/// One entry of PagerDuty's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    pub id: String,
    /// The incident that it is about.
    pub incident: IncidentId,
    /// When it happened.
    pub at: DateTime<Utc>,
    pub kind: LogKind,
    /// The person who did it, if a person did.
    pub agent: Option<Person>,
    /// Whether its author is known: a person, a service or an integration.
    #[serde(default = "is_known")]
    pub agent_known: bool,
    /// By which way it came, of a trigger entry: `website`, `api`, `email` ….
    #[serde(default)]
    pub channel: Option<String>,
    /// PagerDuty's own sentence.
    pub summary: String,
}

// Entries that were kept on disk before this was asked.
fn is_known() -> bool {
    true
}

/// A field of an incident that decides: without it the incident is another thing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IncidentField {
    Priority,
    Assignments,
    Acknowledgements,
    PendingActions,
}

/// A PagerDuty incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    pub id: IncidentId,
    /// Its number in the account.
    pub number: u64,
    pub title: String,
    /// Its page for people.
    pub url: Option<String>,
    pub status: IncidentStatus,
    /// How loudly it pages.
    pub urgency: Urgency,
    pub service: Option<Reference<ServiceId>>,
    /// Its escalation policy.
    pub policy: Option<Reference<PolicyId>>,
    /// Its priority as the account names it.
    pub priority: Option<PriorityName>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// The person who resolved it; `None` if it is open, or the log does not say.
    pub resolved_by: Option<Person>,
    pub assignments: Vec<Assignment>,
    /// How it was assigned to them.
    pub assigned_via: Option<AssignedVia>,
    /// The acknowledgements in force.
    pub acknowledgements: Vec<Acknowledgement>,
    /// Actions that PagerDuty will take by itself.
    pub pending: Vec<PendingAction>,
    /// The fields that could not be read: their values here mean nothing.
    #[serde(default)]
    pub unread_fields: BTreeSet<IncidentField>,
    /// The key of the event that opened it.
    pub incident_key: Option<String>,
    /// How many of its alerts are still triggered, where PagerDuty counts them.
    pub triggered_alerts: Option<u32>,
    /// A number or link to join the call.
    pub conference: Option<String>,
    /// Its alerts, where they have been read.
    pub alerts: Vec<IncidentAlert>,
    /// Whether `alerts` has been read as of `updated_at`.
    pub alerts_known: bool,
    /// Whether its log has been read from its beginning to the present.
    #[serde(default)]
    pub log_known: bool,
    /// Whether its own log has been read since it got its present priority: the account's log may lack the change.
    #[serde(default)]
    pub priority_log_known: bool,
}

const DECLARED: &str = "hubwatch ";

/// The key of a declaration for a case; `tail` distinguishes declarations for one case.
pub fn declaration_key(case: &CaseId, tail: &str) -> String {
    format!("{DECLARED}{case} {tail}")
}

fn declared_case(key: &str) -> Option<CaseId> {
    let case = key.strip_prefix(DECLARED)?.split(' ').next()?;
    case.parse().ok()
}

impl Incident {
    /// Whether it is not over.
    pub fn is_open(&self) -> bool {
        self.status != IncidentStatus::Resolved
    }

    /// The case that hubwatch declared it for, by its key.
    pub fn declared_for(&self) -> Option<CaseId> {
        declared_case(self.incident_key.as_deref()?)
    }

    /// This incident with the alerts and log of `other`, which were not read again.
    #[must_use]
    pub fn with_details_of(&self, other: &Self) -> Self {
        Self {
            alerts: other.alerts.clone(),
            alerts_known: other.alerts_known,
            log_known: other.log_known,
            priority_log_known: other.priority_log_known && other.priority == self.priority,
            ..self.clone()
        }
    }

    /// The parts of an open incident that could not be read.
    pub fn unread_parts(&self) -> impl Iterator<Item = PartName> {
        let alerts = (!self.alerts_known).then_some(PartName::Alerts);
        let log = (!self.log_known).then_some(PartName::Log);
        let parts = alerts.into_iter().chain(log);
        parts.filter(|_| self.is_open())
    }

    /// Whether judgement needs its log and the log is not known: only an acknowledged incident has a time-box or can
    /// be snoozed.
    pub fn lacks_log(&self) -> bool {
        self.status == IncidentStatus::Acknowledged && !self.log_known
    }

    /// Whether judgement needs its alerts, and they are not known.
    pub fn lacks_alerts(&self) -> bool {
        self.is_open() && !self.alerts_known
    }

    /// Whether PagerDuty's automatic actions could be read.
    pub fn knows_pending(&self) -> bool {
        !self.unread_fields.contains(&IncidentField::PendingActions)
    }

    /// When PagerDuty will do `kind` automatically, if it will.
    pub fn pending_at(&self, kind: PendingKind) -> Option<DateTime<Utc>> {
        self.pending
            .iter()
            .filter(|action| action.kind == kind)
            .map(|action| action.at)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::HubKey;

    #[test]
    fn a_declarations_key_names_its_case() {
        let cases = [
            CaseId::Alert(Fingerprint(0xab)),
            CaseId::Hub(HubKey::new("leap", "prod")),
        ];
        for case in cases {
            let key = declaration_key(&case, "ADA 17 x");
            assert_eq!(declared_case(&key), Some(case));
        }
        for key in [
            "",
            "hubwatch",
            "hubwatch ",
            "hubwatch 00ab12",
            "other alert:00ab",
            "srv/disk",
        ] {
            assert_eq!(declared_case(key), None, "{key}");
        }
    }
}
