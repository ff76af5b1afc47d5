//! Limits a poll to a part of the fleet, which `--cluster` or `--hub` names. Only PagerDuty, the status pages and the
//! sources of that part are polled. Only cases about that part count. A case without a place counts only if it is a P1.

use std::collections::BTreeSet;

use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::Policy;

/// The part of the fleet that is polled. An empty scope means the whole fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Whole clusters.
    pub clusters: BTreeSet<ClusterName>,
    /// Single hubs.
    pub hubs: BTreeSet<HubKey>,
}

/// A name that the inventory does not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownName {
    /// No such cluster.
    #[error("there is no cluster '{0}' in the configuration")]
    Cluster(ClusterName),
    /// No such hub.
    #[error("there is no hub '{0}' in the configuration")]
    Hub(HubKey),
}

impl Scope {
    /// Whether the whole fleet is polled.
    pub fn is_all(&self) -> bool {
        self.clusters.is_empty() && self.hubs.is_empty()
    }

    /// The names from the command line, clusters first.
    pub fn names(&self) -> Vec<String> {
        let clusters = self.clusters.iter().map(ToString::to_string);
        clusters
            .chain(self.hubs.iter().map(ToString::to_string))
            .collect()
    }

    /// # Errors
    /// A name is not in the inventory. Without this check, a poll of nothing would report that all is well.
    pub fn validate(&self, policy: &Policy) -> Result<(), UnknownName> {
        let no_cluster = self
            .clusters
            .iter()
            .find(|name| policy.cluster(name).is_none());
        let no_hub = self
            .hubs
            .iter()
            .find(|key| policy.hubs().all(|hub| hub.key != **key));
        match (no_cluster, no_hub) {
            (Some(name), _) => Err(UnknownName::Cluster(name.clone())),
            (None, Some(key)) => Err(UnknownName::Hub(key.clone())),
            (None, None) => Ok(()),
        }
    }

    /// Whether any part of a cluster is polled.
    pub fn has_cluster(&self, name: &ClusterName) -> bool {
        self.is_all()
            || self.clusters.contains(name)
            || self.hubs.iter().any(|key| key.cluster == *name)
    }

    /// Whether a hub is polled.
    pub fn has_hub(&self, key: &HubKey) -> bool {
        self.is_all() || self.clusters.contains(&key.cluster) || self.hubs.contains(key)
    }

    /// Whether a place is polled. A place without a cluster may be anywhere, so only a poll of the whole fleet has it.
    pub fn has_place(&self, place: &Place) -> bool {
        match (place.hub_key(), &place.cluster) {
            (Some(key), _) => self.has_hub(&key),
            (None, Some(name)) => self.has_cluster(name),
            (None, None) => self.is_all(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_looked_at_with_its_cluster_and_nothing_else() {
        let scope = Scope {
            hubs: [HubKey::new("leap", "prod")].into(),
            ..Scope::default()
        };
        assert!(scope.has_hub(&HubKey::new("leap", "prod")));
        assert!(!scope.has_hub(&HubKey::new("leap", "staging")));
        assert!(scope.has_cluster(&"leap".into()) && !scope.has_cluster(&"maap".into()));
        assert!(Scope::default().has_hub(&HubKey::new("maap", "prod")));
    }

    #[test]
    fn a_name_that_is_not_there_is_refused() {
        let scope = Scope {
            clusters: ["laep".into()].into(),
            ..Scope::default()
        };
        let refused = scope.validate(&Policy::default());
        assert_eq!(refused, Err(UnknownName::Cluster("laep".into())));
    }
}
