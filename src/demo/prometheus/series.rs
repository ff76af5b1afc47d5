//! The series that a query selects in this world, with their values at any time.

use std::collections::BTreeMap;
use std::time::Duration;

use super::recognize::{
    AlertState, Limit, NEWEST, NamedSignal, alert_state, named_signals, recognized_signal,
    without_limit,
};
use super::restricted_query::RestrictedQuery;
use crate::demo::clockwork::At;
use crate::demo::rng::noise;
use crate::demo::world::World;
use crate::demo::world::cluster::Cluster;
use crate::demo::world::hub::{Hub, Reading, last_scrape};
use crate::demo::world::rules::Firing;
use crate::demo::world::starts::{BOUNDS, Bound, StartReading};

/// One series: its labels and the source of its values.
pub(super) struct Series<'a> {
    pub(super) labels: BTreeMap<&'static str, String>,
    hub: Option<&'a Hub>,
    meaning: SeriesValue<'a>,
    is_floored: bool,
}

/// The source of a series' values.
#[derive(Clone, Copy)]
enum SeriesValue<'a> {
    Reading(Reading),
    Newest,
    Starts(StartReading, Duration),
    Alert(&'a Firing),
    /// `ALERTS`: 1 while the alert is in this state.
    State(&'a Firing, AlertState),
}

/// The series that a query selects on these clusters. With `apart`, each series has the label `cluster`.
pub(super) fn select<'a>(
    world: &'a World,
    clusters: &[&'a Cluster],
    query: &str,
    apart: bool,
) -> Vec<Series<'a>> {
    let narrowed = RestrictedQuery::parse(query);
    let mut series = all(world, clusters, narrowed.query, apart);
    series.retain(|it| {
        let value = |label: &str| it.labels.get(label).cloned().unwrap_or_default();
        narrowed.matches(value)
    });
    series
}

fn all<'a>(
    world: &'a World,
    clusters: &[&'a Cluster],
    query: &str,
    apart: bool,
) -> Vec<Series<'a>> {
    let named = named_signals(query);
    if !named.is_empty() {
        let signals = named.into_iter();
        return signals
            .flat_map(|it| match it {
                NamedSignal::Reading(it) => readings(world, clusters, it, apart, true),
                NamedSignal::Starts(what, range) => starts(world, clusters, what, range, apart),
                NamedSignal::Newest => clusters.iter().map(|it| newest(it, apart)).collect(),
            })
            .collect();
    }
    if let Some((name, state)) = alert_state(query) {
        let clusters = clusters.iter();
        return clusters
            .flat_map(|cluster| world.alerts_of(&cluster.name))
            .filter(|firing| firing.labels.get("alertname") == Some(name))
            .map(|firing| Series {
                meaning: SeriesValue::State(firing, state),
                ..alert_series(firing, apart)
            })
            .collect();
    }
    let value = without_limit(query);
    let rule = |it: &&Firing| without_limit(it.rule.expression()) == value;
    match recognized_signal(query) {
        Some(signal) => {
            let mut series = readings(world, clusters, signal, apart, false);
            let floor = query.trim_start().starts_with("floor(");
            series.iter_mut().for_each(|it| it.is_floored = floor);
            series
        }
        None => clusters
            .iter()
            .flat_map(|cluster| world.alerts_of(&cluster.name).filter(rule))
            .map(|firing| alert_series(firing, apart))
            .collect(),
    }
}

fn readings<'a>(
    world: &'a World,
    clusters: &[&'a Cluster],
    what: Reading,
    apart: bool,
    named: bool,
) -> Vec<Series<'a>> {
    let hubs = clusters.iter().flat_map(|it| world.fleet.hubs_of(&it.name));
    hubs.map(|hub| {
        let mut labels = BTreeMap::from([("namespace", hub.name.to_string())]);
        if named {
            labels.insert("signal", <&str>::from(what).to_owned());
        }
        if apart {
            labels.insert("cluster", hub.cluster.to_string());
        }
        Series {
            labels,
            hub: Some(hub),
            meaning: SeriesValue::Reading(what),
            is_floored: false,
        }
    })
    .collect()
}

