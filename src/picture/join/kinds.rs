//! What many alerts share. A storm has thousands of alerts, but only as many kinds of them as it has
//! names and places: what follows from these alone is found once a kind.

use rustc_hash::FxHashMap;

use crate::domain::alert::Alert;
use crate::domain::case::Place;
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;
use crate::picture::places;

/// What alerts of one name and place have in common.
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
}

// All that a kind follows from.
#[derive(PartialEq, Eq, Hash)]
struct Told<'a> {
    watched: Option<&'a ClusterName>,
    name: &'a str,
    cluster: Option<&'a str>,
    namespace: Option<&'a str>,
}

/// The kinds seen so far.
pub struct Kinds<'a> {
    known: FxHashMap<Told<'a>, usize>,
    all: Vec<Kind<'a>>,
    policy: &'a Policy,
}

impl<'a> Kinds<'a> {
    /// None yet.
    pub fn new(policy: &'a Policy) -> Self {
        Self {
            known: FxHashMap::default(),
            all: Vec::new(),
            policy,
        }
    }

    /// The position of the alert's kind in what [`Kinds::into_all`] gives.
    pub fn add(&mut self, alert: &'a Alert) -> usize {
        let told = Told {
            watched: alert.cluster.as_ref(),
            name: alert.name(),
            cluster: alert.labels.get("cluster"),
            namespace: alert.labels.get("namespace"),
        };
        let (name, cluster, namespace) = (told.name, told.cluster, told.namespace);
        let at = *self.known.entry(told).or_insert(self.all.len());
        if at == self.all.len() {
            self.all.push(Kind {
                at,
                name,
                cluster,
                namespace,
                place: places::of_alert(alert, self.policy),
            });
        }
        at
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Kind<'a>> {
        self.all
    }
}
