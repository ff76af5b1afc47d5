//! First rung of the ladder that joins alerts with incidents: the alert details in an incident. Alertmanager writes
//! fingerprints (since 0.30) or label sets. Alertmanager may add labels to those that the alert has in Prometheus, but
//! it never changes a label.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::partial_labels::{LabelSet, PartialLabelsIndex};
use super::{AlertSet, PlacedAlert};
use crate::domain::case::JoinedBy;
use crate::domain::ids::Fingerprint;
use crate::domain::incident::{Incident, IncidentAlert};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::picture::places::labels_place;

// For so few sets, comparing all of them is faster than looking up one more label.
const FEW_SETS: usize = 4;

type SetsByValue<'a> = FxHashMap<&'a str, Vec<usize>>;

/// Incidents, by the fingerprints and label sets in their details.
pub struct DetailsIndex<'a> {
    fingerprints: FxHashMap<Fingerprint, Vec<(usize, JoinedBy)>>,
    sets: Vec<LabelSet<'a>>,
    // For each label name and value, the sets that contain this label. The name with the most values is listed first.
    sets_by_label: Vec<(&'a str, SetsByValue<'a>)>,
    partial: PartialLabelsIndex<'a>,
    alerts: &'a AlertSet<'a>,
}

impl<'a> DetailsIndex<'a> {
    pub fn new(incidents: &[&'a Incident], asked: &'a AlertSet<'a>, policy: &Policy) -> Self {
        let mut index = Self {
            fingerprints: FxHashMap::default(),
            sets: Vec::new(),
            sets_by_label: Vec::new(),
            partial: PartialLabelsIndex::default(),
            alerts: asked,
        };
        for (at, incident) in incidents.iter().enumerate() {
            // In a closed incident all alerts are resolved, even if Prometheus still lists them. So the resolved alerts
            // of a closed incident count too.
            let counts = |alert: &&IncidentAlert| !alert.resolved || !incident.is_open();
            for alert in incident.alerts.iter().filter(counts) {
                for print in &alert.fingerprints {
                    index.add_fingerprint(*print, at, JoinedBy::Fingerprint);
                }
                for labels in &alert.label_sets {
                    index.add_fingerprint(labels.fingerprint(), at, JoinedBy::Labels);
                    index.sets.push(LabelSet {
                        labels,
                        place: labels_place(labels, policy),
                        incident: at,
                    });
                }
            }
        }
        index.partial = PartialLabelsIndex::new(&index.sets, asked, policy);
        index.sets_by_label = sets_by_label(&index.sets);
        index
    }

    fn add_fingerprint(&mut self, print: Fingerprint, incident: usize, by: JoinedBy) {
        let known = self.fingerprints.entry(print).or_default();
        if !known.iter().any(|(at, _)| *at == incident) {
            known.push((incident, by));
        }
    }

    pub fn find(&self, placed: &PlacedAlert<'_>) -> (JoinedBy, Vec<usize>) {
        let print = placed.fingerprint;
        if let Some(found) = self.fingerprints.get(&print) {
            let exact = found
                .iter()
                .map(|(_, by)| *by)
                .min()
                .unwrap_or(JoinedBy::Labels);
            let by = if self.alerts.shared_fingerprints.contains(&print) {
                JoinedBy::Probable
            } else {
                exact
            };
            return (by, found.iter().map(|(at, _)| *at).collect());
        }
        let mut found = self.find_by_subset(placed);
        if found.is_empty() {
            found = self.partial.find(placed);
        }
        (JoinedBy::Labels, found)
    }

    // Relabelling may have added labels to a set, so a set matches if it contains the alert's labels. If neither the
    // set nor the alert names a cluster, the match is not exact and is left to later rungs.
    fn find_by_subset(&self, placed: &PlacedAlert<'_>) -> Vec<usize> {
        if self.sets.is_empty() {
            return Vec::new();
        }
        let own = &placed.alert.labels;
        let cluster = &placed.kind.place.cluster;
        let mut found: Vec<usize> = self
            .rarest_label_sets(own)
            .iter()
            .filter_map(|at| self.sets.get(*at))
            .filter(|set| set.place.cluster.is_some() && set.place.cluster == *cluster)
            .filter(|set| own.is_subset_of(set.labels))
            .map(|set| set.incident)
            .collect();
        found.dedup();
        found
    }

    // Returns the sets with the alert's rarest label. Any set with all of the alert's labels is among them, so only
    // these are compared.
    fn rarest_label_sets(&self, labels: &Labels) -> &[usize] {
        let mut fewest: Option<&[usize]> = None;
        let mut seen = 0;
        for (name, values) in &self.sets_by_label {
            let Some(value) = labels.get(name) else {
                continue;
            };
            let holders = values.get(value).map_or(&[][..], Vec::as_slice);
            if holders.len() <= FEW_SETS {
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

fn sets_by_label<'a>(sets: &[LabelSet<'a>]) -> Vec<(&'a str, SetsByValue<'a>)> {
    let mut by_name: FxHashMap<&str, SetsByValue<'a>> = FxHashMap::default();
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
