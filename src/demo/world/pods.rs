//! The pods of a cluster: those of the support chart and those of each hub.

use std::collections::BTreeMap;

use super::World;
use super::batch::Batch;
use super::cluster::Cluster;
use super::hub::Hub;
use super::kube_series::{KubeSeries, KubeValue, Life};
use super::releases::Release;
use super::workloads::{REGISTRY, SUPPORT, SUPPORT_WORKLOADS, Workload, workload};
use crate::demo::clockwork::At;
use crate::demo::rng::noise;

/// A pod with one container.
pub(super) struct Pod {
    namespace: String,
    name: String,
    container: &'static str,
    image: String,
    life: Life,
    restarts: Vec<At>,
}

impl World {
    pub(super) fn pods(&self, cluster: &Cluster) -> Vec<Pod> {
        let support = SUPPORT_WORKLOADS.iter().map(|(workload, tag)| {
            // The canaries also get a newer Grafana, before all other clusters.
            let is_ahead = cluster.batch == Batch::Canary && workload.name == "support-grafana";
            let tag = if is_ahead { "12.2.0" } else { tag };
            self.pod(cluster, SUPPORT, *workload, tag, Life::default())
        });
        let hubs = self.fleet.hubs_of(&cluster.name);
        let hubs = hubs.flat_map(|hub| self.hub_pods(cluster, hub));
        support.chain(hubs).collect()
    }

    /// The hub's pods: the hub itself, its proxy, the server of its home directories, and the servers of two people. If
    /// an upgrade replaces the hub's pod, both pods are in the list.
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

/// Five characters like those at the end of a pod's name in Kubernetes.
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

impl Pod {
    fn labels(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("namespace", self.namespace.clone()),
            ("pod", self.name.clone()),
            ("container", self.container.to_owned()),
        ])
    }

    pub(super) fn info(&self) -> KubeSeries {
        let mut labels = self.labels();
        labels.insert("image", self.image.clone());
        labels.insert("image_spec", self.image.clone());
        KubeSeries {
            labels,
            life: self.life,
            value: KubeValue::One,
        }
    }

    pub(super) fn restarts(&self) -> KubeSeries {
        KubeSeries {
            labels: self.labels(),
            life: self.life,
            value: KubeValue::Since(self.restarts.clone()),
        }
    }
}
