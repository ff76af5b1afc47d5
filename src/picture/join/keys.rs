//! Under which dedup keys every alert is paged, by the routes of its Alertmanagers. Computed for all
//! alerts at once and only when first asked for: where the incidents' details tell, nobody asks.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Placed;
use super::groups::Groups;
use super::trees::Trees;
use crate::domain::answer::Answers;
use crate::domain::ids::ClusterName;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::route::{DedupKey, GroupKey, Relevant, Routes};
use crate::domain::source::SourceId;

/// The keys of all alerts.
pub struct Keys<'a> {
    alerts: &'a [Placed<'a>],
    trees: Trees<'a>,
    cluster_labels: &'a BTreeSet<String>,
    is_one_cluster: bool,
    known: OnceCell<Known>,
}

/// A key, and whether no alert of another cluster can be paged under it.
#[derive(Clone, Copy)]
pub struct Key {
    pub dedup: DedupKey,
    pub is_exact: bool,
}

struct Known {
    groups: Vec<Vec<Key>>,
    // The groups of each alert, in the alerts' order.
    of: Vec<Vec<usize>>,
}

impl<'a> Keys<'a> {
    /// The keys of these alerts, by the routes of the configuration and those that Alertmanagers tell.
    /// Routes change seldom, so that what an Alertmanager said long ago still counts.
    pub fn new(alerts: &'a [Placed<'a>], answers: &'a Answers, policy: &'a Policy) -> Self {
        Self {
            alerts,
            trees: Trees::new(answers, policy),
            cluster_labels: &policy.cluster_labels,
            is_one_cluster: is_one_cluster(alerts, policy),
            known: OnceCell::new(),
        }
    }

    /// Whether no routes are known, so that no alert has a key.
    pub fn are_none(&self) -> bool {
        self.trees.all.is_empty()
    }

    /// The keys of one of the alerts: one for each route that takes it.
    pub fn of(&self, placed: &Placed<'_>) -> impl Iterator<Item = Key> {
        let known = self.known.get_or_init(|| self.compute());
        let groups = known.of.get(placed.at).into_iter().flatten();
        groups
            .filter_map(|at| known.groups.get(*at))
            .flatten()
            .copied()
    }

    fn compute(&self) -> Known {
        let (mut groups, mut of) = (Groups::default(), Vec::with_capacity(self.alerts.len()));
        let mut plans: FxHashMap<(&SourceId, Option<&ClusterName>), Vec<usize>> =
            FxHashMap::default();
        for placed in self.alerts {
            let cluster = placed.place.cluster.as_ref();
            let plan = plans
                .entry((&placed.alert.source, cluster))
                .or_insert_with(|| self.trees.of(placed));
            let routes = plan
                .iter()
                .filter_map(|tree| Some((*tree, *self.trees.all.get(*tree)?)));
            let mine = routes.map(|(tree, routes)| {
                let looked = (tree, looked_at(routes, &placed.alert.labels));
                let keys = || self.keys(routes, &placed.alert.labels);
                groups.add(looked, cluster, keys)
            });
            of.push(mine.collect());
        }
        Known {
            groups: groups.into_keys(),
            of,
        }
    }

    fn keys(&self, routes: &Routes, labels: &Labels) -> Vec<Key> {
        let groups = routes.groups(labels);
        let key = |group: &GroupKey| Key {
            dedup: group.dedup_key(),
            is_exact: self.is_one_cluster
                || self.cluster_labels.iter().any(|label| group.tells(label)),
        };
        groups.iter().map(key).collect()
    }
}

fn looked_at<'l>(routes: &Routes, labels: &'l Labels) -> Vec<&'l str> {
    match routes.looks_at() {
        Relevant::All => labels
            .iter()
            .flat_map(|(name, value)| [name, value])
            .collect(),
        Relevant::Names(names) => names
            .iter()
            .map(|name| labels.get(name).unwrap_or_default())
            .collect(),
    }
}

fn is_one_cluster(alerts: &[Placed<'_>], policy: &Policy) -> bool {
    let configured = policy.clusters.iter().map(|cluster| &cluster.name);
    let watched = policy
        .watches
        .iter()
        .filter_map(|watch| watch.cluster.as_ref());
    let seen = alerts
        .iter()
        .filter_map(|placed| placed.place.cluster.as_ref());
    let mut names = configured.chain(watched).chain(seen);
    let first = names.next();
    names.all(|name| Some(name) == first)
}
