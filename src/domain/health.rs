//! The evidence for a hub's health, as data. `wording` turns the evidence into sentences.

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
        /// The state that the hub's proxy reports.
        proxy: ProxyState,
        /// How many tries failed in a row.
        tries: u32,
        /// Whether these failures count as confirmed.
        confirmed: bool,
    },
    /// The probe got the expected status, but without JupyterHub's header.
    NotFromHub {
        /// Whether this hub sent JupyterHub's header within the last 30 days.
        was_hub: bool,
        /// How many tries failed in a row.
        tries: u32,
        /// Whether these failures count as confirmed.
        confirmed: bool,
    },
    /// The probe got no answer, although most other probes got one.
    NoAnswer {
        /// The kind of failure.
        kind: ProbeFailure,
        /// How many tries failed in a row.
        tries: u32,
        /// Whether these failures count as confirmed.
        confirmed: bool,
    },
    /// The probe is good but slow.
    Slow {
        /// How long the probe took.
        latency: Duration,
    },
    /// Prometheus cannot scrape the hub.
    UpIsZero,
    /// Too many servers failed to start.
    FailedStarts {
        /// The number of failed starts in the last 30 minutes.
        count: f64,
        /// The number of failed starts from which on they count as evidence.
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
    /// The certificate expires soon.
    Certificate {
        /// Whole days left; negative after the expiry.
        days: i64,
    },
    /// An alert fires for the hub.
    AlertFires { name: String },
    /// An incident is open for the hub.
    IncidentOpen { number: u64 },
    /// The hub's Prometheus answers, but has no recent sample of the hub's cluster.
    NoRecentSamples {
        source: SourceId,
        /// Whether there has been no sample for two weeks.
        never: bool,
    },
    /// A source that would show the hub's state is not live.
    SourceNotLive {
        source: SourceId,
        state: SourceState,
        /// The time since which the source is not live, if known.
        since: Option<DateTime<Utc>>,
        /// The source's latest error.
        error: Option<String>,
    },
    /// The hub has not been probed yet.
    NotProbedYet,
    /// The hub's series are absent although other hubs' series are present.
    SeriesAbsent,
    /// Neither a probe nor a Prometheus watches the hub.
    NotWatched,
    /// The hub is not probed, and its Prometheus has no series of any hub or, by the configuration, none of this hub.
    NoHubSeries,
    /// The hub is not probed, and its Prometheus has series of the hub, but not the expected `up`.
    NoUp,
}
