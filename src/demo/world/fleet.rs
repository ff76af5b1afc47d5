//! The fleet: clusters and hubs with invented names, in the proportions of a real fleet. One cluster has most of the
//! hubs. Every other cluster has a few hubs. Nearly all of these small clusters have a hub called `staging`.

use super::batch::Batch;
use super::cluster::{Cluster, Node, Provider};
use super::hub::Hub;
use super::names::NameLists;
use super::releases;
use crate::demo::rng::Rng;

/// The average number of hubs in a small cluster, as a fraction: 76 hubs in 29 clusters.
const SMALL_SHARE: (usize, usize) = (76, 29);

/// All clusters and all hubs.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// All clusters. The first one is the big one.
    pub clusters: Vec<Cluster>,
    /// All hubs, in the order of their clusters.
    pub hubs: Vec<Hub>,
}

impl Fleet {
    /// A fleet of the given size, with at least one cluster and at least one hub in each.
    pub fn build(words: &NameLists, clusters: usize, hubs: usize, rng: &mut Rng) -> Self {
        let clusters = clusters.max(1);
        let hubs = hubs.max(clusters);
        let clusters = words.clusters(clusters);
        let sizes = sizes(clusters.len(), hubs);
        let mut colleges = words.colleges();
        let mut built = Vec::with_capacity(hubs);
        for (position, (cluster, size)) in clusters.iter().zip(sizes).enumerate() {
            for name in words.hub_names(position, cluster.provider, size, &mut colleges) {
                built.push(Hub::new(cluster, &name, rng));
            }
        }
        let mut fleet = Self {
            clusters,
            hubs: built,
        };
        assign_releases(&mut fleet);
        fleet
    }

    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|it| *it.name == *name)
    }

    pub fn cluster_mut(&mut self, name: &str) -> Option<&mut Cluster> {
        self.clusters.iter_mut().find(|it| *it.name == *name)
    }

    pub fn hub(&self, cluster: &str, name: &str) -> Option<&Hub> {
        self.hubs
            .iter()
            .find(|it| *it.cluster == *cluster && *it.name == *name)
    }

    pub fn hub_mut(&mut self, cluster: &str, name: &str) -> Option<&mut Hub> {
        self.hubs
            .iter_mut()
            .find(|it| *it.cluster == *cluster && *it.name == *name)
    }

    pub fn hubs_of<'a>(&'a self, cluster: &'a str) -> impl Iterator<Item = &'a Hub> {
        self.hubs.iter().filter(move |it| *it.cluster == *cluster)
    }
}

/// The number of hubs in each cluster. The first cluster gets all hubs that the others do not have.
fn sizes(clusters: usize, hubs: usize) -> Vec<usize> {
    let small = clusters - 1;
    let wanted = (small * SMALL_SHARE.0 + SMALL_SHARE.1 / 2) / SMALL_SHARE.1;
    let shared = wanted.clamp(small, hubs - 1);
    let mut sizes = vec![hubs - shared];
    sizes.extend((0..small).map(|at| shared * (at + 1) / small - shared * at / small));
    sizes
}

/// Sets the batch and the nodes of every cluster, and the release of every hub.
fn assign_releases(fleet: &mut Fleet) {
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
                hub.release = releases::NEXT;
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
        hub.release = releases::EARLY;
    }
}

/// The hub with its own chart, on which a team tries a release. This hub is the staging hub of a small cluster in the
/// last batch.
fn hub_of_its_own_chart(fleet: &mut Fleet) -> Option<&mut Hub> {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::world::cluster::Provider;

    fn fleet(clusters: usize, hubs: usize) -> Fleet {
        let words = toml::from_str(include_str!("../../../assets/demo/fleet.toml")).unwrap();
        Fleet::build(&words, clusters, hubs, &mut Rng::new(1))
    }

    fn called(fleet: &Fleet, name: &str) -> usize {
        fleet.hubs.iter().filter(|hub| *hub.name == *name).count()
    }

    #[test]
    fn the_default_has_the_shape_of_the_real_fleet() {
        let fleet = fleet(30, 171);
        let on = |provider| {
            let clusters = fleet.clusters.iter();
            clusters.filter(|it| it.provider == provider).count()
        };
        assert_eq!((fleet.clusters.len(), fleet.hubs.len()), (30, 171));
        assert_eq!(fleet.hubs_of("commons").count(), 95);
        assert_eq!(
            (
                on(Provider::Aws),
                on(Provider::Gcp),
                on(Provider::Kubeconfig)
            ),
            (20, 8, 2)
        );
        assert_eq!(
            (called(&fleet, "staging"), called(&fleet, "prod")),
            (28, 21)
        );
    }

    #[test]
    fn every_size_has_what_was_asked_for_and_no_name_twice() {
        for (clusters, hubs) in [(1, 1), (1, 9), (2, 2), (3, 9), (8, 8), (30, 171), (45, 700)] {
            let fleet = fleet(clusters, hubs);
            assert_eq!((fleet.clusters.len(), fleet.hubs.len()), (clusters, hubs));
            let domains: BTreeSet<_> = fleet.hubs.iter().map(|hub| &hub.domain).collect();
            assert_eq!(domains.len(), hubs);
        }
    }
}
