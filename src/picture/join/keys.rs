//! Under which dedup keys every alert is paged, by the routes of its Alertmanagers. Computed for all
//! alerts at once and only when first asked for: where the incidents' details tell, nobody asks.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use super::Placed;
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
    known: OnceCell<Known<'a>>,
}

/// A key, and whether no alert of another cluster can be paged under it.
#[derive(Clone, Copy)]
pub struct Key {
    pub dedup: DedupKey,
    pub is_exact: bool,
}

/// The values of the labels that a tree looks at: alerts that agree in them are paged alike.
type Looked<'a> = (usize, Vec<&'a str>);

struct Known<'a> {
    keys: HashMap<Looked<'a>, Vec<Key>>,
    senders: HashMap<DedupKey, Senders<'a>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Senders<'a> {
    Of(Option<&'a ClusterName>),
    Several,
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

    /// The keys of one of the alerts: one for each route that takes it.
    pub fn of(&self, placed: &Placed<'_>) -> Vec<Key> {
        if self.trees.all.is_empty() {
            return Vec::new();
        }
        let known = self.known.get_or_init(|| self.compute());
        let mut found: Vec<Key> = Vec::new();
        for (tree, routes) in self.trees.of(placed) {
            let looked = (tree, looked_at(routes, &placed.alert.labels));
            found.extend(known.keys.get(&looked).into_iter().flatten());
        }
        for key in &mut found {
            key.is_exact &= known.senders.get(&key.dedup) != Some(&Senders::Several);
        }
        found
    }

    fn compute(&self) -> Known<'a> {
        let mut keys: HashMap<Looked<'a>, Vec<Key>> = HashMap::new();
        let mut senders = HashMap::new();
        for placed in self.alerts {
            let labels = &placed.alert.labels;
            let cluster = placed.place.cluster.as_ref();
            for (tree, routes) in self.trees.of(placed) {
                let known = keys
                    .entry((tree, looked_at(routes, labels)))
                    .or_insert_with(|| self.keys(routes, labels));
                for key in known {
                    let sender = senders.entry(key.dedup).or_insert(Senders::Of(cluster));
                    if *sender != Senders::Of(cluster) {
                        *sender = Senders::Several;
                    }
                }
            }
        }
        Known { keys, senders }
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

/// The route trees, each once, and whose alerts go through which.
struct Trees<'a> {
    all: Vec<&'a Routes>,
    of_source: HashMap<&'a SourceId, usize>,
    of_cluster: HashMap<&'a ClusterName, Vec<usize>>,
    of_everyone: Vec<usize>,
}

impl<'a> Trees<'a> {
    fn new(answers: &'a Answers, policy: &'a Policy) -> Self {
        let mut trees = Self {
            all: Vec::new(),
            of_source: HashMap::new(),
            of_cluster: HashMap::new(),
            of_everyone: Vec::new(),
        };
        for (source, routes) in &policy.routes {
            let tree = trees.add(routes);
            trees.of_source.insert(source, tree);
        }
        for says in answers.alertmanager.iter().filter_map(|slot| slot.body()) {
            let Some(routes) = &says.routes else {
                continue;
            };
            let tree = trees.add(routes);
            match &says.cluster {
                Some(cluster) => trees.of_cluster.entry(cluster).or_default().push(tree),
                None => trees.of_everyone.push(tree),
            }
        }
        trees
    }

    fn add(&mut self, routes: &'a Routes) -> usize {
        let known = self.all.iter().position(|known| *known == routes);
        known.unwrap_or_else(|| {
            self.all.push(routes);
            self.all.len() - 1
        })
    }

    /// The trees that an alert may go through. Trying one that it does not go through finds nothing
    /// wrong: only a page with the very same group has the same key.
    fn of(&self, placed: &Placed<'_>) -> impl Iterator<Item = (usize, &'a Routes)> {
        let mut trees: Vec<usize> = self.of_everyone.clone();
        trees.extend(self.of_source.get(&placed.alert.source));
        let cluster = placed.place.cluster.as_ref();
        trees.extend(
            cluster
                .and_then(|name| self.of_cluster.get(name))
                .into_iter()
                .flatten(),
        );
        trees.sort_unstable();
        trees.dedup();
        trees
            .into_iter()
            .filter_map(|tree| Some((tree, *self.all.get(tree)?)))
    }
}
