//! The metrics of kube-state-metrics for a cluster: its nodes, and the images and restarts of its pods.

use std::collections::BTreeMap;

use super::World;
use super::cluster::{Cluster, Node};
use super::kube_series::{KubeSeries, KubeValue, Life};
use super::pods::Pod;

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
