//! Gathers the series of an answer into a reading.

use std::collections::{BTreeMap, BTreeSet};

use strum::IntoEnumIterator as _;

use crate::domain::ids::{ClusterName, HubName};
use crate::domain::rollout::{
    Component, MissingReading, QueriedPart, RestartCount, RunningVersion, VersionPlace,
    VersionReading, shorten, split_image,
};
use crate::domain::settings::ClusterScope;
use crate::domain::source::SourceId;
use crate::sources::prometheus::expressions::SIGNAL_LABEL;
use crate::sources::prometheus::query_error::QueryError;
use crate::sources::prometheus::signal_values::cluster;
use crate::sources::prometheus::wire::{QueryData, Sample};

/// More series of one server are counted and not read.
pub(super) const MAX_SERIES: usize = 20_000;

/// Names of images are kept up to this many characters.
pub(super) const MAX_IMAGE_CHARS: usize = 256;

/// What the answers of one Prometheus tell.
#[derive(Default)]
pub(super) struct ReadingBuilder {
    counts: BTreeMap<(VersionPlace, Component, Option<String>), u64>,
    restarts: RestartCount,
    seen: BTreeSet<(QueriedPart, ClusterName)>,
    pub(super) failures: Vec<(QueriedPart, String)>,
    /// Series without the label that tells clusters apart.
    unplaced: BTreeMap<QueriedPart, usize>,
    pub(super) left_out: usize,
}

impl ReadingBuilder {
    pub(super) fn add_vector(
        &mut self,
        data: &QueryData<'_>,
        scope: &ClusterScope,
    ) -> Result<(), QueryError> {
        if data.result_type != "vector" {
            let text = format!("the query gives a {}, not a vector", data.result_type);
            return Err(QueryError::garbled(text));
        }
        let Some(samples) = &data.result else {
            return Err(QueryError::garbled("the answer lists no series"));
        };
        for sample in samples.iter().take(MAX_SERIES) {
            self.add_sample(sample, scope);
        }
        self.left_out += samples.len().saturating_sub(MAX_SERIES);
        Ok(())
    }

    fn add_sample(&mut self, sample: &Sample<'_>, scope: &ClusterScope) {
        let metric = &sample.metric;
        let part = metric.get(SIGNAL_LABEL).and_then(|name| name.parse().ok());
        let Some(part) = part else { return };
        let Some(cluster) = cluster(metric, scope).filter(|it| !it.as_str().is_empty()) else {
            *self.unplaced.entry(part).or_default() += 1;
            return;
        };
        self.seen.insert((part, cluster.clone()));
        let value = sample.value.as_ref().and_then(|(_, value)| value.number());
        let namespace = metric.get("namespace").filter(|name| !name.is_empty());
        let place = VersionPlace {
            cluster,
            namespace: namespace.map(HubName::from),
        };
        let label = |name: &str| metric.get(name).filter(|value| !value.trim().is_empty());
        match part {
            QueriedPart::Kubernetes => {
                let place = VersionPlace::from(place.cluster);
                self.count(
                    place,
                    Component::Kubernetes,
                    label("kubelet_version"),
                    value,
                );
            }
            QueriedPart::Images => {
                let (name, tag) = label("image").map_or(("", None), split_image);
                let name = name.chars().take(MAX_IMAGE_CHARS).collect();
                self.count(place, Component::Image(name), tag, value);
            }
            QueriedPart::Restarts => {
                if let Some(value) = value {
                    *self.restarts.entry(place).or_default() += value.max(0.0);
                }
            }
        }
    }

    fn count(
        &mut self,
        place: VersionPlace,
        component: Component,
        version: Option<&str>,
        value: Option<f64>,
    ) {
        // The labels tell that it runs even where the value is no number.
        let count = value.map_or(1.0, f64::round);
        if count >= 1.0 {
            let key = (place, component, version.map(shorten));
            let total = self.counts.entry(key).or_default();
            *total = total.saturating_add(count as u64);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.counts.extend(other.counts);
        self.restarts.extend(other.restarts);
        self.seen.extend(other.seen);
        self.failures.extend(other.failures);
        for (part, count) in other.unplaced {
            *self.unplaced.entry(part).or_default() += count;
        }
        self.left_out += other.left_out;
    }

    pub(super) fn finish(
        self,
        source: &SourceId,
        scope: &ClusterScope,
        clusters: &[ClusterName],
    ) -> VersionReading {
        let missing = |part, cluster, failure| MissingReading {
            source: source.clone(),
            part,
            cluster,
            failure,
        };
        let failed: BTreeSet<QueriedPart> = self.failures.iter().map(|(part, _)| *part).collect();
        let failures = self.failures.into_iter();
        let failures = failures.map(|(part, text)| missing(part, None, Some(text)));
        let unplaced = self.unplaced.into_iter().map(|(part, count)| {
            let label = match scope {
                ClusterScope::ByLabel(label) => label.as_str(),
                ClusterScope::One(_) => "cluster",
            };
            let text = format!("{count} series have no label {label}");
            missing(part, None, Some(text))
        });
        let seen = &self.seen;
        let absent = QueriedPart::iter().filter(|part| !failed.contains(part));
        let absent = absent.flat_map(|part| {
            let clusters = clusters.iter();
            let absent = clusters.filter(move |it| !seen.contains(&(part, (*it).clone())));
            absent.map(move |cluster| missing(part, Some(cluster.clone()), None))
        });
        let counts = self.counts.into_iter();
        VersionReading {
            asked_at: None,
            missing: failures.chain(unplaced).chain(absent).collect(),
            running: counts
                .map(|((place, component, version), count)| RunningVersion {
                    place,
                    component,
                    version,
                    count,
                    since: None,
                })
                .collect(),
            restarts: self.restarts,
            left_out: self.left_out,
            kept: BTreeMap::new(),
        }
    }
}
