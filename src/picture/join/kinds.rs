//! What many alerts share. A storm has thousands of alerts, but only as many kinds of them as it has
//! names, places and ways through the routes: what follows from these alone is found once a kind.

use rustc_hash::FxHashMap;

use super::trees::{Deciding, Trees};
use crate::domain::alert::Alert;
use crate::domain::case::Place;
use crate::domain::policy::Policy;
use crate::picture::places;

const CLUSTER: &str = "cluster";
const NAMESPACE: &str = "namespace";

/// Alerts of one source that have one name and one place, and that are paged alike.
pub struct Kind<'a> {
    /// Its position among all kinds.
    pub at: usize,
    /// The alerts' name.
    pub name: &'a str,
    /// Their `cluster` label, as it is written.
    pub cluster: Option<&'a str>,
    /// Their `namespace` label, as it is written.
    pub namespace: Option<&'a str>,
    /// Where they are.
    pub place: Place,
    /// Any of them.
    pub one: &'a Alert,
}

/// The kinds seen so far.
pub struct Kinds<'a> {
    // By all that a kind follows from.
    known: FxHashMap<Box<[&'a str]>, usize>,
    all: Vec<Kind<'a>>,
    policy: &'a Policy,
    deciding: Deciding<'a>,
    // One list serves for all alerts: of most the kind is known.
    told: Vec<&'a str>,
}

impl<'a> Kinds<'a> {
    /// None yet.
    pub fn new(trees: &Trees<'a>, policy: &'a Policy) -> Self {
        Self {
            known: FxHashMap::default(),
            all: Vec::new(),
            policy,
            deciding: trees.deciding().without(&[CLUSTER, NAMESPACE]),
            told: Vec::new(),
        }
    }

    /// The position of the alert's kind in what [`Kinds::into_all`] gives.
    pub fn add(&mut self, alert: &'a Alert) -> usize {
        let watched = alert.cluster.as_ref();
        let label = |name| alert.labels.get(name);
        let (name, cluster, namespace) = (alert.name(), label(CLUSTER), label(NAMESPACE));
        self.told.clear();
        self.told.extend([
            &*alert.source.name,
            watched.map_or("", |name| name.as_str()),
            name,
            cluster.unwrap_or_default(),
            namespace.unwrap_or_default(),
        ]);
        self.deciding.tell(&alert.labels, &mut self.told);
        if let Some(at) = self.known.get(self.told.as_slice()) {
            return *at;
        }
        let at = self.all.len();
        self.known.insert(self.told.as_slice().into(), at);
        self.all.push(Kind {
            at,
            name,
            cluster,
            namespace,
            place: places::of_alert(alert, self.policy),
            one: alert,
        });
        at
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Kind<'a>> {
        self.all
    }
}
