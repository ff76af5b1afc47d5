//! What is seen of the fleet at one moment, as far as it is compared with the baseline.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::case::Place;
use crate::domain::hub::{Health, Tier};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::now::Now;

/// The fleet at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// By this machine's clocks.
    pub at: Now,
    pub hubs: Vec<HubObservation>,
    pub cases: Vec<CaseObservation>,
    pub sources: Vec<SourceObservation>,
}

/// Whether a hub answers, by evidence that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubState {
    Works,
    /// Its probe's last try failed, or Prometheus cannot scrape it.
    Failing {
        /// How long before the observation the first of these looks at it was.
        first: Duration,
        /// How long before the observation the latest was: what happened since is not known.
        latest: Duration,
    },
    NotSeen,
}

impl HubState {
    /// Seen to fail at the moment of the observation, and not before.
    pub const FAILING_NOW: Self = Self::Failing {
        first: Duration::ZERO,
        latest: Duration::ZERO,
    };
}

/// One hub.
#[derive(Clone, Debug, PartialEq)]
pub struct HubObservation {
    pub key: HubKey,
    pub tier: Tier,
    pub health: Health,
    pub state: HubState,
    /// In planned maintenance. It is compared all the same: the maintenance may be what is watched.
    pub maintenance: bool,
    /// The evidence for its health, in words.
    pub evidence: Vec<String>,
    /// Its latest probe, if that was good and counts.
    pub probe: Option<GoodProbe>,
    pub spawn_failures_30m: Option<f64>,
    /// Over the last hour.
    pub spawn_p95_seconds: Option<f64>,
}

/// A good answer to a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoodProbe {
    /// When it was made.
    pub at: Now,
    pub latency: Duration,
}

/// One open case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseObservation {
    pub id: CaseId,
    /// Its earlier ids.
    pub aliases: Vec<CaseId>,
    pub title: String,
    pub places: Vec<Place>,
    /// By the servers' clocks.
    pub since: DateTime<Utc>,
    /// How long before the observation a source last said that it is open.
    pub last_seen: Duration,
    /// It has the account's most severe priority, so that it counts without a place.
    pub is_most_severe: bool,
    /// Silenced, inhibited or routed to nobody: it does not count.
    pub is_silenced: bool,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceObservation {
    pub name: String,
    /// Live or late.
    pub is_fresh: bool,
    /// For how long there has been no good answer, where the latest attempt failed; `None` where it did not.
    pub silent_for: Option<Duration>,
    /// When it last looked at hubs, on the steady clock; `None` of a source that looks at none.
    pub looked_at: Option<Duration>,
    /// Its state and its latest error, in words.
    pub problem: Option<String>,
}
