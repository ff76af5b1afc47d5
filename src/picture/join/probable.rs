//! Last rung: the alert's name and place stand in what the incident says, and the times fit. It may be
//! wrong, and says so.

use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;

use super::Placed;
use crate::domain::case::{JoinedBy, Place};
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::picture::places::{in_text, of_labels};

// Alertmanager waits, groups and retries before PagerDuty hears of an alert, and has been seen to be
// three hours late; an incident much older than its alert is about something else.
const EARLY: TimeDelta = TimeDelta::minutes(5);
const LATE: TimeDelta = TimeDelta::hours(4);

struct Candidate {
    at: usize,
    places: BTreeSet<Place>,
    created: chrono::DateTime<chrono::Utc>,
}

/// Incidents by the alert names that they hold.
pub struct Index(HashMap<String, Vec<Candidate>>);

impl Index {
    pub fn new(incidents: &[&Incident], alerts: &[Placed<'_>], policy: &Policy) -> Self {
        let names: BTreeSet<&str> = alerts.iter().map(|placed| placed.alert.name()).collect();
        let mut index: HashMap<String, Vec<Candidate>> = HashMap::new();
        for (at, incident) in incidents.iter().enumerate() {
            for name in names.iter().filter(|name| names_it(incident, name)) {
                index
                    .entry((*name).to_owned())
                    .or_default()
                    .push(Candidate {
                        at,
                        places: places(incident, name, policy),
                        created: incident.created_at,
                    });
            }
        }
        Self(index)
    }

    pub fn find(&self, placed: &Placed<'_>) -> (JoinedBy, Vec<usize>) {
        let Some(fires) = placed.alert.fires_since() else {
            return (JoinedBy::Probable, Vec::new());
        };
        let found = self.0.get(placed.alert.name()).into_iter().flatten();
        let fitting = found
            .filter(|candidate| may_hold(&candidate.places, placed.place))
            .filter(|candidate| (fires - EARLY..=fires + LATE).contains(&candidate.created))
            .map(|candidate| candidate.at);
        (JoinedBy::Probable, fitting.collect())
    }
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

// The alert's own name may hold a cluster's: it says nothing about the place.
fn places(incident: &Incident, name: &str, policy: &Policy) -> BTreeSet<Place> {
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    in_text(&incident.title.replace(name, " "), policy)
        .into_iter()
        .chain(sets.map(|labels| of_labels(labels, policy)))
        .collect()
}

// An incident that names no cluster may be about any.
fn may_hold(places: &BTreeSet<Place>, place: &Place) -> bool {
    let fits = |wider: &Place| {
        (wider.cluster.is_none() || wider.cluster == place.cluster)
            && (wider.hub.is_none() || wider.hub == place.hub)
    };
    places.is_empty() || places.iter().any(fits)
}
