//! Reads the vector that the joined query returns: the signals by hub, and the freshness by cluster.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::expressions::{QueryPart, SIGNAL_LABEL};
use super::query_error::QueryError;
use super::wire::{QueryData, Sample};
use crate::domain::hub::{Signal, Signals};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::settings::ClusterScope;
use crate::sources::scalar::Pairs;

/// The most cluster names that are collected from the labels of a one-cluster Prometheus. Normally there is only the
/// name of the configured cluster, or by mistake the name of another one.
const MAX_CLUSTERS: usize = 8;

/// The values of the series.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SignalValues {
    pub(super) signals: BTreeMap<HubKey, Signals>,
    pub(super) newest_sample: BTreeMap<ClusterName, DateTime<Utc>>,
    /// The names that the series give for their cluster, if the Prometheus watches only one cluster. A series that
    /// gives no name counts as the configured cluster's.
    pub(super) clusters: BTreeSet<ClusterName>,
}

impl SignalValues {
    /// Reads the vector and adds its values.
    pub(super) fn add_vector(
        &mut self,
        data: &QueryData<'_>,
        scope: &ClusterScope,
    ) -> Result<(), QueryError> {
        if data.result_type != "vector" {
            let text = format!("the query returns a {}, not a vector", data.result_type);
            return Err(QueryError::garbled(text));
        }
        let Some(samples) = &data.result else {
            return Err(QueryError::garbled("the answer lists no series"));
        };
        for sample in samples {
            self.add_sample(sample, scope);
        }
        Ok(())
    }

    fn add_sample(&mut self, sample: &Sample<'_>, scope: &ClusterScope) {
        let part = sample
            .metric
            .get(SIGNAL_LABEL)
            .and_then(QueryPart::from_name);
        let (Some(part), Some(cluster)) = (part, cluster(&sample.metric, scope)) else {
            return;
        };
        let value = sample.value.as_ref().and_then(|(_, value)| value.number());
        let hub = sample.metric.get("namespace");
        match part {
            QueryPart::NewestSample => {
                if let ClusterScope::One(bound) = scope {
                    let named = sample.metric.get("cluster").filter(|name| !name.is_empty());
                    self.add_cluster(
                        named.map_or_else(|| bound.clone(), ClusterName::from),
                        bound,
                    );
                }
                self.update_newest_sample(cluster, value.and_then(datetime_from_seconds))
            }
            QueryPart::SlowestStart => {
                if let Some(hub) = hub {
                    self.add_slowest_start(HubKey::new(cluster, hub), value);
                }
            }
            QueryPart::Signal(signal) => {
                if let Some(hub) = hub {
                    self.add_signal(HubKey::new(cluster, hub), signal, value);
                }
            }
        }
    }

    /// Adds a signal's value. A hub with any series gets an entry, even if the value is `NaN`.
    fn add_signal(&mut self, key: HubKey, signal: Signal, value: Option<f64>) {
        let mut signals = Signals::default();
        match signal {
            Signal::Up => signals.up = value,
            Signal::SpawnFailures30m => signals.spawn_failures_30m = value,
            Signal::SpawnP95Seconds => signals.spawn_p95_seconds = value,
            Signal::RunningServers => signals.running_servers = value,
            Signal::ActiveUsers => signals.active_users = value,
            Signal::HomeFreePercent => signals.home_free_percent = value,
            Signal::DbFreePercent => signals.db_free_percent = value,
            Signal::SampledAt => signals.sampled_at = value.and_then(datetime_from_seconds),
        }
        self.update_newest_sample(key.cluster.clone(), signals.sampled_at);
        merge_signals(self.signals.entry(key).or_default(), &signals);
    }

    fn add_slowest_start(&mut self, key: HubKey, slowest_start_seconds: Option<f64>) {
        let signals = Signals {
            slowest_start_seconds,
            ..Signals::default()
        };
        merge_signals(self.signals.entry(key).or_default(), &signals);
    }

    fn add_cluster(&mut self, named: ClusterName, bound: &ClusterName) {
        if self.clusters.len() < MAX_CLUSTERS || named == *bound {
            self.clusters.insert(named);
        }
    }

    /// Adds the values of another query.
    pub(super) fn merge(&mut self, other: SignalValues) {
        for (key, signals) in other.signals {
            merge_signals(self.signals.entry(key).or_default(), &signals);
        }
        for (cluster, at) in other.newest_sample {
            self.update_newest_sample(cluster, Some(at));
        }
        self.clusters.extend(other.clusters);
    }

    fn update_newest_sample(&mut self, cluster: ClusterName, at: Option<DateTime<Utc>>) {
        if let Some(at) = at {
            let newest = self.newest_sample.entry(cluster).or_insert(at);
            *newest = at.max(*newest);
        }
    }
}

/// Merges two series of one hub, since a configured expression may return several. The choice must not depend on their
/// order, which Prometheus does not guarantee.
fn merge_signals(kept: &mut Signals, more: &Signals) {
    merge_value(&mut kept.up, more.up, f64::max);
    merge_value(
        &mut kept.spawn_failures_30m,
        more.spawn_failures_30m,
        f64::max,
    );
    merge_value(
        &mut kept.spawn_p95_seconds,
        more.spawn_p95_seconds,
        f64::max,
    );
    merge_value(
        &mut kept.slowest_start_seconds,
        more.slowest_start_seconds,
        f64::max,
    );
    merge_value(&mut kept.running_servers, more.running_servers, f64::max);
    merge_value(&mut kept.active_users, more.active_users, f64::max);
    merge_value(
        &mut kept.home_free_percent,
        more.home_free_percent,
        f64::min,
    );
    merge_value(&mut kept.db_free_percent, more.db_free_percent, f64::min);
    kept.sampled_at = kept.sampled_at.max(more.sampled_at);
}

fn merge_value(kept: &mut Option<f64>, value: Option<f64>, choose: fn(f64, f64) -> f64) {
    *kept = match (*kept, value) {
        (Some(kept), Some(value)) => Some(choose(kept, value)),
        (kept, value) => kept.or(value),
    };
}

/// The cluster of a series; `None` if no label names a cluster.
pub(super) fn cluster(metric: &Pairs<'_>, scope: &ClusterScope) -> Option<ClusterName> {
    match scope {
        ClusterScope::One(cluster) => Some(cluster.clone()),
        ClusterScope::ByLabel(label) => metric.get(label).map(ClusterName::from),
    }
}

/// Converts seconds since 1970 to a time in milliseconds, which is Prometheus' precision.
fn datetime_from_seconds(seconds: f64) -> Option<DateTime<Utc>> {
    let millis = (seconds * 1000.0).round();
    // The cast saturates, and an out-of-range number is no valid time.
    DateTime::from_timestamp_millis(millis as i64)
}

#[cfg(test)]
mod tests;
