//! `[signals]`: PromQL expressions that replace the built-in ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use strum::IntoEnumIterator as _;

use super::super::problem::{Problem, Problems};
use super::super::similar::closest_match;
use super::values::not_empty;
use super::{Text, TextMap};
use crate::domain::hub::Signal;
use crate::domain::starts::StartFigure;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# PromQL in place of the shipped expressions, for all Prometheuses. {by} becomes the labels to group by
# (namespace, and the cluster label where there is one), {cluster_label} that label's name. Signals: up,
# spawn_failures_30m, spawn_p95_seconds, running_servers, active_users, home_free_percent,
# db_free_percent, sampled_at.
[signals]
running_servers = "max by ({by}) (jupyterhub_running_servers)"
# check --wait uses three more: starts_since, failed_starts_since and spawn_p95_since, in which {range} becomes the time
# since the start of the wait, such as 930s. Set them if you replace spawn_p95_seconds or spawn_failures_30m.
failed_starts_since = 'sum by ({by}) (increase(hub_failed_starts_total[{range}]))'
# Every hub should have up, running_servers, spawn_failures_30m, home_free_percent and db_free_percent: a
# signal that is missing for 15 minutes is a blind spot, since alerts on it may be silent.
# The signals that no hub has (a [[cluster]] takes `without` too, for its own hubs):
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

/// PromQL expressions that replace the built-in ones.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnExpressions {
    pub signals: BTreeMap<Signal, String>,
    pub start_figures: BTreeMap<StartFigure, String>,
}

impl OwnExpressions {
    /// Joins both sets of expressions. If both sets have an expression for a signal or figure, the expression in `more`
    /// is used.
    pub(super) fn replaced_by(mut self, more: Self) -> Self {
        self.signals.extend(more.signals);
        self.start_figures.extend(more.start_figures);
        self
    }
}

/// The expressions in a table.
pub(super) fn expressions(map: &TextMap, problems: &mut Problems) -> OwnExpressions {
    let mut own = OwnExpressions::default();
    for (name, text) in map {
        let expression = problems.ok_or_add(not_empty(text));
        match name.get_ref().parse() {
            Ok(figure) => {
                let expression = expression.filter(|_| has_range(text, problems));
                own.start_figures
                    .extend(expression.map(|text| (figure, text)));
            }
            Err(_) => {
                let signal = problems.ok_or_add(signal(name));
                own.signals.extend(signal.zip(expression));
            }
        }
    }
    own
}

fn has_range(expression: &Text, problems: &mut Problems) -> bool {
    let has = expression.get_ref().contains("{range}");
    if !has {
        let text = "this expression ignores the time since the start";
        let hint = "write {range} where the range stands: increase(starts_total[{range}])";
        problems.add(Problem::new(expression.span(), text.to_owned()).with_hint(hint));
    }
    has
}

/// The signals that these names stand for.
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
