//! Tests with a server on loopback: which requests are sent, and how the answers are read.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::domain::alert::Suppression;
use crate::domain::settings::EndpointSettings;
use crate::domain::source::FailureKind;
use crate::sources::testing::{TestClock, endpoint, unreachable_endpoint};

const ROUTES: &str = "route: { receiver: a, routes: [{ matchers: [team=a] }] }";

fn alertmanager(endpoint: Endpoint) -> Alertmanager {
    let settings = AlertmanagerSettings {
        endpoint: EndpointSettings {
            name: "leap".into(),
            interval: Duration::from_secs(30),
            ..EndpointSettings::default()
        },
        scope: Some(ClusterScope::One("leap".into())),
    };
    Alertmanager::new(&settings, endpoint)
}

fn alerts(silenced_by: &[&str]) -> ResponseTemplate {
    ok(
        &json!([{"labels": {"alertname": "A"}, "fingerprint": "9266ef3da838ad95", "receivers": [{"name": "pager"}],
                "status": {"state": if silenced_by.is_empty() { "active" } else { "suppressed" }, "silencedBy": silenced_by, "inhibitedBy": []}}]),
    )
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn config(text: &str) -> ResponseTemplate {
    ok(&json!({"config": {"original": text}}))
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(path(at.to_owned()))
        .respond_with(answer)
        .mount(server)
        .await;
}

async fn times_asked(server: &MockServer, at: &str) -> usize {
    let all = server.received_requests().await.unwrap();
    all.iter().filter(|one| one.url.path() == at).count()
}

fn many_routes(below: usize) -> String {
    format!(
        "route: {{ receiver: a, routes: [{}] }}",
        "{},".repeat(below)
    )
}

#[test]
fn routes_are_counted_with_their_root() {
    assert_eq!(Routes::parse(&many_routes(9_999)).unwrap().count(), 10_000);
}

#[tokio::test]
async fn what_a_cache_kept_for_long_is_not_the_present() {
    for (age, is_good) in [
        ("599", true),
        ("601", false),
        ("100000", false),
        ("-", true),
    ] {
        let server = MockServer::start().await;
        let old = alerts(&[]).insert_header("age", age);
        serve(&server, "/api/v2/alerts", old).await;
        let report = alertmanager(endpoint(&server))
            .poll(&TestClock::at(0))
            .await;
        assert_eq!(report.outcome.is_ok(), is_good, "{age}");
        if let Err(error) = report.outcome {
            assert!(error.text.contains("a cache on the way"), "{error}");
        }
    }
}

#[tokio::test]
async fn routes_that_cannot_be_read_are_a_part_that_says_so() {
    for (answer, why) in [
        (ResponseTemplate::new(500), "500"),
        (
            ok(&json!({"config": null})),
            "its status contains no configuration",
        ),
        (config("route: ["), "its configuration cannot be read"),
        (config("receivers: []"), "its configuration cannot be read"),
        (config(&many_routes(10_000)), "more than 10000 routes"),
    ] {
        let server = MockServer::start().await;
        serve(&server, "/api/v2/alerts", alerts(&[])).await;
        serve(&server, "/api/v2/status", answer).await;
        let report = alertmanager(endpoint(&server))
            .poll(&TestClock::at(0))
            .await;
        let answer = report.outcome.unwrap();
        assert_eq!(answer.body.alerts.len(), 1, "{why}");
        let routes = answer
            .parts
            .iter()
            .find(|part| part.name == PartName::Routes);
        let part = routes.unwrap();
        assert_eq!(part.read_at, None, "{why}");
        let text = &part.failure().unwrap().text;
        assert!(
            text.starts_with("joins are not exact without them: "),
            "{text}"
        );
        assert!(text.contains(why), "{text}");
    }
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_not_fetched_again_with_each_poll() {
    for (answer, times) in [
        (config("route: ["), 2),
        (config(&many_routes(10_000)), 2),
        (ResponseTemplate::new(404), 2),
        // A server error may pass, so the request is sent again with each poll.
        (ResponseTemplate::new(500), 11),
    ] {
        let server = MockServer::start().await;
        serve(&server, "/api/v2/alerts", alerts(&[])).await;
        serve(&server, "/api/v2/status", answer).await;
        let mut alertmanager = alertmanager(endpoint(&server));
        for poll in 0..11 {
            let report = alertmanager.poll(&TestClock::at(poll * 30)).await;
            let answer = report.outcome.unwrap();
            let routes = answer.parts.iter().find(|it| it.name == PartName::Routes);
            assert!(routes.unwrap().failure().is_some(), "poll {poll}");
        }
        assert_eq!(times_asked(&server, "/api/v2/status").await, times);
    }
}

#[tokio::test]
async fn all_alerts_are_asked_for_with_credentials_and_tenant() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api/v2/alerts"))
        .and(query_param("active", "true"))
        .and(query_param("silenced", "true"))
        .and(query_param("inhibited", "true"))
        .and(header("authorization", "Basic aHVid2F0Y2g6c2VzYW1l"))
        .and(header("x-scope-orgid", "tenant"))
        .respond_with(alerts(&[]))
        .expect(1)
        .mount(&server)
        .await;
    serve(&server, "/api/v2/status", config(ROUTES)).await;
    let mut alertmanager = alertmanager(endpoint(&server));
    let routes = Routes::parse(ROUTES).unwrap();
    let says = alertmanager
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap()
        .body;
    assert_eq!(says.cluster, Some("leap".into()));
    assert_eq!(says.alerts.len(), 1);
    assert_eq!(says.routes.as_deref(), Some(&routes));
    assert_eq!(times_asked(&server, "/api/v2/silences").await, 0);
}

#[tokio::test]
async fn a_silence_is_told_with_its_author() {
    let server = MockServer::start().await;
    serve(&server, "/api/v2/alerts", alerts(&["s1"])).await;
    let silences = json!([{"id": "s1", "createdBy": "bo@example.org", "comment": "resizing"}]);
    serve(&server, "/api/v2/silences", ok(&silences)).await;
    let mut alertmanager = alertmanager(endpoint(&server));
    let says = alertmanager
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap()
        .body;
    let Some(Suppression::Silenced { by, comment, .. }) = &says.alerts[0].suppressed else {
        panic!("{:?}", says.alerts);
    };
    assert_eq!(by.as_deref(), Some("bo@example.org"));
    assert_eq!(comment.as_deref(), Some("resizing"));
}

#[tokio::test]
async fn silences_that_cannot_be_had_still_silence() {
    let server = MockServer::start().await;
    serve(&server, "/api/v2/alerts", alerts(&["s1"])).await;
    let mut alertmanager = alertmanager(endpoint(&server));
    let says = alertmanager
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap()
        .body;
    assert!(matches!(
        says.alerts[0].suppressed,
        Some(Suppression::Silenced { by: None, .. })
    ));
    assert_eq!(says.routes, None);
}

#[tokio::test]
async fn the_configuration_is_asked_for_now_and_then_and_kept() {
    let server = MockServer::start().await;
    serve(&server, "/api/v2/alerts", alerts(&[])).await;
    serve(&server, "/api/v2/status", config(ROUTES)).await;
    let mut alertmanager = alertmanager(endpoint(&server));
    let routes = Routes::parse(ROUTES).unwrap();
    for _ in 0..11 {
        let says = alertmanager
            .poll(&TestClock::at(0))
            .await
            .outcome
            .unwrap()
            .body;
        assert_eq!(says.routes.as_deref(), Some(&routes));
    }
    assert_eq!(times_asked(&server, "/api/v2/status").await, 2);
}

#[tokio::test]
async fn routes_that_are_not_understood_cost_nothing_else() {
    let server = MockServer::start().await;
    serve(&server, "/api/v2/alerts", alerts(&[])).await;
    serve(
        &server,
        "/api/v2/status",
        config("route: { matchers: ['?'] }"),
    )
    .await;
    let mut alertmanager = alertmanager(endpoint(&server));
    let says = alertmanager
        .poll(&TestClock::at(0))
        .await
        .outcome
        .unwrap()
        .body;
    assert_eq!((says.alerts.len(), says.routes), (1, None));
}

#[tokio::test]
async fn refusals_and_garbage_have_their_kinds() {
    let page = ResponseTemplate::new(200).set_body_string("<html>");
    let said = ResponseTemplate::new(500).set_body_string("\"not ready\"");
    for (answer, kind, text) in [
        (ResponseTemplate::new(401), FailureKind::Credentials, "401"),
        (
            ResponseTemplate::new(404),
            FailureKind::Configuration,
            "404",
        ),
        (said, FailureKind::Refused, "alertmanager says: not ready"),
        (page, FailureKind::Garbled, "answered HTML"),
        (
            ok(&Value::Null),
            FailureKind::Garbled,
            "answered null: is the address right?",
        ),
    ] {
        let server = MockServer::start().await;
        serve(&server, "/api/v2/alerts", answer).await;
        let mut alertmanager = alertmanager(endpoint(&server));
        let error = alertmanager
            .poll(&TestClock::at(0))
            .await
            .outcome
            .unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.text.starts_with(text), "{error}");
    }
}

#[tokio::test]
async fn nobody_there_is_an_error() {
    let polled = alertmanager(unreachable_endpoint())
        .poll(&TestClock::at(0))
        .await;
    assert_eq!(polled.outcome.unwrap_err().kind(), FailureKind::Unreachable);
}

#[test]
fn a_poll_can_run_as_a_task() {
    fn sendable<'a>(source: &'a mut Alertmanager, time: &'a dyn TimeSource) -> impl Send + 'a {
        source.poll(time)
    }
    let _: fn(_, _) -> _ = sendable;
}
