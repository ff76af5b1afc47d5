//! Which route trees there are, and whose alerts may go through which.

use rustc_hash::FxHashMap;

use super::Placed;
use crate::domain::answer::Answers;
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;
use crate::domain::route::Routes;
use crate::domain::source::SourceId;

/// The route trees, each once, and whose alerts go through which.
pub struct Trees<'a> {
    pub all: Vec<&'a Routes>,
    of_source: FxHashMap<&'a SourceId, usize>,
    of_cluster: FxHashMap<&'a ClusterName, Vec<usize>>,
    of_everyone: Vec<usize>,
}

impl<'a> Trees<'a> {
    /// Those of the configuration and those that Alertmanagers tell.
    pub fn new(answers: &'a Answers, policy: &'a Policy) -> Self {
        let mut trees = Self {
            all: Vec::new(),
            of_source: FxHashMap::default(),
            of_cluster: FxHashMap::default(),
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
    pub fn of(&self, placed: &Placed<'_>) -> Vec<usize> {
        let cluster = placed.kind.place.cluster.as_ref();
        let of_cluster = cluster.and_then(|name| self.of_cluster.get(name));
        let mut trees = self.of_everyone.clone();
        trees.extend(self.of_source.get(&placed.alert.source));
        trees.extend(of_cluster.into_iter().flatten());
        trees.sort_unstable();
        trees.dedup();
        trees
    }
}
