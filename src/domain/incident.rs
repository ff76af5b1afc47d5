//! PagerDuty incidents: their state, their alerts and their log.

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
    /// Nobody has acknowledged the incident.
    Triggered,
    /// Somebody has acknowledged the incident.
    Acknowledged,
    Resolved,
}

/// How urgently PagerDuty notifies people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Urgency {
    /// The incident escalates.
    High,
    /// The incident never escalates.
    Low,
}

/// A reference to a user. The id identifies the user; the name is shown on the screen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The user's id.
    pub id: UserId,
    /// The user's name, from PagerDuty's `summary` or `name`.
    pub name: Arc<str>,
}

/// An assignment of an incident to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub at: DateTime<Utc>,
    pub to: Person,
}

/// An acknowledgement that is still valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub at: DateTime<Utc>,
    /// The person who acknowledged. Acknowledgements by a service (an integration) are left out.
    pub by: Person,
}

/// The way in which an incident was assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedVia {
    EscalationPolicy,
    /// Somebody assigned the incident by hand, so it will not escalate.
    DirectAssignment,
}

/// The actions that PagerDuty takes automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// The acknowledgement expires.
    Unacknowledge,
    /// PagerDuty escalates the incident to the next level.
    Escalate,
    /// PagerDuty resolves the incident.
    Resolve,
    /// PagerDuty raises the incident's urgency to high.
    UrgencyChange,
}

/// A pending action and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAction {
    pub kind: PendingKind,
    pub at: DateTime<Utc>,
}

/// A reference to a PagerDuty object, by id and summary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference<I> {
    pub id: I,
    pub name: Arc<str>,
}

/// An alert inside an incident, with the data of its event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentAlert {
    /// PagerDuty's id for the alert.
    pub id: String,
    pub resolved: bool,
    /// The event's dedup key, if it had one.
    pub alert_key: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    /// Whether PagerDuty suppresses the alert, so that it does not page.
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
    /// The incident was acknowledged.
    Acknowledge {
        /// Seconds until the acknowledgement expires; `None` if it does not expire.
        timeout: Option<u32>,
    },
    /// The acknowledgement expired or was withdrawn.
    Unacknowledge,
    /// The incident was resolved.
    Resolve,
    /// The incident was assigned.
    Assign {
        /// The new assignees.
        to: Vec<Person>,
    },
    /// The incident moved to another escalation policy.
    Delegate {
        /// The people to whom the new policy assigned the incident.
        to: Vec<Person>,
    },
    /// The incident was escalated to another level.
    Escalate {
        /// The new assignees.
        to: Vec<Person>,
    },
    /// Somebody was notified.
    Notify { who: Option<Person> },
    /// A note was written.
    Annotate {
        /// The text, if the log carries it.
        text: Option<String>,
    },
    /// The incident was snoozed.
    Snooze {
        /// The end of the snooze, if the log gives it.
        until: Option<DateTime<Utc>>,
    },
    /// A snooze ended.
    Unsnooze,
    /// The urgency changed.
    UrgencyChange,
    /// The priority changed. `None` means no priority.
    PriorityChange {
        /// The priority before the change.
        from: Option<PriorityName>,
        /// The priority after the change.
        to: Option<PriorityName>,
    },
    /// Some field changed. The log does not say which.
    FieldChange,
    /// The policy started again from its first level.
    RepeatEscalation,
    /// The policy has no further level.
    ExhaustEscalation,
    /// An entry of a type that hubwatch does not know. Holds the type as PagerDuty spells it.
    Other(String),
}

impl LogKind {
    /// Whether entries of this kind never affect a decision. If such an entry cannot be read, nothing is lost.
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
    pub incident: IncidentId,
    pub at: DateTime<Utc>,
    pub kind: LogKind,
    /// The person who caused the entry; `None` if no person did.
    pub agent: Option<Person>,
    /// Whether the log names the author: a person, a service or an integration.
    #[serde(default = "is_known")]
    pub agent_known: bool,
    /// For a trigger entry: the channel through which the incident was created, such as `website`, `api` or `email`.
    #[serde(default)]
    pub channel: Option<String>,
    /// PagerDuty's own sentence about the entry.
    pub summary: String,
}

