//! The places of alerts and incidents. Labels name places, and their values may have prefixes (`cluster=leap`). Words
//! in a title name places too.

mod own_case;
mod text;

pub use own_case::{places_called, places_in_own_case};
pub use text::{
    host_in, is_called_hub_down, names_domain, places_in_any_case, places_in_text, places_in_title,
    words,
};

use crate::domain::alert::Alert;
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubKey, HubName};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;

const CLUSTER: &str = "cluster";

/// A label's value without the `name=` that some rules put into it.
pub fn strip_label_prefix(value: &str) -> &str {
    ["cluster=", "hub=", "namespace=", "provider="]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix))
        .unwrap_or(value)
}

/// The place of an alert. The cluster is the one that is configured for the source, or else the one that the alert's
/// label names. The hub is the alert's namespace, if the cluster has a hub with that name in the inventory.
pub fn alert_place(alert: &Alert, policy: &Policy) -> Place {
    let told = alert.cluster.clone();
    let cluster = told
        .map(|name| without_prefix(name, policy))
        .or_else(|| cluster_label(&alert.labels, policy));
    place_in_cluster(cluster, &alert.labels, policy)
}

// Removes a prefix such as `cluster=` from the cluster's name. If one endpoint answers for many clusters, the name is
// the value of a label, which may have such a prefix.
fn without_prefix(name: ClusterName, policy: &Policy) -> ClusterName {
    let value = name.as_str();
    let labels = policy.cluster_labels.iter();
    let bare = labels
        .map(|label| without_label_name(label, value))
        .find(|bare| *bare != value);
    bare.map(ClusterName::from).unwrap_or(name)
}

/// The place of a label set in an incident's details.
pub fn labels_place(labels: &Labels, policy: &Policy) -> Place {
    place_in_cluster(cluster_label(labels, policy), labels, policy)
}

/// The cluster that a label set names.
pub fn cluster_label(labels: &Labels, policy: &Policy) -> Option<ClusterName> {
    let (name, value) = written_cluster_label(labels, policy)?;
    Some(without_label_name(name, value).into())
}

/// The label that names a label set's cluster, with its value. If there are several, a label whose value is a cluster
/// of the inventory is preferred, then the configured labels in their order, then `cluster`.
pub fn written_cluster_label<'a>(
    labels: &'a Labels,
    policy: &'a Policy,
) -> Option<(&'a str, &'a str)> {
    let configured = policy.cluster_labels.iter().map(String::as_str);
    let configured = configured.filter(|name| *name != CLUSTER);
    let mut written = configured.chain([CLUSTER]).filter_map(|name| {
        let value = labels.get(name).filter(|value| !value.is_empty())?;
        Some((name, value))
    });
    let first = written.next()?;
    let Some(second) = written.next() else {
        return Some(first);
    };
    let is_known = |(name, value): &(&str, &str)| {
        let value = without_label_name(name, value);
        policy
            .clusters
            .iter()
            .any(|cluster| cluster.name.as_str() == value)
    };
    let mut all = [first, second].into_iter().chain(written);
    Some(all.find(is_known).unwrap_or(first))
}

// Removes a prefix from a label's value. The prefix is the label's own name (`k8s_cluster=` in the label
// `k8s_cluster`), or a common prefix such as `cluster=`, which may occur in any label.
fn without_label_name<'v>(name: &str, value: &'v str) -> &'v str {
    let own = value
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('='));
    own.unwrap_or_else(|| strip_label_prefix(value))
}

fn place_in_cluster(cluster: Option<ClusterName>, labels: &Labels, policy: &Policy) -> Place {
    let hub = labels
        .get("namespace")
        .and_then(|value| hub_in_cluster(cluster.as_ref(), strip_label_prefix(value), policy));
    Place { cluster, hub }
}

// The hub if the inventory lists it. In a cluster that is not in the inventory, every name except `support` is a hub.
fn hub_in_cluster(cluster: Option<&ClusterName>, hub: &str, policy: &Policy) -> Option<HubName> {
    match cluster.and_then(|name| policy.cluster(name)) {
        Some(known) => {
            let mut names = known.hubs.iter().map(|spec| &spec.key.hub);
            names.find(|name| name.as_str() == hub).cloned()
        }
        None => (hub != "support").then(|| hub.into()),
    }
}

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
            expects_hub_header: true,
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

    #[test]
    fn the_cluster_is_told_by_whatever_label_the_configuration_names() {
        let mut policy = Policy::default();
        policy.cluster_labels.insert("k8s_cluster".to_owned());
        let named = |pairs: &[(&str, &str)], policy: &Policy| {
            let labels: Labels = pairs.iter().copied().collect();
            cluster_label(&labels, policy).map(|name| name.to_string())
        };
        for (pairs, cluster) in [
            (&[("k8s_cluster", "beta")][..], Some("beta")),
            (&[("k8s_cluster", "k8s_cluster=beta")], Some("beta")),
            (
                &[("cluster", "kafka-1"), ("k8s_cluster", "beta")],
                Some("beta"),
            ),
            (&[("cluster", "leap"), ("k8s_cluster", "")], Some("leap")),
            (&[("cluster", "")], None),
            (&[("site", "beta")], None),
        ] {
            assert_eq!(named(pairs, &policy).as_deref(), cluster, "{pairs:?}");
        }
        policy.clusters = vec![ClusterSpec {
            without: Default::default(),
            name: "leap".into(),
            provider: None,
            hubs: Vec::new(),
        }];
        let both = [("cluster", "leap"), ("k8s_cluster", "blue")];
        assert_eq!(
            named(&both, &policy).as_deref(),
            Some("leap"),
            "the inventory's"
        );
    }
}
