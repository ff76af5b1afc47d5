//! The evidence for a hub's health: data, put into words by `wording`.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::probe::{ProbeFailure, ProxyState};
use super::source::{SourceId, SourceState};

/// A piece of evidence about a hub.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// The probe got a wrong status.
    WrongStatus {
        /// The HTTP status.
        status: u16,
        /// What the hub's proxy says of itself.
        proxy: ProxyState,
        /// How many tries failed in a row.
        tries: u32,
        /// Whether that is enough to believe it.
        confirmed: bool,
    },
    /// The probe got the expected status, without JupyterHub's header.
    NotFromHub {
        /// Whether this hub sent the header within the last 30 days.
        was_hub: bool,
        /// How many tries failed in a row.
        tries: u32,
        /// Whether that is enough to believe it.
        confirmed: bool,
    },
    /// The probe got no answer while most others did.
    NoAnswer {
        /// How it failed.
        kind: ProbeFailure,
        /// How many tries failed in a row.
        tries: u32,
        /// Whether that is enough to believe it.
        confirmed: bool,
    },
    /// The probe is good but slow.
    Slow {
        /// How long it took.
        latency: Duration,
    },
    /// Prometheus cannot scrape the hub.
    UpIsZero,
    /// Servers failed to start.
    FailedStarts {
        /// How many in 30 minutes.
        count: f64,
        /// From how many on it counts.
        limit: f64,
    },
    /// The home directories' disk is nearly full.
    HomeDisk {
        /// Percent free.
        free: f64,
    },
    /// The hub database's disk is nearly full.
    DatabaseDisk {
        /// Percent free.
        free: f64,
    },
    /// The certificate ends soon.
    Certificate {
        /// Whole days left, negative past its end.
        days: i64,
    },
    /// An alert fires on it.
    AlertFires { name: String },
    /// An incident is open on it.
    IncidentOpen { number: u64 },
    /// Its Prometheus answers and has no recent sample of its cluster.
    NoRecentSamples {
        source: SourceId,
        /// There were none within two weeks.
        never: bool,
    },
    /// A source that would show it is not live.
    SourceNotLive {
        source: SourceId,
        state: SourceState,
        /// Since when, where known.
        since: Option<DateTime<Utc>>,
        /// Its latest error.
        error: Option<String>,
    },
    /// The probe of this hub has not run yet.
    NotProbedYet,
    /// Its series are absent where others' are present.
    SeriesAbsent,
    /// Nothing watches it: neither a probe nor a Prometheus.
    NotWatched,
    /// It is not probed, and its Prometheus has no series of it, nor of any other hub.
    NoHubSeries,
}
