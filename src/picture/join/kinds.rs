//! Groups alerts that have the same name, place and route into kinds. In a storm, thousands of alerts have few kinds.
//! Everything that depends only on the kind is computed once.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::PlacedAlert;
use super::route_trees::{RouteLabels, RouteTrees};
use crate::domain::alert::Alert;
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, Fingerprint};
use crate::domain::policy::Policy;
use crate::picture::places;

const NAMESPACE: &str = "namespace";

/// Alerts of one source that have the same name, place and paging routes.
pub struct AlertKind<'a> {
    /// The index of this kind among all kinds.
    pub position: usize,
    /// The alerts' name.
    pub name: &'a str,
    /// The cluster label as the alert has it: name and value.
    pub cluster: Option<(&'a str, &'a str)>,
    /// The `namespace` label of the alerts, unchanged.
    pub namespace: Option<&'a str>,
    /// The place of the alerts.
    pub place: Place,
    /// One of the alerts.
    pub example: &'a Alert,
}

/// The kinds that were found so far.
pub struct AlertKinds<'a> {
    // The key contains every label and name that decides the kind.
    positions: FxHashMap<Box<[&'a str]>, usize>,
    all: Vec<AlertKind<'a>>,
    policy: &'a Policy,
    relevant_labels: RouteLabels<'a>,
    // The buffer is reused for every alert, so an alert of a known kind needs no allocation.
    key_buffer: Vec<&'a str>,
}

impl<'a> AlertKinds<'a> {
    /// Begins with no kinds.
    pub fn new(trees: &RouteTrees<'a>, policy: &'a Policy) -> Self {
        Self {
            positions: FxHashMap::default(),
            all: Vec::new(),
            policy,
            relevant_labels: trees.relevant_labels().without(&[NAMESPACE]),
            key_buffer: Vec::new(),
        }
    }

    /// Adds the alert's kind if it is new. Returns the kind's index in [`AlertKinds::into_all`].
    pub fn add(&mut self, alert: &'a Alert) -> usize {
        let watched = alert.cluster.as_ref();
        let label = |name| alert.labels.get(name);
        let (name, namespace) = (alert.name(), label(NAMESPACE));
        let cluster = places::written_cluster_label(&alert.labels, self.policy);
        let (cluster_label, cluster_value) = cluster.unwrap_or_default();
        self.key_buffer.clear();
        self.key_buffer.extend([
            &*alert.source.name,
            watched.map_or("", |name| name.as_str()),
            name,
            cluster_label,
            cluster_value,
            namespace.unwrap_or_default(),
        ]);
        self.relevant_labels
            .append_values(&alert.labels, &mut self.key_buffer);
        if let Some(at) = self.positions.get(self.key_buffer.as_slice()) {
            return *at;
        }
        let at = self.all.len();
        self.positions.insert(self.key_buffer.as_slice().into(), at);
        self.all.push(AlertKind {
            position: at,
            name,
            cluster,
            namespace,
            place: places::alert_place(alert, self.policy),
            example: alert,
        });
        at
    }

    /// Returns all kinds.
    pub fn into_all(self) -> Vec<AlertKind<'a>> {
        self.all
    }
}

/// The alerts for which the ladder looks for incidents.
pub struct AlertSet<'a> {
    /// The alerts' kinds.
    pub kinds: &'a [AlertKind<'a>],
    /// The alerts' names.
    pub names: BTreeSet<&'a str>,
    /// The alerts' fingerprints.
    pub fingerprints: FxHashSet<Fingerprint>,
    /// Fingerprints that alerts of several clusters share, because no label distinguishes the clusters.
    pub shared_fingerprints: FxHashSet<Fingerprint>,
}

impl<'a> AlertSet<'a> {
    /// Takes time linear in the number of alerts.
    pub fn new(kinds: &'a [AlertKind<'a>], alerts: &[PlacedAlert<'a>]) -> Self {
        Self {
            kinds,
            names: kinds.iter().map(|kind| kind.name).collect(),
            fingerprints: alerts.iter().map(|placed| placed.fingerprint).collect(),
            shared_fingerprints: shared_fingerprints(alerts),
        }
    }
}

fn shared_fingerprints(alerts: &[PlacedAlert<'_>]) -> FxHashSet<Fingerprint> {
    let mut seen: FxHashMap<Fingerprint, Option<&ClusterName>> = FxHashMap::default();
    let mut shared = FxHashSet::default();
    let untold = alerts.iter().filter(|placed| placed.kind.cluster.is_none());
    for placed in untold {
        let cluster = placed.kind.place.cluster.as_ref();
        let first = *seen.entry(placed.fingerprint).or_insert(cluster);
        if first != cluster {
            shared.insert(placed.fingerprint);
        }
    }
    shared
}
