//! One object of each kind, in the shapes that the wire carries.

use serde_json::{Value, json};

fn reference(id: &str, kind: &str, summary: &str) -> Value {
    json!({
        "id": id,
        "type": format!("{kind}_reference"),
        "summary": summary,
        "self": format!("https://api.pagerduty.example/{kind}s/{id}"),
        "html_url": null,
    })
}

fn page(mut list: Value, total: Option<u64>) -> Value {
    list["limit"] = json!(100);
    list["offset"] = json!(0);
    list["more"] = json!(false);
    list["total"] = json!(total);
    list
}

/// An acknowledged incident of an Alertmanager, with its priority as a reference and without its key.
pub fn incident() -> Value {
    let ada = reference("PU1", "user", "Ada");
    json!({
        "id": "Q1LEAP01",
        "type": "incident",
        "summary": "[#5123] home-nfs has 10% of space left",
        "self": "https://api.pagerduty.example/incidents/Q1LEAP01",
        "html_url": "https://acme.pagerduty.example/incidents/Q1LEAP01",
        "incident_number": 5123,
        "title": "home-nfs has 10% of space left",
        "created_at": "2026-08-21T09:00:10Z",
        "updated_at": "2026-08-21T09:12:40Z",
        "status": "acknowledged",
        "incident_key": null,
        "service": reference("PSTOR01", "service", "Persistent Storage"),
        "assignments": [{ "at": "2026-08-21T09:00:10Z", "assignee": ada }],
        "assigned_via": "escalation_policy",
        "last_status_change_at": "2026-08-21T09:12:40Z",
        "last_status_change_by": ada,
        "resolved_at": null,
        "first_trigger_log_entry": reference("R1", "trigger_log_entry", "Triggered through the API"),
        "alert_counts": { "all": 1, "triggered": 1, "resolved": 0 },
        "is_mergeable": true,
        "incident_type": { "name": "incident_default" },
        "escalation_policy": reference("PEP1", "escalation_policy", "Shouldn't be an outage"),
        "teams": [],
        "pending_actions": [
            { "type": "unacknowledge", "at": "2026-08-21T09:42:40Z" },
            { "type": "resolve", "at": "2026-08-21T13:00:10Z" },
        ],
        "acknowledgements": [{ "at": "2026-08-21T09:12:40Z", "acknowledger": ada }],
        "alert_grouping": null,
        "priority": reference("PPRI2", "priority", "P2"),
        "resolve_reason": null,
        "conference_bridge": null,
        "incidents_responders": [],
        "responder_requests": [],
        "urgency": "high",
    })
}

/// `GET /incidents`.
pub fn incidents() -> Value {
    page(json!({ "incidents": [incident()] }), None)
}

/// `GET /oncalls`: an entry that ends, and an entry without an end.
pub fn oncalls() -> Value {
    let policy = reference("PEP1", "escalation_policy", "Outages or possible outages");
    let for_hours = json!({
        "user": reference("PU1", "user", "Ada"),
        "schedule": reference("PSCH1", "schedule", "Ada hours"),
        "escalation_policy": policy,
        "escalation_level": 1,
        "start": "2026-08-21T08:00:00Z",
        "end": "2026-08-21T16:00:00Z",
    });
    let for_good = json!({
        "user": reference("PUPH", "user", "Placeholder"),
        "schedule": null,
        "escalation_policy": policy,
        "escalation_level": 2,
        "start": null,
        "end": null,
    });
    page(json!({ "oncalls": [for_hours, for_good] }), None)
}

/// `GET /escalation_policies/{id}`, with an assignment strategy in the form of the OpenAPI file.
pub fn policy() -> Value {
    json!({ "escalation_policy": {
        "id": "PEP1",
        "type": "escalation_policy",
        "summary": "Outages or possible outages",
        "name": "Outages or possible outages",
        "description": null,
        "self": "https://api.pagerduty.example/escalation_policies/PEP1",
        "html_url": null,
        "num_loops": 2,
        "on_call_handoff_notifications": "if_has_services",
        "escalation_rules": [{
            "id": "PR1",
            "escalation_delay_in_minutes": 240,
            "escalation_rule_assignment_strategy": "round_robin",
            "targets": [reference("PSCH1", "schedule", "Ada hours"), reference("PUPH", "user", "Placeholder")],
        }],
        "services": [],
        "teams": [],
    } })
}

/// `GET /log_entries`: a note, an acknowledgement, an escalation, the first assignment.
pub fn log_entries() -> Value {
    let entry = |id: &str, kind: &str, more: Value| {
        let mut entry = json!({
            "id": id,
            "type": format!("{kind}_log_entry"),
            "summary": kind,
            "created_at": "2026-08-21T09:00:10Z",
            "self": format!("https://api.pagerduty.example/log_entries/{id}"),
            "html_url": null,
            "agent": reference("PU1", "user", "Ada"),
            "channel": { "type": "auto" },
            "service": reference("PSTOR01", "service", "Persistent Storage"),
            "incident": reference("Q1LEAP01", "incident", "[#5123]"),
            "teams": [],
            "contexts": [],
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            entry[key] = value.clone();
        }
        entry
    };
    let assignees = json!({ "assignees": [reference("PU1", "user", "Ada")] });
    let entries = json!([
        entry(
            "L4",
            "annotate",
            json!({ "channel": { "type": "note", "summary": "resizing" }, "event_details": {} })
        ),
        entry(
            "L3",
            "acknowledge",
            json!({ "acknowledgement_timeout": 1800, "channel": { "type": "website" } })
        ),
        entry("L2", "escalate", assignees.clone()),
        entry("L1", "assign", assignees),
    ]);
    page(json!({ "log_entries": entries }), None)
}

/// `POST /incidents/{id}/notes`, in the account's zone.
pub fn note() -> Value {
    json!({ "note": {
        "id": "PN1",
        "user": reference("PU1", "user", "Ada"),
        "channel": { "summary": "The PagerDuty website or APIs" },
        "content": "resizing disk",
        "created_at": "2026-08-21T11:20:00+02:00",
        "updated_at": "2026-08-21T11:20:00+02:00",
    } })
}

/// `GET /status_pages/{id}/posts`: a post whose updates are references, and which is linked to nothing.
pub fn posts() -> Value {
    let post = json!({
        "id": "PPOST1",
        "type": "status_page_post",
        "self": "https://api.pagerduty.example/status_pages/PSP1/posts/PPOST1",
        "post_type": "incident",
        "status_page": { "id": "PSP1", "type": "status_page" },
        "linked_resource": null,
        "postmortem": null,
        "title": "Hub unavailable",
        "starts_at": null,
        "ends_at": null,
        "updates": [{ "id": "PUPD1", "type": "status_page_post_update", "self": "https://api.pagerduty.example/u/PUPD1" }],
    });
    page(json!({ "posts": [post] }), Some(1))
}
