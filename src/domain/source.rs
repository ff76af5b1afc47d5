//! An upstream that is polled, and how far its data can be trusted.

mod part;
mod slot;
mod unreadable;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use part::{Part, PartName, PartProblem, ReadProgress};
pub use slot::{AnswerBody, AnySlot, BUDGET_INTERVALS, Slot};
pub use unreadable::{ItemKind, UnreadableItem, UnreadableItems};

use super::now::Now;

/// The kinds of upstreams.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SourceKind {
    /// A Prometheus, or what answers as one.
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

    /// Whether cases may be missing without it.
    pub fn brings_cases(self) -> bool {
        match self {
            Self::Prometheus | Self::Alertmanager | Self::Pagerduty | Self::Probes => true,
            Self::StatusPage => false,
        }
    }

    /// Of several sources that fail, the one with the lowest number is named first: the most depends on it.
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
    /// Its name in the configuration; empty if there is only one of the kind.
    pub name: Arc<str>,
}

impl SourceId {
    /// The source of this kind and name.
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
    /// The last poll failed or is overdue, within the budget of three intervals: its data counts.
    Late,
    /// It has never answered yet, nor failed.
    Waiting,
    /// The budget is exceeded.
    Stale,
    /// The budget is exceeded with errors, or an error will not go away by itself.
    Down,
}

impl SourceState {
    /// Whether its data counts as the present.
    pub fn is_fresh(self) -> bool {
        matches!(self, Self::Live | Self::Late)
    }
}

/// Why a poll failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name did not resolve, or nothing accepted the connection.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The certificate or the handshake was refused.
    Tls,
    /// 401 or 403, or a secret that could not be fetched.
    Credentials,
    /// The configuration cannot work: a missing file, a wrong path (404), a plan without the feature.
    Configuration,
    /// 429.
    RateLimited,
    /// Another error status.
    Refused,
    /// An answer that is not what was promised.
    Garbled,
    /// An answer above the size that is read.
    TooLarge,
    /// A command that polls once ended before the answer was complete: nothing is known of the source.
    LookEnded,
    /// Our own fault: the source's task ended with a panic and was started again.
    Internal,
}

impl FailureKind {
    /// Whether waiting can mend it; if not the source is down at once.
    pub fn is_transient(self) -> bool {
        !matches!(self, Self::Credentials | Self::Configuration)
    }
}

/// A poll that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why.
    pub kind: FailureKind,
    /// In words that a person can act on; never holds a secret.
    pub text: String,
    /// When the first failure since the last good answer came.
    pub since: Now,
    /// When the latest came.
    pub at: Now,
}

impl Failure {
    fn shift_wall_clock(&mut self, by: TimeDelta) {
        self.since = self.since.with_wall_offset(by);
        self.at = self.at.with_wall_offset(by);
    }
}

/// An answer of a source. Its data is as old as the request, so that time is kept too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// When the question was sent.
    pub asked_at: Now,
    /// When the answer was there.
    pub got_at: Now,
    /// The server's own clock (its `Date` header), to show how far the clocks are apart.
    #[serde(default)]
    pub server_clock: Option<DateTime<Utc>>,
    /// The parts that it was put together from, where they can fail one by one.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Items that cannot be read and are not in the body.
    #[serde(default)]
    pub unreadable: UnreadableItems,
    pub body: T,
}

impl<T> Answer<T> {
    /// An answer that came in one piece.
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

/// How much of an upstream's request budget is left (PagerDuty's `ratelimit-*` headers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateBudget {
    /// Requests in the window.
    pub limit: u32,
    /// Requests left in it.
    pub remaining: u32,
    /// When the window ends.
    pub resets_at: DateTime<Utc>,
}
