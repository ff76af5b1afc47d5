//! Fills `Case::related` in both directions. Relates incidents with the same alert, incidents about the same hubs, and
//! a down hub with every other case about it.

use std::collections::{BTreeSet, HashMap};

use crate::domain::case::{Case, Place};
use crate::domain::ids::CaseId;

// Larger groups are not related, since they are a storm.
const MAX_GROUP: usize = 20;

/// Completes `related`, so that each of two related cases names the other. `cases.rs` has already filled in one of the
/// two for incidents with the same alert.
pub fn relate(cases: &mut [Case]) {
    let mut pairs: BTreeSet<(CaseId, CaseId)> = BTreeSet::new();
    for case in cases.iter() {
        let held = case.related.iter();
        pairs.extend(held.map(|other| (case.id.clone(), other.clone())));
    }
    for group in incidents_by_places(cases).values() {
        pairs.extend(all_pairs(group));
    }
    pairs.extend(pairs_with_hubs_down(cases));
    let mut known: HashMap<CaseId, BTreeSet<CaseId>> = HashMap::new();
    for (one, other) in pairs {
        known.entry(one.clone()).or_default().insert(other.clone());
        known.entry(other).or_default().insert(one);
    }
    for case in cases {
        case.related = known
            .remove(&case.id)
            .map(|others| others.into_iter().collect())
            .unwrap_or_default();
    }
}

// Open incidents by their hubs. Incidents about a whole cluster are left out, since they may have different causes.
fn incidents_by_places(cases: &[Case]) -> HashMap<&[Place], Vec<&CaseId>> {
    let mut groups: HashMap<&[Place], Vec<&CaseId>> = HashMap::new();
    let is_about_hubs = |case: &&Case| {
        case.incident.is_some()
            && !case.places.is_empty()
            && case.places.iter().all(|place| place.hub_key().is_some())
    };
    for case in cases.iter().filter(is_about_hubs) {
        groups.entry(&case.places).or_default().push(&case.id);
    }
    groups
}

fn all_pairs(group: &[&CaseId]) -> Vec<(CaseId, CaseId)> {
    if group.len() > MAX_GROUP {
        return Vec::new();
    }
    let later = |at: usize| group.iter().skip(at + 1);
    group
        .iter()
        .enumerate()
        .flat_map(|(at, one)| later(at).map(|other| ((*one).clone(), (*other).clone())))
        .collect()
}

fn pairs_with_hubs_down(cases: &[Case]) -> Vec<(CaseId, CaseId)> {
    let down: HashMap<&Place, &CaseId> = cases
        .iter()
        .filter(|case| matches!(case.id, CaseId::Hub(_)))
        .filter_map(|case| Some((case.places.first()?, &case.id)))
        .collect();
    cases
        .iter()
        .flat_map(|case| case.places.iter().map(move |place| (place, &case.id)))
        .filter_map(|(place, id)| Some((*down.get(place)?, id)))
        .filter(|(hub, id)| hub != id)
        .map(|(hub, id)| (hub.clone(), id.clone()))
        .collect()
}
