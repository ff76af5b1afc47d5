//! Under which dedup keys every kind of alert is paged, by the routes of its Alertmanagers. Computed for
//! all at once and only when first asked for: where the incidents' details tell, nobody asks.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::Kind;
use super::groups::Groups;
use super::trees::{Deciding, Trees};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::route::{DedupKey, GroupKey, Routes};

/// The keys of all alerts.
pub struct Keys<'a> {
    kinds: &'a [Kind<'a>],
    trees: &'a Trees<'a>,
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
    // The groups of each kind, in the kinds' order.
    of: Vec<Vec<usize>>,
}

impl<'a> Keys<'a> {
    /// The keys of alerts of these kinds, by these routes.
    pub fn new(kinds: &'a [Kind<'a>], trees: &'a Trees<'a>, policy: &'a Policy) -> Self {
        Self {
            kinds,
            trees,
            cluster_labels: &policy.cluster_labels,
            is_one_cluster: is_one_cluster(kinds, policy),
            known: OnceCell::new(),
        }
    }

    /// Whether no routes are known, so that no alert has a key.
    pub fn are_none(&self) -> bool {
        self.trees.all.is_empty()
    }

    /// The keys of each kind, in the kinds' order: one for each route that takes it.
    pub fn by_kind(&self) -> impl Iterator<Item = impl Iterator<Item = Key>> {
        let Known { groups, of } = self.known.get_or_init(|| self.compute());
        of.iter().map(|mine| {
            let mine = mine.iter().filter_map(|at| groups.get(*at));
            mine.flatten().copied()
        })
    }

    fn compute(&self) -> Known {
        let mut groups = Groups::default();
        let trees = self.trees.all.iter();
        let trees: Vec<(&Routes, Deciding<'_>)> = trees
            .map(|routes| (*routes, routes.relevant_labels().into()))
            .collect();
        let of = self.kinds.iter().map(|kind| {
            let mine = self.trees.of(kind).into_iter();
            let mine = mine.filter_map(|at| Some((at, trees.get(at)?)));
            mine.map(|(at, (routes, deciding))| {
                let labels = &kind.one.labels;
                let mut told = Vec::new();
                deciding.tell(labels, &mut told);
                let cluster = kind.place.cluster.as_ref();
                groups.add((at, told), cluster, || self.keys(routes, labels))
            })
            .collect()
        });
        let of = of.collect();
        Known {
            groups: groups.into_keys(),
            of,
        }
    }

    fn keys(&self, routes: &Routes, labels: &Labels) -> Vec<Key> {
        let groups = routes.group_keys(labels);
        let key = |group: &GroupKey| Key {
            dedup: group.dedup_key(),
            is_exact: self.is_one_cluster
                || self
                    .cluster_labels
                    .iter()
                    .any(|label| group.fixes_label(label)),
        };
        groups.iter().map(key).collect()
    }
}

fn is_one_cluster(kinds: &[Kind<'_>], policy: &Policy) -> bool {
    let configured = policy.clusters.iter().map(|cluster| &cluster.name);
    let watched = policy
        .prometheus_scopes
        .iter()
        .filter_map(|watch| watch.cluster.as_ref());
    let seen = kinds.iter().filter_map(|kind| kind.place.cluster.as_ref());
    let mut names = configured.chain(watched).chain(seen);
    let first = names.next();
    names.all(|name| Some(name) == first)
}