// The default for `agent_known`. Entries that an earlier version stored on disk lack this field.
fn is_known() -> bool {
    true
}

/// A field of an incident that affects a decision.
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
    /// The incident's number in the account.
    pub number: u64,
    pub title: String,
    /// The incident's address in a browser.
    pub url: Option<String>,
    pub status: IncidentStatus,
    pub urgency: Urgency,
    pub service: Option<Reference<ServiceId>>,
    /// The escalation policy.
    pub policy: Option<Reference<PolicyId>>,
    /// The priority, as the account names it.
    pub priority: Option<PriorityName>,
    pub created_at: DateTime<Utc>,
    /// When anything about the incident last changed.
    pub updated_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    /// The person who resolved the incident; `None` if it is open, or the log does not say.
    pub resolved_by: Option<Person>,
    pub assignments: Vec<Assignment>,
    /// How the incident was assigned; `None` if PagerDuty does not say.
    pub assigned_via: Option<AssignedVia>,
    /// The acknowledgements that are still valid.
    pub acknowledgements: Vec<Acknowledgement>,
    /// The actions that PagerDuty will take automatically.
    pub pending: Vec<PendingAction>,
    /// The fields that could not be read. Their values here are meaningless.
    #[serde(default)]
    pub unread_fields: BTreeSet<IncidentField>,
    /// The key of the event that opened the incident.
    pub incident_key: Option<String>,
    /// The number of alerts that are still triggered, if PagerDuty gives it.
    pub triggered_alerts: Option<u32>,
    /// The phone number or link for the conference call.
    pub conference: Option<String>,
    /// The incident's alerts, if they have been read.
    pub alerts: Vec<IncidentAlert>,
    /// Whether `alerts` has been read as of `updated_at`.
    pub alerts_known: bool,
    /// Whether the incident's whole log has been read, from its beginning to the present.
    #[serde(default)]
    pub log_known: bool,
    /// Whether the incident's own log has been read after the last change of its priority. The account's log may lack
    /// that change.
    #[serde(default)]
    pub priority_log_known: bool,
}

const DECLARED: &str = "hubwatch ";

/// The incident key for an incident that is declared for a case. `tail` distinguishes several declarations for the same
/// case.
pub fn declaration_key(case: &CaseId, tail: &str) -> String {
    format!("{DECLARED}{case} {tail}")
}

fn declared_case(key: &str) -> Option<CaseId> {
    let case = key.strip_prefix(DECLARED)?.split(' ').next()?;
    case.parse().ok()
}

impl Incident {
    pub fn is_open(&self) -> bool {
        self.status != IncidentStatus::Resolved
    }

    /// The case for which hubwatch declared the incident, from the incident key.
    pub fn declared_for(&self) -> Option<CaseId> {
        declared_case(self.incident_key.as_deref()?)
    }

    /// This incident with the alerts and the state of the log from `other`. Used if these parts were not read again.
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

    /// Whether the incident's log is needed but unknown. Only acknowledged incidents need the log, since only they have
    /// a time-box or can be snoozed.
    pub fn lacks_log(&self) -> bool {
        self.status == IncidentStatus::Acknowledged && !self.log_known
    }

    /// Whether the incident's alerts are needed but unknown.
    pub fn lacks_alerts(&self) -> bool {
        self.is_open() && !self.alerts_known
    }

    /// Whether PagerDuty's automatic actions could be read.
    pub fn knows_pending(&self) -> bool {
        !self.unread_fields.contains(&IncidentField::PendingActions)
    }

    /// When PagerDuty will take the action `kind` automatically. `None` if PagerDuty will not.
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
