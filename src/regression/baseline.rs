//! The state of the fleet before a wait.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::observation::{
    BlindSpotObservation, CaseObservation, HubObservation, HubState, Observation,
};
use crate::domain::case::Place;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, HubKey};

/// The state that later observations are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The time of the baseline, by the servers' clocks.
    pub at: DateTime<Utc>,
    /// Whether the baseline is the wait's own first observation. If so, the comparison begins with the second
    /// observation.
    pub is_first_look: bool,
    pub hubs: BTreeMap<HubKey, HubBefore>,
    /// The places of each open case. A case is entered under its present id and under its earlier ids.
    pub cases: BTreeMap<CaseId, Vec<Vec<Place>>>,
    /// The blind spots in words.
    pub blind_spots: BTreeSet<String>,
}

/// The state of a hub before the wait. `None` means "not known".
#[derive(Clone, Debug, PartialEq)]
pub struct HubBefore {
    pub health: Health,
    pub state: HubState,
    pub evidence: Vec<String>,
    pub probe_ms: Option<f64>,
    pub spawn_failures_30m: Option<f64>,
    pub spawn_p95_seconds: Option<f64>,
    /// The number of servers that started in the hour that `spawn_p95_seconds` is about. `None` if the number is not
    /// known: reports of older versions lack it.
    pub starts: Option<f64>,
}

impl Baseline {
    /// Makes a baseline of the first observation. `at` is its time by the servers' clocks.
    pub fn from_observation(seen: &Observation, at: DateTime<Utc>) -> Self {
        let hubs = seen.hubs.iter();
        let mut baseline = Self {
            at,
            is_first_look: true,
            hubs: hubs
                .map(|hub| (hub.key.clone(), HubBefore::from(hub)))
                .collect(),
            cases: BTreeMap::new(),
            blind_spots: seen.blind_spots.iter().map(|it| it.text.clone()).collect(),
        };
        for case in &seen.cases {
            let ids = std::iter::once(&case.id).chain(&case.aliases);
            baseline.add_case(ids.cloned(), &case.places);
        }
        baseline
    }

    /// Adds a case that was open, under its present and earlier ids.
    pub fn add_case(&mut self, ids: impl IntoIterator<Item = CaseId>, places: &[Place]) {
        for id in ids {
            self.cases.entry(id).or_default().push(places.to_vec());
        }
    }

    /// Sets how many servers started in the hour before the baseline.
    pub fn add_starts(&mut self, starts: &BTreeMap<HubKey, f64>) {
        for (key, hub) in &mut self.hubs {
            hub.starts = starts.get(key).copied();
        }
    }

    /// Whether a case began after the baseline. A case that was open before counts as new if it has since reached
    /// another place.
    pub fn is_new(&self, case: &CaseObservation) -> bool {
        let ids = std::iter::once(&case.id).chain(&case.aliases);
        let mut known = ids.filter_map(|id| self.cases.get(id)).flatten().peekable();
        if known.peek().is_none() {
            return case.since >= self.at;
        }
        let known: Vec<&Vec<Place>> = known.collect();
        let was_there = |place: &Place| known.iter().any(|places| covers(places, place));
        !case.places.iter().all(was_there)
    }

    /// Whether a blind spot was not there at the baseline.
    pub fn is_new_blind_spot(&self, seen: &BlindSpotObservation) -> bool {
        let mut known = self.blind_spots.iter();
        !known.any(|text| text.starts_with(&seen.stable))
    }
}

// Whether a case that was open at the baseline had already reached `place`. `places` are the case's places at the
// baseline. If the case had no places, every place counts as reached, since the case may have been anywhere. Two places
// in the same cluster match if one of them names no hub.
fn covers(places: &[Place], place: &Place) -> bool {
    let covers = |known: &Place| {
        known.cluster == place.cluster
            && (known.hub == place.hub || known.hub.is_none() || place.hub.is_none())
    };
    places.is_empty() || places.iter().any(covers)
}

impl From<&HubObservation> for HubBefore {
    fn from(hub: &HubObservation) -> Self {
        Self {
            health: hub.health,
            state: hub.state,
            evidence: hub.evidence.clone(),
            probe_ms: hub.probe.map(|probe| probe.latency.as_secs_f64() * 1e3),
            spawn_failures_30m: hub.spawn_failures_30m,
            spawn_p95_seconds: hub.spawn_p95_seconds,
            starts: None,
        }
    }
}
