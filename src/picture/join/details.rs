//! First rung: what the incident's alert details say of themselves. Alertmanager writes fingerprints
//! (since 0.30) or label sets; its labels may be more than Prometheus's, never other.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::{Asked, Placed};
use crate::domain::case::{JoinedBy, Place};
use crate::domain::ids::Fingerprint;
use crate::domain::incident::{Incident, IncidentAlert};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::picture::places::of_labels;

// So few sets are looked at sooner than one more label.
const FEW: usize = 4;

struct LabelSet<'a> {
    labels: &'a Labels,
    place: Place,
    incident: usize,
}

type Holders<'a> = FxHashMap<&'a str, Vec<usize>>;

/// Incidents by the fingerprints and label sets in their details.
pub struct Index<'a> {
    fingerprints: FxHashMap<Fingerprint, Vec<(usize, JoinedBy)>>,
    sets: Vec<LabelSet<'a>>,
    // Which sets hold a label: by its name, the name of most values first, and by its value.
    holders: Vec<(&'a str, Holders<'a>)>,
    asked: &'a Asked<'a>,
}

impl<'a> Index<'a> {
    pub fn new(incidents: &[&'a Incident], asked: &'a Asked<'a>, policy: &Policy) -> Self {
        let mut index = Self {
            fingerprints: FxHashMap::default(),
            sets: Vec::new(),
            holders: Vec::new(),
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
                    index.sets.push(LabelSet {
                        labels,
                        place: of_labels(labels, policy),
                        incident: at,
                    });
                }
            }
        }
        index.holders = holders(&index.sets);
        index
    }

    fn add_print(&mut self, print: Fingerprint, incident: usize, by: JoinedBy) {
        let known = self.fingerprints.entry(print).or_default();
        if !known.iter().any(|(at, _)| *at == incident) {
            known.push((incident, by));
        }
    }

    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let print = placed.print;
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
        let cluster = &placed.kind.place.cluster;
        let mut found: Vec<usize> = self
            .fewest_holders(own)
            .iter()
            .filter_map(|at| self.sets.get(*at))
            .filter(|set| set.place.cluster.is_some() && set.place.cluster == *cluster)
            .filter(|set| own.is_subset_of(set.labels))
            .map(|set| set.incident)
            .collect();
        found.dedup();
        found
    }

    // A set that holds all labels holds the rarest of them: the others need not be looked at.
    fn fewest_holders(&self, labels: &Labels) -> &[usize] {
        let mut fewest: Option<&[usize]> = None;
        let mut seen = 0;
        for (name, values) in &self.holders {
            let Some(value) = labels.get(name) else {
                continue;
            };
            let holders = values.get(value).map_or(&[][..], Vec::as_slice);
            if holders.len() <= FEW {
                return holders;
            }
            if fewest.is_none_or(|known| holders.len() < known.len()) {
                fewest = Some(holders);
            }
            seen += 1;
        }
        let told = labels.iter().filter(|(_, value)| !value.is_empty());
        let has_more = told.count() > seen;
        fewest.filter(|_| !has_more).unwrap_or_default()
    }
}

fn holders<'a>(sets: &[LabelSet<'a>]) -> Vec<(&'a str, Holders<'a>)> {
    let mut by_name: FxHashMap<&str, Holders<'a>> = FxHashMap::default();
    for (at, set) in sets.iter().enumerate() {
        for (name, value) in set.labels.iter() {
            let values = by_name.entry(name).or_default();
            values.entry(value).or_default().push(at);
        }
    }
    let mut holders: Vec<_> = by_name.into_iter().collect();
    holders.sort_unstable_by_key(|(name, values)| (Reverse(values.len()), *name));
    holders
}
