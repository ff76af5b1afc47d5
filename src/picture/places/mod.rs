//! Where things are: from labels whose values may carry prefixes (`cluster=leap`), and from words in
//! a title.

mod text;

pub use text::{
    host_part, is_about_certificate, is_called_hub_down, names_domain, places_in_text,
    places_in_title, words,
};

use crate::domain::alert::Alert;
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubKey, HubName};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;

/// A label's value without the `name=` that some rules put into it.
pub fn strip_label_prefix(value: &str) -> &str {
    ["cluster=", "hub=", "namespace=", "provider="]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix))
        .unwrap_or(value)
}

/// Where an alert is. The cluster is the one its source is bound to, else the label's; the hub is its
/// namespace, if the inventory knows such a hub or nothing of that cluster.
pub fn alert_place(alert: &Alert, policy: &Policy) -> Place {
    let told = alert.cluster.clone();
    let cluster = told
        .map(without_prefix)
        .or_else(|| cluster_label(&alert.labels));
    place_in_cluster(cluster, &alert.labels, policy)
}

// One endpoint for many clusters gives the label's value as it is.
fn without_prefix(name: ClusterName) -> ClusterName {
    match strip_label_prefix(name.as_str()) {
        same if same == name.as_str() => name,
        strip_label_prefix => strip_label_prefix.into(),
    }
}

/// Where a label set of an incident's details is.
pub fn labels_place(labels: &Labels, policy: &Policy) -> Place {
    place_in_cluster(cluster_label(labels), labels, policy)
}

/// The cluster that a label set names.
pub fn cluster_label(labels: &Labels) -> Option<ClusterName> {
    labels
        .get("cluster")
        .map(|value| strip_label_prefix(value).into())
}

fn place_in_cluster(cluster: Option<ClusterName>, labels: &Labels, policy: &Policy) -> Place {
    let hub = labels
        .get("namespace")
        .and_then(|value| hub_in_cluster(cluster.as_ref(), strip_label_prefix(value), policy));
    Place { cluster, hub }
}

// The inventory's own copy of the name, where it knows the cluster.
fn hub_in_cluster(cluster: Option<&ClusterName>, hub: &str, policy: &Policy) -> Option<HubName> {
    match cluster.and_then(|name| policy.cluster(name)) {
        Some(known) => {
            let mut names = known.hubs.iter().map(|spec| &spec.key.hub);
            names.find(|name| name.as_str() == hub).cloned()
        }
        None => (hub != "support").then(|| hub.into()),
    }
}

/// All of a cluster.
pub fn whole_cluster(cluster: &ClusterName) -> Place {
    Place {
        cluster: Some(cluster.clone()),
        hub: None,
    }
}

impl From<HubKey> for Place {
    fn from(key: HubKey) -> Self {
        Self {
            cluster: Some(key.cluster),
            hub: Some(key.hub),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hub::{HubSpec, Tier};
    use crate::domain::policy::ClusterSpec;

    #[test]
    fn a_namespace_that_is_no_hub_is_the_clusters() {
        let labels: Labels = [("cluster", "cluster=leap"), ("namespace", "support")]
            .into_iter()
            .collect();
        let hub = HubSpec {
            key: HubKey::new("leap", "prod"),
            tier: Tier::Prod,
            domain: None,
            health_url: None,
            expected_status: 200,
        };
        let leap = ClusterSpec {
            without: Default::default(),
            name: "leap".into(),
            provider: None,
            hubs: vec![hub],
        };
        let policy = Policy {
            clusters: vec![leap],
            ..Policy::default()
        };
        let place = labels_place(&labels, &policy);
        assert_eq!((place.cluster, place.hub), (Some("leap".into()), None));
    }
}
