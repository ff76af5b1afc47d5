//! Incidents with and without their required fields.

use serde_json::{Value, json};

use super::*;

fn sample() -> Value {
    json!({
        "id": "QMARS1", "type": "incident", "summary": "[#77] disk of mars is filling",
        "html_url": "https://pd.example/incidents/QMARS1", "incident_number": 77,
        "title": "disk of mars is filling", "created_at": "2026-03-02T10:00:00+01:00",
        "updated_at": "2026-03-02T09:20:00Z", "status": "acknowledged", "urgency": "high",
        "service": {"id": "PS1", "type": "service_reference", "summary": "Disks"},
        "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference", "summary": "Day"},
        "priority": {"id": "PP2", "type": "priority", "name": "P2", "summary": "Second"},
        "assignments": [{"at": "2026-03-02T09:01:00Z",
            "assignee": {"id": "PU7", "type": "user_reference", "summary": "Mira"}}],
        "assigned_via": "escalation_policy",
        "acknowledgements": [
            {"at": "2026-03-02T09:20:00Z", "acknowledger": {"id": "PU7", "type": "user_reference", "summary": "Mira"}},
            {"at": "2026-03-02T09:21:00Z", "acknowledger": {"id": "PS9", "type": "service_reference", "summary": "Bot"}}],
        "pending_actions": [{"type": "unacknowledge", "at": "2026-03-02T09:50:00Z"},
            {"type": "teleport", "at": "2026-03-02T09:50:00Z"}],
        "alert_counts": {"all": 3, "triggered": 2, "resolved": 1},
        "conference_bridge": {"conference_number": "+44 20 0000", "conference_url": ""},
    })
}

fn read(value: Value) -> Result<Incident, String> {
    serde_json::from_value::<WireIncident>(value)
        .unwrap()
        .into_incident()
}

#[test]
fn an_incident_is_read_whole() {
    let incident = read(sample()).unwrap();
    assert_eq!(incident.id.as_str(), "QMARS1");
    assert_eq!(
        incident.created_at.to_rfc3339(),
        "2026-03-02T09:00:00+00:00"
    );
    assert_eq!(incident.priority.unwrap().as_str(), "P2");
    assert_eq!(&*incident.assignments[0].to.name, "Mira");
    assert_eq!(incident.acknowledgements.len(), 1, "a service is nobody");
    assert_eq!(incident.pending.len(), 1, "an unknown action is left out");
    assert_eq!(incident.triggered_alerts, Some(2));
    assert_eq!(incident.conference.as_deref(), Some("+44 20 0000"));
    assert_eq!((incident.resolved_at, incident.resolved_by), (None, None));
}

#[test]
fn nulls_and_wrong_types_cost_only_themselves() {
    let mut wire = sample();
    for field in ["acknowledgements", "assignments", "priority", "service"] {
        wire[field] = Value::Null;
    }
    wire["incident_number"] = json!("77");
    wire["urgency"] = json!("deafening");
    let incident = read(wire).unwrap();
    assert!(incident.assignments.is_empty() && incident.acknowledgements.is_empty());
    assert_eq!(incident.urgency, Urgency::High);
    assert_eq!(incident.title, "disk of mars is filling");
}

#[test]
fn who_resolved_it_is_kept_only_when_it_is_resolved() {
    let mut wire = sample();
    wire["status"] = json!("resolved");
    wire["last_status_change_at"] = json!("2026-03-02T11:00:00Z");
    wire["last_status_change_by"] = json!({"id": "PU8", "type": "user_reference", "summary": "Bo"});
    let incident = read(wire).unwrap();
    assert_eq!(&*incident.resolved_by.unwrap().name, "Bo");
    assert!(incident.resolved_at.is_some());
}

#[test]
fn without_id_status_or_creation_it_is_no_incident() {
    for (field, value) in [
        ("id", Value::Null),
        ("status", json!("paused")),
        ("created_at", json!("yesterday")),
    ] {
        let mut wire = sample();
        wire[field] = value;
        assert!(read(wire).is_err(), "{field}");
    }
}

