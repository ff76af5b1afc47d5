use serde_json::json;
use wiremock::matchers::{body_string_contains, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::*;
use crate::domain::settings::{ClusterScope, EndpointSettings};
use crate::sources::testing::endpoint;

fn settings(scope: ClusterScope, own: &[(StartFigure, &str)]) -> PrometheusSettings {
    let own = own
        .iter()
        .map(|(figure, text)| (*figure, (*text).to_owned()));
    PrometheusSettings {
        has_rules: true,
        endpoint: EndpointSettings::default(),
        scope,
        external_labels: Default::default(),
        alertmanager_config: None,
        signals: BTreeMap::new(),
        start_figures: own.collect(),
    }
}

fn one() -> ClusterScope {
    ClusterScope::One("leap".into())
}

fn vector(samples: &[(&str, &str, &str)]) -> ResponseTemplate {
    let series = |(hub, name, value): &(&str, &str, &str)| json!({"metric": {"namespace": hub, "signal": name}, "value": [1.5, value]});
    answer(samples.iter().map(series).collect())
}

fn answer(result: Vec<serde_json::Value>) -> ResponseTemplate {
    let data = json!({"resultType": "vector", "result": result});
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
}

fn refused() -> ResponseTemplate {
    let body = json!({"status": "error", "errorType": "bad_data", "error": "parse error"});
    ResponseTemplate::new(400).set_body_json(body)
}

fn query(request: &Request) -> String {
    let form = std::str::from_utf8(&request.body).unwrap();
    let decoded = form.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&decoded).decode_utf8();
    decoded.unwrap().into_owned()
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn counts_are_read_by_hub_and_what_is_no_number_is_not_known() {
    let server = MockServer::start().await;
    let answer = vector(&[
        ("prod", "starts_since", "9.6"),
        ("prod", "failed_starts_since", "0"),
        ("prod", "spawn_p95_since", "75.5"),
        ("staging", "starts_since", "0"),
        ("staging", "spawn_p95_since", "NaN"),
        ("odd", "starts_since", "-3"),
        ("odd", "failed_starts_since", "+Inf"),
        ("odd", "something_else", "7"),
    ]);
    Mock::given(path("/api/v1/query"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let read = start_counts(&settings(one(), &[]), &endpoint(&server), 15 * MINUTE).await;
    let hubs = read.unwrap().hubs;
    let prod = &hubs[&HubKey::new("leap", "prod")];
    assert_eq!((prod.starts, prod.failed_starts), (Some(9.6), Some(0.0)));
    assert_eq!(prod.p95_seconds, Some(75.5));
    assert!(!prod.p95_is_lower_bound());
    let staging = &hubs[&HubKey::new("leap", "staging")];
    assert_eq!((staging.starts, staging.p95_seconds), (Some(0.0), None));
    assert_eq!(hubs[&HubKey::new("leap", "odd")], StartCounts::default());
}

#[tokio::test]
async fn the_buckets_of_a_hub_are_its_histogram() {
    let server = MockServer::start().await;
    let bucket = |hub: &str, le: &str, value: &str| json!({"metric": {"namespace": hub, "signal": "start_times_since", "le": le}, "value": [1.5, value]});
    let result = vec![
        bucket("prod", "+Inf", "10"),
        bucket("prod", "60.0", "6"),
        bucket("prod", "120", "10"),
        bucket("cut", "60.0", "6"),
        bucket("odd", "sixty", "6"),
        bucket("odd", "+Inf", "NaN"),
        json!({"metric": {"namespace": "odd", "signal": "start_times_since"}, "value": [1.5, "3"]}),
        json!({"metric": {"namespace": "prod", "signal": "spawn_p95_since"}, "value": [1.5, "120"]}),
    ];
    Mock::given(path("/api/v1/query"))
        .respond_with(answer(result))
        .mount(&server)
        .await;
    let read = start_counts(&settings(one(), &[]), &endpoint(&server), 15 * MINUTE).await;
    let hubs = read.unwrap().hubs;
    let longer = |hub: &str| {
        let times = &hubs[&HubKey::new("leap", hub)].times;
        times.share_longer_than(60.0)
    };
    assert_eq!(
        (longer("prod"), longer("cut"), longer("odd")),
        (Some(0.4), None, None)
    );
    assert!(hubs[&HubKey::new("leap", "prod")].p95_is_lower_bound());
}

#[tokio::test]
async fn every_range_is_the_time_since_the_start() {
    let server = MockServer::start().await;
    Mock::given(path("/api/v1/query"))
        .respond_with(vector(&[]))
        .mount(&server)
        .await;
    let many = settings(ClusterScope::ByLabel("site".to_owned()), &[]);
    let range = Duration::from_millis(930_900);
    start_counts(&many, &endpoint(&server), range)
        .await
        .unwrap();
    start_counts(&many, &endpoint(&server), Duration::ZERO)
        .await
        .unwrap();
    let asked = server.received_requests().await.unwrap();
    let first = query(&asked[0]);
    assert!(first.contains("[930s]") && first.contains("offset 930s"));
    assert!(first.contains("by (site, namespace, le)"), "{first}");
    assert!(!first.contains("{range}") && !first.contains("{by}"));
    assert!(query(&asked[1]).contains("[1s]"));
}

#[tokio::test]
async fn a_broken_expression_is_named_and_the_others_count() {
    let server = MockServer::start().await;
    Mock::given(body_string_contains("own_counter"))
        .respond_with(refused())
        .mount(&server)
        .await;
    Mock::given(body_string_contains("starts_since"))
        .respond_with(vector(&[("prod", "starts_since", "4")]))
        .mount(&server)
        .await;
    Mock::given(path("/api/v1/query"))
        .respond_with(vector(&[]))
        .mount(&server)
        .await;
    let own = [(StartFigure::FailedStartsSince, "own_counter[{range}]")];
    let read = start_counts(&settings(one(), &own), &endpoint(&server), MINUTE).await;
    let read = read.unwrap();
    let prod = HubKey::new("leap", "prod");
    assert_eq!(read.hubs[&prod].starts, Some(4.0));
    let broken: Vec<_> = read.broken.into_keys().collect();
    assert_eq!(broken, [StartFigure::FailedStartsSince]);
}

#[tokio::test]
async fn a_server_that_refuses_everything_or_does_not_answer_is_an_error() {
    let server = MockServer::start().await;
    Mock::given(path("/api/v1/query"))
        .respond_with(refused())
        .mount(&server)
        .await;
    let read = start_counts(&settings(one(), &[]), &endpoint(&server), MINUTE).await;
    assert!(read.unwrap_err().text.contains("parse error"));
    let empty = MockServer::start().await;
    let read = start_counts(&settings(one(), &[]), &endpoint(&empty), MINUTE).await;
    assert!(read.is_err());
}
