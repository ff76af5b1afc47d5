//! Judges a hub's health. A hub is down if there is evidence of an outage. Otherwise it is unknown if a source that
//! would show an outage is missing. Otherwise it is degraded if there is any other evidence. Otherwise it is up.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::health::Evidence;
use crate::domain::hub::{Health, Signal, Signals};
use crate::domain::now::Now;
use crate::domain::policy::Limits;
use crate::domain::probe::{Probe, ProbeOutcome};
use crate::domain::source::{Failure, SourceId, SourceState};

/// A source of evidence about a hub: the probes, or the Prometheus of its cluster.
pub struct SourceHealth {
    pub id: SourceId,
    pub state: SourceState,
    pub failure: Option<Failure>,
}

/// A cluster without recent samples.
pub struct StaleSamples {
    /// When the newest sample was scraped; `None` if there are no samples.
    pub newest: Option<DateTime<Utc>>,
    /// Whether Prometheus has had no sample of the cluster for two weeks.
    pub never: bool,
}

/// The data by which one hub is judged.
pub struct HealthInput<'a> {
    /// The probes; `None` if this hub is not probed.
    pub probe_source: Option<SourceHealth>,
    /// The hub's probe; `None` if it has not run.
    pub probe: Option<&'a Probe>,
    /// The Prometheus of the hub's cluster; `None` if no Prometheus watches the cluster.
    pub prometheus: Option<SourceHealth>,
    /// Set if the Prometheus has no recent sample of the cluster.
    pub stale_samples: Option<StaleSamples>,
    /// The hub's signals; all are `None` if the hub has no series.
    pub signals: Signals,
    /// The signals that the hub must have, by the configuration.
    pub expected_signals: Vec<Signal>,
    /// Whether other hubs of this Prometheus have series. If no hub has series, the absence of this hub's series proves
    /// nothing.
    pub others_have_series: bool,
    /// Alerts that fire on the hub, and open incidents about the hub.
    pub alerts_and_incidents: Vec<Evidence>,
    pub limits: &'a Limits,
    pub now: Now,
}

/// The health, and its evidence with the weightiest first.
pub fn judge(input: &HealthInput<'_>) -> (Health, Vec<Evidence>) {
    let probe = input.fresh_probe();
    let down = input.down_evidence(probe);
    let unknown = input.unknown_evidence();
    let degraded = input.degraded_evidence(probe);
    let health = if !down.is_empty() {
        Health::Down
    } else if !unknown.is_empty() {
        Health::Unknown
    } else if !degraded.is_empty() {
        Health::Degraded
    } else {
        Health::Up
    };
    (health, [down, unknown, degraded].concat())
}

/// When an outage of a hub began: at the first failed probe of the present run of failures. `None` unless a probe shows
/// that the hub is down.
pub fn down_since(health: Health, probe: Option<&Probe>) -> Option<DateTime<Utc>> {
    (health == Health::Down)
        .then(|| probe.and_then(|probe| probe.failing))
        .flatten()
        .map(|run| run.first.wall)
}

