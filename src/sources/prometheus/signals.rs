//! Reads the vector that the joined query gives: signals by hub, freshness by cluster.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::expressions::{Asked, SIGNAL_LABEL};
use super::fault::Fault;
use super::wire::{QueryData, Sample};
use crate::domain::hub::{Signal, Signals};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::settings::ClusterScope;
use crate::sources::scalar::Pairs;

/// What the series say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Readings {
    pub(super) signals: BTreeMap<HubKey, Signals>,
    pub(super) newest_sample: BTreeMap<ClusterName, DateTime<Utc>>,
}

impl Readings {
    /// Reads the vector and adds what it says.
    pub(super) fn read(&mut self, data: &QueryData<'_>, scope: &ClusterScope) -> Result<(), Fault> {
        if data.result_type != "vector" {
            let text = format!("the query gives a {}, not a vector", data.result_type);
            return Err(Fault::garbled(text));
        }
        let Some(samples) = &data.result else {
            return Err(Fault::garbled("the answer lists no series"));
        };
        for sample in samples {
            self.take(sample, scope);
        }
        Ok(())
    }

    fn take(&mut self, sample: &Sample<'_>, scope: &ClusterScope) {
        let part = sample.metric.get(SIGNAL_LABEL).and_then(Asked::named);
        let (Some(part), Some(cluster)) = (part, cluster(&sample.metric, scope)) else {
            return;
        };
        let value = sample.value.as_ref().and_then(|(_, value)| value.number());
        match part {
            Asked::Newest => self.note_newest(cluster, value.and_then(moment)),
            Asked::Signal(signal) => {
                if let Some(hub) = sample.metric.get("namespace") {
                    self.note(HubKey::new(cluster, hub), signal, value);
                }
            }
        }
    }

    /// A hub with any series at all gets its entry, even if the value is `NaN`.
    fn note(&mut self, key: HubKey, signal: Signal, value: Option<f64>) {
        let mut signals = Signals::default();
        match signal {
            Signal::Up => signals.up = value,
            Signal::SpawnFailures30m => signals.spawn_failures_30m = value,
            Signal::SpawnP95Seconds => signals.spawn_p95_seconds = value,
            Signal::RunningServers => signals.running_servers = value,
            Signal::ActiveUsers => signals.active_users = value,
            Signal::HomeFreePercent => signals.home_free_percent = value,
            Signal::DbFreePercent => signals.db_free_percent = value,
            Signal::SampledAt => signals.sampled_at = value.and_then(moment),
        }
        self.note_newest(key.cluster.clone(), signals.sampled_at);
        join(self.signals.entry(key).or_default(), &signals);
    }

    /// Adds what another query gave.
    pub(super) fn merge(&mut self, other: Readings) {
        for (key, signals) in other.signals {
            join(self.signals.entry(key).or_default(), &signals);
        }
        for (cluster, at) in other.newest_sample {
            self.note_newest(cluster, Some(at));
        }
    }

    fn note_newest(&mut self, cluster: ClusterName, at: Option<DateTime<Utc>>) {
        if let Some(at) = at {
            let newest = self.newest_sample.entry(cluster).or_insert(at);
            *newest = at.max(*newest);
        }
    }
}

/// A configured expression may give several series for one hub; which of them counts must not hang on
/// their order, which Prometheus does not promise.
fn join(kept: &mut Signals, more: &Signals) {
    keep(&mut kept.up, more.up, f64::max);
    keep(
        &mut kept.spawn_failures_30m,
        more.spawn_failures_30m,
        f64::max,
    );
    keep(
        &mut kept.spawn_p95_seconds,
        more.spawn_p95_seconds,
        f64::max,
    );
    keep(&mut kept.running_servers, more.running_servers, f64::max);
    keep(&mut kept.active_users, more.active_users, f64::max);
    keep(
        &mut kept.home_free_percent,
        more.home_free_percent,
        f64::min,
    );
    keep(&mut kept.db_free_percent, more.db_free_percent, f64::min);
    kept.sampled_at = kept.sampled_at.max(more.sampled_at);
}

fn keep(kept: &mut Option<f64>, value: Option<f64>, choose: fn(f64, f64) -> f64) {
    *kept = match (*kept, value) {
        (Some(kept), Some(value)) => Some(choose(kept, value)),
        (kept, value) => kept.or(value),
    };
}

fn cluster(metric: &Pairs<'_>, scope: &ClusterScope) -> Option<ClusterName> {
    match scope {
        ClusterScope::One(cluster) => Some(cluster.clone()),
        ClusterScope::ByLabel(label) => metric.get(label).map(ClusterName::from),
    }
}

/// Seconds since 1970 as a moment, to the millisecond: that is what Prometheus keeps.
fn moment(seconds: f64) -> Option<DateTime<Utc>> {
    let millis = (seconds * 1000.0).round();
    // A cast saturates, and what is out of range is no moment.
    DateTime::from_timestamp_millis(millis as i64)
}

#[cfg(test)]
mod tests;
