//! Hubs that are down. Each hub is attached to the case about its outage, or gets a new case. The new case may exist
//! half an hour before PagerDuty's incident.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::cases::{empty_case, record_not_fresh};
use super::context::Context;
use super::hubs::EvidenceByHub;
use super::outside_check::is_about_certificate;
use super::places::{is_called_hub_down, names_domain};
use super::views::{ClusterView, HubView};
use crate::domain::case::{Case, MutedBy, Place, Rank};
use crate::domain::health::Evidence;
use crate::domain::hub::{Health, HubSpec};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::probe::{EndedRun, Probe};
use crate::domain::source::{SourceId, SourceKind};

/// The page for an outage may arrive this long after the outage's end: an outside check pages after 31 minutes.
const MAX_PAGE_DELAY: TimeDelta = TimeDelta::minutes(45);

/// For each hub, the evidence from cases: a firing alert or an open incident makes a hub degraded. Cases that do not
/// affect the verdict are left out.
pub fn evidence_by_hub(cases: &[Case]) -> EvidenceByHub {
    let mut evidence = EvidenceByHub::new();
    for case in cases.iter().filter(|case| case.muted_by.is_none()) {
        for key in case.places.iter().filter_map(Place::hub_key) {
            let found = evidence.entry(key).or_default();
            match &case.incident {
                Some(incident) => found.push(Evidence::IncidentOpen {
                    number: incident.number,
                }),
                None => found.push(Evidence::AlertFires {
                    name: case.title.clone(),
                }),
            }
        }
    }
    evidence
}

/// Gives each down hub a case: the existing case about its outage, otherwise a new case.
pub fn attach_hubs_down(context: &Context<'_>, cases: &mut Vec<Case>, clusters: &[ClusterView]) {
    let down: Vec<&HubView> = clusters
        .iter()
        .flat_map(|cluster| &cluster.hubs)
        .filter(|hub| hub.health == Health::Down)
        .collect();
    for hub in down {
        let at = cases
            .iter()
            .position(|case| case.hub_down.is_none() && is_about_outage(case, &hub.spec));
        match at.and_then(|at| cases.get_mut(at)) {
            Some(case) => add_hub_down(context, case, hub),
            None => cases.push(hub_down_case(context, hub)),
        }
    }
}

/// Dates the case of an ended outage by the beginning of the outage, so that a case does not get younger when its hub
/// recovers.
pub fn date_by_ended_runs(cases: &mut [Case], clusters: &[ClusterView]) {
    let probed = || clusters.iter().flat_map(|cluster| &cluster.hubs);
    for hub in probed() {
        let ended = hub.probe.iter().flat_map(|probe| &probe.ended);
        for run in ended.filter(|run| is_of_the_hub(run, clusters)) {
            for case in cases.iter_mut() {
                if is_opened_by(case, run) && is_about_outage(case, &hub.spec) {
                    case.since = case.since.min(run.first.wall);
                }
            }
        }
    }
}

fn is_opened_by(case: &Case, run: &EndedRun) -> bool {
    let is_within = |opened| run.first.wall <= opened && opened <= run.ended.wall + MAX_PAGE_DELAY;
    case.incident
        .as_ref()
        .is_some_and(|incident| is_within(incident.created_at))
}

// Whether a run of failures is the hub's own. A run without any answer may also come from our own network. It is the
// hub's own if most clusters have a hub that answered all through the run.
fn is_of_the_hub(run: &EndedRun, clusters: &[ClusterView]) -> bool {
    if !run.may_be_our_network {
        return true;
    }
    let probed = clusters.iter().map(probes);
    let probed = probed.filter(|probes| probes.clone().next().is_some());
    let answered = probed
        .clone()
        .filter(|probes| probes.clone().any(|probe| !failed_during(probe, run)));
    answered.count() * 2 > probed.count()
}

fn probes(cluster: &ClusterView) -> impl Iterator<Item = &Probe> + Clone {
    cluster.hubs.iter().filter_map(|hub| hub.probe.as_ref())
}

fn failed_during(probe: &Probe, run: &EndedRun) -> bool {
    let fails_since = |first: DateTime<Utc>| first <= run.ended.wall;
    let is_failing = probe
        .failing
        .is_some_and(|other| fails_since(other.first.wall));
    let mut ended = probe.ended.iter();
    is_failing
        || ended.any(|other| fails_since(other.first.wall) && run.first.wall <= other.ended.wall)
}

/// Gives every hub the ids of its cases, in the order of the cases.
pub fn link_cases(cases: &[Arc<Case>], clusters: &mut [ClusterView]) {
    let mut by_hub: HashMap<HubKey, Vec<CaseId>> = HashMap::new();
    for case in cases {
        for key in case.places.iter().filter_map(Place::hub_key) {
            by_hub.entry(key).or_default().push(case.id.clone());
        }
    }
    for hub in clusters.iter_mut().flat_map(|cluster| &mut cluster.hubs) {
        hub.cases = by_hub.remove(&hub.spec.key).unwrap_or_default();
    }
}

// Whether a case at this hub is about the hub's outage. One of four facts is enough: the incident was declared for the
// hub; the incident's title contains the hub's domain (an external check); the case's title says that a hub is down; or
// the case has the highest priority and is about this hub alone.
fn is_about_outage(case: &Case, hub: &HubSpec) -> bool {
    if !case.places.contains(&Place::from(hub.key.clone())) {
        return false;
    }
    let names_domain = hub.domain.as_deref().is_some_and(|domain| {
        case.incident
            .as_ref()
            .is_some_and(|incident| is_check_of(&incident.title, domain))
    });
    let is_p1_of_it = case.rank == Rank::Priority(0) && case.places.len() == 1;
    is_declared_for(case, &hub.key)
        || names_domain
        || is_p1_of_it
        || is_called_hub_down(&case.title)
}

fn is_declared_for(case: &Case, hub: &HubKey) -> bool {
    let incident = case.incident.as_ref();
    incident.and_then(|incident| incident.declared_for()) == Some(CaseId::Hub(hub.clone()))
}

/// Whether an incident's title comes from an outside check of this domain.
pub fn is_check_of(title: &str, domain: &str) -> bool {
    names_domain(title, domain) && !is_about_certificate(title)
}

fn add_hub_down(context: &Context<'_>, case: &mut Case, hub: &HubView) {
    case.aliases.push(CaseId::Hub(hub.spec.key.clone()));
    case.hub_down = Some((hub.spec.key.clone(), hub.evidence.clone()));
    if let Some(since) = hub.since {
        case.since = case.since.min(since);
    }
    record_not_fresh(
        context,
        &mut case.not_fresh,
        &SourceId::new(SourceKind::Probes, ""),
    );
}

fn hub_down_case(context: &Context<'_>, hub: &HubView) -> Case {
    Case {
        title: "hub down".to_owned(),
        places: vec![Place::from(hub.spec.key.clone())],
        hub_down: Some((hub.spec.key.clone(), hub.evidence.clone())),
        muted_by: hub.maintenance.then_some(MutedBy::Maintenance),
        ..empty_case(
            CaseId::Hub(hub.spec.key.clone()),
            hub.since.unwrap_or_else(|| last_poll_at(context, hub)),
        )
    }
}

// When the hub's Prometheus was last polled. This time dates an outage that only `up` = 0 shows, since `up` does not
// say when the outage began.
fn last_poll_at(context: &Context<'_>, hub: &HubView) -> DateTime<Utc> {
    let watcher = context.policy.prometheus_for(&hub.spec.key.cluster);
    watcher.map_or(context.now.wall, |source| context.last_poll_at(source))
}
