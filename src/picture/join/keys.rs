//! Under which dedup keys every alert is paged, by the routes of its Alertmanagers. Computed for all
//! alerts at once and only when first asked for: where the incidents' details tell, nobody asks.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::groups::Groups;
use super::trees::Trees;
use super::{Kind, Placed};
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
    // The groups of all alerts, one alert's behind another's.
    numbers: Vec<usize>,
    // Which of these are whose, in the alerts' order.
    of: Vec<Range<usize>>,
}

impl<'a> Keys<'a> {
    /// The keys of these alerts, by the routes of the configuration and those that Alertmanagers tell.
    /// Routes change seldom, so that what an Alertmanager said long ago still counts.
    pub fn new(
        alerts: &'a [Placed<'a>],
        kinds: &[Kind<'_>],
        answers: &'a Answers,
        policy: &'a Policy,
    ) -> Self {
        Self {
            alerts,
            trees: Trees::new(answers, policy),
            cluster_labels: &policy.cluster_labels,
            is_one_cluster: is_one_cluster(kinds, policy),
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
        let mine = known.of.get(placed.at).cloned();
        let mine = mine.and_then(|range| known.numbers.get(range));
        mine.into_iter()
            .flatten()
            .filter_map(|at| known.groups.get(*at))
            .flatten()
            .copied()
    }

    fn compute(&self) -> Known {
        let mut groups = Groups::new(self.trees.all.len());
        let mut plans: FxHashMap<(&SourceId, Option<&ClusterName>), Vec<usize>> =
            FxHashMap::default();
        let (mut numbers, mut of) = (Vec::new(), Vec::with_capacity(self.alerts.len()));
        let mut looked = Vec::new();
        for placed in self.alerts {
            let cluster = placed.kind.place.cluster.as_ref();
            let labels = &placed.alert.labels;
            let plan = plans
                .entry((&placed.alert.source, cluster))
                .or_insert_with(|| self.trees.of(placed));
            let before = numbers.len();
            let routes = plan
                .iter()
                .filter_map(|tree| Some((*tree, *self.trees.all.get(*tree)?)));
            numbers.extend(routes.map(|(tree, routes)| {
                look_at(routes, labels, &mut looked);
                groups.add(tree, &looked, cluster, || self.keys(routes, labels))
            }));
            of.push(before..numbers.len());
        }
        Known {
            groups: groups.into_keys(),
            numbers,
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

// One list serves for all alerts: of most the values are known.
fn look_at<'l>(routes: &Routes, labels: &'l Labels, looked: &mut Vec<&'l str>) {
    looked.clear();
    match routes.looks_at() {
        Relevant::All => looked.extend(labels.iter().flat_map(|(name, value)| [name, value])),
        Relevant::Names(names) => looked.extend(
            names
                .iter()
                .map(|name| labels.get(name).unwrap_or_default()),
        ),
    }
}

fn is_one_cluster(kinds: &[Kind<'_>], policy: &Policy) -> bool {
    let configured = policy.clusters.iter().map(|cluster| &cluster.name);
    let watched = policy
        .watches
        .iter()
        .filter_map(|watch| watch.cluster.as_ref());
    let seen = kinds.iter().filter_map(|kind| kind.place.cluster.as_ref());
    let mut names = configured.chain(watched).chain(seen);
    let first = names.next();
    names.all(|name| Some(name) == first)
}
