//! Tests with a server on loopback: which queries are sent, and how the answers are read.

mod firing_runs;
mod known_clusters;
mod rules_pages;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use std::time::Duration;

use super::*;
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::domain::settings::{ClusterScope, EndpointSettings};
use crate::domain::source::FailureKind;
use crate::sources::testing::{MAX_BYTES, TestClock, endpoint, unreachable_endpoint};

fn settings(signals: BTreeMap<Signal, String>) -> PrometheusSettings {
    PrometheusSettings {
        has_rules: true,
        endpoint: EndpointSettings {
            name: "leap".into(),
            interval: Duration::from_secs(30),
            ..EndpointSettings::default()
        },
        scope: ClusterScope::One("leap".into()),
        external_labels: Default::default(),
        alertmanager_config: None,
        signals,
        start_figures: BTreeMap::new(),
    }
}

fn prometheus(server: &MockServer) -> Prometheus {
    Prometheus::new(&settings(BTreeMap::new()), endpoint(server))
}

fn ok(data: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
}

fn vector(samples: &[(&str, &str, &str)]) -> ResponseTemplate {
    let series = |(hub, signal, value): &(&str, &str, &str)| json!({"metric": {"namespace": hub, "signal": signal}, "value": [1.5, value]});
    let result: Vec<Value> = samples.iter().map(series).collect();
    ok(json!({"resultType": "vector", "result": result}))
}

// All signals of a hub that works.
const WELL: [(&str, &str, &str); 6] = [
    ("prod", "up", "1"),
    ("prod", "running_servers", "3"),
    ("prod", "spawn_failures_30m", "0"),
    ("prod", "home_free_percent", "60"),
    ("prod", "db_free_percent", "60"),
    ("prod", "sampled_at", "40"),
];

fn refused() -> ResponseTemplate {
    let body = json!({"status": "error", "errorType": "bad_data", "error": "parse error: no"});
    ResponseTemplate::new(400).set_body_json(body)
}

fn rules() -> ResponseTemplate {
    ok(json!({"groups": [{"name": "g", "interval": 60, "rules": [
        {"state": "firing", "name": "A", "query": "x > 1", "duration": 60, "type": "alerting", "health": "ok",
         "alerts": [{"labels": {"alertname": "A"}, "state": "firing", "activeAt": "1970-01-01T00:00:10Z", "value": "1e+00"}]}]}]}))
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    let mock = Mock::given(path(at.to_owned())).respond_with(answer);
    mock.with_priority(9).mount(server).await;
}

async fn asked(server: &MockServer, at: &str) -> Vec<Request> {
    let all = server.received_requests().await.unwrap();
    all.into_iter()
        .filter(|request| request.url.path() == at)
        .collect()
}

