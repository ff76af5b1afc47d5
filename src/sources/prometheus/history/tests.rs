//! Tests with a server on loopback: which queries are sent, and how the answers are read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::domain::history::SeriesKey;
use crate::domain::labels::Labels;
use crate::domain::settings::EndpointSettings;
use crate::domain::source::{FailureKind, SourceId, SourceKind};
use crate::sources::error::SourceError;
use crate::sources::testing::{endpoint, unreachable_endpoint};

fn settings(scope: ClusterScope) -> PrometheusSettings {
    PrometheusSettings {
        has_rules: true,
        endpoint: EndpointSettings {
            name: "leap".into(),
            interval: Duration::from_secs(30),
            ..EndpointSettings::default()
        },
        scope,
        external_labels: Labels::default(),
        alertmanager_config: None,
        signals: BTreeMap::new(),
        start_figures: BTreeMap::new(),
    }
}

fn one() -> PrometheusSettings {
    settings(ClusterScope::One("leap".into()))
}

/// A request made at 16:53:20 (1,790,000,000) for at most 40 points. The step is then 10 minutes. So the window ends at
/// 16:50 and has 37 points.
fn question(subject: HistorySubject) -> HistoryRequest {
    HistoryRequest {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        subject,
        window: Window::ending_at(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 40),
    }
}

const END: i64 = 1_789_999_800;

fn alert() -> HistoryRequest {
    let labels = [("alertname", "x"), ("namespace", "prod"), ("severity", "s")];
    let expression: Arc<str> = "floor(a / b) <= 10".into();
    let watched = AlertQuery::new(labels.into_iter().collect(), &expression);
    question(HistorySubject::Alert(watched))
}

fn hub() -> HistoryRequest {
    question(HistorySubject::Hub(HubKey::new("leap", "prod")))
}

fn matrix(series: Value) -> ResponseTemplate {
    let data = json!({"resultType": "matrix", "result": series});
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
}

async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/query_range"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

async fn asked(
    answer: ResponseTemplate,
    question: &HistoryRequest,
) -> Result<History, SourceError> {
    let server = answering(answer).await;
    history(&one(), &endpoint(&server), question).await
}

