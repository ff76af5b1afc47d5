//! Which queries about the past are sent, and when. The test's server records its requests.

use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::domain::settings::ClusterScope;
use crate::sources::prometheus::expressions::Expressions;
use crate::sources::testing::endpoint;

const QUARTER: &str = "15m%3A1m";
const FORTNIGHT: &str = "14d%3A2h";

fn at(seconds: u64) -> Now {
    Now {
        wall: chrono::DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
        mono: Duration::from_secs(seconds),
    }
}

fn vector(samples: &[(&str, &str)]) -> ResponseTemplate {
    let series = |(hub, signal): &(&str, &str)| json!({"metric": {"namespace": hub, "signal": signal}, "value": [1.5, "3"]});
    let result: Vec<Value> = samples.iter().map(series).collect();
    let data = json!({"resultType": "vector", "result": result});
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
}

async fn server(recent: ResponseTemplate, before: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    for (window, answer) in [(QUARTER, recent), (FORTNIGHT, before)] {
        Mock::given(path("/api/v1/query"))
            .and(body_string_contains(window))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    server
}

async fn asked(server: &MockServer, window: &str) -> usize {
    let all = server.received_requests().await.unwrap();
    let bodies = all.iter().map(|it| String::from_utf8_lossy(&it.body));
    bodies.filter(|body| body.contains(window)).count()
}

// Two hubs that have every expected signal except the `absent` ones.
fn hubs(absent: &[(&str, Signal)]) -> SignalsByHub {
    let hub = |name: &str| {
        let lacks = |signal| absent.contains(&(name, signal));
        let value = |signal| (!lacks(signal)).then_some(1.0);
        let signals = Signals {
            up: value(Signal::Up),
            running_servers: value(Signal::RunningServers),
            spawn_failures_30m: value(Signal::SpawnFailures30m),
            home_free_percent: value(Signal::HomeFreePercent),
            db_free_percent: value(Signal::DbFreePercent),
            ..Signals::default()
        };
        (HubKey::new("leap", name), signals)
    };
    [hub("prod"), hub("staging")].into()
}

async fn find(
    missing: &mut MissingSignals,
    server: &MockServer,
    seconds: u64,
    hubs: &SignalsByHub,
) -> Result<Vec<(String, Vec<MissingSignal>)>, String> {
    let scope = ClusterScope::One("leap".into());
    let expressions = Expressions::new(&scope, &BTreeMap::new());
    let endpoint = endpoint(server);
    let query = SignalQuery {
        endpoint: &endpoint,
        expressions: &expressions,
        scope: &scope,
    };
    let found = missing
        .find(query, at(seconds), hubs, &BTreeMap::new())
        .await?;
    let named = found.into_iter().map(|(key, it)| (key.hub.to_string(), it));
    Ok(named.collect())
}

#[tokio::test]
async fn while_nothing_is_missing_nothing_is_asked() {
    let server = MockServer::start().await;
    let mut missing = MissingSignals::default();
    let found = find(&mut missing, &server, 0, &hubs(&[])).await;
    assert_eq!(found, Ok(Vec::new()));
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_there_a_quarter_of_an_hour_ago_is_not_missing_yet() {
    let recent = vector(&[("prod", "home_free_percent")]);
    let server = server(recent, vector(&[("prod", "home_free_percent")])).await;
    let mut missing = MissingSignals::default();
    let lacking = hubs(&[("prod", Signal::HomeFreePercent)]);
    let found = find(&mut missing, &server, 0, &lacking).await;
    assert_eq!(found, Ok(Vec::new()));
    assert_eq!(asked(&server, FORTNIGHT).await, 0);
}

#[tokio::test]
async fn what_is_missing_is_told_with_whether_it_was_ever_there_and_seldom_asked_again() {
    let server = server(vector(&[]), vector(&[("prod", "home_free_percent")])).await;
    let mut missing = MissingSignals::default();
    let lacking = hubs(&[
        ("prod", Signal::HomeFreePercent),
        ("staging", Signal::HomeFreePercent),
    ]);
    let told = |had_before| {
        vec![MissingSignal {
            signal: Signal::HomeFreePercent,
            had_before,
        }]
    };
    let expected = Ok(vec![
        ("prod".to_owned(), told(true)),
        ("staging".to_owned(), told(false)),
    ]);
    for seconds in [0, 30, 59] {
        assert_eq!(
            find(&mut missing, &server, seconds, &lacking).await,
            expected
        );
    }
    assert_eq!(asked(&server, QUARTER).await, 1);
    find(&mut missing, &server, 60, &lacking).await.unwrap();
    assert_eq!(asked(&server, QUARTER).await, 2);
    assert_eq!(asked(&server, FORTNIGHT).await, 1);
    find(&mut missing, &server, 600, &lacking).await.unwrap();
    assert_eq!(asked(&server, FORTNIGHT).await, 2);
}

#[tokio::test]
async fn where_the_past_cannot_be_read_nothing_is_said_to_be_missing_and_why_is() {
    let body = json!({"status": "error", "errorType": "bad_data", "error": "no subqueries"});
    let refused = ResponseTemplate::new(400).set_body_json(body);
    let server = server(refused.clone(), refused).await;
    let mut missing = MissingSignals::default();
    let lacking = hubs(&[("prod", Signal::Up)]);
    let found = find(&mut missing, &server, 0, &lacking).await;
    assert_eq!(found, Err("prometheus says: no subqueries".to_owned()));
}
