//! One incident as PagerDuty keeps it, with its alerts, notes and log.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::demo::clockwork::At;

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// Nobody has acknowledged it.
    Triggered,
    /// Somebody has.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// How loudly it pages.
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
    /// It escalates.
    #[default]
    High,
    /// It never does.
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
    /// PagerDuty's id of it.
    pub id: String,
    /// The event's dedup key.
    pub key: String,
    /// The event's summary.
    pub summary: String,
    /// `info`, `warning`, `error` or `critical`.
    pub severity: String,
    /// When it came.
    pub created_at: At,
    /// Whether it is over.
    pub resolved: bool,
    /// The event's details.
    pub details: Value,
    /// Links that came with it: address and text.
    pub links: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Note {
    pub id: String,
    /// Who wrote it, by key.
    pub by: String,
    /// What it says.
    pub text: String,
    /// When.
    pub at: At,
}

/// What an incident is opened with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub title: String,
    /// Its service, by key.
    pub service: String,
    /// Its priority, by name.
    pub priority: Option<String>,
    /// How loudly it pages.
    pub urgency: Urgency,
    /// Who gets it, where the policy is not to choose, by key.
    pub owner: Option<String>,
    /// Assigned to the owner by hand: it does not escalate.
    pub directly: bool,
    /// The policy, by key, where it is not the service's.
    pub policy: Option<String>,
    /// A key of its own.
    pub incident_key: Option<String>,
    /// What it says at length.
    pub body: Option<String>,
    /// How the incident was opened, where its agent does not tell.
    pub channel: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Incident {
    pub id: String,
    pub number: u64,
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How loudly it pages.
    pub urgency: Urgency,
    /// Its service, by key.
    pub service: String,
    /// Its policy, by key.
    pub policy: String,
    /// Its priority, by name.
    pub priority: Option<String>,
    /// When it was created.
    pub created_at: At,
    /// When anything last changed.
    pub updated_at: At,
    /// When its status last changed.
    pub status_at: At,
    /// Who changed the status last.
    pub status_by: Agent,
    /// When it was resolved.
    pub resolved_at: Option<At>,
    /// The id of the incident that it was merged into, which resolved it.
    pub merged_into: Option<String>,
    /// Who has it, by key, since when.
    pub assigned: Vec<(String, At)>,
    /// It was assigned by hand.
    pub directly: bool,
    /// Who acknowledged it, by key, when.
    pub acknowledged: Vec<(String, At)>,
    /// The level it is on, from 1.
    pub level: usize,
    /// How often its policy has begun again.
    pub loops: usize,
    /// When it goes to the next level.
    pub escalate_at: Option<At>,
    /// When its acknowledgement, or a snooze, ends.
    pub unacknowledge_at: Option<At>,
    /// When PagerDuty resolves it.
    pub resolve_at: Option<At>,
    /// What `unacknowledge_at` ends is a snooze.
    pub snoozed: bool,
    /// The key that opened it.
    pub incident_key: Option<String>,
    pub alerts: Vec<PagedAlert>,
    pub notes: Vec<Note>,
    /// What it says at length.
    pub body: Option<String>,
    /// A number and a link to join the call.
    pub conference: Option<(String, String)>,
}

/// What PagerDuty will do by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Pending {
    /// End the acknowledgement.
    Unacknowledge,
    /// Go to the next level.
    Escalate,
    Resolve,
}

impl Agent {
    /// Through what it acts, where nothing else is known: PagerDuty never says of a service that it used the website,
    /// nor of a person that they came through an integration.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::User(_) => "website",
            Self::Service => "api",
        }
    }
}

impl Incident {
    /// Whether it is not over.
    pub fn is_open(&self) -> bool {
        self.status != Status::Resolved
    }

    /// What PagerDuty will do by itself, and when.
    pub fn pending(&self) -> impl Iterator<Item = (Pending, DateTime<Utc>)> {
        [
            (Pending::Unacknowledge, self.unacknowledge_at),
            (Pending::Escalate, self.escalate_at),
            (Pending::Resolve, self.resolve_at),
        ]
        .into_iter()
        .filter_map(|(kind, at)| at.map(|at| (kind, at)))
    }

    /// How many alerts are over.
    pub fn resolved_alerts(&self) -> usize {
        self.alerts.iter().filter(|alert| alert.resolved).count()
    }
}
