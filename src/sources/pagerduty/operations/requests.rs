//! What is sent, as PagerDuty's documentation wants it.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::write_session::WriteSession;
use crate::domain::ids::{IncidentId, UserId};
use crate::domain::operation::{Assignee, Declaration, Operation, OutcomeDetail};
use crate::sources::pagerduty::api_request::path_segment;
use crate::sources::pagerduty::writer::WriteRequest;

/// Whether many incidents can get it with one call.
pub(super) fn fits_bulk(deed: &Operation) -> bool {
    !matches!(
        deed,
        Operation::Note(_) | Operation::Snooze(_) | Operation::Declare(_)
    )
}

/// What is to become of an incident: the fields of a `PUT`. `Escalate` is absolute, so that it can be sent
/// twice and escalates once.
pub(super) async fn changed_fields(
    desk: &WriteSession<'_>,
    deed: &Operation,
) -> Result<Map<String, Value>, OutcomeDetail> {
    let fields = match deed {
        Operation::Acknowledge => json!({ "status": "acknowledged" }),
        Operation::Take => {
            json!({ "status": "acknowledged", "assignments": assignments_to(desk.me()) })
        }
        Operation::Resolve => json!({ "status": "resolved" }),
        Operation::Reassign(Assignee::Person(person)) => {
            json!({ "assignments": assignments_to(&person.id) })
        }
        Operation::Reassign(Assignee::Policy(policy)) => json!({
            "escalation_policy": reference(policy.id.as_str(), "escalation_policy"),
        }),
        Operation::Escalate(level) => json!({ "escalation_level": level }),
        Operation::Priority(name) => json!({
            "priority": reference(&desk.find_priority_id(name).await?, "priority"),
        }),
        Operation::RemovePriority => json!({ "priority": null }),
        Operation::Note(_) | Operation::Snooze(_) | Operation::Declare(_) => json!({}),
    };
    Ok(match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    })
}

/// A change of one incident.
pub(super) fn put(id: &IncidentId, change: &Map<String, Value>) -> WriteRequest {
    let mut change = change.clone();
    change.insert("type".to_owned(), "incident_reference".into());
    WriteRequest {
        resource: "changes of incidents",
        method: Method::PUT,
        path: format!("/incidents/{}", path_segment(id.as_str())),
        body: json!({ "incident": change }),
    }
}

/// The same change of many.
pub(super) fn put_all<'a>(
    ids: impl Iterator<Item = &'a IncidentId>,
    change: &Map<String, Value>,
) -> WriteRequest {
    let each = ids.map(|id| {
        let mut change = change.clone();
        change.insert("type".to_owned(), "incident_reference".into());
        change.insert("id".to_owned(), id.as_str().into());
        Value::Object(change)
    });
    WriteRequest {
        resource: "changes of incidents",
        method: Method::PUT,
        path: "/incidents".to_owned(),
        body: json!({ "incidents": each.collect::<Vec<_>>() }),
    }
}

pub(super) fn snooze(id: &IncidentId, span: std::time::Duration) -> WriteRequest {
    WriteRequest {
        resource: "snoozing",
        method: Method::POST,
        path: format!("/incidents/{}/snooze", path_segment(id.as_str())),
        body: json!({ "duration": span.as_secs() }),
    }
}

pub(super) fn note(id: &IncidentId, text: &str) -> WriteRequest {
    WriteRequest {
        resource: "notes",
        method: Method::POST,
        path: format!("/incidents/{}/notes", path_segment(id.as_str())),
        body: json!({ "note": { "content": text } }),
    }
}

pub(super) fn declare(declaration: &Declaration, priority: Option<&str>) -> WriteRequest {
    let mut incident = json!({
        "type": "incident",
        "title": declaration.title,
        "service": reference(declaration.service.id.as_str(), "service"),
        "incident_key": declaration.key,
        "body": { "type": "incident_body", "details": declaration.details },
    });
    if let (Some(incident), Some(id)) = (incident.as_object_mut(), priority) {
        incident.insert("priority".to_owned(), reference(id, "priority"));
    }
    WriteRequest {
        resource: "new incidents",
        method: Method::POST,
        path: "/incidents".to_owned(),
        body: json!({ "incident": incident }),
    }
}

fn assignments_to(person: &UserId) -> Value {
    json!([{ "assignee": reference(person.as_str(), "user") }])
}

fn reference(id: &str, kind: &str) -> Value {
    json!({ "id": id, "type": format!("{kind}_reference") })
}
