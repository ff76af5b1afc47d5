//! The versions of nodes and images, and restarts: one query of three expressions, asked apart from the signals so
//! that a slow answer holds up no alert.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt};
use strum::IntoEnumIterator as _;

use super::envelope::{RawResponse, parse_response};
use super::expressions::{SIGNAL_LABEL, fill_template, with_part_label};
use super::query_error::{Blame, QueryError};
use super::signal_values::cluster;
use super::wire::{QueryData, Sample};
use crate::domain::ids::{ClusterName, HubName};
use crate::domain::rollout::{
    Component, MissingReading, QueriedPart, RestartCount, RunningVersion, VersionPlace,
    VersionReading, shorten, split_image,
};
use crate::domain::settings::{ClusterScope, PrometheusSettings};
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::endpoint::Endpoint;

/// More series of one server are counted and not read.
const MAX_SERIES: usize = 20_000;

/// Names of images are kept up to this many characters.
const MAX_IMAGE_CHARS: usize = 256;

/// How many parts are asked for at once where each is asked alone.
const MAX_CONCURRENT: usize = 3;

/// The shipped expression of a part. Servers and workers of users are left out: their images are the users' choice.
pub fn default_version_expression(part: QueriedPart) -> &'static str {
    match part {
        QueriedPart::Kubernetes => "count by ({cluster_label}, kubelet_version) (kube_node_info)",
        QueriedPart::Images => {
            r#"count by ({by}, image) (kube_pod_container_info{container!="notebook",pod!~"jupyter-.*|dask-.*"})"#
        }
        // A pod that two kube-state-metrics report counts once.
        QueriedPart::Restarts => {
            r#"sum by ({by}) (max by ({by}, pod, container) (increase(kube_pod_container_status_restarts_total{pod!~"jupyter-.*|dask-.*"}[1h])))"#
        }
    }
}

/// Asks the Prometheus of these settings, whose address is `endpoint`'s. `own` are expressions in place of the shipped
/// ones, `clusters` those for which it is expected to know versions. What it does not tell is in the reading's list of
/// what is missing.
pub async fn versions(
    settings: &PrometheusSettings,
    endpoint: &Endpoint,
    own: &BTreeMap<QueriedPart, String>,
    clusters: &[ClusterName],
) -> VersionReading {
    let asker = VersionQuery {
        endpoint,
        scope: &settings.scope,
        own,
    };
    let mut reading = ReadingBuilder::default();
    let whole: Vec<QueriedPart> = QueriedPart::iter().collect();
    match asker.fetch(&whole, &mut reading).await {
        Ok(()) => {}
        // One broken expression of the configuration must not hide the others.
        Err(fault) if fault.blame == Blame::Query => asker.fetch_separately(&mut reading).await,
        Err(fault) => {
            let text = fault.error.text;
            let failures = whole.into_iter().map(|part| (part, text.clone()));
            reading.failures.extend(failures);
        }
    }
    let source = SourceId::new(SourceKind::Prometheus, &settings.endpoint.name);
    reading.finish(&source, &settings.scope, clusters)
}

/// A reading in which everything of a Prometheus that could not be asked is missing.
pub fn unread_versions(settings: &PrometheusSettings, why: &str) -> VersionReading {
    let source = SourceId::new(SourceKind::Prometheus, &settings.endpoint.name);
    let failures = QueriedPart::iter().map(|part| (part, why.to_owned()));
    let builder = ReadingBuilder {
        failures: failures.collect(),
        ..ReadingBuilder::default()
    };
    builder.finish(&source, &settings.scope, &[])
}

#[derive(Clone, Copy)]
struct VersionQuery<'a> {
    endpoint: &'a Endpoint,
    scope: &'a ClusterScope,
    own: &'a BTreeMap<QueriedPart, String>,
}

impl VersionQuery<'_> {
    async fn fetch(
        self,
        parts: &[QueriedPart],
        reading: &mut ReadingBuilder,
    ) -> Result<(), QueryError> {
        let query: Vec<String> = parts.iter().map(|part| self.expression(*part)).collect();
        let form = [("query", query.join("\nor\n"))];
        let request = self.endpoint.post("/api/v1/query").form(&form);
        let response = self.endpoint.fetch(request).await?;
        let opened = parse_response::<QueryData<'_>>(&RawResponse::from_response(&response))?;
        reading.add_vector(&opened.data, self.scope)?;
        // Data that is partial by the server's own words may lack any cluster.
        for warning in opened.warnings {
            let failures = parts.iter().map(|part| (*part, warning.clone()));
            reading.failures.extend(failures);
        }
        Ok(())
    }

    async fn fetch_separately(self, reading: &mut ReadingBuilder) {
        let answers: Vec<(QueriedPart, ReadingBuilder, Result<(), QueryError>)> =
            stream::iter(QueriedPart::iter())
                .map(|part| async move {
                    let mut one = ReadingBuilder::default();
                    let outcome = self.fetch(&[part], &mut one).await;
                    (part, one, outcome)
                })
                .buffered(MAX_CONCURRENT)
                .collect()
                .await;
        for (part, one, outcome) in answers {
            reading.merge(one);
            if let Err(fault) = outcome {
                reading.failures.push((part, fault.error.text));
            }
        }
    }

    fn expression(self, part: QueriedPart) -> String {
        let template = self.own.get(&part).map(String::as_str);
        let template = template.unwrap_or_else(|| default_version_expression(part));
        with_part_label(&part.to_string(), &fill_template(template, self.scope))
    }
}

#[derive(Default)]
struct ReadingBuilder {
    counts: BTreeMap<(VersionPlace, Component, Option<String>), u64>,
    restarts: RestartCount,
    seen: BTreeSet<(QueriedPart, ClusterName)>,
    failures: Vec<(QueriedPart, String)>,
    /// Series without the label that tells clusters apart.
    unplaced: BTreeMap<QueriedPart, usize>,
    left_out: usize,
}

impl ReadingBuilder {
    fn add_vector(&mut self, data: &QueryData<'_>, scope: &ClusterScope) -> Result<(), QueryError> {
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

    fn merge(&mut self, other: Self) {
        self.counts.extend(other.counts);
        self.restarts.extend(other.restarts);
        self.seen.extend(other.seen);
        self.failures.extend(other.failures);
        for (part, count) in other.unplaced {
            *self.unplaced.entry(part).or_default() += count;
        }
        self.left_out += other.left_out;
    }

    fn finish(
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
        }
    }
}

#[cfg(test)]
mod tests;
