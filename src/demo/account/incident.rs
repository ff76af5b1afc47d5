//! One incident as PagerDuty keeps it, with its alerts, notes and log.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::demo::clockwork::At;

/// The state of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// Nobody has acknowledged the incident.
    Triggered,
    /// Somebody has acknowledged the incident.
    Acknowledged,
    Resolved,
}

/// How loudly an incident pages.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Urgency {
    /// The incident escalates.
    #[default]
    High,
    /// The incident never escalates.
    Low,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agent {
    /// A person, by key.
    User(String),
    /// The incident's own service: an integration or a timeout.
    Service,
}

/// An alert within an incident.
#[derive(Clone, Debug)]
pub struct PagedAlert {
    /// PagerDuty's id of the alert.
    pub id: String,
    /// The event's dedup key.
    pub key: String,
    /// The event's summary.
    pub summary: String,
    /// `info`, `warning`, `error` or `critical`.
    pub severity: String,
    /// When the alert came.
    pub created_at: At,
    pub resolved: bool,
    /// The event's details.
    pub details: Value,
    /// Links that came with the event: address and text.
    pub links: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Note {
    pub id: String,
    /// The author, by key.
    pub by: String,
    pub text: String,
    pub at: At,
}

/// What an incident is opened with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub title: String,
    /// The incident's service, by key.
    pub service: String,
    /// The incident's priority, by name.
    pub priority: Option<String>,
    pub urgency: Urgency,
    /// The user to assign it to, by key; `None` if the policy chooses.
    pub owner: Option<String>,
    /// Whether it is assigned to the owner by hand, and so does not escalate.
    pub directly: bool,
    /// The policy, by key; `None` for the service's.
    pub policy: Option<String>,
    /// The deduplication key that the creator gives.
    pub incident_key: Option<String>,
    /// The text of the incident's details.
    pub body: Option<String>,
    /// How the incident was opened; `None` if its agent decides that.
    pub channel: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Incident {
    pub id: String,
    pub number: u64,
    pub title: String,
    pub status: Status,
    pub urgency: Urgency,
    /// The incident's service, by key.
    pub service: String,
    /// The incident's policy, by key.
    pub policy: String,
    /// The incident's priority, by name.
    pub priority: Option<String>,
    pub created_at: At,
    /// When anything in the incident last changed.
    pub updated_at: At,
    /// When `status` last changed.
    pub status_at: At,
    /// Who changed `status` last.
    pub status_by: Agent,
    pub resolved_at: Option<At>,
    /// The id of the incident that it was merged into, which resolved it.
    pub merged_into: Option<String>,
    /// The users to whom it is assigned, by key, each with the time of the assignment.
    pub assigned: Vec<(String, At)>,
    /// Whether it was assigned by hand, and so does not escalate.
    pub directly: bool,
    /// The users who acknowledged it, by key, each with the time.
    pub acknowledged: Vec<(String, At)>,
    /// The level of the policy that it is at, from 1.
    pub level: usize,
    /// How often the policy has started again at its first level.
    pub loops: usize,
    /// When it escalates to the next level.
    pub escalate_at: Option<At>,
    /// When its acknowledgement or snooze ends.
    pub unacknowledge_at: Option<At>,
    /// When PagerDuty resolves it by itself.
    pub resolve_at: Option<At>,
    /// Whether `unacknowledge_at` ends a snooze.
    pub snoozed: bool,
    /// The deduplication key that it was opened with.
    pub incident_key: Option<String>,
    pub alerts: Vec<PagedAlert>,
    pub notes: Vec<Note>,
    /// The text of the incident's details.
    pub body: Option<String>,
    /// A phone number and a link to join the call.
    pub conference: Option<(String, String)>,
}

/// An action that PagerDuty will take by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Pending {
    /// End the acknowledgement.
    Unacknowledge,
    /// Escalate to the next level.
    Escalate,
    Resolve,
}

impl Agent {
    /// The default channel of this agent's log entries. PagerDuty never says that a service used the website, nor that
    /// a person came through an integration.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::User(_) => "website",
            Self::Service => "api",
        }
    }
}

impl Incident {
    pub fn is_open(&self) -> bool {
        self.status != Status::Resolved
    }

    /// The actions that PagerDuty will take by itself, each with its time.
    pub fn pending(&self) -> impl Iterator<Item = (Pending, DateTime<Utc>)> {
        [
            (Pending::Unacknowledge, self.unacknowledge_at),
            (Pending::Escalate, self.escalate_at),
            (Pending::Resolve, self.resolve_at),
        ]
        .into_iter()
        .filter_map(|(kind, at)| at.map(|at| (kind, at)))
    }

    /// The number of alerts that are resolved.
    pub fn resolved_alerts(&self) -> usize {
        self.alerts.iter().filter(|alert| alert.resolved).count()
    }
}
