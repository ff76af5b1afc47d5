//! Incidents, their alerts and their notes in the API's JSON.

use serde_json::{Value, json};

use super::{full_objects, log, refs};
use crate::demo::account::Account;
use crate::demo::account::incident::{Incident, Note, PagedAlert, Status, Urgency};
use crate::demo::clockwork::format_timestamp;

/// The references that a response replaces by full objects.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Include {
    pub(super) people: bool,
    pub(super) services: bool,
    pub(super) policies: bool,
}

/// An incident as a full object.
pub(super) fn incident(account: &Account, it: &Incident, include: Include) -> Value {
    let base = refs::base(
        "incident",
        &it.id,
        &refs::summary(it),
        "incidents",
        Some("incidents"),
    );
    let whole = refs::with(base, status_fields(account, it));
    let whole = refs::with(whole, assignment_fields(account, it, include));
    refs::with(whole, reference_fields(account, it, include))
}

/// The incident's basic fields: number, title, status, urgency, times.
fn status_fields(account: &Account, it: &Incident) -> Value {
    let status: &str = it.status.into();
    let urgency: &str = it.urgency.into();
    json!({
        "incident_number": it.number,
        "title": it.title,
        "created_at": format_timestamp(it.created_at),
        "updated_at": format_timestamp(it.updated_at),
        "status": status,
        "incident_key": it.incident_key,
        "last_status_change_at": format_timestamp(it.status_at),
        "last_status_change_by": refs::agent(account, it, &it.status_by),
        "resolved_at": it.resolved_at.map(format_timestamp),
        "alert_counts": {
            "all": it.alerts.len(),
            "triggered": it.alerts.len() - it.resolved_alerts(),
            "resolved": it.resolved_alerts(),
        },
        "is_mergeable": it.status != Status::Resolved,
        "incident_type": { "name": "incident_default" },
        "alert_grouping": null,
        "resolve_reason": resolve_reason(account, it),
        "urgency": urgency,
        "pending_actions": pending(it),
    })
}

// PagerDuty sends `resolve_reason` only for a merge.
fn resolve_reason(account: &Account, it: &Incident) -> Option<Value> {
    let target = account.incident(it.merged_into.as_deref()?)?;
    Some(json!({ "type": "merge_resolve_reason", "incident": refs::incident(target) }))
}

fn pending(it: &Incident) -> Vec<Value> {
    let actions = it.pending().filter(|_| it.is_open());
    let shaped = actions.map(|(kind, at)| log::pending_action(kind, at));
    shaped.collect()
}

/// The incident's assignments and acknowledgements.
fn assignment_fields(account: &Account, it: &Incident, include: Include) -> Value {
    let person = |key: &str| match account.directory.user(key) {
        Some(user) if include.people => full_objects::user(user),
        Some(user) => refs::user(user),
        None => Value::Null,
    };
    let assigned = it.assigned.iter();
    let assigned =
        assigned.map(|(key, at)| json!({ "at": format_timestamp(*at), "assignee": person(key) }));
    let acknowledged = it.acknowledged.iter();
    let acknowledged = acknowledged
        .map(|(key, at)| json!({ "at": format_timestamp(*at), "acknowledger": person(key) }));
    let via = if it.directly {
        "direct_assignment"
    } else {
        "escalation_policy"
    };
    json!({
        "assignments": assigned.collect::<Vec<_>>(),
        "assigned_via": via,
        "acknowledgements": acknowledged.collect::<Vec<_>>(),
        "incidents_responders": [],
        "responder_requests": [],
        "teams": [],
    })
}

/// The incident's service and policy.
fn reference_fields(account: &Account, it: &Incident, include: Include) -> Value {
    let all = &account.directory;
    let service = match all.service(&it.service) {
        Some(service) if include.services => full_objects::service(account, service),
        Some(service) => refs::service(service),
        None => Value::Null,
    };
    let policy = match all.policy(&it.policy) {
        Some(policy) if include.policies => full_objects::policy(account, policy, false),
        Some(policy) => refs::policy(policy),
        None => Value::Null,
    };
    let priority = it.priority.as_deref().and_then(|name| all.priority(name));
    let conference = it.conference.as_ref();
    let conference =
        conference.map(|(call, link)| json!({ "conference_number": call, "conference_url": link }));
    let body = it.body.as_ref();
    json!({
        "service": service,
        "escalation_policy": policy,
        "priority": priority.map(refs::full_priority),
        "first_trigger_log_entry": first_trigger(account, it),
        "conference_bridge": conference,
        "body": body.map(|text| json!({ "type": "incident_body", "details": text })),
    })
}

fn first_trigger(account: &Account, it: &Incident) -> Value {
    let entry = account.trigger_of(&it.id);
    entry.map_or(Value::Null, |entry| log::reference(account, entry))
}

/// An alert as a full object.
pub(super) fn alert(account: &Account, of: &Incident, it: &PagedAlert) -> Value {
    let path = format!("incidents/{}/alerts", of.id);
    let base = refs::base("alert", &it.id, &it.summary, &path, Some("alerts"));
    let links = it.links.iter();
    let links = links.map(|(href, text)| json!({ "type": "link", "href": href, "text": text }));
    refs::with(
        base,
        json!({
            "created_at": format_timestamp(it.created_at),
            "status": if it.resolved { "resolved" } else { "triggered" },
            "alert_key": it.key,
            "service": refs::service_of(&account.directory, &of.service),
            "first_trigger_log_entry": first_trigger(account, of),
            "incident": refs::incident(of),
            "suppressed": false,
            "severity": it.severity,
            "integration": null,
            "body": {
                "type": "alert_body",
                "contexts": links.collect::<Vec<_>>(),
                "details": it.details,
            },
        }),
    )
}

pub(super) fn note(account: &Account, it: &Note) -> Value {
    json!({
        "id": it.id,
        "user": refs::user_of(&account.directory, &it.by),
        "channel": { "summary": "The PagerDuty website or APIs" },
        "content": it.text,
        "created_at": format_timestamp(it.at),
        "updated_at": format_timestamp(it.at),
    })
}

pub(super) fn is_high(it: &Incident) -> bool {
    it.urgency == Urgency::High
}
