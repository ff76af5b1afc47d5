//! An incident as PagerDuty stores it, with its alerts, notes and log.

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

/// The urgency of an incident.
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

/// The person or service that did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agent {
    /// A person, identified by key.
    User(String),
    /// The incident's own service, which stands for an integration or a timeout.
    Service,
}

/// An alert within an incident.
#[derive(Clone, Debug)]
pub struct PagedAlert {
    /// PagerDuty's id of the alert.
    pub id: String,
    /// The dedup key of the event.
    pub key: String,
    /// The summary of the event.
    pub summary: String,
    /// `info`, `warning`, `error` or `critical`.
    pub severity: String,
    /// When the alert arrived.
    pub created_at: At,
    pub resolved: bool,
    /// The details of the event.
    pub details: Value,
    /// Links that came with the event: address and text.
    pub links: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Note {
    pub id: String,
    /// The author's key.
    pub by: String,
    pub text: String,
    pub at: At,
}

/// The values with which an incident is opened.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub title: String,
    /// The key of the incident's service.
    pub service: String,
    /// The name of the incident's priority.
    pub priority: Option<String>,
    pub urgency: Urgency,
    /// The key of the user who gets the incident; `None` if the policy chooses.
    pub owner: Option<String>,
    /// Whether the incident is assigned to the owner by hand. Such an incident does not escalate.
    pub directly: bool,
    /// The key of the policy; `None` for the service's policy.
    pub policy: Option<String>,
    /// The deduplication key, if the creator sends one.
    pub incident_key: Option<String>,
    /// The text of the incident's details.
    pub body: Option<String>,
    /// The channel through which the incident is opened; `None` for the agent's default channel.
    pub channel: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Incident {
    pub id: String,
    pub number: u64,
    pub title: String,
    pub status: Status,
    pub urgency: Urgency,
    /// The key of the incident's service.
    pub service: String,
    /// The key of the incident's policy.
    pub policy: String,
    /// The name of the incident's priority.
    pub priority: Option<String>,
    pub created_at: At,
    /// When anything in the incident last changed.
    pub updated_at: At,
    /// When `status` last changed.
    pub status_at: At,
    /// The agent that last changed `status`.
    pub status_by: Agent,
    pub resolved_at: Option<At>,
    /// The id of the incident into which this incident was merged. The merge resolved this incident.
    pub merged_into: Option<String>,
    /// The assigned users by key, each with the time of the assignment.
    pub assigned: Vec<(String, At)>,
    /// Whether the incident was assigned by hand. Such an incident does not escalate.
    pub directly: bool,
    /// The keys of the users who acknowledged the incident, each with the time.
    pub acknowledged: Vec<(String, At)>,
    /// The current level of the policy, from 1.
    pub level: usize,
    /// How many times the policy has started again at its first level.
    pub loops: usize,
    /// When the incident escalates to the next level.
    pub escalate_at: Option<At>,
    /// When the acknowledgement or snooze ends.
    pub unacknowledge_at: Option<At>,
    /// When PagerDuty resolves the incident automatically.
    pub resolve_at: Option<At>,
    /// Whether `unacknowledge_at` ends a snooze.
    pub snoozed: bool,
    /// The deduplication key with which the incident was opened.
    pub incident_key: Option<String>,
    pub alerts: Vec<PagedAlert>,
    pub notes: Vec<Note>,
    /// The text of the incident's details.
    pub body: Option<String>,
    /// A phone number and a link for joining the call.
    pub conference: Option<(String, String)>,
}

/// An action that PagerDuty will take automatically.
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
    /// The default channel of this agent's log entries. In PagerDuty, a service never uses the website, and a person
    /// never comes through an integration.
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

    /// The actions that PagerDuty will take automatically, each with its time.
    pub fn pending(&self) -> impl Iterator<Item = (Pending, DateTime<Utc>)> {
        [
            (Pending::Unacknowledge, self.unacknowledge_at),
            (Pending::Escalate, self.escalate_at),
            (Pending::Resolve, self.resolve_at),
        ]
        .into_iter()
        .filter_map(|(kind, at)| at.map(|at| (kind, at)))
    }

    /// How many alerts are resolved.
    pub fn resolved_alerts(&self) -> usize {
        self.alerts.iter().filter(|alert| alert.resolved).count()
    }
}
