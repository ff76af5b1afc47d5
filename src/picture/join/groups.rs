//! Alerts that are paged alike are hashed once; a key that several clusters' alerts have is not exact.

use rustc_hash::FxHashMap;

use super::keys::Key;
use crate::domain::ids::ClusterName;
use crate::domain::route::DedupKey;

/// Alerts that are paged alike, and whose they are.
struct Group<'a> {
    keys: Vec<Key>,
    senders: Senders<'a>,
}

#[derive(Clone, Copy, PartialEq)]
enum Senders<'a> {
    Of(Option<&'a ClusterName>),
    Several,
}

/// The groups of all alerts.
pub struct Groups<'a> {
    // By the tree, and the values of the labels that it looks at: alerts that agree in them are paged
    // alike, and hashed once.
    known: Vec<FxHashMap<Box<[&'a str]>, usize>>,
    all: Vec<Group<'a>>,
}

impl<'a> Groups<'a> {
    /// None yet, for so many trees.
    pub fn new(trees: usize) -> Self {
        Self {
            known: vec![FxHashMap::default(); trees],
            all: Vec::new(),
        }
    }

    /// The number of the group of an alert of this cluster, by the number of a tree and the values of
    /// the labels that it looks at; its keys are asked for once.
    pub fn add(
        &mut self,
        tree: usize,
        looked: &[&'a str],
        cluster: Option<&'a ClusterName>,
        keys: impl FnOnce() -> Vec<Key>,
    ) -> usize {
        let at = self.number(tree, looked);
        match self.all.get_mut(at) {
            Some(group) => group.senders = group.senders.and(Senders::Of(cluster)),
            None => self.all.push(Group {
                keys: keys(),
                senders: Senders::Of(cluster),
            }),
        }
        at
    }

    // The next number for what was not seen yet.
    fn number(&mut self, tree: usize, looked: &[&'a str]) -> usize {
        let next = self.all.len();
        let Some(known) = self.known.get_mut(tree) else {
            return next;
        };
        if let Some(at) = known.get(looked) {
            return *at;
        }
        known.insert(looked.into(), next);
        next
    }

    /// The keys by number. Alerts that do not agree in all labels may still have one key.
    pub fn into_keys(self) -> Vec<Vec<Key>> {
        let mut senders: FxHashMap<DedupKey, Senders<'a>> = FxHashMap::default();
        for group in &self.all {
            for key in &group.keys {
                let known = senders.entry(key.dedup).or_insert(group.senders);
                *known = known.and(group.senders);
            }
        }
        let is_shared = |key: &Key| senders.get(&key.dedup) == Some(&Senders::Several);
        let judged = |key: Key| Key {
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
    fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Several }
    }
}
