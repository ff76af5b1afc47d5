//! First rung: what the incident's alert details say of themselves. Alertmanager writes fingerprints
//! (since 0.30) or label sets; its labels may be more than Prometheus's, never other.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::{FxHashMap, FxHasher};

use super::{Asked, Placed};
use crate::domain::case::{JoinedBy, Place};
use crate::domain::ids::Fingerprint;
use crate::domain::incident::{Incident, IncidentAlert};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::picture::places::of_labels;

struct LabelSet {
    labels: Labels,
    place: Place,
    incident: usize,
}

/// Incidents by the fingerprints and label sets in their details.
pub struct Index<'a> {
    fingerprints: FxHashMap<Fingerprint, Vec<(usize, JoinedBy)>>,
    sets: Vec<LabelSet>,
    // Which sets hold a label, by the hash of its name and value.
    holders: FxHashMap<u64, Vec<usize>>,
    asked: &'a Asked<'a>,
}

impl<'a> Index<'a> {
    pub fn new(incidents: &[&Incident], asked: &'a Asked<'a>, policy: &Policy) -> Self {
        let mut index = Self {
            fingerprints: FxHashMap::default(),
            sets: Vec::new(),
            holders: FxHashMap::default(),
            asked,
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
                    index.add_set(LabelSet {
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

    fn add_set(&mut self, set: LabelSet) {
        for label in set.labels.iter() {
            let holders = self.holders.entry(hash(label)).or_default();
            holders.push(self.sets.len());
        }
        self.sets.push(set);
    }

    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let print = placed.alert.fingerprint;
        if let Some(found) = self.fingerprints.get(&print) {
            let exact = found
                .iter()
                .map(|(_, by)| *by)
                .min()
                .unwrap_or(JoinedBy::Labels);
            let by = if self.asked.shared.contains(&print) {
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
        if self.sets.is_empty() {
            return Vec::new();
        }
        let own = &placed.alert.labels;
        let mut found: Vec<usize> = self
            .fewest_holders(own)
            .iter()
            .filter_map(|at| self.sets.get(*at))
            .filter(|set| set.place.cluster.is_some() && set.place.cluster == placed.place.cluster)
            .filter(|set| own.is_subset_of(&set.labels))
            .map(|set| set.incident)
            .collect();
        found.dedup();
        found
    }

    // A set that holds all labels holds the rarest of them: the others need not be looked at.
    fn fewest_holders(&self, labels: &Labels) -> &[usize] {
        let mut fewest: Option<&[usize]> = None;
        let told = labels.iter().filter(|(_, value)| !value.is_empty());
        for label in told {
            let Some(holders) = self.holders.get(&hash(label)) else {
                return &[];
            };
            if fewest.is_none_or(|known| holders.len() < known.len()) {
                fewest = Some(holders);
            }
        }
        fewest.unwrap_or_default()
    }
}

// Two labels of one hash only make more to look at.
fn hash((name, value): (&str, &str)) -> u64 {
    let mut hasher = FxHasher::default();
    (name, value).hash(&mut hasher);
    hasher.finish()
}
