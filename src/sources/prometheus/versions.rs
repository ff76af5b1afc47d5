//! The versions of nodes and images, and the numbers of restarts, from one query of three expressions. The query is
//! separate from the signals, so that a slow answer delays no alert.

mod reading_builder;

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};
use strum::IntoEnumIterator as _;

use self::reading_builder::ReadingBuilder;
use super::envelope::{RawResponse, parse_response};
use super::expressions::{fill_template, with_part_label};
use super::query_error::{Blame, QueryError};
use super::wire::QueryData;
use crate::domain::ids::ClusterName;
use crate::domain::rollout::{QueriedPart, VersionReading};
use crate::domain::settings::{ClusterScope, PrometheusSettings};
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::endpoint::Endpoint;

/// The most queries at once if each part is queried alone.
const MAX_CONCURRENT: usize = 3;

/// The default expression of a part. Leaves out the servers of users and their Dask pods, since users choose the images
/// of these pods.
pub fn default_version_expression(part: QueriedPart) -> &'static str {
    match part {
        QueriedPart::Kubernetes => "count by ({cluster_label}, kubelet_version) (kube_node_info)",
        QueriedPart::Images => {
            r#"count by ({by}, image) (kube_pod_container_info{container!="notebook",pod!~"jupyter-.*|dask-.*"})"#
        }
        // If two instances of kube-state-metrics report the same pod, the `max` makes it count only once.
        QueriedPart::Restarts => {
            r#"sum by ({by}) (max by ({by}, pod, container) (increase(kube_pod_container_status_restarts_total{pod!~"jupyter-.*|dask-.*"}[1h])))"#
        }
    }
}

/// Queries the Prometheus of these settings at `endpoint`. `own` are expressions that replace the defaults. `clusters`
/// are the clusters whose versions the Prometheus should know. The reading lists unknown versions as missing.
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
        // Queries each part alone, so that one broken expression in the configuration does not hide the other parts.
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

/// The reading of a Prometheus that could not be queried. Every part is missing.
pub fn unread_versions(settings: &PrometheusSettings, why: &str) -> VersionReading {
    let source = SourceId::new(SourceKind::Prometheus, &settings.endpoint.name);
    let failures = QueriedPart::iter().map(|part| (part, why.to_owned()));
    let mut builder = ReadingBuilder::default();
    builder.failures.extend(failures);
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
        // If the server warns that its data is partial, any cluster may be missing.
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

#[cfg(test)]
mod tests;
