//! References, and small objects inside other objects.

use serde_json::{Value, json};

use crate::demo::account::Account;
use crate::demo::account::directory::{Directory, Policy, Priority, Schedule, Service, User};
use crate::demo::account::incident::{Agent, Incident};

const API: &str = "https://api.pagerduty.com";
const SITE: &str = "https://demo.pagerduty.example";

/// The fields at the beginning of every object.
pub(super) fn base(kind: &str, id: &str, summary: &str, path: &str, page: Option<&str>) -> Value {
    json!({
        "id": id,
        "type": kind,
        "summary": summary,
        "self": format!("{API}/{path}/{id}"),
        "html_url": page.map(|page| format!("{SITE}/{page}/{id}")),
    })
}

/// Adds the fields of `more` to `object`.
pub(super) fn with(object: Value, more: Value) -> Value {
    match (object, more) {
        (Value::Object(mut object), Value::Object(more)) => {
            object.extend(more);
            Value::Object(object)
        }
        (object, _) => object,
    }
}

pub(super) fn user(user: &User) -> Value {
    base(
        "user_reference",
        &user.id(),
        &user.name,
        "users",
        Some("users"),
    )
}

pub(super) fn service(service: &Service) -> Value {
    let page = Some("service-directory");
    base(
        "service_reference",
        &service.id(),
        &service.name,
        "services",
        page,
    )
}

pub(super) fn policy(policy: &Policy) -> Value {
    let page = "escalation_policies";
    base(
        "escalation_policy_reference",
        &policy.id(),
        &policy.name,
        page,
        Some(page),
    )
}

pub(super) fn schedule(schedule: &Schedule) -> Value {
    let page = "schedules";
    base(
        "schedule_reference",
        &schedule.id(),
        &schedule.name,
        page,
        Some(page),
    )
}

pub(super) fn incident(incident: &Incident) -> Value {
    let summary = summary(incident);
    base(
        "incident_reference",
        &incident.id,
        &summary,
        "incidents",
        Some("incidents"),
    )
}

/// An incident's summary: its number and title.
pub(super) fn summary(incident: &Incident) -> String {
    format!("[#{}] {}", incident.number, incident.title)
}

pub(super) fn priority(priority: &Priority) -> Value {
    base(
        "priority_reference",
        &priority.id(),
        &priority.name,
        "priorities",
        None,
    )
}

pub(super) fn full_priority(priority: &Priority) -> Value {
    let base = base(
        "priority",
        &priority.id(),
        &priority.name,
        "priorities",
        None,
    );
    with(
        base,
        json!({ "name": priority.name, "description": priority.description }),
    )
}

/// A reference to the user with this key.
pub(super) fn user_of(all: &Directory, key: &str) -> Value {
    all.user(key).map_or(Value::Null, user)
}

/// A reference to the service with this key.
pub(super) fn service_of(all: &Directory, key: &str) -> Value {
    all.service(key).map_or(Value::Null, service)
}

/// A reference to the user or service that did something to an incident.
pub(super) fn agent(account: &Account, incident: &Incident, agent: &Agent) -> Value {
    match agent {
        Agent::User(key) => user_of(&account.directory, key),
        Agent::Service => service_of(&account.directory, &incident.service),
    }
}
