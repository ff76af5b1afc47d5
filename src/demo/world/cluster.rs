//! One cluster: its provider, and how its Prometheus behaves.

use std::sync::Arc;

use serde::Deserialize;

use super::batch::Batch;
use crate::demo::clockwork::At;

/// The provider of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Google Cloud.
    Gcp,
    /// A cluster of somebody's own, reached with a kubeconfig.
    Kubeconfig,
}

/// How a Prometheus behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrometheusMode {
    /// Answers.
    #[default]
    Answering,
    /// Closes every connection without an answer.
    Dropping,
    /// Answers 503 in plain text, like a Prometheus that replays its write-ahead log.
    Unavailable,
    /// Refuses the password.
    Unauthorized,
    /// Answers with JSON that is cut off.
    Garbled,
}

/// A node of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    /// The version of the node's kubelet, with the provider's suffix.
    pub kubelet: &'static str,
}

/// A pod whose container was restarted in place.
#[derive(Clone, Debug)]
pub struct PodRestart {
    pub namespace: String,
    pub pod: String,
    pub at: At,
}

#[derive(Clone, Debug)]
pub struct Cluster {
    pub name: Arc<str>,
    pub provider: Provider,
    /// How its Prometheus behaves at present.
    pub prometheus: PrometheusMode,
    /// The batch in which the cluster is upgraded.
    pub batch: Batch,
    pub nodes: Vec<Node>,
    /// Whether its Prometheus has the metrics of nodes and pods.
    pub kube_state_metrics: bool,
    /// The pod restarts that alerts are about, in no order.
    pub restarts: Vec<PodRestart>,
}

impl Cluster {
    /// A cluster whose Prometheus answers, with no nodes yet.
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
