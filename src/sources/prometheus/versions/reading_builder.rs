//! Collects the series of an answer in a reading.

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

/// The most series of one server that are read. Further series are only counted.
pub(super) const MAX_SERIES: usize = 20_000;

/// The largest possible count of nodes, containers or restarts.
const MAX_COUNT: f64 = 1e9;

/// The most characters that are kept of an image's name.
pub(super) const MAX_IMAGE_CHARS: usize = 256;

/// The reading of one Prometheus's answers.
#[derive(Default)]
pub(super) struct ReadingBuilder {
    counts: BTreeMap<(VersionPlace, Component, Option<String>), Option<u64>>,
    restarts: RestartCount,
    seen: BTreeSet<(QueriedPart, ClusterName)>,
    pub(super) failures: Vec<(QueriedPart, String)>,
    /// The number of series without the label that names the cluster, by part.
    unplaced: BTreeMap<QueriedPart, usize>,
    /// The number of series whose value is not a count, by part.
    unreadable: BTreeMap<QueriedPart, usize>,
    /// The number of series beyond [`MAX_SERIES`], by part.
    pub(super) left_out: BTreeMap<QueriedPart, usize>,
}

impl ReadingBuilder {
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
        for sample in samples.iter().take(MAX_SERIES) {
            self.add_sample(sample, scope);
        }
        for sample in samples.iter().skip(MAX_SERIES) {
            if let Some(part) = part_of(sample) {
                *self.left_out.entry(part).or_default() += 1;
            }
        }
        Ok(())
    }

    fn add_sample(&mut self, sample: &Sample<'_>, scope: &ClusterScope) {
        let metric = &sample.metric;
        let Some(part) = part_of(sample) else { return };
        let Some(cluster) = cluster(metric, scope).filter(|it| !it.as_str().is_empty()) else {
            *self.unplaced.entry(part).or_default() += 1;
            return;
        };
        let value = sample.value.as_ref().and_then(|(_, value)| value.number());
        let value = value.filter(|value| (0.0..=MAX_COUNT).contains(value));
        if value.is_none() {
            *self.unreadable.entry(part).or_default() += 1;
        }
        // A version with a count of 0 runs nowhere.
        if part != QueriedPart::Restarts && value.is_some_and(|value| value.round() < 1.0) {
            return;
        }
        self.seen.insert((part, cluster.clone()));
        let namespace = metric.get("namespace").filter(|name| !name.is_empty());
        let place = VersionPlace {
            cluster,
            namespace: namespace.map(HubName::from),
        };
        let label = |name: &str| metric.get(name).filter(|value| !value.trim().is_empty());
        match part {
            QueriedPart::Kubernetes => {
                let place = VersionPlace::from(place.cluster);
                let version = label("kubelet_version");
                self.count(place, Component::Kubernetes, version, value);
            }
            QueriedPart::Images => {
                let (name, tag) = label("image").map_or(("", None), split_image);
                let name = name.chars().take(MAX_IMAGE_CHARS).collect();
                self.count(place, Component::Image(name), tag, value);
            }
            QueriedPart::Restarts => {
                if let Some(value) = value {
                    *self.restarts.entry(place).or_default() += value;
                }
            }
        }
    }

    // Counts a version. The labels show that the version runs, even if the value is no valid count.
    fn count(
        &mut self,
        place: VersionPlace,
        component: Component,
        version: Option<&str>,
        value: Option<f64>,
    ) {
        let key = (place, component, version.map(shorten));
        let total = self.counts.entry(key).or_insert(Some(0));
        let both = total.zip(value.map(|value| value.round() as u64));
        *total = both.map(|(total, value)| total.saturating_add(value));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.counts.extend(other.counts);
        self.restarts.extend(other.restarts);
        self.seen.extend(other.seen);
        self.failures.extend(other.failures);
        add_counts(&mut self.unplaced, other.unplaced);
        add_counts(&mut self.unreadable, other.unreadable);
        add_counts(&mut self.left_out, other.left_out);
    }

    pub(super) fn finish(
        mut self,
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
        let left_out = self.left_out.values().sum();
        // If series were not read, a cluster that seems to have none may still have some. So the whole part counts as
        // failed.
        for (part, count) in std::mem::take(&mut self.left_out) {
            let text = format!("{count} series beyond the first {MAX_SERIES} were not read");
            self.failures.push((part, text));
        }
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
        let unreadable = self.unreadable.into_iter().map(|(part, count)| {
            let text = format!("{count} series have a value that is not a count");
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
            missing: failures
                .chain(unplaced)
                .chain(unreadable)
                .chain(absent)
                .collect(),
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
            left_out,
            kept: BTreeMap::new(),
        }
    }
}

fn part_of(sample: &Sample<'_>) -> Option<QueriedPart> {
    sample.metric.get(SIGNAL_LABEL)?.parse().ok()
}

fn add_counts(counts: &mut BTreeMap<QueriedPart, usize>, more: BTreeMap<QueriedPart, usize>) {
    for (part, count) in more {
        *counts.entry(part).or_default() += count;
    }
}