#[tokio::test]
async fn the_question_is_a_form_with_our_credentials_and_tenant() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/query_range"))
        .and(header("x-scope-orgid", "tenant"))
        .and(header("authorization", "Basic aHVid2F0Y2g6c2VzYW1l"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(body_string_contains(
            "query=%28floor%28a+%2F+b%29%0A%29+and+on",
        ))
        .and(body_string_contains(
            "&start=1789978200&end=1789999800&step=600",
        ))
        .respond_with(matrix(json!([])))
        .expect(1)
        .mount(&server)
        .await;
    let answer = history(&one(), &endpoint(&server), &alert()).await.unwrap();
    assert_eq!(answer, History::default());
}

#[tokio::test]
async fn gaps_stay_gaps_whatever_stands_in_them() {
    let values = json!([
        [END - 1800, "3"],
        [END - 1200, "NaN"],
        [END - 600, "+Inf"],
        [END, "9.5e+00"],
        [END + 600, "1"]
    ]);
    let series = json!([
        {"metric": {"namespace": "prod"}, "values": values},
        {"metric": {"namespace": "prod", "pod": "x"}, "values": [[END, "1"]]},
        {"metric": {"namespace": "staging"}, "values": [[END, "1"]]},
        {"metric": {}, "histograms": [[END, {"count": "1", "sum": "2", "buckets": []}]]},
    ]);
    let answer = asked(matrix(series), &alert()).await.unwrap();
    let [series] = answer.series.as_slice() else {
        panic!("{answer:?}");
    };
    assert_eq!(
        series.key,
        SeriesKey::Labels([("namespace", "prod")].into_iter().collect())
    );
    assert_eq!(series.values.len(), 37);
    let last: Vec<_> = series.values.iter().rev().take(5).copied().collect();
    assert_eq!(last, [Some(9.5), None, None, Some(3.0), None]);
}

#[tokio::test]
async fn of_many_that_agree_a_few_are_kept_in_a_fixed_order() {
    let named = |name: &str| json!({"metric": {"__name__": name, "namespace": "prod"}, "values": [[END, "1"]]});
    let series: Vec<Value> = ["f", "b", "e", "a", "d", "c"].map(named).to_vec();
    let answer = asked(matrix(series.into()), &alert()).await.unwrap();
    assert_eq!((answer.series.len(), answer.omitted), (4, 2));
    let first = &answer.series[0].key;
    assert!(matches!(first, SeriesKey::Labels(labels) if labels.get("__name__") == Some("a")));
}

#[tokio::test]
async fn a_hub_has_one_series_a_signal() {
    let sample = |hub: &str, signal: &str, value: &str| json!({"metric": {"namespace": hub, "signal": signal}, "values": [[END, value]]});
    let series = json!([
        sample("prod", "home_free_percent", "9"),
        sample("prod", "up", "0"),
        sample("prod", "home_free_percent", "7"),
        sample("prod", "up", "1"),
        sample("staging", "up", "1"),
        sample("prod", "no_such_signal", "1"),
    ]);
    let answer = asked(matrix(series), &hub()).await.unwrap();
    let last = |signal| answer.signal(signal).and_then(|it| it.values[36]);
    assert_eq!(answer.series.len(), 2);
    assert_eq!(last(Signal::Up), Some(1.0));
    assert_eq!(last(Signal::HomeFreePercent), Some(7.0));
}

#[tokio::test]
async fn one_endpoint_for_many_clusters_tells_them_apart() {
    let sample = |cluster: &str, value: &str| json!({"metric": {"namespace": "prod", "site": cluster, "signal": "up"}, "values": [[END, value]]});
    let server = answering(matrix(json!([sample("ucec", "1"), sample("leap", "0")]))).await;
    let many = settings(ClusterScope::ByLabel("site".into()));
    let answer = history(&many, &endpoint(&server), &hub()).await.unwrap();
    assert_eq!(answer.signal(Signal::Up).unwrap().values[36], Some(0.0));
    let request = server.received_requests().await.unwrap().remove(0);
    let body = String::from_utf8(request.body).unwrap();
    assert!(body.contains("and+on+%28site%29"), "{body}");
    assert!(!body.contains("sampled_at") && !body.contains("newest_sample"));
}

#[tokio::test]
async fn a_signal_that_is_refused_hides_no_other() {
    let server = answering(matrix(json!([
        {"metric": {"namespace": "prod", "signal": "up"}, "values": [[END, "1"]]}
    ])))
    .await;
    Mock::given(body_string_contains("running_servers%22"))
        .respond_with(refused())
        .with_priority(1)
        .mount(&server)
        .await;
    let answer = history(&one(), &endpoint(&server), &hub()).await.unwrap();
    assert!(answer.signal(Signal::Up).is_some());
    let refused: Vec<_> = answer.failed_signals.into_iter().collect();
    let text = "prometheus says: parse error: no".to_owned();
    assert_eq!(refused, [(Signal::RunningServers, text)]);
}

fn refused() -> ResponseTemplate {
    let body = json!({"status": "error", "errorType": "bad_data", "error": "parse error: no"});
    ResponseTemplate::new(400).set_body_json(body)
}

#[tokio::test]
async fn what_went_wrong_is_told_in_words() {
    let failed = async |answer| {
        let error = asked(answer, &alert()).await.unwrap_err();
        (error.kind(), error.text)
    };
    let text = "prometheus says: parse error: no".to_owned();
    assert_eq!(failed(refused()).await, (FailureKind::Refused, text));
    let starting = ResponseTemplate::new(503).set_body_string("Service Unavailable");
    let text = "503: starting, replaying its log".to_owned();
    assert_eq!(failed(starting).await, (FailureKind::Refused, text));
    let vector = json!({"status": "success", "data": {"resultType": "vector", "result": []}});
    let vector = ResponseTemplate::new(200).set_body_json(vector);
    let text = "the query returns a vector, not a matrix".to_owned();
    assert_eq!(failed(vector).await, (FailureKind::Garbled, text));
    assert_eq!(
        failed(ResponseTemplate::new(401)).await.0,
        FailureKind::Credentials
    );
    let error = history(&one(), &unreachable_endpoint(), &hub())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), FailureKind::Unreachable);
}

#[tokio::test]
async fn warnings_of_partial_data_are_kept() {
    let body = json!({"status": "success", "data": {"resultType": "matrix", "result": []}, "warnings": ["store x is away", "PromQL warning: y"]});
    let answer = asked(ResponseTemplate::new(200).set_body_json(body), &alert()).await;
    assert_eq!(answer.unwrap().warnings, ["store x is away"]);
}
