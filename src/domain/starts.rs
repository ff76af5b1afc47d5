//! Server starts of a hub since a moment, as Prometheus counts them.

use serde::{Deserialize, Serialize};

/// What is asked about the starts since a moment, as `[signals]` spells it.
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
pub enum StartFigure {
    /// Servers that started.
    StartsSince,
    /// Servers that failed to start.
    FailedStartsSince,
    /// Seconds within which 95 of 100 servers started.
    SpawnP95Since,
}

/// The starts of one hub since a moment. `None` is "not known", never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StartCounts {
    /// Servers that started. `increase` gives fractions.
    pub starts: Option<f64>,
    /// Servers that failed to start. `increase` gives fractions.
    pub failed_starts: Option<f64>,
    /// Seconds within which 95 of 100 servers started.
    pub p95_seconds: Option<f64>,
    /// The upper bound of the slowest start's bucket, in seconds.
    pub slowest_seconds: Option<f64>,
}

impl StartCounts {
    /// Whether the 95th percentile is only a lower bound: the histogram has no larger bucket.
    pub fn p95_is_lower_bound(&self) -> bool {
        let pair = self.p95_seconds.zip(self.slowest_seconds);
        pair.is_some_and(|(p95, slowest)| p95 >= slowest)
    }
}
