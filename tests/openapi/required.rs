//! The fields that hubwatch sends and reads, by endpoint. A published OpenAPI file requires hardly any field:
//! PagerDuty's accepts `{}` as an incident.

use serde_json::Value;

/// The request or the answer of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Request,
    /// The response after success.
    Answer,
}

/// The paths of fields. `a/b` is a field `b` inside `a`, and `*` is each element of a list. A field that ends with `?`
/// must exist, but may be `null`.
type Fields = &'static [&'static str];

const LIST: Fields = &["limit", "offset", "more", "total?"];

const INCIDENT: Fields = &[
    "id",
    "type",
    "self",
    "html_url",
    "incident_number",
    "title",
    "created_at",
    "updated_at",
    "status",
    "urgency",
    "service/id",
    "service/summary",
    "assignments",
    "assignments/*/at",
    "assignments/*/assignee/id",
    "assignments/*/assignee/summary",
    "assigned_via",
    "last_status_change_at",
    "alert_counts/all",
    "alert_counts/triggered",
    "alert_counts/resolved",
    "escalation_policy/id",
    "escalation_policy/summary",
    "teams",
    "pending_actions",
    "pending_actions/*/type",
    "pending_actions/*/at",
    "acknowledgements?",
    "priority?",
];
const TRACKED_ISSUE: Fields = &[
    "number",
    "title",
    "html_url",
    "state",
    "state_reason?",
    "body?",
    "labels",
    "assignees",
    "updated_at",
    "closed_at?",
];
const ALERT: Fields = &[
    "id",
    "type",
    "status",
    "alert_key?",
    "created_at",
    "service/id",
    "incident/id",
    "suppressed",
    "severity?",
    "body?",
];
const LOG_ENTRY: Fields = &[
    "id",
    "type",
    "created_at",
    "agent?",
    "channel/type",
    "incident/id",
];
const NOTE: Fields = &["id", "user/id", "content", "created_at"];
const ONCALL: Fields = &[
    "user/id",
    "user/summary",
    "escalation_policy/id",
    "escalation_policy/summary",
    "escalation_level",
    "schedule?",
    "start?",
    "end?",
];
const POLICY: Fields = &[
    "id",
    "name",
    "num_loops",
    "escalation_rules/*/id",
    "escalation_rules/*/escalation_delay_in_minutes",
    "escalation_rules/*/targets/*/id",
    "escalation_rules/*/targets/*/type",
];
const PRIORITY: Fields = &["id", "name"];
const SERVICE: Fields = &["id", "name", "status", "escalation_policy/id"];
const USER: Fields = &["id", "name", "email"];
const WINDOW: Fields = &["id", "start_time", "end_time", "services/*/id"];
const POST: Fields = &[
    "id",
    "post_type",
    "title",
    "status_page/id",
    "starts_at?",
    "ends_at?",
    "linked_resource?",
    "updates/*/id",
];
const UPDATE: Fields = &[
    "id",
    "message",
    "status/id",
    "severity/id",
    "impacted_services",
    "reported_at?",
];
const WORD: Fields = &["id", "description", "post_type"];

