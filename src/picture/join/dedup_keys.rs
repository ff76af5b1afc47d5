//! The dedup keys with which each kind of alert is paged, by the routes of its Alertmanagers. The keys of all kinds are
//! computed together, when the join by dedup key first needs them.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::AlertKind;
use super::route_trees::{RouteLabels, RouteTrees};
use crate::domain::ids::ClusterName;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::route::{DedupKey, GroupKey, Routes};

/// The keys of all alerts.
pub struct DedupKeys<'a> {
    kinds: &'a [AlertKind<'a>],
    trees: &'a RouteTrees<'a>,
    cluster_labels: &'a BTreeSet<String>,
    is_one_cluster: bool,
    computed: OnceCell<ComputedKeys>,
}

struct ComputedKeys {
    groups: Vec<Vec<PagingKey>>,
    // For each kind of alert, the positions of its groups in `groups`. The kinds have the order of
    // `DedupKeys::kinds`.
    by_kind: Vec<Vec<usize>>,
}

impl<'a> DedupKeys<'a> {
    /// The keys of these kinds of alerts, by these routes.
    pub fn new(kinds: &'a [AlertKind<'a>], trees: &'a RouteTrees<'a>, policy: &'a Policy) -> Self {
        Self {
            kinds,
            trees,
            cluster_labels: &policy.cluster_labels,
            is_one_cluster: is_one_cluster(kinds, policy),
            computed: OnceCell::new(),
        }
    }

    /// Whether no routes are known. No alert then has a key.
    pub fn is_empty(&self) -> bool {
        self.trees.all.is_empty()
    }

    /// For each kind, its keys: one for each route that the kind matches. The order is that of the kinds.
    pub fn by_kind(&self) -> impl Iterator<Item = impl Iterator<Item = PagingKey>> {
        let ComputedKeys {
            groups,
            by_kind: of,
        } = self.computed.get_or_init(|| self.compute());
        of.iter().map(|mine| {
            let mine = mine.iter().filter_map(|at| groups.get(*at));
            mine.flatten().copied()
        })
    }

    fn compute(&self) -> ComputedKeys {
        let mut groups = PagingGroups::default();
        let trees = self.trees.all.iter();
        let trees: Vec<(&Routes, RouteLabels<'_>)> = trees
            .map(|routes| (*routes, routes.relevant_labels().into()))
            .collect();
        let with_cluster: Vec<Option<Labels>> = self
            .kinds
            .iter()
            .map(|kind| self.with_cluster(kind))
            .collect();
        let of = self.kinds.iter().zip(&with_cluster).map(|(kind, wider)| {
            let cluster = kind.place.cluster.as_ref();
            let mine = self.trees.for_alert(&kind.example.source, cluster);
            let mine = mine.into_iter().filter_map(|at| Some((at, trees.get(at)?)));
            let sets = || {
                [Some(&kind.example.labels), wider.as_ref()]
                    .into_iter()
                    .flatten()
            };
            mine.flat_map(|tree| sets().map(move |labels| (tree, labels)))
                .map(|((at, (routes, deciding)), labels)| {
                    let mut told = Vec::new();
                    deciding.append_values(labels, &mut told);
                    groups.add((at, told), cluster, || self.route_keys(routes, labels))
                })
                .collect()
        });
        let of = of.collect();
        ComputedKeys {
            groups: groups.into_keys(),
            by_kind: of,
        }
    }

    // The kind's labels with the cluster added as a label, because a Prometheus that watches a single cluster may add
    // this label only when it sends the alert. `None` if the labels name the cluster already, or if the cluster is not
    // known.
    fn with_cluster(&self, kind: &AlertKind<'_>) -> Option<Labels> {
        let labels = &kind.example.labels;
        let cluster = kind.place.cluster.as_ref()?;
        let mut names = self.cluster_labels.iter();
        let is_told = names.any(|label| labels.get(label).is_some());
        let added = self
            .cluster_labels
            .iter()
            .map(|label| (label, cluster.as_str()));
        (!is_told).then(|| labels.with_defaults(&added.collect()))
    }

    fn route_keys(&self, routes: &Routes, labels: &Labels) -> Vec<PagingKey> {
        let groups = routes.group_keys(labels);
        let key = |group: &GroupKey| PagingKey {
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

fn is_one_cluster(kinds: &[AlertKind<'_>], policy: &Policy) -> bool {
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

/// A dedup key, and whether it can only come from the alerts of a single cluster.
#[derive(Clone, Copy)]
pub struct PagingKey {
    pub dedup: DedupKey,
    pub is_exact: bool,
}

/// Alerts that are paged with the same keys, and their clusters.
struct PagingGroup<'a> {
    keys: Vec<PagingKey>,
    senders: Senders<'a>,
}

#[derive(Clone, Copy, PartialEq)]
enum Senders<'a> {
    One(Option<&'a ClusterName>),
    Several,
}

/// The index of a route tree, and the values of the labels that the tree uses. Alerts with equal values are paged with
/// the same keys, so the keys are computed once.
type PagingLabels<'a> = (usize, Vec<&'a str>);

/// All groups of alerts.
#[derive(Default)]
struct PagingGroups<'a> {
    by_labels: FxHashMap<PagingLabels<'a>, usize>,
    all: Vec<PagingGroup<'a>>,
}

impl<'a> PagingGroups<'a> {
    /// Adds an alert of this cluster to the group with these labels, and returns the group's number. `keys` is called
    /// only for a new group, so the keys of each group are computed once.
    fn add(
        &mut self,
        looked: PagingLabels<'a>,
        cluster: Option<&'a ClusterName>,
        keys: impl FnOnce() -> Vec<PagingKey>,
    ) -> usize {
        let at = *self.by_labels.entry(looked).or_insert(self.all.len());
        match self.all.get_mut(at) {
            Some(group) => group.senders = group.senders.merge(Senders::One(cluster)),
            None => self.all.push(PagingGroup {
                keys: keys(),
                senders: Senders::One(cluster),
            }),
        }
        at
    }

    /// For each group, its keys. Alerts with different labels may still have the same key.
    fn into_keys(self) -> Vec<Vec<PagingKey>> {
        let mut senders: FxHashMap<DedupKey, Senders<'a>> = FxHashMap::default();
        for group in &self.all {
            for key in &group.keys {
                let known = senders.entry(key.dedup).or_insert(group.senders);
                *known = known.merge(group.senders);
            }
        }
        let is_shared = |key: &PagingKey| senders.get(&key.dedup) == Some(&Senders::Several);
        let judged = |key: PagingKey| PagingKey {
            is_exact: key.is_exact && !is_shared(&key),
            ..key
        };
        let groups = self.all.into_iter();
        groups
            .map(|group| group.keys.into_iter().map(judged).collect())
            .collect()
    }
}

impl Senders<'_> {
    fn merge(self, other: Self) -> Self {
        if self == other { self } else { Self::Several }
    }
}
