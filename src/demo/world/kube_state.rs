//! What kube-state-metrics tells of a cluster: its nodes, its pods' images and their restarts.

use std::collections::BTreeMap;

use super::World;
use super::cluster::Cluster;
use super::hub::Hub;
use super::releases::{Batch, Release};
use crate::demo::clockwork::At;
use crate::demo::rng::noise;

/// The metrics with their types and helps.
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

/// Where the support chart's pods are.
const SUPPORT: &str = "support";
/// A registry that does not exist.
const REGISTRY: &str = "registry.example";

/// One series: its labels, and when it has which value.
#[derive(Clone, Debug)]
pub struct KubeSeries {
    pub labels: BTreeMap<&'static str, String>,
    life: Life,
    value: KubeValue,
}

/// From when to when a node or a pod is there; as far as the story goes where missing.
#[derive(Clone, Copy, Debug, Default)]
struct Life {
    from: Option<At>,
    until: Option<At>,
}

#[derive(Clone, Debug)]
enum KubeValue {
    /// The value of all metrics that only carry labels.
    One,
    /// The number of these moments that have been.
    Since(Vec<At>),
}

impl KubeSeries {
    /// The value at a time; `None` while there is no such node or pod.
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

/// A pod with one container.
struct Pod {
    namespace: String,
    name: String,
    container: &'static str,
    image: String,
    life: Life,
    restarts: Vec<At>,
}

/// A workload whose pod's name ends in random letters.
#[derive(Clone, Copy)]
struct Workload {
    name: &'static str,
    container: &'static str,
    image: &'static str,
}

/// What the support chart brings, with the tags of most clusters.
const SUPPORT_WORKLOADS: [(Workload, &str); 7] = [
    (
        workload(
            "support-prometheus-server",
            "prometheus-server",
            "prometheus/prometheus",
        ),
        "v3.5.0",
    ),
    (
        workload("support-grafana", "grafana", "grafana/grafana"),
        "12.1.1",
    ),
    (
        workload(
            "support-kube-state-metrics",
            "kube-state-metrics",
            "kube-state-metrics/kube-state-metrics",
        ),
        "v2.17.0",
    ),
    (
        workload(
            "support-ingress-nginx-controller",
            "controller",
            "ingress-nginx/controller",
        ),
        "v1.13.3",
    ),
    (
        workload(
            "support-cluster-autoscaler",
            "cluster-autoscaler",
            "autoscaling/cluster-autoscaler",
        ),
        "v1.33.0",
    ),
    (
        workload(
            "jupyterhub-cost-monitoring",
            "cost-monitoring",
            "jupyterhub/cost-monitoring",
        ),
        "0.6.2",
    ),
    (
        workload(
            "jupyterhub-groups-exporter",
            "groups-exporter",
            "jupyterhub/groups-exporter",
        ),
        "0.4.1",
    ),
];

const fn workload(name: &'static str, container: &'static str, image: &'static str) -> Workload {
    Workload {
        name,
        container,
        image,
    }
}

impl World {
    /// The series of one metric on a cluster; none where it has no kube-state-metrics.
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

    fn pods(&self, cluster: &Cluster) -> Vec<Pod> {
        let support = SUPPORT_WORKLOADS.iter().map(|(workload, tag)| {
            // The canaries get a newer dashboard first, too.
            let is_ahead = cluster.batch == Batch::Canary && workload.name == "support-grafana";
            let tag = if is_ahead { "12.2.0" } else { tag };
            self.pod(cluster, SUPPORT, *workload, tag, Life::default())
        });
        let hubs = self.fleet.hubs_of(&cluster.name);
        let hubs = hubs.flat_map(|hub| self.hub_pods(cluster, hub));
        support.chain(hubs).collect()
    }

    /// The hub's pod, of which an upgrade makes another, its proxy, its home directories' server, and two of the
    /// people's.
    fn hub_pods(&self, cluster: &Cluster, hub: &Hub) -> Vec<Pod> {
        let replaced = hub.upgrade.as_ref().map(|it| it.from);
        let (from, until) = (None, replaced);
        let mut pods = vec![self.release_pod(cluster, hub, hub.release, Life { from, until })];
        if let Some(upgrade) = &hub.upgrade {
            let (from, until) = (replaced, None);
            let mut pod = self.release_pod(cluster, hub, upgrade.to, Life { from, until });
            pod.restarts.clone_from(&hub.pod_restarts);
            pods.push(pod);
        }
        let life = Life::default();
        let proxy = workload("proxy", "chp", "jupyterhub/configurable-http-proxy");
        pods.push(self.pod(cluster, &hub.name, proxy, hub.release.proxy, life));
        let files = workload(
            "storage-quota-home-nfs",
            "nfs-server",
            "jupyterhub/home-nfs",
        );
        pods.push(self.pod(cluster, &hub.name, files, "1.3.0", life));
        for number in 1..=2 {
            pods.push(Pod {
                namespace: hub.name.to_string(),
                name: format!("jupyter-person-{number}"),
                container: "notebook",
                image: format!("{REGISTRY}/images/scipy-notebook:2026-09-0{number}"),
                life,
                restarts: Vec::new(),
            });
        }
        pods
    }

    fn release_pod(&self, cluster: &Cluster, hub: &Hub, release: Release, life: Life) -> Pod {
        let of_hub = workload("hub", "hub", "jupyterhub/k8s-hub");
        self.pod(cluster, &hub.name, of_hub, release.chart, life)
    }

    fn pod(&self, cluster: &Cluster, namespace: &str, of: Workload, tag: &str, life: Life) -> Pod {
        let restarts = cluster.restarts.iter();
        let prefix = format!("{}-", of.name);
        let restarts = restarts
            .filter(|it| it.namespace == namespace && it.pod.starts_with(&prefix))
            .collect::<Vec<_>>();
        let named = restarts.last().map(|it| it.pod.clone());
        let words = [of.name, namespace, tag, &*cluster.name];
        Pod {
            namespace: namespace.to_owned(),
            name: named.unwrap_or_else(|| prefix + &suffix(self.options.seed, &words)),
            container: of.container,
            image: format!("{REGISTRY}/{}:{tag}", of.image),
            life,
            restarts: restarts.iter().map(|it| it.at).collect(),
        }
    }
}

/// Five letters that Kubernetes could have drawn.
fn suffix(seed: u64, words: &[&str]) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let letter = |number: i64| {
        let position = noise(seed, words, number) * 27.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to below 27"
        )]
        let letter = LETTERS.get(position as usize);
        char::from(*letter.unwrap_or(&b'x'))
    };
    (0..5).map(letter).collect()
}

fn node_info(node: &super::cluster::Node) -> KubeSeries {
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

impl Pod {
    fn labels(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("namespace", self.namespace.clone()),
            ("pod", self.name.clone()),
            ("container", self.container.to_owned()),
        ])
    }

    fn info(&self) -> KubeSeries {
        let mut labels = self.labels();
        labels.insert("image", self.image.clone());
        labels.insert("image_spec", self.image.clone());
        KubeSeries {
            labels,
            life: self.life,
            value: KubeValue::One,
        }
    }

    fn restarts(&self) -> KubeSeries {
        KubeSeries {
            labels: self.labels(),
            life: self.life,
            value: KubeValue::Since(self.restarts.clone()),
        }
    }
}
