//! Evaluates a query about a cluster's nodes and pods for a given time.

use std::collections::BTreeMap;
use std::time::Duration;

use super::kube_expression::{KubeExpression, Operator, Selector};
use super::restricted_query::RestrictedQuery;
use crate::demo::clockwork::{At, before};
use crate::demo::world::World;
use crate::demo::world::cluster::Cluster;
use crate::demo::world::kube_series::KubeSeries;

type Labels = BTreeMap<String, String>;

/// One value of an instant vector.
pub(super) struct Sample {
    pub labels: Labels,
    pub value: f64,
}

/// A query about nodes and pods in the clusters of one Prometheus.
pub(super) struct KubeQuery<'a> {
    narrowed: RestrictedQuery<'a>,
    expression: KubeExpression,
    clusters: &'a [&'a Cluster],
    /// Whether series have the label `cluster`.
    apart: bool,
}

impl<'a> KubeQuery<'a> {
    /// Parses a query; `None` if the query is not about nodes and pods.
    pub(super) fn parse(query: &'a str, clusters: &'a [&'a Cluster], apart: bool) -> Option<Self> {
        let narrowed = RestrictedQuery::parse(query);
        let expression = KubeExpression::parse(narrowed.query)?;
        Some(Self {
            narrowed,
            expression,
            clusters,
            apart,
        })
    }

    /// The samples that the query returns at time `at`.
    pub(super) fn at(&self, world: &World, at: At) -> Vec<Sample> {
        let mut samples = self.evaluate(&self.expression, world, at);
        samples.retain(|it| self.narrowed.matches(|label| value_of(&it.labels, label)));
        samples
    }

    fn evaluate(&self, expression: &KubeExpression, world: &World, at: At) -> Vec<Sample> {
        match expression {
            KubeExpression::Selector(selector) => {
                let name = ("__name__".to_owned(), selector.metric.to_owned());
                let mut samples = self.select(selector, world, |it| it.at(at));
                samples.iter_mut().for_each(|it| {
                    it.labels.extend([name.clone()]);
                });
                samples
            }
            KubeExpression::Increase {
                of,
                range,
                per_second,
            } => {
                let share = if *per_second {
                    range.as_secs_f64()
                } else {
                    1.0
                };
                self.select(of, world, |it| Some(increase(it, at, *range)? / share))
            }
            KubeExpression::Aggregate { operator, by, of } => {
                aggregate(*operator, by, self.evaluate(of, world, at))
            }
            KubeExpression::LabelReplace {
                of,
                target,
                replacement,
                source,
                pattern,
            } => {
                let mut samples = self.evaluate(of, world, at);
                for it in &mut samples {
                    let value = value_of(&it.labels, source);
                    let Some(captures) = pattern.captures(&value) else {
                        continue;
                    };
                    let mut replaced = String::new();
                    captures.expand(replacement, &mut replaced);
                    it.labels.insert(target.clone(), replaced);
                }
                samples
            }
            KubeExpression::Or(left, right) => {
                let mut samples = self.evaluate(left, world, at);
                let more = self.evaluate(right, world, at).into_iter();
                let more: Vec<_> = more
                    .filter(|new| samples.iter().all(|it| it.labels != new.labels))
                    .collect();
                samples.extend(more);
                samples
            }
            KubeExpression::Compared(of, limit) => {
                let mut samples = self.evaluate(of, world, at);
                samples.retain(|it| limit.holds_for(it.value));
                samples
            }
        }
    }

    fn select(
        &self,
        selector: &Selector,
        world: &World,
        value: impl Fn(&KubeSeries) -> Option<f64>,
    ) -> Vec<Sample> {
        let series = self.clusters.iter().flat_map(|cluster| {
            let series = world.kube_series(cluster, selector.metric).into_iter();
            series.map(|it| (*cluster, it))
        });
        series
            .filter_map(|(cluster, series)| {
                let labels = series.labels.iter();
                let labels = labels.map(|(name, value)| ((*name).to_owned(), value.clone()));
                let mut labels: Labels = labels.collect();
                if self.apart {
                    labels.insert("cluster".to_owned(), cluster.name.to_string());
                }
                let mut matchers = selector.matchers.iter();
                let is_kept = matchers.all(|it| it.holds(|label| value_of(&labels, label)));
                let value = value(&series).filter(|_| is_kept)?;
                Some(Sample { labels, value })
            })
            .collect()
    }
}

/// The value of a label; empty if the label is missing.
fn value_of(labels: &Labels, label: &str) -> String {
    labels.get(label).cloned().unwrap_or_default()
}

/// The increase of a counter in the range before `at`. Unlike Prometheus, this does not extrapolate.
fn increase(series: &KubeSeries, at: At, range: Duration) -> Option<f64> {
    let earlier = series.at(before(at, range)).unwrap_or(0.0);
    Some((series.at(at)? - earlier).max(0.0))
}

fn aggregate(operator: Operator, by: &[String], samples: Vec<Sample>) -> Vec<Sample> {
    let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
    for sample in samples {
        let labels = sample.labels.into_iter();
        let kept = labels.filter(|(name, _)| by.contains(name)).collect();
        groups.entry(kept).or_default().push(sample.value);
    }
    let groups = groups.into_iter().map(|(labels, values)| {
        let values = values.into_iter();
        let value = match operator {
            Operator::Sum => values.fold(0.0, |sum, value| sum + value),
            Operator::Count => values.fold(0.0, |sum, _| sum + 1.0),
            Operator::Max => values.fold(f64::NEG_INFINITY, f64::max),
            Operator::Min => values.fold(f64::INFINITY, f64::min),
            Operator::Group => 1.0,
        };
        Sample { labels, value }
    });
    groups.collect()
}
