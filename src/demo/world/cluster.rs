//! A cluster: its provider, its nodes, and the behaviour of its Prometheus.

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
    /// An organisation's own cluster, which is reached with a kubeconfig.
    Kubeconfig,
}

/// The ways in which a Prometheus can behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrometheusMode {
    /// Answers every request.
    #[default]
    Answering,
    /// Closes every connection without an answer.
    Dropping,
    /// Answers 503 in plain text, like a Prometheus that replays its write-ahead log.
    Unavailable,
    /// Refuses the password.
    Unauthorized,
    /// Answers with truncated JSON.
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
    /// The current behaviour of the cluster's Prometheus.
    pub prometheus: PrometheusMode,
    /// The batch in which the cluster is upgraded.
    pub batch: Batch,
    pub nodes: Vec<Node>,
    /// Whether the cluster's Prometheus has the metrics of nodes and pods.
    pub kube_state_metrics: bool,
    /// The pod restarts for which there are alerts, in no particular order.
    pub restarts: Vec<PodRestart>,
}

impl Cluster {
    /// A cluster without nodes, whose Prometheus answers.
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