/// `(endpoint, side, path, fields)`. The path leads to the objects with these fields. An empty path means the body
/// itself.
const REQUIRED: &[(&str, Side, &str, Fields)] = &[
    (
        "GET /repos/{owner}/{repo}/issues",
        Side::Answer,
        "*",
        TRACKED_ISSUE,
    ),
    (
        "GET /repos/{owner}/{repo}/contents/{path}",
        Side::Answer,
        "*",
        &["name", "type", "html_url"],
    ),
    ("GET /incidents", Side::Answer, "", LIST),
    ("GET /incidents", Side::Answer, "incidents/*", INCIDENT),
    (
        "PUT /incidents",
        Side::Request,
        "incidents/*",
        &["id", "type"],
    ),
    ("PUT /incidents", Side::Answer, "incidents/*", INCIDENT),
    (
        "POST /incidents",
        Side::Request,
        "incident",
        &["type", "title", "service/id", "service/type"],
    ),
    ("POST /incidents", Side::Answer, "incident", INCIDENT),
    ("GET /incidents/{id}", Side::Answer, "incident", INCIDENT),
    ("PUT /incidents/{id}", Side::Request, "incident", &["type"]),
    ("PUT /incidents/{id}", Side::Answer, "incident", INCIDENT),
    ("GET /incidents/{id}/alerts", Side::Answer, "", LIST),
    (
        "GET /incidents/{id}/alerts",
        Side::Answer,
        "alerts/*",
        ALERT,
    ),
    ("GET /log_entries", Side::Answer, "", LIST),
    ("GET /log_entries", Side::Answer, "log_entries/*", LOG_ENTRY),
    ("GET /incidents/{id}/log_entries", Side::Answer, "", LIST),
    (
        "GET /incidents/{id}/log_entries",
        Side::Answer,
        "log_entries/*",
        LOG_ENTRY,
    ),
    ("GET /incidents/{id}/notes", Side::Answer, "notes/*", NOTE),
    (
        "POST /incidents/{id}/notes",
        Side::Request,
        "note",
        &["content"],
    ),
    ("POST /incidents/{id}/notes", Side::Answer, "note", NOTE),
    (
        "POST /incidents/{id}/snooze",
        Side::Request,
        "",
        &["duration"],
    ),
    (
        "POST /incidents/{id}/snooze",
        Side::Answer,
        "incident",
        INCIDENT,
    ),
    ("GET /oncalls", Side::Answer, "", LIST),
    ("GET /oncalls", Side::Answer, "oncalls/*", ONCALL),
    ("GET /escalation_policies", Side::Answer, "", LIST),
    (
        "GET /escalation_policies",
        Side::Answer,
        "escalation_policies/*",
        POLICY,
    ),
    (
        "GET /escalation_policies/{id}",
        Side::Answer,
        "escalation_policy",
        POLICY,
    ),
    ("GET /priorities", Side::Answer, "priorities/*", PRIORITY),
    ("GET /services", Side::Answer, "", LIST),
    ("GET /services", Side::Answer, "services/*", SERVICE),
    ("GET /services/{id}", Side::Answer, "service", SERVICE),
    ("GET /users", Side::Answer, "", LIST),
    ("GET /users", Side::Answer, "users/*", USER),
    ("GET /users/{id}", Side::Answer, "user", USER),
    ("GET /users/me", Side::Answer, "user", USER),
    ("GET /abilities", Side::Answer, "", &["abilities"]),
    ("GET /maintenance_windows", Side::Answer, "", LIST),
    (
        "GET /maintenance_windows",
        Side::Answer,
        "maintenance_windows/*",
        WINDOW,
    ),
    (
        "GET /status_pages",
        Side::Answer,
        "status_pages/*",
        &["id", "name"],
    ),
    (
        "GET /status_pages/{id}/posts",
        Side::Answer,
        "posts/*",
        POST,
    ),
    (
        "GET /status_pages/{id}/posts/{post_id}",
        Side::Answer,
        "post",
        POST,
    ),
    (
        "GET /status_pages/{id}/posts/{post_id}/post_updates",
        Side::Answer,
        "post_updates/*",
        UPDATE,
    ),
    (
        "GET /status_pages/{id}/impacts",
        Side::Answer,
        "impacts/*",
        WORD,
    ),
    (
        "GET /status_pages/{id}/severities",
        Side::Answer,
        "severities/*",
        WORD,
    ),
    (
        "GET /status_pages/{id}/statuses",
        Side::Answer,
        "statuses/*",
        WORD,
    ),
    (
        "GET /status_pages/{id}/services",
        Side::Answer,
        "services/*",
        &["id", "name"],
    ),
    (
        "GET /business_services",
        Side::Answer,
        "business_services/*",
        &["id", "name"],
    ),
    (
        "GET /business_services/impacts",
        Side::Answer,
        "services/*",
        &["id", "name", "status"],
    ),
];

/// The fields that `body` lacks. An endpoint that is not in `REQUIRED` counts as an error, since its fields were
/// forgotten.
pub fn missing(endpoint: &str, side: Side, body: &Value) -> Vec<String> {
    let lines: Vec<_> = REQUIRED
        .iter()
        .filter(|line| line.0 == endpoint && line.1 == side)
        .collect();
    if lines.is_empty() {
        return vec![format!(
            "{endpoint}: nobody wrote down what its {side:?} must hold"
        )];
    }
    let mut missing = Vec::new();
    for (_, _, place, fields) in lines {
        for field in *fields {
            let path = [*place, *field].join("/");
            lack(body, path.trim_start_matches('/'), "", &mut missing);
        }
    }
    missing
}

fn lack(value: &Value, path: &str, walked: &str, missing: &mut Vec<String>) {
    let (head, rest) = path
        .split_once('/')
        .map_or((path, None), |(head, rest)| (head, Some(rest)));
    if head == "*" {
        for (index, element) in value.as_array().into_iter().flatten().enumerate() {
            lack(
                element,
                rest.unwrap_or_default(),
                &format!("{walked}/{index}"),
                missing,
            );
        }
        return;
    }
    let here = format!("{walked}/{}", head.trim_end_matches('?'));
    match (value.get(head.trim_end_matches('?')), rest) {
        (None, _) => missing.push(format!("{here}: missing")),
        (Some(Value::Null), _) if !head.ends_with('?') => missing.push(format!("{here}: null")),
        (Some(inner), Some(rest)) => lack(inner, rest, &here, missing),
        (Some(_), None) => {}
    }
}
