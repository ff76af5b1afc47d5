//! Last rung of the ladder that joins alerts with incidents: the incident names the alert's name and place, and their
//! times fit. The join may be wrong, so it is marked as probable.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{AlertSet, PlacedAlert};
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubName};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::places::{labels_place, places_in_any_case};

// The time window around an alert's first firing in which its incident may be created. An incident that is much older
// than the alert is about something else. An incident may be hours younger, since Alertmanager waits, groups and
// retries before PagerDuty receives the alert. One Alertmanager was three hours late.
const MAX_EARLY: TimeDelta = TimeDelta::minutes(5);
const MAX_LATE: TimeDelta = TimeDelta::hours(4);

/// The creation time of an incident, and its index.
type Candidate = (DateTime<Utc>, usize);

/// Incidents, by the alert names that they contain.
pub struct ProbableIndex<'a>(FxHashMap<&'a str, NamedBy>);

type ByHub = FxHashMap<Option<HubName>, Vec<Candidate>>;

#[derive(Default)]
struct NamedBy {
    incidents: BTreeSet<usize>,
    /// The incidents by the places that they name, oldest first.
    by_cluster: FxHashMap<Option<ClusterName>, ByHub>,
}

impl<'a> ProbableIndex<'a> {
    pub fn new(incidents: &[&Incident], asked: &AlertSet<'a>, policy: &Policy) -> Self {
        let mut index: FxHashMap<&str, NamedBy> = FxHashMap::default();
        for (at, incident) in incidents.iter().enumerate() {
            for name in alert_names_in(incident, asked) {
                let named = index.entry(name).or_default();
                named.incidents.insert(at);
                for place in incident_places(incident, name, policy) {
                    let by_hub = named.by_cluster.entry(place.cluster).or_default();
                    let candidates = by_hub.entry(place.hub).or_default();
                    candidates.push((incident.created_at, at));
                }
            }
        }
        let clusters = index.values_mut().flat_map(|it| it.by_cluster.values_mut());
        let lists = clusters.flat_map(FxHashMap::values_mut);
        lists.for_each(|candidates| candidates.sort_unstable());
        Self(index)
    }

    /// Whether the incident with the index `at` may be about this alert. If the incident names the alert, it must also
    /// fit the alert's place. If the incident does not name the alert, it may be about any alert.
    pub fn may_hold(&self, at: usize, placed: &PlacedAlert<'_>) -> bool {
        let named = self.0.get(placed.kind.name);
        let told = named.filter(|named| named.incidents.contains(&at));
        told.is_none_or(|named| {
            let mut here = named.candidates_at(&placed.kind.place);
            here.any(|candidates| candidates.iter().any(|(_, its)| *its == at))
        })
    }

    /// Incidents that name the alert, may be about its place, and were opened within the time window.
    pub fn find(&self, placed: &PlacedAlert<'_>) -> Vec<usize> {
        let named = self.0.get(placed.kind.name);
        let (Some(named), Some(fires)) = (named, placed.alert.fires_since()) else {
            return Vec::new();
        };
        let around = named.candidates_at(&placed.kind.place);
        let mut fitting: Vec<usize> = around
            .flat_map(|candidates| created_between(candidates, fires - MAX_EARLY, fires + MAX_LATE))
            .collect();
        fitting.sort_unstable();
        fitting.dedup();
        fitting
    }
}

impl NamedBy {
    // The incidents that may be about this place. An incident that names no cluster may be about any place.
    fn candidates_at(&self, place: &Place) -> impl Iterator<Item = &[Candidate]> {
        let clusters = none_and(&place.cluster).filter_map(|name| self.by_cluster.get(name));
        clusters.flat_map(|by_hub| {
            let lists = none_and(&place.hub).filter_map(|name| by_hub.get(name));
            lists.map(Vec::as_slice)
        })
    }
}

fn none_and<T>(name: &Option<T>) -> impl Iterator<Item = &Option<T>> {
    let known = name.is_some().then_some(name);
    std::iter::once(const { &None }).chain(known)
}

fn created_between(
    candidates: &[Candidate],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> impl Iterator<Item = usize> {
    let early = candidates.partition_point(|(created, _)| *created < from);
    let in_time = candidates.iter().skip(early);
    in_time
        .take_while(move |(created, _)| *created <= to)
        .map(|(_, at)| *at)
}

// The alert names in an incident's title and details.
fn alert_names_in<'a>(incident: &Incident, asked: &AlertSet<'a>) -> BTreeSet<&'a str> {
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    let told = sets.filter_map(|labels| labels.get("alertname"));
    let told = told.filter_map(|name| asked.names.get(name));
    let names = asked.names.iter().filter(|name| !name.is_empty());
    let titled = names.filter(|name| incident.title.contains(**name));
    told.chain(titled).copied().collect()
}

// The places that an incident's title and alerts name. The alert's name is removed from the title, since a cluster in
// that name does not show a place. Without any place, the incident may be about a problem anywhere.
fn incident_places(incident: &Incident, name: &str, policy: &Policy) -> BTreeSet<Place> {
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    let mut places: BTreeSet<Place> =
        places_in_any_case(&incident.title.replace(name, " "), policy)
            .into_iter()
            .chain(sets.map(|labels| labels_place(labels, policy)))
            .collect();
    if places.is_empty() {
        places.insert(Place {
            cluster: None,
            hub: None,
        });
    }
    places
}
