//! The scope of a storm: the narrowest of cluster, provider and fleet that contains all of its places. Also counts the
//! affected part of the scope and lists the spared places, which are not affected.

use std::collections::BTreeSet;

use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubName};
use crate::domain::policy::{ClusterSpec, Policy};
use crate::picture::storm::StormScope;

/// How far a storm has reached.
pub struct StormReach {
    /// The narrowest scope that contains all of the storm's places.
    pub scope: StormScope,
    /// The number of affected hubs if the scope is a cluster; else the number of affected clusters.
    pub affected: usize,
    /// The places of the scope that are not affected.
    pub spared: Vec<Place>,
}

impl StormReach {
    /// The number of hubs or clusters in the scope.
    pub fn total(&self) -> usize {
        self.affected + self.spared.len()
    }
}

/// The reach of a storm in these places; `None` if no cluster is known.
pub fn reach(places: &BTreeSet<&Place>, policy: &Policy) -> Option<StormReach> {
    let clusters: BTreeSet<&ClusterName> = places
        .iter()
        .filter_map(|place| place.cluster.as_ref())
        .collect();
    let scope = narrowest_scope(&clusters, policy)?;
    Some(match &scope {
        StormScope::Cluster(name) => StormReach {
            affected: places.len(),
            spared: spared_hubs(name, places, policy),
            scope,
        },
        StormScope::Provider(_) | StormScope::Fleet => StormReach {
            affected: clusters.len(),
            spared: spared_clusters(&scope, &clusters, places, policy),
            scope,
        },
    })
}

fn narrowest_scope(clusters: &BTreeSet<&ClusterName>, policy: &Policy) -> Option<StormScope> {
    let first = *clusters.first()?;
    if clusters.len() == 1 {
        return Some(StormScope::Cluster(first.clone()));
    }
    let providers: BTreeSet<Option<&str>> = clusters
        .iter()
        .map(|name| {
            policy
                .cluster(name)
                .and_then(|spec| spec.provider.as_deref())
        })
        .collect();
    match (providers.len(), providers.first().copied().flatten()) {
        (1, Some(provider)) => Some(StormScope::Provider(provider.to_owned())),
        _ => Some(StormScope::Fleet),
    }
}

// Returns nothing if one of the places is the whole cluster, since no hub is then spared.
fn spared_hubs(name: &ClusterName, places: &BTreeSet<&Place>, policy: &Policy) -> Vec<Place> {
    if places.iter().any(|place| place.hub.is_none()) {
        return Vec::new();
    }
    let hubs = policy.cluster(name).into_iter().flat_map(|spec| &spec.hubs);
    hubs.map(|hub| Place::from(hub.key.clone()))
        .filter(|place| !places.contains(place))
        .collect()
}

// If all affected hubs have the same name, a cluster counts as spared only if it has a hub of this name.
fn spared_clusters(
    scope: &StormScope,
    clusters: &BTreeSet<&ClusterName>,
    places: &BTreeSet<&Place>,
    policy: &Policy,
) -> Vec<Place> {
    let hub = common_hub(places);
    let inside = |spec: &&ClusterSpec| match scope {
        StormScope::Provider(provider) => spec.provider.as_ref() == Some(provider),
        _ => true,
    };
    let could = |spec: &&ClusterSpec| {
        hub.is_none_or(|name| spec.hubs.iter().any(|spec| spec.key.hub == *name))
    };
    let specs = policy.clusters.iter().filter(inside).filter(could);
    specs
        .filter(|spec| !clusters.contains(&spec.name))
        .map(|spec| Place {
            cluster: Some(spec.name.clone()),
            hub: hub.cloned(),
        })
        .collect()
}

/// The common name of the hubs. `None` if a place has no hub, or if the names differ.
pub fn common_hub<'a>(places: &BTreeSet<&'a Place>) -> Option<&'a HubName> {
    let first = places.first()?.hub.as_ref()?;
    let all = places.iter().all(|place| place.hub.as_ref() == Some(first));
    all.then_some(first)
}
