//! Reads versions from every Prometheus, and records when each version was seen where.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, stream};
use tokio::sync::Mutex;

use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::Policy;
use crate::domain::rollout::{Component, KeptVersion, VersionPlace, VersionReading};
use crate::domain::settings::{PrometheusSettings, SourcesConfig};
use crate::domain::source::{SourceId, SourceKind};
use crate::sources::context::SourceContext;
use crate::sources::prometheus::{endpoint, unread_versions, versions};
use crate::sources::version_history_file::{HUB_VERSIONS, VersionHistoryFile};

/// The most Prometheuses that are queried at once. The number is small, because polls are more urgent than versions.
const MAX_CONCURRENT: usize = 8;

const FILE: &str = "cluster-versions.json";

/// Reads versions, and remembers the versions of earlier readings.
#[derive(Default)]
pub struct VersionReader {
    history: Mutex<Option<VersionHistoryFile>>,
}

impl VersionReader {
    /// Queries every Prometheus of `config` once. The secrets of `sources` must be fetched before.
    pub async fn read(
        &self,
        sources: &Arc<SourceContext>,
        config: &SourcesConfig,
        policy: &Policy,
    ) -> VersionReading {
        let asked_at = sources.time.now().wall;
        let asked = config.prometheus.iter().map(|settings| async move {
            match endpoint(sources, settings) {
                Ok(endpoint) => {
                    let clusters = clusters_of(settings, policy);
                    let own = &config.version_expressions;
                    versions(settings, &endpoint, own, &clusters).await
                }
                Err(error) => unread_versions(settings, &error.text),
            }
        });
        // Collected before the await, since the closure borrows: a future that holds the closure across the await is
        // not `Send`.
        let asked: Vec<_> = asked.collect();
        let answers: Vec<VersionReading> =
            stream::iter(asked).buffered(MAX_CONCURRENT).collect().await;
        let mut reading = merge(answers);
        reading.asked_at = (!config.prometheus.is_empty()).then_some(asked_at);
        let mut history = self.history.lock().await;
        let file = match history.take() {
            Some(file) => file,
            None => {
                let file = VersionHistoryFile::load(sources, FILE).await;
                file.reporting_failures()
            }
        };
        let file = history.insert(file);
        record(file, &mut reading, asked_at);
        file.save_if_due(asked_at).await;
        reading.kept = kept_hub_versions(sources, policy).await;
        reading
    }
}

// The hub versions that the probes saved in a file. They are known even if the probes do not finish in time.
async fn kept_hub_versions(
    sources: &Arc<SourceContext>,
    policy: &Policy,
) -> BTreeMap<HubKey, KeptVersion> {
    let file = VersionHistoryFile::load(sources, HUB_VERSIONS).await;
    let hubs = policy.clusters.iter().flat_map(|cluster| &cluster.hubs);
    let kept = hubs.filter_map(|hub| Some((hub.key.clone(), file.last_known(&hub.key)?)));
    kept.collect()
}

// The clusters in the inventory that this Prometheus watches.
fn clusters_of(settings: &PrometheusSettings, policy: &Policy) -> Vec<ClusterName> {
    let id = SourceId::new(SourceKind::Prometheus, &settings.endpoint.name);
    let names = policy.clusters.iter().map(|cluster| &cluster.name);
    let own = names.filter(|name| policy.prometheus_for(name) == Some(&id));
    own.cloned().collect()
}

fn merge(answers: Vec<VersionReading>) -> VersionReading {
    let mut all = VersionReading::default();
    for one in answers {
        all.running.extend(one.running);
        all.restarts.extend(one.restarts);
        all.missing.extend(one.missing);
        all.left_out += one.left_out;
    }
    all
}

fn record(file: &mut VersionHistoryFile, reading: &mut VersionReading, at: DateTime<Utc>) {
    let mut seen: BTreeMap<(&VersionPlace, &Component), Vec<&str>> = BTreeMap::new();
    for one in &reading.running {
        if let Some(version) = &one.version {
            let versions = seen.entry((&one.place, &one.component)).or_default();
            versions.push(version);
        }
    }
    for ((place, component), versions) in seen {
        file.record(place, component, &versions, at);
    }
    for one in &mut reading.running {
        let history = file.history();
        let version = one.version.as_ref();
        one.since = version.and_then(|it| history.since(&one.place, &one.component, it));
    }
}
