//! Second rung of the join's ladder: the dedup key. Alertmanager computes this key from the alert's group, and the
//! event of the group's incident has the same key. Alertmanager pages a group as a whole, so every firing alert of the
//! group belongs to that incident.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::PlacedAlert;
use super::dedup_keys::{DedupKeys, PagingKey};
use crate::domain::incident::Incident;
use crate::domain::route::DedupKey;

/// Incidents, by the dedup keys of their events.
pub struct DedupKeyIndex<'k> {
    incidents: FxHashMap<DedupKey, Vec<usize>>,
    keys: &'k DedupKeys<'k>,
    // The matches of each kind of alert, computed at the first lookup.
    by_kind: OnceCell<Vec<KeyMatches>>,
}

/// The incidents that match the dedup keys of one kind of alert.
#[derive(Default)]
pub struct KeyMatches {
    /// Incidents whose key can only come from the alert's own cluster.
    pub exact: Vec<usize>,
    /// Incidents whose key could also come from another cluster's alerts.
    pub probable: Vec<usize>,
}

impl<'k> DedupKeyIndex<'k> {
    pub fn new(incidents: &[&Incident], keys: &'k DedupKeys<'k>) -> Self {
        let mut index: FxHashMap<DedupKey, Vec<usize>> = FxHashMap::default();
        let asked = if keys.is_empty() { &[] } else { incidents };
        for (at, incident) in asked.iter().enumerate() {
            for key in incident_keys(incident) {
                let known = index.entry(key).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        Self {
            incidents: index,
            keys,
            by_kind: OnceCell::new(),
        }
    }

    /// The incidents of all Alertmanager groups that contain the alert. A group may page several services, and each
    /// service then opens its own incident for the group.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> Option<&KeyMatches> {
        if self.incidents.is_empty() {
            return None;
        }
        let found = || {
            self.keys
                .by_kind()
                .map(|keys| self.matches_for(keys))
                .collect()
        };
        self.by_kind.get_or_init(found).get(placed.kind.position)
    }

    fn matches_for(&self, keys: impl Iterator<Item = PagingKey>) -> KeyMatches {
        let mut found = KeyMatches::default();
        for PagingKey { dedup, is_exact } in keys {
            let here = self.incidents.get(&dedup).into_iter().flatten();
            if is_exact {
                found.exact.extend(here);
            } else {
                found.probable.extend(here);
            }
        }
        for list in [&mut found.exact, &mut found.probable] {
            list.sort_unstable();
            list.dedup();
        }
        found
    }
}

// The dedup keys of an incident. In an open incident, the key of a resolved alert no longer counts, since the next
// event with that key opens a new incident. In a closed incident all alerts are resolved, so all keys count. A key that
// is not a hash by Alertmanager is left out.
fn incident_keys(incident: &Incident) -> impl Iterator<Item = DedupKey> {
    let is_open = incident.is_open();
    let is_told = |key: &str| {
        let mut alerts = incident.alerts.iter();
        alerts.any(|alert| alert.alert_key.as_deref() == Some(key))
    };
    let own = incident.incident_key.as_deref();
    let own = own.filter(|key| !is_open || !is_told(key));
    let alerts = incident.alerts.iter();
    let alerts = alerts.filter(move |alert| !is_open || !alert.resolved);
    alerts
        .filter_map(|alert| alert.alert_key.as_deref())
        .chain(own)
        .filter_map(|key| key.parse().ok())
}
