//! Hubs that are seen down: each stands with the case that is about its outage, else it is a case of its
//! own, half an hour before the page.

use chrono::{DateTime, Utc};

use std::collections::HashMap;
use std::sync::Arc;

use super::cases::{empty_case, record_not_fresh};
use super::context::Context;
use super::hubs::EvidenceByHub;
use super::model::{ClusterView, HubView};
use super::places::{is_about_certificate, is_called_hub_down, names_domain};
use crate::domain::case::{Case, MutedBy, Place, Rank};
use crate::domain::health::Evidence;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::source::{SourceId, SourceKind};

/// What the cases say of each hub: a firing alert or an open incident makes it degraded. What does not
/// count in the verdict does not count here either.
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

/// Gives every hub that is down its case.
pub fn attach_hubs_down(context: &Context<'_>, cases: &mut Vec<Case>, clusters: &[ClusterView]) {
    let down: Vec<&HubView> = clusters
        .iter()
        .flat_map(|cluster| &cluster.hubs)
        .filter(|hub| hub.health == Health::Down)
        .collect();
    for hub in down {
        let at = cases.iter().position(|case| is_about(case, hub));
        match at.and_then(|at| cases.get_mut(at)) {
            Some(case) => add_hub_down(context, case, hub),
            None => cases.push(hub_down_case(context, hub)),
        }
    }
}

/// Gives every hub the names of its cases, in the cases' order: the one to decide first comes first.
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

// About the outage itself: the incident was declared for it, its title names the hub's domain (an external check), its
// priority is the highest and it is about this hub alone, or its alert is called after it.
fn is_about(case: &Case, hub: &HubView) -> bool {
    let place = Place::from(hub.spec.key.clone());
    if !case.places.contains(&place) || case.hub_down.is_some() {
        return false;
    }
    let names_domain = hub.spec.domain.as_deref().is_some_and(|domain| {
        case.incident
            .as_ref()
            .is_some_and(|incident| is_check_of(&incident.title, domain))
    });
    let is_p1_of_it = case.rank == Rank::Priority(0) && case.places.len() == 1;
    is_declared_for(case, &hub.spec.key)
        || names_domain
        || is_p1_of_it
        || is_called_hub_down(&case.title)
}

fn is_declared_for(case: &Case, hub: &HubKey) -> bool {
    let incident = case.incident.as_ref();
    incident.and_then(|incident| incident.declared_for()) == Some(CaseId::Hub(hub.clone()))
}

fn is_check_of(title: &str, domain: &str) -> bool {
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

// An `up` of 0 does not tell since when.
fn last_poll_at(context: &Context<'_>, hub: &HubView) -> DateTime<Utc> {
    let watcher = context.prometheus_for(&hub.spec.key.cluster);
    watcher.map_or(context.now.wall, |source| context.last_poll_at(source))
}
