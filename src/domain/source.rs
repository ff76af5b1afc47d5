//! Sources: upstreams that hubwatch polls, and how far their data can be trusted.

mod freshness;
mod part;
mod slot;
mod unreadable;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use freshness::BUDGET_INTERVALS;
pub use part::{Part, PartName, PartProblem, ReadProgress};
pub use slot::{AnswerBody, AnySlot, Slot};
pub use unreadable::{ItemKind, UnreadableItem, UnreadableItems};

use super::now::Now;

/// The kinds of upstreams.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SourceKind {
    /// A Prometheus, or a server with the same API.
    Prometheus,
    Alertmanager,
    /// PagerDuty's REST API.
    Pagerduty,
    /// A public status page.
    StatusPage,
    /// The hub probes as a whole.
    Probes,
}

impl SourceKind {
    /// The word for several sources of the kind.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Prometheus => "Prometheuses",
            Self::Alertmanager => "Alertmanagers",
            Self::Pagerduty => "PagerDuty accounts",
            Self::StatusPage => "status pages",
            Self::Probes => "probes",
        }
    }

    /// Whether cases may be missing if a source of this kind fails.
    pub fn brings_cases(self) -> bool {
        match self {
            Self::Prometheus | Self::Alertmanager | Self::Pagerduty | Self::Probes => true,
            Self::StatusPage => false,
        }
    }

    /// The position of this kind in a list of failing sources, lowest first. A kind comes earlier if a larger part of
    /// the picture depends on it.
    pub fn naming_order(self) -> u8 {
        match self {
            Self::Pagerduty => 0,
            Self::Alertmanager => 1,
            Self::Probes => 2,
            Self::StatusPage => 3,
            Self::Prometheus => 4,
        }
    }
}

/// A source's name: `prometheus/leap`, `pagerduty`, `probes`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId {
    pub kind: SourceKind,
    /// The source's name in the configuration; empty for a kind that has only one source.
    pub name: Arc<str>,
}

impl SourceId {
    pub fn new(kind: SourceKind, name: &str) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            write!(f, "{}", self.kind)
        } else {
            write!(f, "{}/{}", self.kind, self.name)
        }
    }
}

impl Serialize for SourceId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SourceId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let (kind, name) = text.split_once('/').unwrap_or((&text, ""));
        let kind =
            SourceKind::deserialize(serde::de::value::StrDeserializer::<D::Error>::new(kind))?;
        Ok(Self::new(kind, name))
    }
}

/// How far a source's data can be trusted, best first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SourceState {
    /// The last poll was good.
    Live,
    /// The last poll failed or is overdue, but the data is younger than three intervals (the budget) and still counts.
    Late,
    /// The source has neither answered nor failed yet.
    Waiting,
    /// The data is older than the budget.
    Stale,
    /// The data is older than the budget and polls fail. Or the last failure cannot go away by itself.
    Down,
}

impl SourceState {
    /// Whether the source's data counts as present.
    pub fn is_fresh(self) -> bool {
        matches!(self, Self::Live | Self::Late)
    }
}

/// The kinds of poll failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name did not resolve, or the connection was not accepted.
    Unreachable,
    /// No answer came in time.
    TimedOut,
    /// The certificate or the handshake was refused.
    Tls,
    /// The status was 401 or 403, or a secret could not be fetched.
    Credentials,
    /// The configuration cannot work. Examples: a missing file, a wrong path (404), a plan without the feature.
    Configuration,
    /// The status was 429.
    RateLimited,
    /// The status was any other error status.
    Refused,
    /// The answer does not have the documented form.
    Garbled,
    /// The answer is larger than the limit.
    TooLarge,
    /// The command polls only once, and ended before the answer was complete. So nothing is known about the source.
    PollOnceEnded,
    /// A bug in hubwatch: the source's task panicked and was restarted.
    Internal,
}

impl FailureKind {
    /// Whether the failure can go away by itself. If it cannot, the source is down at once.
    pub fn is_transient(self) -> bool {
        !matches!(self, Self::Credentials | Self::Configuration)
    }
}

/// A poll that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// A message that the user can act on. It never contains a secret.
    pub text: String,
    /// When the first failure since the last good answer happened.
    pub since: Now,
    /// When the latest failure happened.
    pub at: Now,
}

impl Failure {
    fn shift_wall_clock(&mut self, by: TimeDelta) {
        self.since = self.since.with_wall_offset(by);
        self.at = self.at.with_wall_offset(by);
    }
}

/// An answer of a source. The answer has the time of its request, since the data is as old as the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// When the request was sent.
    pub asked_at: Now,
    /// When the answer was complete.
    pub got_at: Now,
    /// The server's time, from its `Date` header. The time shows how far the server's clock differs from ours.
    #[serde(default)]
    pub server_clock: Option<DateTime<Utc>>,
    /// The parts of the answer that can fail separately. Empty if there is only one part.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// The items that could not be read. They are missing in the body.
    #[serde(default)]
    pub unreadable: UnreadableItems,
    pub body: T,
}

impl<T> Answer<T> {
    /// An answer without separate parts.
    pub fn new(asked_at: Now, got_at: Now, server_clock: Option<DateTime<Utc>>, body: T) -> Self {
        Self {
            asked_at,
            got_at,
            server_clock,
            parts: Vec::new(),
            unreadable: UnreadableItems::default(),
            body,
        }
    }
}

/// The request budget of an upstream, from PagerDuty's `ratelimit-*` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateBudget {
    /// The number of requests allowed in each window.
    pub limit: u32,
    /// The number of requests left in the present window.
    pub remaining: u32,
    /// When the present window ends and the budget is full again.
    pub resets_at: DateTime<Utc>,
}
