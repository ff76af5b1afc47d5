//! Last rung: the alert's name and place stand in what the incident says, and the times fit. It may be
//! wrong, and says so.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Asked, Placed};
use crate::domain::case::{JoinedBy, Place};
use crate::domain::ids::{ClusterName, HubName};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::places::{in_text, of_labels};

// Alertmanager waits, groups and retries before PagerDuty hears of an alert, and has been seen to be
// three hours late; an incident much older than its alert is about something else.
const EARLY: TimeDelta = TimeDelta::minutes(5);
const LATE: TimeDelta = TimeDelta::hours(4);

/// An incident and when it was made.
type Candidate = (DateTime<Utc>, usize);

/// Incidents by the alert names that they hold.
pub struct Index(FxHashMap<String, Named>);

type ByHub = FxHashMap<Option<HubName>, Vec<Candidate>>;

#[derive(Default)]
struct Named {
    incidents: BTreeSet<usize>,
    /// By the places that they name, oldest first.
    by_cluster: FxHashMap<Option<ClusterName>, ByHub>,
}

impl Index {
    pub fn new(incidents: &[&Incident], asked: &Asked<'_>, policy: &Policy) -> Self {
        let mut index: FxHashMap<String, Named> = FxHashMap::default();
        for (at, incident) in incidents.iter().enumerate() {
            for name in asked.names.iter().filter(|name| names_it(incident, name)) {
                let named = index.entry((*name).to_owned()).or_default();
                named.incidents.insert(at);
                for place in places(incident, name, policy) {
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

    /// Whether what the incident says leaves room for this alert. One that does not name it says nothing
    /// against it.
    pub fn may_hold(&self, at: usize, placed: &Placed<'_>) -> bool {
        let named = self.0.get(placed.alert.name());
        let told = named.filter(|named| named.incidents.contains(&at));
        told.is_none_or(|named| {
            let mut here = named.around(placed.place);
            here.any(|candidates| candidates.iter().any(|(_, its)| *its == at))
        })
    }

    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let (Some(named), Some(fires)) =
            (self.0.get(placed.alert.name()), placed.alert.fires_since())
        else {
            return (JoinedBy::Probable, Vec::new());
        };
        let around = named.around(placed.place);
        let mut fitting: Vec<usize> = around
            .flat_map(|candidates| made_between(candidates, fires - EARLY, fires + LATE))
            .collect();
        fitting.sort_unstable();
        fitting.dedup();
        (JoinedBy::Probable, fitting)
    }
}

impl Named {
    // Those that may be about this place: an incident that names no cluster may be about any.
    fn around(&self, place: &Place) -> impl Iterator<Item = &[Candidate]> {
        let clusters = nothing_and(&place.cluster).filter_map(|name| self.by_cluster.get(name));
        clusters.flat_map(|by_hub| {
            let lists = nothing_and(&place.hub).filter_map(|name| by_hub.get(name));
            lists.map(Vec::as_slice)
        })
    }
}

fn nothing_and<T>(name: &Option<T>) -> impl Iterator<Item = &Option<T>> {
    let known = name.is_some().then_some(name);
    std::iter::once(const { &None }).chain(known)
}

fn made_between(
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

fn names_it(incident: &Incident, name: &str) -> bool {
    !name.is_empty()
        && (incident.title.contains(name)
            || incident
                .alerts
                .iter()
                .flat_map(|alert| &alert.label_sets)
                .any(|labels| labels.get("alertname") == Some(name)))
}

// The alert's own name may hold a cluster's: it says nothing about the place. Without any, it may be
// anywhere.
fn places(incident: &Incident, name: &str, policy: &Policy) -> BTreeSet<Place> {
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    let mut places: BTreeSet<Place> = in_text(&incident.title.replace(name, " "), policy)
        .into_iter()
        .chain(sets.map(|labels| of_labels(labels, policy)))
        .collect();
    if places.is_empty() {
        places.insert(Place {
            cluster: None,
            hub: None,
        });
    }
    places
}
