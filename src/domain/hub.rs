//! Hubs: which ones are watched, their signals and their health.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::HubKey;

/// Whether a hub's failure counts as an outage.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Tier {
    /// A hub that people work on.
    Prod,
    /// A hub for tests. Its failure never makes the verdict critical.
    Staging,
}

impl Tier {
    /// Guesses the tier from a hub's name, for hubs without a configured tier.
    pub fn from_name(hub: &str) -> Self {
        let is_staging = hub
            .split(['-', '_', '.'])
            .any(|word| word.eq_ignore_ascii_case("staging"));
        if is_staging {
            Self::Staging
        } else {
            Self::Prod
        }
    }
}

/// A hub that is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubSpec {
    pub key: HubKey,
    pub tier: Tier,
    /// The hub's address for people, without a scheme.
    pub domain: Option<String>,
    /// The address to probe; `None` means no probe.
    pub health_url: Option<String>,
    /// The HTTP status that a probe of `health_url` expects.
    #[serde(rename = "expect")]
    pub expected_status: u16,
    /// Whether a good answer must have JupyterHub's version header. If not, any page with the expected status counts as
    /// good.
    #[serde(default)]
    pub expects_hub_header: bool,
}

/// The signals of one hub, from its cluster's Prometheus. `None` means "not known", never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signals {
    /// Whether Prometheus can scrape the hub: 0 or 1.
    pub up: Option<f64>,
    /// Servers that failed to start in the last 30 minutes. `increase` gives fractions.
    pub spawn_failures_30m: Option<f64>,
    /// The time in seconds within which 95 of 100 servers started, over the last hour.
    pub spawn_p95_seconds: Option<f64>,
    /// The upper bound of the slowest start's bucket, over the last hour.
    pub slowest_start_seconds: Option<f64>,
    /// Servers running now.
    pub running_servers: Option<f64>,
    /// People who were active in the last 24 hours. The hub updates this number hourly.
    pub active_users: Option<f64>,
    /// Percent of the home directories' disk that is free.
    pub home_free_percent: Option<f64>,
    /// Percent of the hub database's disk that is free.
    pub db_free_percent: Option<f64>,
    /// The timestamp of the hub's newest sample.
    pub sampled_at: Option<DateTime<Utc>>,
}

impl Signals {
    /// Whether Prometheus has no series of this hub at all.
    pub fn is_absent(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the 95th percentile is only a lower bound: it lies in the histogram's last bucket, so starts may have
    /// taken longer.
    pub fn spawn_p95_is_lower_bound(&self) -> bool {
        let pair = self.spawn_p95_seconds.zip(self.slowest_start_seconds);
        pair.is_some_and(|(p95, slowest)| p95 >= slowest)
    }

    /// Whether there is a value of this signal.
    pub fn has(&self, signal: Signal) -> bool {
        match signal {
            Signal::Up => self.up.is_some(),
            Signal::SpawnFailures30m => self.spawn_failures_30m.is_some(),
            Signal::SpawnP95Seconds => self.spawn_p95_seconds.is_some(),
            Signal::RunningServers => self.running_servers.is_some(),
            Signal::ActiveUsers => self.active_users.is_some(),
            Signal::HomeFreePercent => self.home_free_percent.is_some(),
            Signal::DbFreePercent => self.db_free_percent.is_some(),
            Signal::SampledAt => self.sampled_at.is_some(),
        }
    }
}

/// The names of the signals, as in the configuration's `[signals]` and in the query that asks Prometheus for all
/// signals at once.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Signal {
    /// See [`Signals::up`].
    Up,
    /// See [`Signals::spawn_failures_30m`].
    #[serde(rename = "spawn_failures_30m")]
    #[strum(serialize = "spawn_failures_30m")]
    SpawnFailures30m,
    /// See [`Signals::spawn_p95_seconds`].
    SpawnP95Seconds,
    /// See [`Signals::running_servers`].
    RunningServers,
    /// See [`Signals::active_users`].
    ActiveUsers,
    /// See [`Signals::home_free_percent`].
    HomeFreePercent,
    /// See [`Signals::db_free_percent`].
    DbFreePercent,
    /// See [`Signals::sampled_at`], in seconds since 1970.
    SampledAt,
}

impl Signal {
    /// The signals that every hub must have. The 95th percentile is not among them, since it is not a number while
    /// nobody starts a server. Active users are not among them, since a hub counts them only hourly.
    pub const EXPECTED: [Self; 5] = [
        Self::Up,
        Self::RunningServers,
        Self::SpawnFailures30m,
        Self::HomeFreePercent,
        Self::DbFreePercent,
    ];
}

/// A signal that a hub has lacked for a while although it has other signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSignal {
    pub signal: Signal,
    /// Whether this hub had the signal in the last two weeks.
    pub had_before: bool,
}

/// The health of a hub, worst first. Unknown is worse than degraded.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Health {
    /// A live source has positive evidence that the hub does not work.
    Down,
    /// The data that would show the hub's health is missing.
    Unknown,
    /// The hub works, but something is wrong.
    Degraded,
    /// No problem is known, and no necessary data is missing.
    Up,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_named_staging_is_staging() {
        assert_eq!(Tier::from_name("staging"), Tier::Staging);
        assert_eq!(Tier::from_name("r-staging"), Tier::Staging);
        assert_eq!(Tier::from_name("prod"), Tier::Prod);
        assert_eq!(Tier::from_name("upstaging"), Tier::Prod);
    }

    #[test]
    fn unknown_sorts_above_degraded() {
        assert!(Health::Down < Health::Unknown && Health::Unknown < Health::Degraded);
    }
}
