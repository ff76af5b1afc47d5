//! Where PagerDuty's published file differs from what PagerDuty sends: one exception for each place, with its reason.
//!
//! Three more exceptions apply everywhere, and are part of the check itself: null is allowed in optional fields,
//! `oneOf` is read as `anyOf`, and an answer may contain a full object where the file declares a reference.

use serde_json::{Value, json};

/// A place in the OpenAPI file where the tests use another schema than the file's.
pub struct Exception {
    /// JSON pointer into the file.
    pub at: &'static str,
    /// The schema that is used instead.
    pub instead: Value,
    /// The reason. A failing test prints it if the file no longer has the place.
    pub why: &'static str,
}

/// Every exception to a schema.
pub fn exceptions() -> Vec<Exception> {
    vec![
        Exception {
            at: "/components/schemas/AcknowledgeLogEntry/allOf/1/properties/type/enum",
            instead: json!(["acknowledge_log_entry", "acknowledgement_log_entry"]),
            why: "the file says acknowledgement, captured traffic says acknowledge",
        },
        Exception {
            at: "/components/schemas/EscalationRule/properties/escalation_rule_assignment_strategy",
            instead: json!({"anyOf": [
                {"type": "string", "enum": ["round_robin", "assign_to_everyone"]},
                {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]},
            ]}),
            why: "the file says a word, PagerDuty's own client reads an object",
        },
        Exception {
            at: "/components/schemas/Alert/allOf/1/properties/body/properties/cef_details",
            instead: json!({"type": "object"}),
            why: "details of events in the common format come here, the file does not know it",
        },
        Exception {
            at: "/components/schemas/IncidentBody/properties/details",
            instead: json!({"anyOf": [{"type": "string"}, {"type": "object"}]}),
            why: "the file says an object, its own example and PagerDuty's guide send text",
        },
        Exception {
            at: "/components/schemas/LogEntry/allOf/1/properties/type",
            instead: json!({"type": "string"}),
            why: "each kind of entry says its own word, and priority_change_log_entry is not in the list",
        },
        Exception {
            at: "/components/schemas/FieldValueChangeLogEntry/allOf/1/properties/type/enum",
            instead: json!(["field_value_change_log_entry", "priority_change_log_entry"]),
            why: "priority_change_log_entry stands in captured traffic, the file does not know it",
        },
        Exception {
            at: "/paths/~1log_entries/get/responses/200/content/application~1json/schema",
            instead: json!({"$ref": "#/paths/~1incidents~1{id}~1log_entries/get/responses/200/content/application~1json/schema"}),
            why: "the file knows changes of fields in one incident's log alone; the account's log is all of those",
        },
        Exception {
            at: "/components/schemas/Channel/properties/old_priority",
            instead: json!({"type": "object"}),
            why: "priority_change_log_entry stands in captured traffic, the file does not know it",
        },
        Exception {
            at: "/components/schemas/Channel/properties/new_priority",
            instead: json!({"type": "object"}),
            why: "priority_change_log_entry stands in captured traffic, the file does not know it",
        },
        Exception {
            at: "/paths/~1incidents~1{id}/put/responses/400",
            instead: json!({"$ref": "#/components/responses/ArgumentError"}),
            why: "what is already resolved is refused with 400; the file says so of the bulk call alone",
        },
    ]
}

/// Query parameters that an endpoint takes though the file does not say so: `(endpoint, parameter, why)`.
pub const PARAMETERS: &[(&str, &str, &str)] = &[
    (
        "GET /status_pages/{id}/posts",
        "limit",
        "the answer is paginated as all lists are",
    ),
    (
        "GET /status_pages/{id}/posts",
        "offset",
        "the answer is paginated as all lists are",
    ),
];

/// The OpenAPI file requires `Content-Type` even for a request without a body.
pub fn is_header_demanded_in_vain(header: &str, has_body: bool) -> bool {
    header.eq_ignore_ascii_case("content-type") && !has_body
}

/// Whether an answer with this status is accepted although the file does not declare it. A proxy on the way may send
/// such an answer, with any body or none.
pub fn is_anyones_answer(status: u16) -> bool {
    status == 429 || status >= 500
}