fn starts<'a>(
    world: &'a World,
    clusters: &[&'a Cluster],
    what: StartReading,
    range: Duration,
    apart: bool,
) -> Vec<Series<'a>> {
    let StartReading::StartTimesSince(_) = what else {
        return start_readings(world, clusters, what, range, apart);
    };
    let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
    let buckets = bounds.flat_map(|bound| {
        let what = StartReading::StartTimesSince(Bound(bound));
        let mut series = start_readings(world, clusters, what, range, apart);
        for it in &mut series {
            it.labels.insert("le", le(bound));
        }
        series
    });
    buckets.collect()
}

/// The bound of a histogram bucket as Prometheus writes it.
fn le(bound: f64) -> String {
    if bound.is_finite() {
        format!("{bound:?}")
    } else {
        "+Inf".to_owned()
    }
}

fn start_readings<'a>(
    world: &'a World,
    clusters: &[&'a Cluster],
    what: StartReading,
    range: Duration,
    apart: bool,
) -> Vec<Series<'a>> {
    let mut series = readings(world, clusters, Reading::SpawnFailures, apart, true);
    for it in &mut series {
        it.labels.insert("signal", <&str>::from(what).to_owned());
        it.meaning = SeriesValue::Starts(what, range);
    }
    series
}

fn newest<'a>(cluster: &Cluster, apart: bool) -> Series<'a> {
    let mut labels = BTreeMap::from([("signal", NEWEST.to_owned())]);
    if apart {
        labels.insert("cluster", cluster.name.to_string());
    }
    Series {
        labels,
        hub: None,
        meaning: SeriesValue::Newest,
        is_floored: false,
    }
}

fn alert_series(firing: &Firing, apart: bool) -> Series<'_> {
    const METRIC: [&str; 4] = ["device", "namespace", "node", "pod"];
    let kept = METRIC.into_iter().filter_map(|name| {
        let value = firing.labels.get(name)?;
        Some((name, value.to_owned()))
    });
    let mut labels: BTreeMap<_, _> = kept.collect();
    if apart {
        labels.insert("cluster", firing.cluster.to_string());
    }
    Series {
        labels,
        hub: None,
        meaning: SeriesValue::Alert(firing),
        is_floored: false,
    }
}

impl Series<'_> {
    /// The series' value at time `at`; `None` if there is no sample.
    pub(super) fn at(&self, world: &World, at: At) -> Option<f64> {
        match self.meaning {
            SeriesValue::Reading(what) => {
                let value = self.hub?.reading(what, at, world.drift())?;
                Some(if self.is_floored {
                    value.floor()
                } else {
                    value
                })
            }
            SeriesValue::Newest => Some(last_scrape(at)),
            SeriesValue::Starts(what, range) => {
                self.hub?.start_reading(what, range, at, world.drift())
            }
            SeriesValue::Alert(firing) if firing.active_at <= at => {
                Some(alert_value(world, firing, at))
            }
            SeriesValue::Alert(firing) => value_before(world, firing, at),
            SeriesValue::State(firing, state) => state.holds(firing, at).then_some(1.0),
        }
    }
}

/// The value before the alert's expression began to hold. `None` for a pending pod, since the pod did not exist before.
fn value_before(world: &World, firing: &Firing, at: At) -> Option<f64> {
    match firing.rule.key.as_str() {
        "pending" => None,
        "io" => {
            let words = ["io", &*firing.cluster];
            let step = at.timestamp().div_euclid(120);
            Some(0.35 + 0.3 * noise(world.drift().seed, &words, step))
        }
        _ => Some(Limit::parse(firing.rule.expression()).map_or(0.0, Limit::within)),
    }
}

/// The value at which an alert fires.
pub(super) fn alert_value(world: &World, firing: &Firing, at: At) -> f64 {
    let hub = world.fleet.hub(&firing.cluster, &firing.hub);
    let reading = |what| {
        let hub = hub?;
        hub.reading(what, at, world.drift())
    };
    let value = match firing.rule.key.as_str() {
        "home-10" | "home-0" => reading(Reading::HomeFreePercent).map(f64::floor),
        "db-10" | "db-0" => reading(Reading::DbFreePercent).map(f64::floor),
        "starts" => reading(Reading::SpawnFailures),
        "io" => Some(0.93),
        _ => None,
    };
    value.unwrap_or_else(|| Limit::parse(firing.rule.expression()).map_or(1.0, Limit::beyond))
}
