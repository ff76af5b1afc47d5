//! `[signals]`: PromQL in place of the shipped expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use strum::IntoEnumIterator as _;

use super::super::problem::{Problem, Problems};
use super::super::similar::closest_match;
use super::values::not_empty;
use super::{Text, TextMap};
use crate::domain::hub::Signal;

/// The keys, explained, as `config.example.toml` has them.
pub(super) const EXAMPLE: &str = r#"# PromQL in place of the shipped expressions, for all Prometheuses. {by} becomes the labels to group by
# (namespace, and the cluster label where there is one), {cluster_label} that label's name. Signals: up,
# spawn_failures_30m, spawn_p95_seconds, running_servers, active_users, home_free_percent,
# db_free_percent, sampled_at.
[signals]
running_servers = "max by ({by}) (jupyterhub_running_servers)"
# Every hub is expected to have up, running_servers, spawn_failures_30m, home_free_percent and
# db_free_percent: one that was not there for 15 minutes is a blind spot, since alerts on it may be silent.
# Those that no hub here has (a [[cluster]] takes without too, for its own):
without = []
"#;

/// The table's keys.
#[derive(Debug, Default)]
pub(super) struct RawSignals {
    pub expressions: TextMap,
    pub without: Vec<Text>,
}

impl<'de> Deserialize<'de> for RawSignals {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(SignalsVisitor)
    }
}

struct SignalsVisitor;

impl<'de> Visitor<'de> for SignalsVisitor {
    type Value = RawSignals;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawSignals, A::Error> {
        let mut signals = RawSignals::default();
        while let Some(key) = map.next_key::<Text>()? {
            match key.get_ref().as_str() {
                "without" => signals.without = map.next_value()?,
                _ => {
                    signals.expressions.insert(key, map.next_value()?);
                }
            }
        }
        Ok(signals)
    }
}

/// The expressions by signal.
pub(super) fn signals(map: &TextMap, problems: &mut Problems) -> BTreeMap<Signal, String> {
    map.iter()
        .filter_map(|(name, expression)| {
            let signal = problems.ok_or_add(signal(name));
            let expression = problems.ok_or_add(not_empty(expression));
            Some((signal?, expression?))
        })
        .collect()
}

/// Signals by name.
pub(super) fn names(names: &[Text], problems: &mut Problems) -> BTreeSet<Signal> {
    let signals = names.iter();
    signals
        .filter_map(|name| problems.ok_or_add(signal(name)))
        .collect()
}

fn signal(name: &Text) -> Result<Signal, Problem> {
    name.get_ref().parse().map_err(|_| {
        let names: Vec<String> = Signal::iter().map(|signal| signal.to_string()).collect();
        let problem = Problem::new(
            name.span(),
            format!("there is no signal {:?}", name.get_ref()),
        );
        match closest_match(name.get_ref(), names.iter().map(String::as_str)) {
            Some(meant) => problem.with_hint(format!("did you mean `{meant}`?")),
            None => problem.with_hint(format!("signals: {}", names.join(", "))),
        }
    })
}
