//! Alerts that are paged alike are hashed once; a key that several clusters' alerts have is not exact.

use rustc_hash::FxHashMap;

use crate::domain::ids::ClusterName;
use crate::domain::route::DedupKey;

/// A key, and whether no alert of another cluster can be paged under it.
#[derive(Clone, Copy)]
pub struct PagingKey {
    pub dedup: DedupKey,
    pub is_exact: bool,
}

/// Alerts that are paged alike, and whose they are.
struct PagingGroup<'a> {
    keys: Vec<PagingKey>,
    senders: Senders<'a>,
}

#[derive(Clone, Copy, PartialEq)]
enum Senders<'a> {
    One(Option<&'a ClusterName>),
    Several,
}

/// The number of a tree and the values of the labels that it looks at: alerts that agree in them are
/// paged alike, and hashed once.
pub type PagingLabels<'a> = (usize, Vec<&'a str>);

/// The groups of all alerts.
#[derive(Default)]
pub struct PagingGroups<'a> {
    by_labels: FxHashMap<PagingLabels<'a>, usize>,
    all: Vec<PagingGroup<'a>>,
}

impl<'a> PagingGroups<'a> {
    /// The number of the group of an alert of this cluster; its keys are asked for once.
    pub fn add(
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

    /// The keys by number. Alerts that do not agree in all labels may still have one key.
    pub fn into_keys(self) -> Vec<Vec<PagingKey>> {
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
