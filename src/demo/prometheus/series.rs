//! What an expression means in this world. There is no PromQL engine: a query is understood by the
//! signals that it names, or by the metrics that its expression is made of.

use std::collections::BTreeMap;
use std::str::FromStr;

use strum::IntoEnumIterator;

use crate::demo::clockwork::At;
use crate::demo::world::World;
use crate::demo::world::fleet::Cluster;
use crate::demo::world::hub::{Hub, Reading, last_scrape};
use crate::demo::world::rules::Firing;

/// The name under which a cluster's newest sample is asked for.
const NEWEST: &str = "newest_sample";

/// One series: its labels and how it runs.
pub(super) struct Series<'a> {
    pub(super) labels: BTreeMap<&'static str, String>,
    hub: Option<&'a Hub>,
    meaning: Meaning<'a>,
}

/// What a series' values are.
#[derive(Clone, Copy)]
enum Meaning<'a> {
    Reading(Reading),
    Newest,
    Alert(&'a Firing),
}

/// A comparison at an expression's end, which drops the values that do not hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    sign: Sign,
    value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    AtMost,
    AtLeast,
    Below,
    Above,
    Equal,
}

/// What a part of a query can be labelled with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Named {
    /// A reading of every hub.
    Reading(Reading),
    /// When anything of the cluster was scraped last.
    Newest,
}

/// The signals that a query labels its parts with: `"signal", "NAME"`.
pub(super) fn named_signals(query: &str) -> Vec<Named> {
    let parts = query.split("\"signal\"").skip(1);
    let named = parts.filter_map(|rest| {
        let quoted = rest.trim_start().strip_prefix(',')?.trim_start();
        let (name, _) = quoted.strip_prefix('"')?.split_once('"')?;
        match name {
            NEWEST => Some(Named::Newest),
            _ => Reading::from_str(name).ok().map(Named::Reading),
        }
    });
    let mut found = Vec::new();
    named.for_each(|it| {
        if !found.contains(&it) {
            found.push(it);
        }
    });
    found
}

/// The signal that a single expression is about, by its metrics.
fn meant_signal(query: &str) -> Option<Reading> {
    const MARKS: [(&str, Reading); 8] = [
        ("timestamp(", Reading::SampledAt),
        ("\"home-nfs\"", Reading::HomeFreePercent),
        ("\"hub-db-dir\"", Reading::DbFreePercent),
        ("spawn_duration_seconds_bucket", Reading::SpawnP95Seconds),
        ("spawn_duration_seconds_count", Reading::SpawnFailures),
        ("jupyterhub_running_servers", Reading::RunningServers),
        ("jupyterhub_active_users", Reading::ActiveUsers),
        ("up{", Reading::Up),
    ];
    let by_name = || Reading::iter().find(|it| query.trim() == <&str>::from(*it));
    let query = query.replace('\'', "\"");
    let mark = MARKS.iter().find(|(mark, _)| query.contains(mark));
    mark.map(|(_, reading)| *reading).or_else(by_name)
}

/// The series that a query selects on these clusters. `apart` adds the label `cluster`.
pub(super) fn select<'a>(
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
                Named::Reading(it) => readings(world, clusters, it, apart, true),
                Named::Newest => clusters.iter().map(|it| newest(it, apart)).collect(),
            })
            .collect();
    }
    let rule = |it: &&Firing| it.rule.expression() == query.trim();
    match meant_signal(query) {
        Some(signal) => readings(world, clusters, signal, apart, false),
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
            meaning: Meaning::Reading(what),
        }
    })
    .collect()
}

fn newest<'a>(cluster: &Cluster, apart: bool) -> Series<'a> {
    let mut labels = BTreeMap::from([("signal", NEWEST.to_owned())]);
    if apart {
        labels.insert("cluster", cluster.name.to_string());
    }
    Series {
        labels,
        hub: None,
        meaning: Meaning::Newest,
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
        meaning: Meaning::Alert(firing),
    }
}

impl Series<'_> {
    /// Its value at a moment; none where there is no sample.
    pub(super) fn at(&self, world: &World, at: At) -> Option<f64> {
        match self.meaning {
            Meaning::Reading(what) => self.hub?.reading(what, at, world.drift()),
            Meaning::Newest => Some(last_scrape(at)),
            Meaning::Alert(firing) if firing.active_at <= at => {
                Some(alert_value(world, firing, at))
            }
            Meaning::Alert(_) => None,
        }
    }
}

/// The value with which an alert fires.
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
    value.unwrap_or(1.0)
}

impl Limit {
    /// The comparison with a number that ends an expression, if one does.
    pub(super) fn of(query: &str) -> Option<Self> {
        const SIGNS: [(&str, Sign); 5] = [
            ("<=", Sign::AtMost),
            (">=", Sign::AtLeast),
            ("==", Sign::Equal),
            ("<", Sign::Below),
            (">", Sign::Above),
        ];
        let query = query.trim_end();
        SIGNS.into_iter().find_map(|(text, sign)| {
            let (_, number) = query.rsplit_once(text)?;
            let value = number.trim().parse().ok()?;
            Some(Self { sign, value })
        })
    }

    /// Whether a value is kept.
    pub(super) fn keeps(self, value: f64) -> bool {
        match self.sign {
            Sign::AtMost => value <= self.value,
            Sign::AtLeast => value >= self.value,
            Sign::Below => value < self.value,
            Sign::Above => value > self.value,
            Sign::Equal => (value - self.value).abs() < f64::EPSILON,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_found_whatever_the_white_space() {
        let query = "label_replace(up{a=\"signal\"},\"signal\",\"up\",\"\",\"\") or\n label_replace(x, \"signal\" , \"newest_sample\", \"\", \"\")";
        assert_eq!(
            named_signals(query),
            [Named::Reading(Reading::Up), Named::Newest]
        );
        assert_eq!(named_signals("up"), []);
    }

    #[test]
    fn each_signal_has_the_name_that_the_query_gives_it() {
        let names: Vec<&str> = Reading::iter().map(Into::into).collect();
        assert_eq!(
            names,
            [
                "up",
                "spawn_failures_30m",
                "spawn_p95_seconds",
                "running_servers",
                "active_users",
                "home_free_percent",
                "db_free_percent",
                "sampled_at"
            ]
        );
    }

    #[test]
    fn a_comparison_at_the_end_is_a_limit() {
        let limit = Limit::of("floor(a / b * 100) <= 10\n").unwrap();
        assert!(limit.keeps(10.0) && !limit.keeps(11.0));
        assert!(Limit::of("rate(x[5m]) > 0.8").unwrap().keeps(0.9));
        assert_eq!(Limit::of("a < b"), None);
    }
}
