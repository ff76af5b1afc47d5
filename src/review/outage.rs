//! Which incidents are one outage.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::past_incident::{FoundBy, P1, PastIncident};
use crate::domain::case::Place;
use crate::domain::ids::{IncidentId, PriorityName};

/// Two incidents about one place belong to one outage if at most this much time lies between them.
const MAX_GAP: TimeDelta = TimeDelta::minutes(10);

/// One outage: one or more incidents that were P1 while they were open. An incident that people later called no outage
/// does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Outage<'a> {
    /// The outage's incidents, the earliest first. Never empty. Incidents that were merged into another one are left
    /// out.
    pub incidents: Vec<&'a PastIncident>,
    /// When the earliest incident was created.
    pub begins: DateTime<Utc>,
    /// When the latest incident was resolved; `None` while an incident is open.
    pub ends: Option<DateTime<Utc>>,
}

impl Outage<'_> {
    /// How the outage was found. The outage's earliest incident decides this.
    pub fn found_by(&self) -> FoundBy {
        let first = self.incidents.first();
        first.map_or(FoundBy::Unknown, |incident| incident.found_by())
    }
}

/// Past incidents, sorted into outages and others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outages<'a> {
    /// The outages, the earliest first.
    pub outages: Vec<Outage<'a>>,
    /// P1s that were taken back.
    pub taken_back: Vec<&'a PastIncident>,
    /// Incidents that are not a P1 now but may have been one, since their log is not known.
    pub not_known: Vec<&'a PastIncident>,
}

/// The outages among `incidents`. `p1` is the account's first priority. An incident that was merged into another
/// incident is part of the other incident's outage.
pub fn outages<'a>(
    incidents: &'a [PastIncident],
    p1: &PriorityName,
    now: DateTime<Utc>,
) -> Outages<'a> {
    let by_id: BTreeMap<&IncidentId, &PastIncident> = incidents
        .iter()
        .map(|one| (&one.incident.id, one))
        .collect();
    let target = |one: &PastIncident| by_id.get(one.merged_into.as_ref()?).copied();
    let merged_p1s = incidents
        .iter()
        .filter(|one| matches!(one.p1(p1), P1::Since(_)));
    let made_p1: BTreeSet<&IncidentId> = merged_p1s
        .filter_map(|one| Some(&target(one)?.incident.id))
        .collect();
    let mut found = Outages::default();
    let mut p1s = Vec::new();
    for one in incidents.iter().filter(|one| target(one).is_none()) {
        match one.p1(p1) {
            P1::TakenBack => found.taken_back.push(one),
            P1::Since(_) => p1s.push(one),
            _ if made_p1.contains(&one.incident.id) => p1s.push(one),
            P1::NotKnown => found.not_known.push(one),
            P1::Never => {}
        }
    }
    p1s.sort_by_key(|one| (one.incident.created_at, one.incident.number));
    found.outages = group(&p1s, now).into_iter().map(outage).collect();
    found.outages.sort_by_key(|outage| outage.begins);
    found
}

/// The other incidents of this incident's outage, the earliest first. Incidents that were merged into one of them are
/// included. Empty if the incident belongs to no outage.
pub fn others_of_outage<'a>(
    incidents: &'a [PastIncident],
    id: &IncidentId,
    p1: &PriorityName,
    now: DateTime<Utc>,
) -> Vec<&'a PastIncident> {
    let asked = incidents.iter().find(|one| one.incident.id == *id);
    let target = asked.and_then(|one| one.merged_into.as_ref());
    let found = outages(incidents, p1, now);
    let is_its = |outage: &Outage<'_>| {
        let mut ids = outage.incidents.iter().map(|one| &one.incident.id);
        ids.any(|one| one == id || Some(one) == target)
    };
    let Some(outage) = found.outages.into_iter().find(is_its) else {
        return Vec::new();
    };
    let ids: BTreeSet<&IncidentId> = outage
        .incidents
        .iter()
        .map(|one| &one.incident.id)
        .collect();
    let is_merged =
        |one: &&PastIncident| one.merged_into.as_ref().is_some_and(|it| ids.contains(it));
    let merged = incidents.iter().filter(is_merged);
    let members = outage.incidents.iter().copied().chain(merged);
    let mut others: Vec<&PastIncident> = members.filter(|one| one.incident.id != *id).collect();
    others.sort_by_key(|one| (one.incident.created_at, one.incident.number));
    others
}

fn outage(incidents: Vec<&PastIncident>) -> Outage<'_> {
    let begins = incidents.iter().map(|one| one.incident.created_at).min();
    let ends: Option<Vec<_>> = incidents
        .iter()
        .map(|one| one.incident.resolved_at)
        .collect();
    Outage {
        begins: begins.unwrap_or_default(),
        ends: ends.and_then(|ends| ends.into_iter().max()),
        incidents,
    }
}

// Groups the incidents by outage. An incident that belongs to several groups joins these groups into one.
fn group<'a>(p1s: &[&'a PastIncident], now: DateTime<Utc>) -> Vec<Vec<&'a PastIncident>> {
    let mut groups: Vec<Vec<&PastIncident>> = Vec::new();
    for &one in p1s {
        let belongs =
            |group: &Vec<&PastIncident>| group.iter().any(|other| are_one_outage(one, other, now));
        let (joined, mut apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(belongs);
        let mut group: Vec<_> = joined.into_iter().flatten().collect();
        group.push(one);
        apart.push(group);
        groups = apart;
    }
    groups
}

fn are_one_outage(one: &PastIncident, other: &PastIncident, now: DateTime<Utc>) -> bool {
    let follows = |one: &PastIncident, other: &PastIncident| {
        one.incident.created_at <= other.ended(now) + MAX_GAP
    };
    follows(one, other)
        && follows(other, one)
        && one
            .places
            .iter()
            .any(|place| other.places.iter().any(|at| is_shared(place, at)))
}

// Whether the places overlap: they are the same hub, or one place is the whole cluster of the other. A place whose
// cluster is not known overlaps with nothing.
fn is_shared(one: &Place, other: &Place) -> bool {
    match (&one.cluster, &other.cluster) {
        (Some(cluster), Some(others)) if cluster == others => {
            one.hub.is_none() || other.hub.is_none() || one.hub == other.hub
        }
        _ => false,
    }
}
