//! The route trees of Alertmanagers: the trees that an alert may go through, and the labels that the trees use.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::domain::answers::Answers;
use crate::domain::ids::ClusterName;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::route::{RelevantLabels, Routes};
use crate::domain::source::SourceId;

/// All different route trees, and the trees for the alerts of each source and cluster.
pub struct RouteTrees<'a> {
    pub all: Vec<&'a Routes>,
    by_source: FxHashMap<&'a SourceId, usize>,
    by_cluster: FxHashMap<&'a ClusterName, Vec<usize>>,
    for_all_clusters: Vec<usize>,
}

impl<'a> RouteTrees<'a> {
    /// Collects the trees in the configuration and the trees that Alertmanagers report.
    pub fn new(answers: &'a Answers, policy: &'a Policy) -> Self {
        let mut trees = Self {
            all: Vec::new(),
            by_source: FxHashMap::default(),
            by_cluster: FxHashMap::default(),
            for_all_clusters: Vec::new(),
        };
        for (source, routes) in &policy.routes {
            let tree = trees.add(routes);
            trees.by_source.insert(source, tree);
        }
        for says in answers.alertmanager.iter().filter_map(|slot| slot.body()) {
            let Some(routes) = &says.routes else {
                continue;
            };
            let tree = trees.add(routes);
            match &says.cluster {
                Some(cluster) => trees.by_cluster.entry(cluster).or_default().push(tree),
                None => trees.for_all_clusters.push(tree),
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

    /// The trees that an alert may go through. A tree that the alert does not go through does no harm here, since the
    /// keys from this tree match no incident of another group.
    pub fn for_alert(&self, source: &SourceId, cluster: Option<&ClusterName>) -> Vec<usize> {
        let of_cluster = cluster.and_then(|name| self.by_cluster.get(name));
        let mut trees = self.for_all_clusters.clone();
        trees.extend(self.by_source.get(source));
        trees.extend(of_cluster.into_iter().flatten());
        trees.sort_unstable();
        trees.dedup();
        trees
    }

    /// The labels, over all trees, that decide with which keys an alert is paged.
    pub fn relevant_labels(&self) -> RouteLabels<'a> {
        let mut all = BTreeSet::new();
        for tree in &self.all {
            match tree.relevant_labels() {
                RelevantLabels::All => return RouteLabels::All,
                RelevantLabels::Names(names) => all.extend(names.iter().map(String::as_str)),
            }
        }
        RouteLabels::Names(all.into_iter().collect())
    }
}

/// The labels that decide with which keys an alert is paged.
pub enum RouteLabels<'a> {
    /// All labels of the alert.
    All,
    Names(Vec<&'a str>),
}

impl<'a> From<&'a RelevantLabels> for RouteLabels<'a> {
    fn from(relevant: &'a RelevantLabels) -> Self {
        match relevant {
            RelevantLabels::All => Self::All,
            RelevantLabels::Names(names) => Self::Names(names.iter().map(String::as_str).collect()),
        }
    }
}

impl RouteLabels<'_> {
    /// These labels, except those in `known`.
    pub fn without(self, known: &[&str]) -> Self {
        match self {
            Self::All => Self::All,
            Self::Names(mut names) => {
                names.retain(|name| !known.contains(name));
                Self::Names(names)
            }
        }
    }

    /// Appends the values of these labels. Alerts with equal values are paged with the same keys.
    pub fn append_values<'l>(&self, labels: &'l Labels, told: &mut Vec<&'l str>) {
        match self {
            Self::All => told.extend(labels.iter().flat_map(|(name, value)| [name, value])),
            Self::Names(names) => {
                let values = names.iter().map(|name| labels.get(name));
                told.extend(values.map(Option::unwrap_or_default));
            }
        }
    }
}
