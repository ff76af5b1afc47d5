//! A case of the highest priority: since when it is a P1, and whether it is about staging alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::context::Context;
use super::owners;
use crate::domain::case::{Case, CaseAlert, Place, PrioritySource, Rank};
use crate::domain::hub::Tier;
use crate::domain::ids::PriorityName;
use crate::domain::incident::{Incident, LogKind};

/// Since when an incident is a P1.
pub struct P1Since {
    pub at: DateTime<Utc>,
    /// Whether the date is only the earliest possible one: the log is not read, so the incident may have become a P1
    /// later.
    pub estimate: bool,
}

/// When an incident became a P1: the last time that its priority was raised to P1, according to the log. If the log has
/// no such entry, the incident's creation counts.
pub fn became_p1(context: &Context<'_>, incident: &Incident) -> P1Since {
    let is_p1 = |name: &Option<PriorityName>| context.rank(name.as_ref()) == Rank::Priority(0);
    let log = context.log.get(&incident.id);
    let raised = log.into_iter().flatten().filter(|entry| match &entry.kind {
        LogKind::PriorityChange { from, to } => is_p1(to) && !is_p1(from),
        _ => false,
    });
    let raised = raised.map(|entry| entry.at).max();
    P1Since {
        estimate: raised.is_none() && !incident.priority_log_known,
        at: raised.unwrap_or(incident.created_at),
    }
}

/// Whether all places are staging hubs, and no person set the case to P1.
pub fn is_staging_alone(context: &Context<'_>, case: &Case) -> bool {
    let is_staging = |place: &Place| {
        let key = place.hub_key();
        let mut hubs = context.policy.hubs();
        key.is_some_and(|key| hubs.any(|hub| hub.key == key && hub.tier == Tier::Staging))
    };
    let by_person = |incident: &Arc<Incident>| may_be_set_by_person(context, incident);
    !case.places.is_empty()
        && case.places.iter().all(is_staging)
        && !case.incident.as_ref().is_some_and(by_person)
}

/// Whether an incident without priority gets its rank only from alerts that are probably in it.
pub fn is_only_probably_p1(context: &Context<'_>, case: &Case) -> bool {
    let makes_p1 = |joined: &CaseAlert| {
        let priority = context.severity_priority(&joined.alert);
        joined.joined_by.is_exact() && context.rank(priority) == Rank::Priority(0)
    };
    case.incident.is_some()
        && case.priority_source == Some(PrioritySource::Severity)
        && !case.alerts.iter().any(makes_p1)
}

// Whether a person may have set the priority. Unknown, and so true, if the incident's log was not read from its
// beginning.
fn may_be_set_by_person(context: &Context<'_>, incident: &Incident) -> bool {
    let log = context.log.get(&incident.id);
    let log = log.filter(|_| incident.priority_log_known);
    log.is_none_or(|log| {
        log.iter().any(|entry| {
            let sets = matches!(
                entry.kind,
                LogKind::Trigger | LogKind::FieldChange | LogKind::PriorityChange { .. }
            );
            let person = entry.agent.as_ref();
            let may_be_person =
                person.map_or(!entry.agent_known, |who| !owners::is_bot(context, who));
            sets && may_be_person
        })
    })
}
