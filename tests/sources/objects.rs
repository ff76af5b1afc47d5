//! JSON objects of a PagerDuty account.

use serde_json::{Value, json};

use super::account::minute;

pub fn reference(id: &str, kind: &str, summary: &str) -> Value {
    json!({"id": id, "type": format!("{kind}_reference"), "summary": summary, "self": null, "html_url": null})
}

/// An incident that was created in minute `created` and last changed in minute `updated`.
pub fn incident(id: &str, status: &str, created: i64, updated: i64) -> Value {
    let resolved = (status == "resolved").then(|| minute(updated));
    json!({
        "id": id, "type": "incident", "incident_number": 1, "title": format!("trouble {id}"), "status": status,
        "created_at": minute(created), "updated_at": minute(updated), "urgency": "high", "resolved_at": resolved,
        "service": reference("PS1", "service", "Hubs"), "teams": [reference("PT1", "team", "Night")],
        "last_status_change_at": minute(updated), "last_status_change_by": reference("PU1", "user", "Bo"),
        "assignments": [{"at": minute(created), "assignee": reference("PU1", "user", "Bo")}],
        "acknowledgements": [], "pending_actions": [],
    })
}

pub fn alert(id: &str, alertname: &str) -> Value {
    let firing = format!(
        "Labels:\n - alertname = {alertname}\n - cluster = mars\nAnnotations:\nSource: x\n"
    );
    json!({"id": id, "type": "alert", "status": "triggered", "alert_key": "k", "created_at": minute(0), "suppressed": false,
        "body": {"type": "alert_body", "details": {"firing": firing, "num_firing": "1"}}})
}

pub fn entry(id: &str, kind: &str, of: &str, at: i64) -> Value {
    json!({"id": id, "type": format!("{kind}_log_entry"), "summary": kind, "created_at": minute(at),
        "incident": reference(of, "incident", of), "agent": reference("PU1", "user", "Bo"), "channel": {"type": "website"}})
}
