//! One cluster: where it runs, and how its Prometheus behaves.

use std::sync::Arc;

use serde::Deserialize;

use super::batch::Batch;
use crate::demo::clockwork::At;

/// Where a cluster runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Provider {
    /// Amazon's.
    Aws,
    /// Google's.
    Gcp,
    /// Somebody's own, reached by a kubeconfig.
    Kubeconfig,
}

/// How a Prometheus behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrometheusMode {
    /// It answers.
    #[default]
    Answering,
    /// It closes every connection without an answer.
    Dropping,
    /// It answers 503 in plain text, as one that replays its log.
    Unavailable,
    /// It refuses the password.
    Unauthorized,
    /// It answers half a JSON.
    Garbled,
}

/// A node of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    /// The version of its kubelet, with the provider's suffix.
    pub kubelet: &'static str,
}

/// A pod whose container was restarted in place.
#[derive(Clone, Debug)]
pub struct PodRestart {
    pub namespace: String,
    pub pod: String,
    pub at: At,
}

/// A cluster and how its Prometheus does.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub name: Arc<str>,
    /// Where it runs.
    pub provider: Provider,
    /// How its Prometheus behaves at present.
    pub prometheus: PrometheusMode,
    /// With which others it is upgraded.
    pub batch: Batch,
    pub nodes: Vec<Node>,
    /// Whether its Prometheus has the metrics of nodes and pods.
    pub kube_state_metrics: bool,
    /// The restarts of the pods that alerts tell of, in no order.
    pub restarts: Vec<PodRestart>,
}

impl Cluster {
    /// A cluster that answers, with no nodes yet.
    pub fn new(name: &str, provider: Provider) -> Self {
        Self {
            name: name.into(),
            provider,
            prometheus: PrometheusMode::Answering,
            batch: Batch::Third,
            nodes: Vec::new(),
            kube_state_metrics: true,
            restarts: Vec::new(),
        }
    }
}
