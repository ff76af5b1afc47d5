//! Rollouts: the versions that run, the versions that should run, and the batches in which clusters are upgraded.

mod history;
mod reading;
mod version;

use std::fmt;

use super::ids::{ClusterName, HubKey, HubName};
use serde::{Deserialize, Serialize};

pub use history::{KnownSince, VersionHistory};
pub use reading::{
    KeptVersion, MissingReading, QueriedPart, RestartCount, RunningVersion, VersionReading,
    split_image,
};
pub use version::{
    MAX_VERSION_CHARS, VersionOrder, compare_versions, is_release, shorten, sort_key,
};

/// A program whose versions are tracked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// JupyterHub, which runs in a hub. A header of the hub's health answer contains the version.
    Jupyterhub,
    /// Kubernetes. The versions are those of the kubelets on a cluster's nodes.
    Kubernetes,
    /// A container image, without tag and digest.
    Image(String),
}

impl Component {
    /// Whether `name`, from a wanted version, means this component. The name of an image is its whole path or the end
    /// of its path.
    pub fn is_named(&self, name: &str) -> bool {
        match self {
            Self::Jupyterhub => name.eq_ignore_ascii_case("jupyterhub"),
            Self::Kubernetes => name.eq_ignore_ascii_case("kubernetes"),
            Self::Image(image) => image
                .strip_suffix(name)
                .is_some_and(|before| before.is_empty() || before.ends_with('/')),
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jupyterhub => "jupyterhub",
            Self::Kubernetes => "kubernetes",
            Self::Image(image) => image,
        })
    }
}

/// The place where a version runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VersionPlace {
    pub cluster: ClusterName,
    /// The namespace of a hub or of a support service; `None` for the cluster as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<HubName>,
}

impl VersionPlace {
    /// Whether the place is the namespace of this hub.
    pub fn is_hub(&self, key: &HubKey) -> bool {
        self.cluster == key.cluster && self.namespace.as_ref() == Some(&key.hub)
    }
}

impl From<ClusterName> for VersionPlace {
    fn from(cluster: ClusterName) -> Self {
        Self {
            cluster,
            namespace: None,
        }
    }
}

impl From<HubKey> for VersionPlace {
    fn from(key: HubKey) -> Self {
        Self {
            cluster: key.cluster,
            namespace: Some(key.hub),
        }
    }
}

/// Clusters and hubs that are upgraded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub name: String,
    pub clusters: Vec<ClusterName>,
    /// Hubs that are upgraded with this batch although their clusters are in other batches.
    pub hubs: Vec<HubKey>,
    /// Whether this batch is upgraded first, to test a release.
    pub is_canary: bool,
}

/// A version that should run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedVersion {
    /// The component's name, in the form that [`Component::is_named`] accepts.
    pub component: String,
    pub version: String,
    /// The version is wanted only in these clusters and in `hubs`. If both are empty, it is wanted everywhere.
    pub clusters: Vec<ClusterName>,
    /// The version is wanted only in these hubs and in `clusters`.
    pub hubs: Vec<HubKey>,
}

/// The team's rollouts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolloutPolicy {
    /// The batches, in the order in which they are upgraded.
    pub batches: Vec<Batch>,
    pub wanted: Vec<WantedVersion>,
}

impl RolloutPolicy {
    /// The position of a hub's batch: the batch that names the hub, or else the batch of the hub's cluster.
    pub fn batch_of_hub(&self, key: &HubKey) -> Option<usize> {
        let mut batches = self.batches.iter();
        let by_hub = batches.position(|batch| batch.hubs.contains(key));
        by_hub.or_else(|| self.batch_of_cluster(&key.cluster))
    }

    /// The position of a cluster's batch.
    pub fn batch_of_cluster(&self, cluster: &ClusterName) -> Option<usize> {
        let mut batches = self.batches.iter();
        batches.position(|batch| batch.clusters.contains(cluster))
    }

    /// The version that is wanted in a place. An entry for the hub decides before an entry for the cluster, and an
    /// entry for the cluster before an entry for all places. Of several entries for the same place, the last one in the
    /// list decides.
    pub fn wanted(&self, component: &Component, place: &VersionPlace) -> Option<&str> {
        let entries = self.wanted.iter();
        let fitting = entries.filter(|entry| component.is_named(&entry.component));
        let ranked = fitting.filter_map(|entry| Some((rank(entry, place)?, entry)));
        let best = ranked.max_by_key(|(rank, _)| *rank);
        best.map(|(_, entry)| entry.version.as_str())
    }
}

// How precisely the entry names the place. `None` if the entry is for other places.
fn rank(entry: &WantedVersion, place: &VersionPlace) -> Option<u8> {
    if entry.hubs.iter().any(|key| place.is_hub(key)) {
        return Some(2);
    }
    if entry.clusters.contains(&place.cluster) {
        return Some(1);
    }
    (entry.clusters.is_empty() && entry.hubs.is_empty()).then_some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(name: &str, clusters: &[&str], hubs: &[(&str, &str)]) -> Batch {
        Batch {
            name: name.to_owned(),
            clusters: clusters.iter().map(|name| (*name).into()).collect(),
            hubs: hubs.iter().map(|it| HubKey::new(it.0, it.1)).collect(),
            is_canary: false,
        }
    }

    fn wanted(component: &str, version: &str, clusters: &[&str], hubs: &[&str]) -> WantedVersion {
        WantedVersion {
            component: component.to_owned(),
            version: version.to_owned(),
            clusters: clusters.iter().map(|name| (*name).into()).collect(),
            hubs: hubs.iter().map(|key| key.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn a_hub_that_is_named_leaves_its_clusters_batch() {
        let policy = RolloutPolicy {
            batches: vec![
                batch("canary", &["pilot"], &[("leap", "staging")]),
                batch("second", &["leap"], &[]),
            ],
            wanted: Vec::new(),
        };
        let batch = |hub: &str| policy.batch_of_hub(&hub.parse().unwrap());
        assert_eq!(batch("leap/staging"), Some(0));
        assert_eq!(batch("leap/prod"), Some(1));
        assert_eq!(batch("maap/prod"), None);
    }

    #[test]
    fn the_closest_wanted_version_counts() {
        let policy = RolloutPolicy {
            batches: Vec::new(),
            wanted: vec![
                wanted("jupyterhub", "5.5.0", &[], &["leap/staging"]),
                wanted("jupyterhub", "5.4.4", &["leap"], &[]),
                wanted("jupyterhub", "5.4.3", &[], &[]),
                wanted("k8s-hub", "4.3.3", &[], &[]),
            ],
        };
        let of = |hub: &str| {
            let place = VersionPlace::from(hub.parse::<HubKey>().unwrap());
            policy.wanted(&Component::Jupyterhub, &place)
        };
        assert_eq!(of("leap/staging"), Some("5.5.0"));
        assert_eq!(of("leap/prod"), Some("5.4.4"));
        assert_eq!(of("maap/prod"), Some("5.4.3"));
        let image = Component::Image("quay.io/jupyterhub/k8s-hub".to_owned());
        let place = VersionPlace::from(ClusterName::from("maap"));
        assert_eq!(policy.wanted(&image, &place), Some("4.3.3"));
        let other = Component::Image("quay.io/jupyterhub/my-k8s-hub".to_owned());
        assert_eq!(policy.wanted(&other, &place), None);
    }
}
