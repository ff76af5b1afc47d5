//! Tests of requests that change incidents, and of events from integrations.

use reqwest::Method;
use serde_json::{Value, json};

use crate::demo::WorldOptions;
use crate::demo::serve::testing::{TestServer, ok, served};
use crate::demo::world::events::DEFAULT_ROUTING_KEY;

async fn put(bench: &TestServer, name: &str, change: Value) -> (u16, Value) {
    let path = format!("/incidents/{}", bench.incident(name));
    sent(bench.write(Method::PUT, &path, &json!({ "incident": change }))).await
}

async fn sent(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn status(status: &str) -> Value {
    json!({ "type": "incident_reference", "status": status })
}

#[test]
fn an_incident_is_acknowledged_resolved_and_reopened() {
    served(WorldOptions::default(), |bench| async move {
        let (code, body) = put(&bench, "escalating", status("acknowledged")).await;
        assert_eq!(
            (code, &body["incident"]["status"]),
            (200, &json!("acknowledged"))
        );
        let by = &body["incident"]["acknowledgements"][0]["acknowledger"]["summary"];
        assert_eq!(by, "Ada");
        let (code, body) = put(&bench, "escalating", status("acknowledged")).await;
        assert_eq!((code, &body["error"]["code"]), (400, &json!(1002)));

        let mut over = status("resolved");
        over["resolution"] = json!("a false alarm");
        let (_, body) = put(&bench, "escalating", over).await;
        assert_eq!(body["incident"]["status"], "resolved");
        let path = format!(
            "/incidents/{}/log_entries?limit=1",
            bench.incident("escalating")
        );
        let log = bench.pagerduty(&path).await;
        assert_eq!(log["log_entries"][0]["note"], "a false alarm");
        let (code, body) = put(&bench, "escalating", status("resolved")).await;
        assert_eq!((code, &body["error"]["code"]), (400, &json!(1001)));

        let (_, body) = put(&bench, "escalating", status("acknowledged")).await;
        assert_eq!(
            body["incident"]["assignments"][0]["assignee"]["summary"],
            "Ada"
        );
    });
}

#[test]
fn an_incident_is_moved_raised_and_put_aside() {
    served(WorldOptions::default(), |bench| async move {
        let kind = "incident_reference";
        let to = json!({ "assignee": { "id": "PUDEE", "type": "user_reference" } });
        let (_, body) = put(
            &bench,
            "starts",
            json!({ "type": kind, "assignments": [to] }),
        )
        .await;
        assert_eq!(body["incident"]["assigned_via"], "direct_assignment");
        assert_eq!(
            body["incident"]["assignments"][0]["assignee"]["summary"],
            "Dee"
        );
        assert_eq!(body["incident"]["pending_actions"], json!([]));
        let policy = json!({ "id": "PENOOUTAGE", "type": "escalation_policy_reference" });
        let (_, body) = put(
            &bench,
            "starts",
            json!({ "type": kind, "escalation_policy": policy }),
        )
        .await;
        assert_eq!(
            body["incident"]["escalation_policy"]["summary"],
            "Shouldn't be an outage"
        );
        let (code, body) = put(
            &bench,
            "starts",
            json!({ "type": kind, "escalation_level": 7 }),
        )
        .await;
        assert_eq!((code, &body["error"]["code"]), (400, &json!(1006)));
        let (_, body) = put(&bench, "starts", json!({ "type": kind, "priority": "P1" })).await;
        assert_eq!(body["incident"]["priority"]["name"], "P1");
        let path = format!("/incidents/{}/log_entries", bench.incident("starts"));
        let log = bench.pagerduty(&path).await;
        let entries = log["log_entries"].as_array().unwrap();
        let is_change = |entry: &&Value| entry["type"] == "priority_change_log_entry";
        let change = entries.iter().find(is_change).unwrap();
        assert_eq!(change["summary"], "Priority changed from \"\" to \"P1\"");
        assert_eq!(change["channel"]["old_priority"], Value::Null);
        assert_eq!(change["channel"]["new_priority"]["summary"], "P1");
        let log = bench.pagerduty("/log_entries").await;
        let entries = log["log_entries"].as_array().unwrap();
        assert_eq!(entries.iter().find(is_change).unwrap()["id"], change["id"]);

        let path = format!("/incidents/{}/snooze", bench.incident("disk"));
        let snooze = bench.write(Method::POST, &path, &json!({ "duration": 3600 }));
        let (code, body) = sent(snooze).await;
        assert_eq!(code, 201);
        assert_eq!(
            body["incident"]["pending_actions"][0]["type"],
            "unacknowledge"
        );
    });
}

#[test]
fn a_bulk_change_is_made_for_all_or_for_none() {
    served(WorldOptions::default(), |bench| async move {
        let change = |name: &str| {
            let mut change = status("acknowledged");
            change["id"] = json!(bench.incident(name));
            change
        };
        let mut missing = change("storm");
        missing["id"] = json!("QNONE");
        let body = json!({ "incidents": [change("storm"), missing] });
        let (code, _) = sent(bench.write(Method::PUT, "/incidents", &body)).await;
        assert_eq!(code, 404);
        let path = format!("/incidents/{}", bench.incident("storm"));
        assert_eq!(
            bench.pagerduty(&path).await["incident"]["status"],
            "triggered"
        );
        let body = json!({ "incidents": [change("storm"), change("escalating")] });
        let (code, body) = sent(bench.write(Method::PUT, "/incidents", &body)).await;
        assert_eq!(
            (code, body["incidents"].as_array().unwrap().len()),
            (200, 2)
        );
        let many: Vec<_> = std::iter::repeat_n(change("storm"), 251).collect();
        let many = bench.write(Method::PUT, "/incidents", &json!({ "incidents": many }));
        assert_eq!(sent(many).await.0, 413);
    });
}

#[test]
fn an_incident_is_declared() {
    served(WorldOptions::default(), |bench| async move {
        let new = |assignments: Value| {
            json!({ "incident": {
                "type": "incident",
                "title": "canopy/prod is down",
                "service": { "id": "PVHUBURL", "type": "service_reference" },
                "priority": { "id": "PPP1", "type": "priority_reference" },
                "body": { "type": "incident_body", "details": "seen by our own probe" },
                "assignments": assignments,
            } })
        };
        let mine = json!([{ "assignee": { "id": "PUADA", "type": "user_reference" } }]);
        let (code, body) = sent(bench.write(Method::POST, "/incidents", &new(mine))).await;
        assert_eq!(
            (code, &body["incident"]["status"]),
            (201, &json!("acknowledged"))
        );
        let (_, body) = sent(bench.write(Method::POST, "/incidents", &new(Value::Null))).await;
        assert_eq!(body["incident"]["status"], "triggered");
        assert_eq!(body["incident"]["priority"]["name"], "P1");
        assert_eq!(body["incident"]["body"]["details"], "seen by our own probe");
    });
}

#[test]
fn a_misspelt_field_is_refused() {
    served(WorldOptions::default(), |bench| async move {
        let change = json!({ "type": "incident_reference", "state": "resolved" });
        let (code, body) = put(&bench, "disk", change).await;
        assert_eq!((code, &body["error"]["code"]), (400, &json!(2001)));
    });
}

fn event(action: &str, key: &str) -> Value {
    json!({
        "routing_key": DEFAULT_ROUTING_KEY,
        "event_action": action,
        "dedup_key": key,
        "client": "Alertmanager",
        "client_url": "http://127.0.0.1:9093/#/alerts?receiver=x",
        "payload": {
            "summary": "[FIRING:1] a thing (same day action needed)",
            "source": "Alertmanager",
            "severity": "error",
            "custom_details": { "firing": "Labels:\n - a = b\n", "num_firing": "1" },
        },
    })
}

#[test]
fn an_integration_opens_renews_and_closes_one_incident() {
    served(WorldOptions::default(), |bench| async move {
        let send = async |body: Value| {
            let url = format!("{}/v2/enqueue", bench.at.pagerduty);
            sent(bench.client.post(url).json(&body)).await
        };
        let found = async || {
            let path = "/incidents?date_range=all&incident_key=k1";
            bench.pagerduty(path).await["incidents"]
                .as_array()
                .unwrap()
                .clone()
        };
        let (code, body) = send(event("trigger", "k1")).await;
        assert_eq!((code, &body["dedup_key"]), (202, &json!("k1")));
        send(event("trigger", "k1")).await;
        let incidents = found().await;
        assert_eq!(incidents.len(), 1);
        assert_eq!(incidents[0]["priority"]["name"], "P2");
        let path = format!("/incidents/{}/alerts", incidents[0]["id"].as_str().unwrap());
        let alerts = ok(bench.read(&path).send().await.unwrap()).await;
        assert_eq!(alerts["alerts"][0]["alert_key"], "k1");
        assert_eq!(alerts["alerts"][0]["body"]["details"]["num_firing"], "1");

        send(json!({ "routing_key": DEFAULT_ROUTING_KEY, "event_action": "resolve", "dedup_key": "k1" })).await;
        assert_eq!(found().await[0]["status"], "resolved");
        send(event("trigger", "k1")).await;
        assert_eq!(
            found().await.len(),
            2,
            "after a resolve the same key opens anew"
        );
    });
}

#[test]
fn events_that_are_not_as_documented_are_refused() {
    served(WorldOptions::default(), |bench| async move {
        let url = format!("{}/v2/enqueue", bench.at.pagerduty);
        let mut wrong_key = event("trigger", "k");
        wrong_key["routing_key"] = json!("x");
        let mut wrong_severity = event("trigger", "k");
        wrong_severity["payload"]["severity"] = json!("bad");
        for body in [wrong_key, wrong_severity, event("explode", "k"), json!({})] {
            let (code, answer) = sent(bench.client.post(&url).json(&body)).await;
            assert_eq!((code, &answer["status"]), (400, &json!("invalid event")));
        }
    });
}