#[test]
fn words_are_cut_and_an_address_that_is_too_long_is_none() {
    let long = "x".repeat(2 << 20);
    let mut value = sample();
    for field in ["title", "html_url", "incident_key"] {
        value[field] = json!(long);
    }
    for name in ["service", "escalation_policy"] {
        value[name]["summary"] = json!(long);
    }
    value["priority"]["name"] = json!(long);
    value["assignments"][0]["assignee"]["summary"] = json!(long);
    value["conference_bridge"]["conference_number"] = json!(long);
    let read = read(value).unwrap();
    let service = read.service.unwrap();
    let words = [
        read.title.as_str(),
        &service.name,
        &read.policy.unwrap().name,
        read.priority.as_ref().unwrap().as_str(),
        &read.assignments[0].to.name,
        read.conference.as_ref().unwrap(),
    ];
    for text in words {
        assert!(
            text.len() <= 4 << 10 && text.ends_with("… (cut)"),
            "{}",
            text.len()
        );
    }
    assert_eq!(read.url, None);
    assert!(read.incident_key.unwrap().len() < 65 << 10);
}

#[test]
fn a_resolved_incident_has_the_moment_of_its_end() {
    let mut resolved = sample();
    resolved["status"] = json!("resolved");
    resolved["resolved_at"] = Value::Null;
    let moment = json!("2026-03-02T10:00:00Z");
    resolved["last_status_change_at"] = moment.clone();
    assert!(read(resolved.clone()).unwrap().resolved_at.is_some());
    resolved["last_status_change_at"] = Value::Null;
    assert!(read(resolved.clone()).is_err());
    resolved["resolved_at"] = moment;
    assert!(read(resolved).unwrap().resolved_at.is_some());
}

#[test]
fn fields_that_decide_and_cannot_be_read_are_named() {
    use IncidentField::{Acknowledgements, Assignments, PendingActions, Priority};
    let unread = |field: &str, value: Value| {
        let mut wire = sample();
        wire[field] = value;
        let unread = read(wire).unwrap().unread_fields;
        unread.into_iter().collect::<Vec<_>>()
    };
    let escalates = |at: Value| json!([{"type": "escalate", "at": at}]);
    for (field, value, expected) in [
        ("priority", Value::Null, vec![]),
        ("priority", json!(1), vec![Priority]),
        ("assignments", Value::Null, vec![Assignments]),
        ("assignments", json!([]), vec![]),
        (
            "assignments",
            json!([{"at": "2026-03-02T09:20:00Z", "assignee": null}]),
            vec![Assignments],
        ),
        ("assignments", json!([{"assignee": 7}]), vec![Assignments]),
        (
            "assignments",
            json!([{"assignee": {"type": "user_reference"}}]),
            vec![Assignments],
        ),
        ("acknowledgements", Value::Null, vec![Acknowledgements]),
        (
            "acknowledgements",
            json!([{"acknowledger": null}]),
            vec![Acknowledgements],
        ),
        (
            "acknowledgements",
            json!([{"acknowledger": {"id": "PS9", "type": "service_reference"}}]),
            vec![],
        ),
        ("pending_actions", json!([]), vec![]),
        ("pending_actions", json!([{"type": "teleport"}]), vec![]),
        ("pending_actions", Value::Null, vec![PendingActions]),
        ("pending_actions", json!([null]), vec![PendingActions]),
        (
            "pending_actions",
            json!([{"at": "2026-03-02T09:50:00Z"}]),
            vec![PendingActions],
        ),
        (
            "pending_actions",
            escalates(json!("soon")),
            vec![PendingActions],
        ),
        (
            "pending_actions",
            escalates(Value::Null),
            vec![PendingActions],
        ),
    ] {
        assert_eq!(unread(field, value.clone()), expected, "{field}: {value}");
    }
    let mut resolved = sample();
    resolved["status"] = json!("resolved");
    resolved["resolved_at"] = json!("2026-03-02T10:00:00Z");
    resolved["pending_actions"] = Value::Null;
    assert!(read(resolved).unwrap().unread_fields.is_empty());
}
