//! The versions that run in the fleet.
//!
//! They depend only on a cluster's position in the fleet, so they are the same in every scenario.

use super::batch::Batch;
use super::cluster::{Cluster, Node, Provider};
use super::fleet::Fleet;

/// A release of JupyterHub's Helm chart, with the versions in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version in the header `X-JupyterHub-Version`.
    pub jupyterhub: &'static str,
    /// The chart's version, which is also the tag of its images.
    pub chart: &'static str,
    /// The tag of the proxy's image.
    pub proxy: &'static str,
}

/// The release of most hubs.
pub const CURRENT: Release = Release {
    jupyterhub: "5.4.4",
    chart: "4.3.3",
    proxy: "5.1.0",
};

/// The release that the canary batch runs. The other batches are to be upgraded to it.
pub const NEXT: Release = Release {
    jupyterhub: "5.5.0",
    chart: "4.4.0",
    proxy: "5.1.0",
};

/// A pre-release. One hub runs this release, from a chart of its own.
pub const EARLY: Release = Release {
    jupyterhub: "6.0.0b1",
    chart: "4.4.1-0.dev.git.7211.h3ad5d2c1",
    proxy: "5.2.0",
};

/// Sets the batch and the nodes of every cluster, and the release of every hub.
pub(super) fn assign(fleet: &mut Fleet) {
    let clusters = fleet.clusters.len();
    for position in 0..clusters {
        let Some(cluster) = fleet.clusters.get_mut(position) else {
            return;
        };
        let hubs = fleet.hubs.iter_mut();
        let hubs = hubs.filter(|hub| hub.cluster == cluster.name);
        cluster.batch = Batch::at_position(position, clusters);
        let mut count = 0;
        for hub in hubs {
            count += 1;
            if cluster.batch == Batch::Canary {
                hub.release = NEXT;
            }
        }
        // Clusters with a kubeconfig have no kube-state-metrics, and neither have a few of the others.
        cluster.kube_state_metrics = cluster.provider != Provider::Kubeconfig && position % 16 != 9;
        let is_half_done = position > 0
            && cluster.batch == Batch::Second
            && Batch::at_position(position - 1, clusters) == Batch::Third;
        cluster.nodes = nodes(cluster, count, is_half_done);
    }
    if let Some(hub) = hub_of_its_own_chart(fleet) {
        hub.release = EARLY;
    }
}

/// The hub with its own chart, on which a team tries a release. This hub is the staging hub of a small cluster in the
/// last batch.
fn hub_of_its_own_chart(fleet: &mut Fleet) -> Option<&mut super::Hub> {
    let mut small = fleet.clusters.iter().skip(1);
    let cluster = small.find(|it| it.batch == Batch::Third)?.name.clone();
    let mut staging = fleet.hubs.iter_mut();
    staging.find(|hub| hub.cluster == cluster && *hub.name == *"staging")
}

/// A cluster's nodes. If the cluster's upgrade is half done, only the nodes for users run the next version. The nodes
/// for the hubs run the current one.
fn nodes(cluster: &Cluster, hubs: usize, is_half_done: bool) -> Vec<Node> {
    let (current, next) = match cluster.provider {
        Provider::Aws => ("v1.33.5-eks-ecaa3a6", "v1.34.2-eks-ecaa3a6"),
        Provider::Gcp => ("v1.33.5-gke.1308000", "v1.34.1-gke.2037001"),
        Provider::Kubeconfig => ("v1.32.9", "v1.33.5"),
    };
    let is_canary = cluster.batch == Batch::Canary;
    let node = |kind: &str, number: usize, is_next: bool| Node {
        name: format!("{kind}-{number}.{}.hubs.example", cluster.name),
        kubelet: if is_next { next } else { current },
    };
    let core = (1..=2).map(|number| node("core", number, is_canary));
    let users = (1..=1 + hubs / 4).map(|number| node("user", number, is_canary || is_half_done));
    core.chain(users).collect()
}
