//! The expressions sent to a Prometheus: one for each signal, and the query that joins them.
//!
//! Each expression has its own `signal` label, so that `or` keeps all series. Without this label, `or` would drop a
//! series of its right side if the left side has one with the same labels.

use std::collections::{BTreeMap, BTreeSet};

use strum::IntoEnumIterator;

use super::default_expressions::{SLOWEST_START, default_expression};
use crate::domain::hub::Signal;
use crate::domain::settings::ClusterScope;

/// The label with the signal's name, which distinguishes the signals.
pub(super) const SIGNAL_LABEL: &str = "signal";

/// One part of the joined query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum QueryPart {
    /// A signal of every hub.
    Signal(Signal),
    /// The slowest start, which shows whether the 95th percentile is only a lower bound.
    SlowestStart,
    /// When the newest sample was scraped. If one endpoint answers for many clusters, each cluster has its own value.
    /// All targets of the cluster count. So a cluster has a value even if none of its hubs can be scraped.
    NewestSample,
}

impl QueryPart {
    /// The value of the part's `signal` label.
    pub(super) fn name(self) -> String {
        match self {
            Self::Signal(signal) => signal.to_string(),
            Self::SlowestStart => "slowest_start".to_owned(),
            Self::NewestSample => "newest_sample".to_owned(),
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "slowest_start" => Some(Self::SlowestStart),
            "newest_sample" => Some(Self::NewestSample),
            _ => name.parse().ok().map(Self::Signal),
        }
    }
}

/// All expressions, with their placeholders replaced.
#[derive(Clone, Debug)]
pub(super) struct Expressions(BTreeMap<QueryPart, String>);

impl Expressions {
    /// The default expressions, or the configured expressions in their place. The slowest start is queried only with
    /// the default percentile, since a configured percentile may use another histogram.
    pub(super) fn new(scope: &ClusterScope, own: &BTreeMap<Signal, String>) -> Self {
        let signals = Signal::iter().map(|signal| {
            let template = own
                .get(&signal)
                .map_or(default_expression(signal), String::as_str);
            (QueryPart::Signal(signal), fill_template(template, scope))
        });
        let slowest = (!own.contains_key(&Signal::SpawnP95Seconds))
            .then(|| (QueryPart::SlowestStart, fill_template(SLOWEST_START, scope)));
        let newest = (QueryPart::NewestSample, newest_sample_template(scope));
        Self(signals.chain(slowest).chain([newest]).collect())
    }

    /// The query of one part alone.
    pub(super) fn part_query(&self, asked: QueryPart) -> Option<String> {
        self.0
            .get(&asked)
            .map(|expression| with_part_label(&asked.name(), expression))
    }

    /// The query of all parts except the broken ones. `None` if no part is left.
    pub(super) fn joined_query_without(&self, broken: &BTreeSet<QueryPart>) -> Option<String> {
        let parts: Vec<String> = self
            .0
            .iter()
            .filter(|(asked, _)| !broken.contains(asked))
            .map(|(asked, expression)| with_part_label(&asked.name(), expression))
            .collect();
        (!parts.is_empty()).then(|| parts.join("\nor\n"))
    }

    /// The query that counts how often each of these signals had a value within a window. The window `15m:1m` covers
    /// the last quarter of an hour, minute by minute.
    pub(super) fn window_query(&self, signals: &BTreeSet<Signal>, window: &str) -> String {
        let parts = signals.iter().filter_map(|signal| {
            let part = QueryPart::Signal(*signal);
            let expression = self.0.get(&part)?;
            let counted = format!("count_over_time(({expression}\n)[{window}])");
            Some(with_part_label(&part.name(), &counted))
        });
        let parts: Vec<String> = parts.collect();
        parts.join("\nor\n")
    }

    /// The query of these signals together.
    pub(super) fn joined_query(&self, signals: &[Signal]) -> String {
        let parts = signals.iter().map(|signal| QueryPart::Signal(*signal));
        let parts: Vec<String> = parts.filter_map(|asked| self.part_query(asked)).collect();
        parts.join("\nor\n")
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = QueryPart> {
        self.0.keys().copied()
    }
}

/// The expression with its part's label. The added line break ends a comment at the end of the expression.
pub(super) fn with_part_label(name: &str, expression: &str) -> String {
    format!("label_replace(({expression}\n), \"{SIGNAL_LABEL}\", \"{name}\", \"\", \"\")")
}

/// Replaces the placeholders. `{by}` becomes the labels that identify a hub, and `{cluster_label}` the label that
/// identifies a cluster. If the Prometheus watches only one cluster, `{cluster_label}` becomes `cluster`. Series
/// without this label do no harm: PromQL treats a missing label as an empty one, so all series form one group.
pub(super) fn fill_template(template: &str, scope: &ClusterScope) -> String {
    let (by, label) = match scope {
        ClusterScope::One(_) => ("namespace".to_owned(), "cluster"),
        ClusterScope::ByLabel(label) => (format!("{label}, namespace"), label.as_str()),
    };
    template
        .replace("{by}", &by)
        .replace("{cluster_label}", label)
}

fn newest_sample_template(scope: &ClusterScope) -> String {
    match scope {
        ClusterScope::One(_) => "max by (cluster) (timestamp(up))".to_owned(),
        ClusterScope::ByLabel(label) => format!("max by ({label}) (timestamp(up))"),
    }
}

#[cfg(test)]
mod tests;