#[tokio::test]
async fn a_poll_is_two_requests() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api/v1/rules"))
        .and(query_param("type", "alert"))
        .and(header("x-scope-orgid", "tenant"))
        .and(header("authorization", "Basic aHVid2F0Y2g6c2VzYW1l"))
        .respond_with(rules().insert_header("date", "Thu, 01 Jan 1970 00:01:00 GMT"))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/api/v1/query"))
        .and(header("x-scope-orgid", "tenant"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .respond_with(vector(&WELL))
        .expect(1)
        .mount(&server)
        .await;
    let polled = prometheus(&server).poll(&TestClock::at(90)).await;
    let answer = polled.outcome.unwrap();
    assert_eq!(answer.body.alerts.len(), 1);
    assert_eq!(answer.body.rules.names.len(), 1);
    let hub = answer.body.signals[&HubKey::new("leap", "prod")];
    assert_eq!(hub.up, Some(1.0));
    let newest = answer.body.newest_sample[&"leap".into()];
    assert_eq!(newest.timestamp(), 40);
    assert_eq!(answer.asked_at.mono, Duration::from_secs(90));
    assert!(answer.server_clock.is_some());
}

#[tokio::test]
async fn the_query_is_a_form_that_joins_every_signal() {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/rules", rules()).await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    prometheus(&server)
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap();
    let request = asked(&server, "/api/v1/query").await.remove(0);
    let form: BTreeMap<String, String> = reqwest::Url::parse("http://x.test/")
        .map(|mut url| {
            url.set_query(std::str::from_utf8(&request.body).ok());
            url.query_pairs().into_owned().collect()
        })
        .unwrap();
    assert_eq!(form.len(), 1);
    assert_eq!(form["query"].matches("label_replace(").count(), 10);
}

/// A server that refuses every query that contains `bad`.
async fn server_that_refuses(bad: &str) -> MockServer {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/rules", rules()).await;
    serve(&server, "/api/v1/query", vector(&WELL)).await;
    Mock::given(path("/api/v1/query"))
        .and(body_string_contains(bad))
        .respond_with(refused())
        .with_priority(1)
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn one_bad_expression_blinds_nothing_and_is_not_asked_again_for_a_while() {
    let server = server_that_refuses("nonsense").await;
    let own = BTreeMap::from([(Signal::SpawnP95Seconds, "nonsense".to_owned())]);
    let mut prometheus = Prometheus::new(&settings(own), endpoint(&server));
    let clock = TestClock::at(0);

    let first = prometheus.poll(&clock).await.outcome.unwrap().body;
    assert_eq!(first.signals[&HubKey::new("leap", "prod")].up, Some(1.0));
    let broken: Vec<_> = first.broken_signals.into_iter().collect();
    let text = "prometheus says: parse error: no".to_owned();
    assert_eq!(broken, [(Signal::SpawnP95Seconds, text)]);
    assert_eq!(asked(&server, "/api/v1/query").await.len(), 10);

    clock.set(30);
    let second = prometheus.poll(&clock).await.outcome.unwrap().body;
    assert!(second.broken_signals.contains_key(&Signal::SpawnP95Seconds));
    assert_eq!(asked(&server, "/api/v1/query").await.len(), 11);

    clock.set(630);
    prometheus.poll(&clock).await.outcome.unwrap();
    assert_eq!(asked(&server, "/api/v1/query").await.len(), 21);
}

#[tokio::test]
async fn a_server_that_refuses_every_query_has_not_answered() {
    let server = server_that_refuses("query=").await;
    let error = prometheus(&server)
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap_err();
    assert_eq!(error.kind(), FailureKind::Refused);
    assert_eq!(error.text, "signals: prometheus says: parse error: no");
}

#[tokio::test]
async fn half_a_poll_is_none_and_says_which_half() {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    let missing = prometheus(&server)
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap_err();
    assert_eq!(missing.kind(), FailureKind::Configuration);
    assert!(missing.text.starts_with("rules: 404"), "{missing}");
}

#[tokio::test]
async fn the_same_reason_is_told_once() {
    let server = MockServer::start().await;
    let starting = ResponseTemplate::new(503).set_body_string("Service Unavailable\n");
    serve(&server, "/api/v1/rules", starting.clone()).await;
    serve(&server, "/api/v1/query", starting).await;
    let error = prometheus(&server)
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap_err();
    assert_eq!(error.text, "503: starting, replaying its log");
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_passed_on() {
    let server = MockServer::start().await;
    let enough = ResponseTemplate::new(429).insert_header("retry-after", "40");
    serve(&server, "/api/v1/rules", enough).await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    let polled = prometheus(&server).poll(&TestClock::at(0)).await;
    assert_eq!(polled.retry_after, Some(Duration::from_secs(40)));
    assert_eq!(polled.outcome.unwrap_err().kind(), FailureKind::RateLimited);
}

#[tokio::test]
async fn garbage_is_an_error_of_its_kind() {
    let huge = "x".repeat(MAX_BYTES + 1);
    for (body, kind) in [
        ("", FailureKind::Garbled),
        ("<html>login</html>", FailureKind::Garbled),
        (r#"{"status":"success","data":{"gr"#, FailureKind::Garbled),
        (
            r#"{"status":"success","data":{"groups":null}}"#,
            FailureKind::Garbled,
        ),
        (huge.as_str(), FailureKind::TooLarge),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string(body);
        serve(&server, "/api/v1/rules", answer).await;
        serve(&server, "/api/v1/query", vector(&[])).await;
        let outcome = prometheus(&server).poll(&TestClock::at(0)).await.outcome;
        assert_eq!(outcome.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn the_same_rules_are_the_same_alerts() {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/rules", rules()).await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    let mut prometheus = prometheus(&server);
    let clock = TestClock::at(0);
    let first = prometheus.poll(&clock).await.outcome.unwrap().body;
    let second = prometheus.poll(&clock).await.outcome.unwrap().body;
    assert!(Arc::ptr_eq(&first.alerts[0], &second.alerts[0]));
}

/// A Prometheus whose only group was never evaluated. The group's interval is a minute.
async fn server_with_an_unrun_group() -> MockServer {
    let server = MockServer::start().await;
    let rules = ok(
        json!({"groups": [{"name": "g", "interval": 60, "lastEvaluation": "0001-01-01T00:00:00Z",
        "rules": [{"name": "A", "type": "alerting", "state": "inactive", "health": "unknown", "alerts": []}]}]}),
    );
    let date = "Thu, 01 Jan 1970 00:10:00 GMT";
    serve(&server, "/api/v1/rules", rules.insert_header("date", date)).await;
    let signals = vector(&WELL).insert_header("date", date);
    serve(&server, "/api/v1/query", signals).await;
    server
}

async fn overdue_groups(server: &MockServer) -> usize {
    let polled = prometheus(server).poll(&TestClock::at(600)).await;
    polled.outcome.unwrap().body.rules.overdue.len()
}

#[tokio::test]
async fn a_group_has_an_interval_of_grace_since_its_server_started_or_was_configured() {
    for (start, config, overdue) in [
        ("1970-01-01T00:09:30Z", "1970-01-01T00:09:30Z", 0),
        ("1970-01-01T00:00:30Z", "1970-01-01T00:09:30Z", 0),
        ("1970-01-01T00:00:30Z", "1970-01-01T00:00:31Z", 1),
        ("1970-01-01T00:09:30Z", "", 0),
        ("", "", 1),
    ] {
        let server = server_with_an_unrun_group().await;
        let info = json!({"startTime": start, "lastConfigTime": config});
        serve(&server, "/api/v1/status/runtimeinfo", ok(info)).await;
        assert_eq!(overdue_groups(&server).await, overdue, "{start} {config}");
    }
}

#[tokio::test]
async fn without_a_word_of_its_start_it_began_after_all_groups_were_evaluated() {
    let server = MockServer::start().await;
    let mut source = prometheus(&server);
    for (minute, last, overdue) in [
        (10, "1970-01-01T00:09:55Z", 0),
        (11, "0001-01-01T00:00:00Z", 0),
        (12, "0001-01-01T00:00:00Z", 1),
    ] {
        server.reset().await;
        let date = format!("Thu, 01 Jan 1970 00:{minute}:00 GMT");
        let group = json!({"name": "g", "interval": 60, "lastEvaluation": last,
            "rules": [{"name": "A", "type": "alerting", "state": "inactive"}]});
        let rules = ok(json!({"groups": [group]})).insert_header("date", date.as_str());
        serve(&server, "/api/v1/rules", rules).await;
        let signals = vector(&WELL).insert_header("date", date.as_str());
        serve(&server, "/api/v1/query", signals).await;
        let polled = source.poll(&TestClock::at(minute * 60)).await;
        let rules = polled.outcome.unwrap().body.rules;
        assert_eq!(rules.overdue.len(), overdue, "minute {minute}");
    }
}

#[tokio::test]
async fn without_a_word_of_its_start_a_group_that_never_ran_is_overdue() {
    let refused = ResponseTemplate::new(403);
    let html = ResponseTemplate::new(200).set_body_string("<html></html>");
    let null = ok(json!(null));
    for answer in [refused, html, null] {
        let server = server_with_an_unrun_group().await;
        serve(&server, "/api/v1/status/runtimeinfo", answer).await;
        assert_eq!(overdue_groups(&server).await, 1);
    }
    let server = server_with_an_unrun_group().await;
    assert_eq!(overdue_groups(&server).await, 1, "404");
}

#[tokio::test]
async fn nobody_there_is_told_once() {
    let mut prometheus = Prometheus::new(&settings(BTreeMap::new()), unreachable_endpoint());
    let error = prometheus
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap_err();
    assert_eq!(error.kind(), FailureKind::Unreachable);
    assert!(!error.text.contains("rules:"), "{error}");
}

#[test]
fn a_poll_can_run_as_a_task() {
    fn sendable<'a>(source: &'a mut Prometheus, time: &'a dyn TimeSource) -> impl Send + 'a {
        source.poll(time)
    }
    let _: fn(_, _) -> _ = sendable;
}
