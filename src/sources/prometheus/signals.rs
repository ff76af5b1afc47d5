//! Reads the vector that the joined query gives: signals by hub, freshness by cluster.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::envelope::Fault;
use super::expressions::{Asked, SIGNAL_LABEL};
use super::wire::{QueryData, Sample};
use crate::domain::hub::{Signal, Signals};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::settings::Scope;
use crate::sources::scalar::Pairs;

/// What the series say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Readings {
    pub(super) signals: BTreeMap<HubKey, Signals>,
    pub(super) newest_sample: BTreeMap<ClusterName, DateTime<Utc>>,
}

impl Readings {
    /// Reads the vector and adds what it says.
    pub(super) fn read(&mut self, data: &QueryData<'_>, scope: &Scope) -> Result<(), Fault> {
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

    fn take(&mut self, sample: &Sample<'_>, scope: &Scope) {
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

fn cluster(metric: &Pairs<'_>, scope: &Scope) -> Option<ClusterName> {
    match scope {
        Scope::One(cluster) => Some(cluster.clone()),
        Scope::ByLabel(label) => metric.get(label).map(ClusterName::from),
    }
}

/// Seconds since 1970 as a moment, to the millisecond: that is what Prometheus keeps.
fn moment(seconds: f64) -> Option<DateTime<Utc>> {
    let millis = (seconds * 1000.0).round();
    // A cast saturates, and what is out of range is no moment.
    DateTime::from_timestamp_millis(millis as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::FailureKind;

    fn read(result: &str, scope: &Scope) -> Readings {
        let json = format!(r#"{{"resultType":"vector","result":[{result}]}}"#);
        let mut readings = Readings::default();
        readings
            .read(&serde_json::from_str(&json).unwrap(), scope)
            .unwrap();
        readings
    }

    fn one() -> Scope {
        Scope::One("leap".into())
    }

    #[test]
    fn signals_stand_by_hub() {
        let readings = read(
            r#"{"metric":{"namespace":"prod","signal":"up"},"value":[1787302800.1,"1"]},
               {"metric":{"namespace":"prod","signal":"spawn_p95_seconds"},"value":[1787302800.1,"NaN"]},
               {"metric":{"namespace":"prod","signal":"spawn_failures_30m"},"value":[1787302800.1,"1.0345e+00"]},
               {"metric":{"namespace":"prod","signal":"sampled_at"},"value":[1787302800.1,"1787302790.125"]},
               {"metric":{"namespace":"staging","signal":"home_free_percent"},"value":[1787302800.1,"+Inf"]},
               {"metric":{"signal":"newest_sample"},"value":[1787302800.1,"1787302799"]}"#,
            &one(),
        );
        let prod = readings.signals[&HubKey::new("leap", "prod")];
        assert_eq!((prod.up, prod.spawn_p95_seconds), (Some(1.0), None));
        assert_eq!(prod.spawn_failures_30m, Some(1.0345));
        assert_eq!(
            prod.sampled_at,
            DateTime::from_timestamp_millis(1_787_302_790_125)
        );
        assert!(readings.signals[&HubKey::new("leap", "staging")].is_absent());
        assert_eq!(
            readings.newest_sample[&"leap".into()],
            DateTime::from_timestamp(1_787_302_799, 0).unwrap()
        );
    }

    #[test]
    fn clusters_are_told_apart_by_their_label() {
        let readings = read(
            r#"{"metric":{"site":"a","namespace":"prod","signal":"up"},"value":[1,"1"]},
               {"metric":{"site":"b","namespace":"prod","signal":"up"},"value":[1,"0"]},
               {"metric":{"namespace":"prod","signal":"up"},"value":[1,"0"]},
               {"metric":{"site":"b","namespace":"prod","signal":"sampled_at"},"value":[1,"50"]},
               {"metric":{"site":"c","signal":"newest_sample"},"value":[1,"40"]}"#,
            &Scope::ByLabel("site".into()),
        );
        assert_eq!(readings.signals.len(), 2);
        assert_eq!(readings.signals[&HubKey::new("b", "prod")].up, Some(0.0));
        let newest: Vec<_> = readings
            .newest_sample
            .keys()
            .map(ClusterName::as_str)
            .collect();
        assert_eq!(newest, ["b", "c"]);
    }

    #[test]
    fn of_several_series_the_same_counts_in_any_order() {
        let two = |first: &str, second: &str| {
            let series = |value: &str| {
                format!(
                    r#"{{"metric":{{"namespace":"p","signal":"db_free_percent","x":"{value}"}},"value":[1,"{value}"]}}"#
                )
            };
            read(&format!("{},{}", series(first), series(second)), &one())
        };
        assert_eq!(two("9", "40"), two("40", "9"));
        assert_eq!(
            two("9", "NaN").signals[&HubKey::new("leap", "p")].db_free_percent,
            Some(9.0)
        );
    }

    #[test]
    fn what_is_not_a_signal_is_passed_over() {
        let readings = read(
            r#"{"metric":{"namespace":"p","signal":"else"},"value":[1,"1"]},
               {"metric":{"namespace":"p"},"value":[1,"1"]},
               {"metric":{"signal":"up"},"value":[1,"1"]},
               {"metric":null,"value":null}"#,
            &one(),
        );
        assert_eq!(readings, Readings::default());
    }

    #[test]
    fn a_native_histogram_is_no_value() {
        let readings = read(
            r#"{"metric":{"namespace":"p","signal":"up"},"histogram":[1,{"count":"2","sum":"3","buckets":[[0,"1","2","3"]]}]}"#,
            &one(),
        );
        assert!(readings.signals[&HubKey::new("leap", "p")].is_absent());
    }

    #[test]
    fn what_is_no_vector_is_garbled() {
        for json in [
            r#"{"resultType":"matrix","result":[]}"#,
            r#"{"resultType":"vector","result":null}"#,
            "{}",
        ] {
            let data = serde_json::from_str(json).unwrap();
            let fault = Readings::default().read(&data, &one()).unwrap_err();
            assert_eq!(fault.error.kind, FailureKind::Garbled);
        }
    }
}
