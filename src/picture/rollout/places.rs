//! The hubs of a picture by batch and by cluster.

use std::collections::{BTreeMap, BTreeSet};

use super::BatchView;
use super::compare::{Excess, excesses};
use super::figures::{Figures, figures};
use super::hub::{Hub, is_possible, may_be_down};
use super::unread::unread_sources;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::rollout::{RolloutPolicy, VersionPlace, VersionReading};
use crate::domain::source::SourceKind;
use crate::picture::model::Picture;

/// All hubs, and each hub's batch.
pub(super) struct Fleet<'a> {
    pub(super) hubs: Vec<Hub<'a>>,
    /// The batches with hubs or clusters. Their figures are added later.
    pub(super) batches: Vec<BatchView>,
    /// The clusters, with their batches.
    pub(super) clusters: BTreeMap<&'a ClusterName, ClusterPlace<'a>>,
    /// The positions of the hubs.
    by_key: BTreeMap<VersionPlace, usize>,
    /// The positions of hubs with a percentile of starts, the fastest first.
    by_p95: Vec<usize>,
}

/// A cluster of the inventory.
pub(super) struct ClusterPlace<'a> {
    pub(super) batch: usize,
    pub(super) provider: Option<&'a str>,
    /// The positions of the cluster's hubs.
    pub(super) hubs: Vec<usize>,
}

impl<'a> Fleet<'a> {
    pub(super) fn new(
        picture: &'a Picture,
        reading: Option<&VersionReading>,
        policy: &RolloutPolicy,
    ) -> Self {
        let none = policy.batches.len();
        let mut fleet = Self {
            hubs: Vec::new(),
            batches: batches(policy),
            clusters: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_p95: Vec::new(),
        };
        let has_incidents = has_incidents(picture);
        for cluster in &picture.clusters {
            let prometheus = cluster.prometheus.as_ref();
            let has_alerts = prometheus.is_none_or(|(_, state)| state.is_fresh());
            let first = fleet.hubs.len();
            let hubs = cluster.hubs.iter().map(|view| Hub {
                batch: policy.batch_of_hub(&view.spec.key).unwrap_or(none),
                restarts: restarts(reading, &view.spec.key),
                cases_known: has_incidents && has_alerts && !may_be_down(view),
                view,
            });
            fleet.hubs.extend(hubs);
            let place = ClusterPlace {
                batch: policy.batch_of_cluster(&cluster.name).unwrap_or(none),
                provider: cluster.provider.as_deref(),
                hubs: (first..fleet.hubs.len()).collect(),
            };
            fleet.clusters.insert(&cluster.name, place);
        }
        let keys = fleet.hubs.iter().enumerate();
        let keys = keys.map(|(index, hub)| (hub.key().clone().into(), index));
        fleet.by_key = keys.collect();
        fleet.count_clusters();
        fleet.sort_by_p95();
        fleet
    }

    /// The number of clusters in a reading that are not in the inventory.
    pub(super) fn count_foreign(&self, reading: &VersionReading) -> usize {
        let running = reading.running.iter().map(|one| &one.place);
        let all = running.chain(reading.restarts.keys());
        let foreign = all.filter(|place| !self.clusters.contains_key(&place.cluster));
        let foreign: BTreeSet<&ClusterName> = foreign.map(|place| &place.cluster).collect();
        foreign.len()
    }

    fn count_clusters(&mut self) {
        let mut counts = vec![0; self.batches.len()];
        for place in self.clusters.values() {
            let hubs = place.hubs.iter().filter_map(|hub| self.hubs.get(*hub));
            let mut batches: Vec<usize> = hubs.map(|hub| hub.batch).collect();
            batches.push(place.batch);
            batches.sort_unstable();
            batches.dedup();
            for batch in batches {
                if let Some(count) = counts.get_mut(batch) {
                    *count += 1;
                }
            }
        }
        for (batch, count) in self.batches.iter_mut().zip(counts) {
            batch.clusters = count;
        }
        // The last group is for hubs without a batch. If all hubs are in batches, this group is removed.
        if self.batches.len() > 1 && self.batches.last().is_some_and(|it| it.clusters == 0) {
            self.batches.pop();
        }
    }

    fn sort_by_p95(&mut self) {
        let known = self.hubs.iter().enumerate();
        let known = known.filter_map(|(index, hub)| Some((hub.p95_seconds()?, index)));
        let mut known: Vec<(f64, usize)> = known.collect();
        known.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.by_p95 = known.into_iter().map(|(_, index)| index).collect();
    }

    pub(super) fn hubs_of_batch(&self, batch: usize) -> Vec<usize> {
        let hubs = self.hubs.iter().enumerate();
        let own = hubs.filter(|(_, hub)| hub.batch == batch);
        own.map(|(index, _)| index).collect()
    }

    /// The figures of these hubs, and the figures that are worse than those of all other hubs.
    pub(super) fn compare(&self, hubs: &[usize]) -> (Figures, Vec<Excess>) {
        let mut is_own = vec![false; self.hubs.len()];
        for hub in hubs {
            if let Some(own) = is_own.get_mut(*hub) {
                *own = true;
            }
        }
        let is_in = |wanted: bool| {
            let is_own = &is_own;
            move |index: usize| is_own.get(index) == Some(&wanted)
        };
        let own = figures(&self.hubs, &self.by_p95, is_in(true));
        let rest = figures(&self.hubs, &self.by_p95, is_in(false));
        let worse = excesses(&own, &rest);
        (own, worse)
    }

    /// The position of a place's batch, and the positions of its hubs. A hub's namespace has only this hub. Any other
    /// place has all hubs of its cluster. `None` for a cluster that is not in the inventory.
    pub(super) fn locate(&self, place: &VersionPlace) -> Option<(usize, Vec<usize>)> {
        let cluster = self.clusters.get(&place.cluster)?;
        let hub = self.by_key.get(place);
        match hub.and_then(|index| Some((self.hubs.get(*index)?.batch, *index))) {
            Some((batch, index)) => Some((batch, vec![index])),
            None => Some((cluster.batch, cluster.hubs.clone())),
        }
    }
}

fn batches(policy: &RolloutPolicy) -> Vec<BatchView> {
    let named = policy.batches.iter().map(|batch| BatchView {
        name: Some(batch.name.clone()),
        is_canary: batch.is_canary,
        ..BatchView::default()
    });
    named.chain([BatchView::default()]).collect()
}

// Whether the incidents and their places are known.
fn has_incidents(picture: &Picture) -> bool {
    let unread = unread_sources(picture);
    let mut kinds = unread.iter().map(|it| it.source.kind);
    !kinds.any(|kind| kind == SourceKind::Pagerduty)
}

fn restarts(reading: Option<&VersionReading>, key: &HubKey) -> Option<f64> {
    let place = VersionPlace::from(key.clone());
    let value = reading?.restarts.get(&place).copied();
    value.filter(|value| is_possible(*value))
}
