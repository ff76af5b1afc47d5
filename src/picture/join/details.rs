//! First rung: what the incident's alert details say of themselves. Alertmanager writes fingerprints
//! (since 0.30) or label sets; its labels may be more than Prometheus's, never other.

use std::collections::{BTreeSet, HashMap};

use super::Placed;
use crate::domain::case::{JoinedBy, Place};
use crate::domain::ids::{ClusterName, Fingerprint};
use crate::domain::incident::{Incident, IncidentAlert};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::picture::places::{cluster_label, of_labels};

type Key = (String, String);

struct LabelSet {
    labels: Labels,
    place: Place,
    incident: usize,
}

/// Incidents by the fingerprints and label sets in their details.
pub struct Index {
    fingerprints: HashMap<Fingerprint, Vec<(usize, JoinedBy)>>,
    sets: HashMap<Key, Vec<LabelSet>>,
    // Fingerprints of alerts that several clusters share, because no label tells them apart.
    shared: BTreeSet<Fingerprint>,
}

impl Index {
    pub fn new(incidents: &[&Incident], alerts: &[Placed<'_>], policy: &Policy) -> Self {
        let mut index = Self {
            fingerprints: HashMap::new(),
            sets: HashMap::new(),
            shared: shared(alerts),
        };
        for (at, incident) in incidents.iter().enumerate() {
            // Closing an incident resolves all of its alerts, whatever Prometheus goes on to say.
            let counts = |alert: &&IncidentAlert| !alert.resolved || !incident.is_open();
            for alert in incident.alerts.iter().filter(counts) {
                for print in &alert.fingerprints {
                    index.add_print(*print, at, JoinedBy::Fingerprint);
                }
                for labels in &alert.label_sets {
                    index.add_print(labels.fingerprint(), at, JoinedBy::Labels);
                    index.sets.entry(key(labels)).or_default().push(LabelSet {
                        labels: labels.clone(),
                        place: of_labels(labels, policy),
                        incident: at,
                    });
                }
            }
        }
        index
    }

    fn add_print(&mut self, print: Fingerprint, incident: usize, by: JoinedBy) {
        let known = self.fingerprints.entry(print).or_default();
        if !known.iter().any(|(at, _)| *at == incident) {
            known.push((incident, by));
        }
    }

    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let print = placed.alert.fingerprint;
        if let Some(found) = self.fingerprints.get(&print) {
            let exact = found
                .iter()
                .map(|(_, by)| *by)
                .min()
                .unwrap_or(JoinedBy::Labels);
            let by = if self.shared.contains(&print) {
                JoinedBy::Probable
            } else {
                exact
            };
            return (by, found.iter().map(|(at, _)| *at).collect());
        }
        (JoinedBy::Labels, self.by_subset(placed))
    }

    // Relabelling on the way may have added labels. A set that names no cluster is not exact for an
    // alert that names none either, so it is left to the rungs below.
    fn by_subset(&self, placed: &Placed<'_>) -> Vec<usize> {
        let own = &placed.alert.labels;
        let Some(sets) = self.sets.get(&key(own)) else {
            return Vec::new();
        };
        let mut found: Vec<usize> = sets
            .iter()
            .filter(|set| set.place.cluster.is_some() && set.place.cluster == placed.place.cluster)
            .filter(|set| own.is_subset_of(&set.labels))
            .map(|set| set.incident)
            .collect();
        found.dedup();
        found
    }
}

fn key(labels: &Labels) -> Key {
    let word = |name| labels.get(name).unwrap_or_default().to_owned();
    (word("alertname"), word("namespace"))
}

fn shared(alerts: &[Placed<'_>]) -> BTreeSet<Fingerprint> {
    let mut seen: HashMap<Fingerprint, Option<&ClusterName>> = HashMap::new();
    let mut shared = BTreeSet::new();
    let untold = alerts
        .iter()
        .filter(|placed| cluster_label(&placed.alert.labels).is_none());
    for placed in untold {
        let cluster = placed.place.cluster.as_ref();
        let first = *seen.entry(placed.alert.fingerprint).or_insert(cluster);
        if first != cluster {
            shared.insert(placed.alert.fingerprint);
        }
    }
    shared
}
