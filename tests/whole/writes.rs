//! The demo's answers to writes, and to reads that no poll makes, checked against PagerDuty's own OpenAPI file.

use serde_json::{Value, json};

use super::account::misfits;
use super::recorder::Recorder;
use super::served::Served;
use super::wire::{address, ask};
use crate::openapi::OpenApi;

/// Somebody who uses the account by hand.
pub struct Caller(String);

impl Caller {
    pub fn of(url: &str) -> Self {
        Self(url.to_owned())
    }

    /// Status and JSON of an answer.
    pub fn call(&self, what: &str, body: Option<&Value>) -> (u16, Value) {
        let headers = [
            ("Host", "pagerduty.test"),
            ("Accept", "application/vnd.pagerduty+json;version=2"),
            ("Authorization", "Token token=u+demo-token"),
            ("Content-Type", "application/json"),
            ("From", "ada@example.org"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = body.map_or(String::new(), Value::to_string);
        let answer = ask(address(&self.0), what, &headers, body.as_bytes());
        let (status, _, answer) = answer.expect("an answer");
        (status, serde_json::from_slice(&answer).unwrap_or_default())
    }

    pub fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(&format!("GET {path}"), None);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// The ids of the newest hundred incidents in this state, newest last.
    pub fn incidents(&self, status: &str) -> Vec<String> {
        let listed = self.get(&format!(
            "/incidents?date_range=all&limit=100&statuses%5B%5D={status}&sort_by=incident_number%3Adesc"
        ));
        let listed = listed["incidents"].as_array().expect("a list");
        let ids = listed
            .iter()
            .rev()
            .map(|it| it["id"].as_str().expect("an id").to_owned());
        ids.collect()
    }
}

fn reference(status: &str) -> Value {
    json!({ "type": "incident_reference", "status": status })
}

#[test]
fn every_write_and_its_answer_fits_too() {
    let Some(api) = OpenApi::load() else {
        return;
    };
    let served = Served::start(&["--scenario", "quiet", "--clusters", "8", "--hubs", "40"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let ada = Caller::of(&recorder.url());
    let open = ada.incidents("triggered");
    let [first, second, third, ..] = open.as_slice() else {
        panic!("too few incidents: {open:?}");
    };
    let wants = |status: u16, what: &str, body: Value| {
        let (is, answer) = ada.call(what, Some(&body));
        assert_eq!(is, status, "{what}: {answer}");
        answer
    };
    let put = |change: Value| {
        wants(
            200,
            &format!("PUT /incidents/{second}"),
            json!({ "incident": change }),
        )
    };

    let mut both = [reference("acknowledged"), reference("acknowledged")];
    both[0]["id"] = json!(first);
    both[1]["id"] = json!(second);
    let answer = wants(200, "PUT /incidents", json!({ "incidents": both }));
    assert_eq!(answer["incidents"][1]["status"], "acknowledged");
    let note = json!({ "note": { "content": "[hubwatch] time-box start 30m" } });
    wants(200, &format!("POST /incidents/{first}/notes"), note);
    wants(
        201,
        &format!("POST /incidents/{first}/snooze"),
        json!({ "duration": 3600 }),
    );
    let priority = json!({ "id": "PPP1", "type": "priority_reference" });
    put(json!({ "type": "incident_reference", "priority": priority }));
    put(json!({ "type": "incident_reference", "escalation_level": 2 }));
    let dee = json!({ "assignee": { "id": "PUDEE", "type": "user_reference" } });
    let answer = put(json!({ "type": "incident_reference", "assignments": [dee] }));
    assert_eq!(
        answer["incident"]["assignments"][0]["assignee"]["summary"],
        "Dee"
    );
    let policy = json!({ "id": "PENOOUTAGE", "type": "escalation_policy_reference" });
    put(json!({ "type": "incident_reference", "escalation_policy": policy }));
    put(reference("resolved"));
    let again = json!({ "incident": reference("resolved") });
    let refused = wants(400, &format!("PUT /incidents/{second}"), again);
    assert_eq!(refused["error"]["code"], 1001);
    let declared = json!({ "incident": {
        "type": "incident",
        "title": "a hub is down",
        "service": { "id": "PVHUBURL", "type": "service_reference" },
        "priority": { "id": "PPP1", "type": "priority_reference" },
        "body": { "type": "incident_body", "details": "seen by our own probe" },
    } });
    wants(201, "POST /incidents", declared);

    for path in [
        format!("/incidents/{first}"),
        format!("/incidents/{first}/notes"),
        format!("/incidents/{first}/log_entries"),
        format!("/incidents/{second}/log_entries?is_overview=true"),
        format!("/incidents/{third}/alerts"),
        "/services".to_owned(),
        "/services/PVHUBURL".to_owned(),
        "/users/PUADA".to_owned(),
        "/escalation_policies/PEOUTAGES".to_owned(),
        "/abilities".to_owned(),
        "/business_services".to_owned(),
        "/status_pages".to_owned(),
        "/status_pages/PSPHUBS/severities".to_owned(),
    ] {
        ada.get(&path);
    }
    let misfits = misfits(api, &recorder.take());
    assert!(misfits.is_empty(), "{misfits:#?}");
}
