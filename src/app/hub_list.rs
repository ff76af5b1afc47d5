//! The hubs that the Hubs pane shows, and the order in which the selection moves over them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::model::Model;
use super::rows::FilteredCount;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, HubKey};
use crate::picture::{ClusterView, HubView};

impl Model {
    /// The hubs of the grid: the hubs that pass the filter, by cluster, in the order of the configuration. A cluster
    /// without such hubs is left out.
    pub fn hub_grid(&self) -> Vec<(&ClusterView, Vec<&HubView>)> {
        let clusters = self.picture.iter().flat_map(|picture| &picture.clusters);
        clusters
            .map(|cluster| {
                let passes = |hub: &&HubView| self.filter.passes_hub(hub, cluster);
                (cluster, cluster.hubs.iter().filter(passes).collect())
            })
            .filter(|(_, hubs): &(_, Vec<_>)| !hubs.is_empty())
            .collect()
    }

    /// The hubs of the rows above the grid: the hubs that pass the filter and are not up, worst first.
    pub fn hubs_not_up(&self) -> Vec<&HubView> {
        let mut hubs: Vec<_> = self
            .hub_grid()
            .into_iter()
            .flat_map(|(_, hubs)| hubs)
            .filter(|hub| hub.health != Health::Up)
            .collect();
        // Hubs in the same state are sorted by the position of their first case.
        let places = self.case_positions(&hubs);
        let place = |hub: &HubView| {
            let known = hub.cases.iter().filter_map(|case| places.get(case));
            known.min().copied().unwrap_or(usize::MAX)
        };
        hubs.sort_by_cached_key(|hub| (hub.health, hub.spec.tier, place(hub)));
        hubs
    }

    fn case_positions(&self, hubs: &[&HubView]) -> FxHashMap<&CaseId, usize> {
        let wanted: FxHashSet<&CaseId> = hubs.iter().flat_map(|hub| &hub.cases).collect();
        let cases = self.picture.iter().flat_map(|picture| &picture.cases);
        let places = cases.enumerate().map(|(at, case)| (&case.id, at));
        places.filter(|(id, _)| wanted.contains(id)).collect()
    }

    /// The hubs in the order in which the selection moves. The hubs that are not up come first, worst first. The others
    /// follow in the grid's order. Each hub occurs once.
    pub fn hubs_in_order(&self) -> Vec<&HubView> {
        let mut walk = self.hubs_not_up();
        let up = self.hub_grid().into_iter().flat_map(|(_, hubs)| hubs);
        walk.extend(up.filter(|hub| hub.health == Health::Up));
        walk
    }

    /// The selected hub, if it still exists and passes the filter.
    pub fn selected_hub(&self) -> Option<&HubView> {
        let (cluster, hub) = self.find_hub(self.hubs.selected.as_ref()?)?;
        self.filter.passes_hub(hub, cluster).then_some(hub)
    }

    /// A hub and its cluster by the hub's key, regardless of the filter.
    pub fn find_hub(&self, key: &HubKey) -> Option<(&ClusterView, &HubView)> {
        self.picture
            .as_deref()?
            .clusters
            .iter()
            .find_map(|cluster| {
                let hub = cluster.hubs.iter().find(|hub| hub.spec.key == *key)?;
                Some((cluster, hub))
            })
    }

    /// The number of hubs that pass the filter, and the number of all hubs.
    pub fn hub_count(&self) -> FilteredCount {
        let all = self.picture.iter().flat_map(|picture| picture.hubs());
        FilteredCount {
            shown: self.hub_grid().iter().map(|(_, hubs)| hubs.len()).sum(),
            total: all.count(),
        }
    }
}
