//! Tests of the validator: it accepts valid bodies, and refuses and names each kind of mistake.

use serde_json::{Value, json};

use super::{OpenApi, samples};

/// The errors in one text; empty without errors.
fn wrongs(checked: Result<(), Vec<String>>) -> String {
    checked.err().unwrap_or_default().join("\n")
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn headers(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let usual = [
        ("accept", "application/vnd.pagerduty+json;version=2"),
        ("authorization", "Token token=made-up"),
    ];
    pairs(&[&usual, more].concat())
}

fn get(api: OpenApi, path: &str, query: &[(&str, &str)]) -> String {
    wrongs(api.check_request("GET", path, &pairs(query), &headers(&[]), None))
}

fn write(api: OpenApi, method: &str, path: &str, body: &Value) -> String {
    let headers = headers(&[
        ("From", "ada@example.org"),
        ("Content-Type", "application/json"),
    ]);
    wrongs(api.check_request(method, path, &[], &headers, Some(body)))
}

fn answer(api: OpenApi, path: &str, body: &Value) -> String {
    wrongs(api.check_response("GET", path, 200, body))
}

#[test]
fn what_the_wire_carries_passes() {
    let Some(api) = OpenApi::load() else { return };
    assert_eq!(answer(api, "/incidents", &samples::incidents()), "");
    assert_eq!(
        answer(
            api,
            "/incidents/Q1LEAP01",
            &json!({ "incident": samples::incident() })
        ),
        ""
    );
    assert_eq!(answer(api, "/oncalls", &samples::oncalls()), "");
    assert_eq!(
        answer(api, "/escalation_policies/PEP1", &samples::policy()),
        ""
    );
    assert_eq!(answer(api, "/log_entries", &samples::log_entries()), "");
    assert_eq!(
        answer(
            api,
            "/incidents/Q1LEAP01/log_entries",
            &samples::log_entries()
        ),
        ""
    );
    assert_eq!(
        wrongs(api.check_response("POST", "/incidents/Q1LEAP01/notes", 200, &samples::note())),
        ""
    );
    assert_eq!(
        answer(api, "/status_pages/PSP1/posts", &samples::posts()),
        ""
    );
}

#[test]
fn both_spellings_and_shapes_pass() {
    let Some(api) = OpenApi::load() else { return };
    let mut entries = samples::log_entries();
    entries["log_entries"][1]["type"] = json!("acknowledgement_log_entry");
    assert_eq!(answer(api, "/log_entries", &entries), "");
    let mut policy = samples::policy();
    policy["escalation_policy"]["escalation_rules"][0]["escalation_rule_assignment_strategy"] =
        json!({ "type": "round_robin" });
    assert_eq!(answer(api, "/escalation_policies/PEP1", &policy), "");
    let mut oncalls = samples::oncalls();
    let ada = json!({ "id": "PU1", "type": "user", "summary": "Ada", "name": "Ada", "email": "ada@example.org" });
    oncalls["oncalls"][0]["user"] = ada;
    assert_eq!(answer(api, "/oncalls", &oncalls), "");
}

#[test]
fn a_misspelt_key_is_refused_wherever_it_stands() {
    let Some(api) = OpenApi::load() else { return };
    for place in [
        "",
        "/service",
        "/assignments/0",
        "/assignments/0/assignee",
        "/pending_actions/0",
        "/alert_counts",
        "/priority",
    ] {
        let mut incident = samples::incident();
        incident.pointer_mut(place).unwrap()["sumary"] = Value::Null;
        let said = answer(api, "/incidents/Q1LEAP01", &json!({ "incident": incident }));
        assert!(said.contains("'sumary'"), "{place}: {said}");
    }
    let mut entries = samples::log_entries();
    entries["log_entries"][1]["acknowledgment_timeout"] = json!(1800);
    assert!(answer(api, "/log_entries", &entries).contains("'acknowledgment_timeout'"));
}

#[test]
fn a_field_that_we_rest_on_is_demanded() {
    let Some(api) = OpenApi::load() else { return };
    assert!(
        answer(api, "/incidents/Q1", &json!({ "incident": {} }))
            .contains("/incident/pending_actions: missing")
    );
    let mut incidents = samples::incidents();
    incidents["incidents"][0]["status"] = Value::Null;
    assert!(answer(api, "/incidents", &incidents).contains("/incidents/0/status: null"));
    incidents["incidents"][0]
        .as_object_mut()
        .unwrap()
        .remove("priority");
    assert!(answer(api, "/incidents", &incidents).contains("/incidents/0/priority: missing"));
    assert!(answer(api, "/incidents", &json!({ "incidents": [] })).contains("/more: missing"));
    let nobody_thought = answer(api, "/tags", &json!({ "tags": [] }));
    assert!(
        nobody_thought.contains("nobody wrote down"),
        "{nobody_thought}"
    );
}

#[test]
fn a_wrong_type_word_or_time_is_refused() {
    let Some(api) = OpenApi::load() else { return };
    for (place, value) in [
        ("incident_number", json!("5123")),
        ("status", json!("open")),
        ("created_at", json!("2026-08-21 09:00")),
        ("teams", json!({})),
        ("pending_actions", json!([{ "type": "escalate" }])),
    ] {
        let mut incident = samples::incident();
        incident[place] = value;
        let said = answer(api, "/incidents/Q1", &json!({ "incident": incident }));
        assert!(said.contains(place), "{place}: {said}");
    }
}

#[test]
fn a_request_names_only_what_is_declared() {
    let Some(api) = OpenApi::load() else { return };
    let open = [
        ("statuses[]", "triggered"),
        ("statuses[]", "acknowledged"),
        ("date_range", "all"),
        ("limit", "100"),
        ("total", "true"),
    ];
    assert_eq!(get(api, "/incidents", &open), "");
    assert!(
        get(api, "/incidents", &[("statuses", "triggered")])
            .contains("no query parameter `statuses`")
    );
    assert!(get(api, "/incidents", &[("statuses[]", "open")]).contains("not `open`"));
    assert!(get(api, "/incidents", &[("limit", "1000")]).contains("not `1000`"));
    assert!(get(api, "/log_entries", &[("since", "yesterday")]).contains("not `yesterday`"));
    assert!(get(api, "/incidents", &[("include[]", "priority")]).contains("not `priority`"));
    assert!(get(api, "/incident", &[]).contains("no such path"));
    assert!(get(api, "/users/me", &[("include[]", "teams")]).is_empty());
    assert_eq!(
        get(
            api,
            "/status_pages/PSP1/posts",
            &[("limit", "100"), ("offset", "0")]
        ),
        ""
    );
    assert!(
        wrongs(api.check_request("DELETE", "/incidents", &[], &headers(&[]), None))
            .contains("no such method")
    );
}

#[test]
fn a_request_carries_the_headers_that_are_demanded() {
    let Some(api) = OpenApi::load() else { return };
    let body = json!({ "note": { "content": "resizing" } });
    let send = |headers: &[(String, String)]| {
        wrongs(api.check_request("POST", "/incidents/Q1/notes", &[], headers, Some(&body)))
    };
    assert_eq!(
        send(&headers(&[
            ("from", "ada@example.org"),
            ("content-type", "application/json")
        ])),
        ""
    );
    assert!(
        send(&headers(&[("content-type", "application/json")])).contains("header From is missing")
    );
    assert!(
        send(&headers(&[("from", "ada@example.org")])).contains("header Content-Type is missing")
    );
    assert!(
        wrongs(api.check_request("GET", "/oncalls", &[], &[], None))
            .contains("header Authorization is missing")
    );
}

#[test]
fn a_body_that_is_sent_fits() {
    let Some(api) = OpenApi::load() else { return };
    let ack = json!({ "incidents": [{ "id": "Q1", "type": "incident_reference", "status": "acknowledged" }] });
    assert_eq!(write(api, "PUT", "/incidents", &ack), "");
    let by_name =
        json!({ "incidents": [{ "id": "Q1", "type": "incident_reference", "priority": "P1" }] });
    assert_eq!(write(api, "PUT", "/incidents", &by_name), "");
    let misspelt = json!({ "incidents": [{ "id": "Q1", "type": "incident_reference", "state": "acknowledged" }] });
    assert!(write(api, "PUT", "/incidents", &misspelt).contains("'state'"));
    let nameless = json!({ "incidents": [{ "type": "incident_reference" }] });
    assert!(write(api, "PUT", "/incidents", &nameless).contains("/incidents/0/id: missing"));
    assert!(
        write(
            api,
            "POST",
            "/incidents/Q1/notes",
            &json!({ "content": "bare" })
        )
        .contains("'content'")
    );
    assert_eq!(
        write(
            api,
            "POST",
            "/incidents/Q1/snooze",
            &json!({ "duration": 3600 })
        ),
        ""
    );
    let service = json!({ "id": "PSTOR01", "type": "service_reference" });
    let declared =
        json!({ "incident": { "type": "incident", "title": "Hub down", "service": service } });
    assert_eq!(write(api, "POST", "/incidents", &declared), "");
    assert!(
        wrongs(api.check_request("GET", "/oncalls", &[], &headers(&[]), Some(&json!({}))))
            .contains("takes no body")
    );
    assert!(
        wrongs(api.check_request("PUT", "/incidents", &[], &headers(&[]), None))
            .contains("its body is missing")
    );
}

#[test]
fn a_refusal_is_checked_as_one() {
    let Some(api) = OpenApi::load() else { return };
    let refusal = json!({ "error": { "message": "Not found", "code": 2100 } });
    assert_eq!(
        wrongs(api.check_response("GET", "/incidents/Q1", 404, &refusal)),
        ""
    );
    assert!(
        !wrongs(api.check_response("GET", "/incidents/Q1", 404, &json!({ "eror": {} }))).is_empty()
    );
    assert!(
        wrongs(api.check_response("GET", "/incidents", 418, &Value::Null))
            .contains("no answer 418")
    );
    assert_eq!(
        wrongs(api.check_response("GET", "/incidents", 429, &Value::Null)),
        ""
    );
    assert_eq!(
        wrongs(api.check_response("GET", "/incidents", 502, &json!("<html>"))),
        ""
    );
}