impl<'a> HealthInput<'a> {
    fn fresh_probe(&self) -> Option<&'a Probe> {
        let fresh = self
            .probe_source
            .as_ref()
            .is_some_and(|source| source.state.is_fresh());
        self.probe.filter(|_| fresh)
    }

    fn shows_outage(&self, probe: &Probe) -> bool {
        probe.outcome.shows_outage() && probe.is_confirmed(self.limits.probe_confirm)
    }

    fn has_metrics(&self) -> bool {
        let mut prometheus = self.prometheus.iter();
        self.stale_samples.is_none() && prometheus.any(|source| source.state.is_fresh())
    }

    fn no_samples(&self) -> Option<Evidence> {
        let gap = self.stale_samples.as_ref()?;
        Some(Evidence::NoRecentSamples {
            source: self.prometheus.as_ref()?.id.clone(),
            never: gap.never,
        })
    }

    fn down_evidence(&self, probe: Option<&Probe>) -> Vec<Evidence> {
        if self.probe_source.is_some() {
            return probe
                .filter(|probe| self.shows_outage(probe))
                .and_then(|probe| probe_failure(probe, true))
                .into_iter()
                .collect();
        }
        if self.has_metrics() && self.signals.up == Some(0.0) {
            return vec![Evidence::UpIsZero];
        }
        Vec::new()
    }

    fn unknown_evidence(&self) -> Vec<Evidence> {
        let not_live = |source: &Option<SourceHealth>| {
            source
                .as_ref()
                .filter(|source| !source.state.is_fresh())
                .map(|source| Evidence::SourceNotLive {
                    source: source.id.clone(),
                    state: source.state,
                    since: source.failure.as_ref().map(|failure| failure.since.wall),
                    error: source.failure.as_ref().map(|failure| failure.text.clone()),
                })
        };
        let fresh_probes = self
            .probe_source
            .as_ref()
            .is_some_and(|source| source.state.is_fresh());
        let not_probed = fresh_probes && self.probe.is_none();
        let no_series = self.has_metrics() && self.signals.is_absent();
        let is_missed = self.others_have_series && !self.expected_signals.is_empty();
        let absent = no_series && is_missed;
        let no_hub_series = no_series && !is_missed && self.probe_source.is_none();
        let no_up = self.lacks_up();
        let not_watched = self.probe_source.is_none() && self.prometheus.is_none();
        [
            not_live(&self.probe_source),
            not_live(&self.prometheus),
            self.no_samples(),
            not_probed.then_some(Evidence::NotProbedYet),
            absent.then_some(Evidence::SeriesAbsent),
            no_hub_series.then_some(Evidence::NoHubSeries),
            no_up.then_some(Evidence::NoUp),
            not_watched.then_some(Evidence::NotWatched),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    // Whether the hub is not probed and lacks the expected `up`. The hub's other series may stay although the hub itself
    // no longer answers.
    fn lacks_up(&self) -> bool {
        self.probe_source.is_none()
            && self.has_metrics()
            && !self.signals.is_absent()
            && self.signals.up.is_none()
            && self.expected_signals.contains(&Signal::Up)
    }

    fn degraded_evidence(&self, probe: Option<&Probe>) -> Vec<Evidence> {
        let mut found = Vec::new();
        if let Some(probe) = probe {
            if !self.shows_outage(probe) {
                found.extend(probe_failure(probe, false));
            }
            found.extend(self.slow_probe(probe));
        }
        if self.has_metrics() {
            if self.probe_source.is_some() && self.signals.up == Some(0.0) {
                found.push(Evidence::UpIsZero);
            }
            found.extend(self.failed_starts());
            found.extend(self.low_disks());
        }
        found.extend(probe.and_then(|probe| self.expiring_certificate(probe)));
        found.extend(self.alerts_and_incidents.iter().cloned());
        found.sort_by(|one, other| evidence_rank(one).total_cmp(&evidence_rank(other)));
        found
    }

    fn slow_probe(&self, probe: &Probe) -> Option<Evidence> {
        probe
            .latency
            .filter(|latency| probe.outcome.is_good() && *latency > self.limits.probe_slow)
            .map(|latency| Evidence::Slow { latency })
    }

    // `increase` extrapolates, so two failures may be reported as 1.97.
    fn failed_starts(&self) -> Option<Evidence> {
        let limit = self.limits.failed_starts;
        self.signals
            .spawn_failures_30m
            .filter(|count| count.round() >= limit)
            .map(|count| Evidence::FailedStarts { count, limit })
    }

    fn low_disks(&self) -> impl Iterator<Item = Evidence> {
        let limit = self.limits.disk_free_percent;
        let low = move |free: Option<f64>| free.filter(|free| *free <= limit);
        let home = low(self.signals.home_free_percent).map(|free| Evidence::HomeDisk { free });
        let database =
            low(self.signals.db_free_percent).map(|free| Evidence::DatabaseDisk { free });
        home.into_iter().chain(database)
    }

    fn expiring_certificate(&self, probe: &Probe) -> Option<Evidence> {
        let ends = probe.certificate_ends?;
        let days = days_left(ends, self.now);
        (days < self.limits.certificate_days).then_some(Evidence::Certificate { days })
    }
}

// The order of evidence: first problems that stop users now, then problems that slow users, then problems that may stop
// users later. A full disk comes before failed starts, since a full disk explains failed starts. A nearly full disk
// comes after failed starts. Of two disks, the fuller one comes first.
fn evidence_rank(evidence: &Evidence) -> f64 {
    match evidence {
        Evidence::WrongStatus { .. } | Evidence::NotFromHub { .. } | Evidence::NoAnswer { .. } => {
            0.0
        }
        Evidence::UpIsZero => 1.0,
        Evidence::HomeDisk { free } | Evidence::DatabaseDisk { free } if *free < 1.0 => 2.0 + free,
        Evidence::FailedStarts { .. } => 3.0,
        Evidence::HomeDisk { free } | Evidence::DatabaseDisk { free } => 4.0 + free / 100.0,
        Evidence::Slow { .. } => 6.0,
        Evidence::Certificate { .. } => 7.0,
        _ => 8.0,
    }
}

const DAY_MILLIS: i64 = 86_400_000;

// Whole days until `ends`, rounded down. The number is negative after `ends`.
fn days_left(ends: DateTime<Utc>, now: Now) -> i64 {
    (ends - now.wall).num_milliseconds().div_euclid(DAY_MILLIS)
}

/// The next time at which the text about a certificate changes without a new answer. The text changes each time one day
/// less is left, and first when the warning begins.
pub fn next_certificate_change(
    ends: DateTime<Utc>,
    limits: &Limits,
    now: Now,
) -> Option<DateTime<Utc>> {
    let days = days_left(ends, now).min(limits.certificate_days);
    let left = TimeDelta::try_milliseconds(days.checked_mul(DAY_MILLIS)? - 1)?;
    ends.checked_sub_signed(left)
}

fn probe_failure(probe: &Probe, confirmed: bool) -> Option<Evidence> {
    let tries = probe.failing.map_or(1, |run| run.tries);
    match &probe.outcome {
        ProbeOutcome::Good { .. } => None,
        ProbeOutcome::NotFromHub { was_hub, .. } => Some(Evidence::NotFromHub {
            was_hub: *was_hub,
            tries,
            confirmed,
        }),
        ProbeOutcome::Wrong { status, proxy } => Some(Evidence::WrongStatus {
            status: *status,
            proxy: *proxy,
            tries,
            confirmed,
        }),
        ProbeOutcome::NoAnswer { kind, .. } => Some(Evidence::NoAnswer {
            kind: *kind,
            tries,
            confirmed,
        }),
    }
}
