//! The part of one picture of the fleet that is compared with the baseline.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::case::Place;
use crate::domain::hub::{Health, Tier};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::now::Now;

/// The fleet at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The time by this machine's clocks.
    pub at: Now,
    pub hubs: Vec<HubObservation>,
    pub cases: Vec<CaseObservation>,
    pub sources: Vec<SourceObservation>,
    pub blind_spots: Vec<BlindSpotObservation>,
}

/// Whether a hub works, by its fresh evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubState {
    Works,
    /// The last try of the hub's probe failed, or Prometheus cannot scrape the hub.
    Failing {
        /// The age of the first failed check since the hub last worked, at the time of the observation.
        first: Duration,
        /// The age of the latest failed check. What happened after that check is not known.
        latest: Duration,
    },
    NotSeen,
}

impl HubState {
    /// A hub whose first failed check is made at the moment of the observation.
    pub const FAILING_NOW: Self = Self::Failing {
        first: Duration::ZERO,
        latest: Duration::ZERO,
    };
}

#[derive(Clone, Debug, PartialEq)]
pub struct HubObservation {
    pub key: HubKey,
    pub tier: Tier,
    pub health: Health,
    pub state: HubState,
    /// Whether the hub is in planned maintenance. Such a hub is compared too: the wait may cover that very maintenance.
    pub maintenance: bool,
    /// The evidence for the hub's health, in words.
    pub evidence: Vec<String>,
    /// The latest probe, if it was good and is fresh.
    pub probe: Option<GoodProbe>,
    pub spawn_failures_30m: Option<f64>,
    /// The 95th percentile of start times over the last hour.
    pub spawn_p95_seconds: Option<f64>,
}

/// A good answer to a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoodProbe {
    /// When the probe was made.
    pub at: Now,
    pub latency: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CaseObservation {
    pub id: CaseId,
    /// The case's earlier ids.
    pub aliases: Vec<CaseId>,
    pub title: String,
    pub places: Vec<Place>,
    /// The beginning of the case, by the servers' clocks.
    pub since: DateTime<Utc>,
    /// The age of the latest answer in which a source reported the case as open, at the time of the observation.
    pub last_seen: Duration,
    /// Whether the case has the account's most severe priority. A case without a place counts only with this priority,
    /// since it may be about any place.
    pub is_most_severe: bool,
    /// Whether the case is silenced, inhibited or routed to nobody. Such a case does not count.
    pub is_silenced: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceObservation {
    pub name: String,
    /// Whether the source's data counts as present: the source is live or late.
    pub is_fresh: bool,
    /// The time since the last good answer; `None` if the source is fresh and its latest poll did not fail.
    pub silent_for: Option<Duration>,
    /// When the source last checked hubs, on the steady clock; `None` for a source that does not check hubs.
    pub looked_at: Option<Duration>,
    /// The source's state and latest error, in words.
    pub problem: Option<String>,
}

/// Something that a source does not watch, although the source answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlindSpotObservation {
    /// The blind spot in words.
    pub text: String,
    /// The beginning of `text` that stays the same while the blind spot lasts.
    pub stable: String,
}
