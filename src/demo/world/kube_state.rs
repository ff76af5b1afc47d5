//! The metrics of kube-state-metrics for a cluster: its nodes, and the images and restarts of its pods.

use std::collections::BTreeMap;

use super::World;
use super::cluster::{Cluster, Node};
use super::pods::Pod;
use crate::demo::clockwork::At;

/// The metrics, each with its type and help text.
pub const METRICS: [(&str, &str, &str); 3] = [
    (
        "kube_node_info",
        "gauge",
        "Information about a cluster node",
    ),
    (
        "kube_pod_container_info",
        "gauge",
        "Information about a container in a pod",
    ),
    (
        "kube_pod_container_status_restarts_total",
        "counter",
        "Container restarts",
    ),
];

/// A series: its labels and its values over time.
#[derive(Clone, Debug)]
pub struct KubeSeries {
    pub labels: BTreeMap<&'static str, String>,
    pub(super) life: Life,
    pub(super) value: KubeValue,
}

/// The time during which a node or pod exists. Without `from` it exists from the beginning of the story, without
/// `until` to the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Life {
    pub from: Option<At>,
    pub until: Option<At>,
}

#[derive(Clone, Debug)]
pub(super) enum KubeValue {
    /// Always 1, as for every metric that only has labels.
    One,
    /// A counter: the number of these times that have passed.
    Since(Vec<At>),
}

impl KubeSeries {
    /// The value at time `at`; `None` while the node or pod does not exist.
    pub fn at(&self, at: At) -> Option<f64> {
        let has_begun = self.life.from.is_none_or(|from| from <= at);
        let is_over = self.life.until.is_some_and(|until| until <= at);
        let value = match &self.value {
            KubeValue::One => 1.0,
            KubeValue::Since(moments) => {
                let past = moments.iter().filter(|it| **it <= at);
                past.fold(0.0, |sum, _| sum + 1.0)
            }
        };
        (has_begun && !is_over).then_some(value)
    }
}

impl World {
    /// The series of a metric for a cluster. Empty if the cluster has no kube-state-metrics.
    pub fn kube_series(&self, cluster: &Cluster, metric: &str) -> Vec<KubeSeries> {
        if !cluster.kube_state_metrics {
            return Vec::new();
        }
        match metric {
            "kube_node_info" => cluster.nodes.iter().map(node_info).collect(),
            "kube_pod_container_info" => self.pods(cluster).iter().map(Pod::info).collect(),
            "kube_pod_container_status_restarts_total" => {
                self.pods(cluster).iter().map(Pod::restarts).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn node_info(node: &Node) -> KubeSeries {
    KubeSeries {
        labels: BTreeMap::from([
            ("node", node.name.clone()),
            ("kubelet_version", node.kubelet.to_owned()),
            ("container_runtime_version", "containerd://2.1.4".to_owned()),
        ]),
        life: Life::default(),
        value: KubeValue::One,
    }
}
