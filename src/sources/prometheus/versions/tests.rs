use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::reading_builder::{MAX_IMAGE_CHARS, MAX_SERIES};
use super::*;
use crate::domain::ids::HubName;
use crate::domain::rollout::Component;
use crate::domain::settings::{AuthSettings, EndpointSettings};
use crate::sources::testing::{endpoint, unreachable_endpoint};

fn settings(scope: ClusterScope) -> PrometheusSettings {
    PrometheusSettings {
        endpoint: EndpointSettings {
            name: "leap".to_owned(),
            auth: AuthSettings::None,
            ..EndpointSettings::default()
        },
        scope,
        external_labels: Default::default(),
        alertmanager_config: None,
        has_rules: true,
        signals: BTreeMap::new(),
        start_figures: Default::default(),
    }
}

fn leap() -> PrometheusSettings {
    settings(ClusterScope::One("leap".into()))
}

fn vector(series: &[(Value, &str)]) -> ResponseTemplate {
    let result = series
        .iter()
        .map(|(metric, value)| json!({"metric": metric, "value": [1_700_000_000.0, value]}));
    let result: Vec<Value> = result.collect();
    let data = json!({"resultType": "vector", "result": result});
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
}

async fn server(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let asked = Mock::given(method("POST")).and(path("/api/v1/query"));
    asked.respond_with(response).mount(&server).await;
    server
}

fn found(reading: &VersionReading) -> Vec<String> {
    let running = reading.running.iter();
    let texts = running.map(|one| {
        let namespace = one.place.namespace.as_ref().map_or("-", HubName::as_str);
        let version = one.version.as_deref().unwrap_or("none");
        let (cluster, component) = (&one.place.cluster, &one.component);
        let count = one.count.map_or("?".to_owned(), |count| count.to_string());
        format!("{cluster} {namespace} {component} {version} {count}")
    });
    texts.collect()
}

fn absent(reading: &VersionReading) -> Vec<String> {
    let missing = reading.missing.iter();
    let texts = missing.map(|one| {
        let cluster = one.cluster.as_ref().map_or("all", ClusterName::as_str);
        let failure = one.failure.as_deref().unwrap_or("absent");
        format!("{} {cluster}: {failure}", one.part)
    });
    texts.collect()
}

#[tokio::test]
async fn one_query_gives_versions_and_restarts() {
    let server = server(vector(&[
        (json!({"signal": "kubernetes", "kubelet_version": "v1.33.5"}), "3"),
        (json!({"signal": "kubernetes", "kubelet_version": "v1.34.2"}), "1"),
        (json!({"signal": "kubernetes"}), "1"),
        (json!({"signal": "images", "namespace": "prod", "image": "quay.io/jupyterhub/k8s-hub:4.3.3"}), "1"),
        (json!({"signal": "images", "namespace": "support", "image": "docker.io/grafana/grafana"}), "NaN"),
        (json!({"signal": "images", "namespace": "gone", "image": "busybox:1.36"}), "0"),
        (json!({"signal": "restarts", "namespace": "prod"}), "2.01"),
    ]))
    .await;
    let reading = versions(
        &leap(),
        &endpoint(&server),
        &BTreeMap::new(),
        &["leap".into()],
    )
    .await;
    let expected = [
        "leap - kubernetes none 1",
        "leap - kubernetes v1.33.5 3",
        "leap - kubernetes v1.34.2 1",
        "leap prod quay.io/jupyterhub/k8s-hub 4.3.3 1",
        "leap support docker.io/grafana/grafana none ?",
    ];
    assert_eq!(found(&reading), expected);
    assert_eq!(
        reading.restarts.values().copied().collect::<Vec<_>>(),
        [2.01]
    );
    assert_eq!(
        absent(&reading),
        ["images all: 1 series have a value that is not a count"]
    );
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_cluster_without_such_series_is_named_and_so_are_series_without_cluster() {
    let server = server(vector(&[
        (
            json!({"signal": "kubernetes", "cluster": "leap", "kubelet_version": "v1.33.5"}),
            "3",
        ),
        (
            json!({"signal": "kubernetes", "kubelet_version": "v1.33.5"}),
            "3",
        ),
        (
            json!({"signal": "restarts", "cluster": "maap", "namespace": "prod"}),
            "0",
        ),
        (
            json!({"signal": "restarts", "cluster": "leap", "namespace": "prod"}),
            "0",
        ),
    ]))
    .await;
    let settings = settings(ClusterScope::ByLabel("cluster".to_owned()));
    let clusters = ["leap".into(), "maap".into()];
    let reading = versions(&settings, &endpoint(&server), &BTreeMap::new(), &clusters).await;
    assert_eq!(found(&reading), ["leap - kubernetes v1.33.5 3"]);
    let expected = [
        "kubernetes all: 1 series have no label cluster",
        "kubernetes maap: absent",
        "images leap: absent",
        "images maap: absent",
    ];
    assert_eq!(absent(&reading), expected);
}

#[tokio::test]
async fn a_value_that_is_no_count_is_none_and_zero_runs_nowhere() {
    for (value, found_there, said) in [
        (
            "NaN",
            Some(None),
            Some("1 series have a value that is not a count"),
        ),
        (
            "abc",
            Some(None),
            Some("1 series have a value that is not a count"),
        ),
        (
            "1e300",
            Some(None),
            Some("1 series have a value that is not a count"),
        ),
        (
            "-3",
            Some(None),
            Some("1 series have a value that is not a count"),
        ),
        ("0", None, None),
        ("2", Some(Some(2)), None),
    ] {
        let metric = json!({"signal": "kubernetes", "kubelet_version": "v1.33.5"});
        let restarts = json!({"signal": "restarts", "namespace": "prod"});
        let server = server(vector(&[(metric, value), (restarts, value)])).await;
        let clusters = ["leap".into()];
        let reading = versions(&leap(), &endpoint(&server), &BTreeMap::new(), &clusters).await;
        let counts: Vec<Option<u64>> = reading.running.iter().map(|one| one.count).collect();
        assert_eq!(counts, Vec::from_iter(found_there), "{value}");
        let kubernetes = reading.missing.iter();
        let kubernetes = kubernetes.filter(|one| one.part == QueriedPart::Kubernetes);
        let kubernetes: Vec<Option<&str>> = kubernetes.map(|one| one.failure.as_deref()).collect();
        match (value, said) {
            ("0", _) => assert_eq!(kubernetes, [None]),
            (_, None) => assert!(kubernetes.is_empty()),
            (_, said) => assert_eq!(kubernetes, [said]),
        }
        let is_known = ["0", "2"].contains(&value);
        assert_eq!(reading.restarts.len(), usize::from(is_known), "{value}");
    }
}

#[tokio::test]
async fn a_partial_answer_lacks_no_series_for_sure() {
    let data = json!({"resultType": "vector", "result": []});
    let warnings = [
        "PromQL partial: store gone",
        "PromQL info: a metric might not be a counter",
    ];
    let body = json!({"status": "success", "data": data, "warnings": warnings});
    let server = server(ResponseTemplate::new(200).set_body_json(body)).await;
    let clusters = ["leap".into()];
    let reading = versions(&leap(), &endpoint(&server), &BTreeMap::new(), &clusters).await;
    let expected = [
        "kubernetes all: PromQL partial: store gone",
        "images all: PromQL partial: store gone",
        "restarts all: PromQL partial: store gone",
    ];
    assert_eq!(absent(&reading), expected);
}

#[tokio::test]
async fn a_broken_expression_hides_no_other() {
    let server = MockServer::start().await;
    let refused = json!({"status": "error", "errorType": "bad_data", "error": "unexpected end"});
    Mock::given(body_string_contains("broken"))
        .respond_with(ResponseTemplate::new(400).set_body_json(refused))
        .mount(&server)
        .await;
    let kubelets = (
        json!({"signal": "kubernetes", "kubelet_version": "v1.33.5"}),
        "3",
    );
    Mock::given(body_string_contains("kube_node_info"))
        .respond_with(vector(&[kubelets]))
        .mount(&server)
        .await;
    Mock::given(body_string_contains("restarts_total"))
        .respond_with(vector(&[]))
        .mount(&server)
        .await;
    let own = BTreeMap::from([(QueriedPart::Images, "broken(".to_owned())]);
    let reading = versions(&leap(), &endpoint(&server), &own, &["leap".into()]).await;
    assert_eq!(found(&reading), ["leap - kubernetes v1.33.5 3"]);
    let expected = [
        "images all: prometheus says: unexpected end",
        "restarts leap: absent",
    ];
    assert_eq!(absent(&reading), expected);
}

#[tokio::test]
async fn a_server_that_does_not_answer_leaves_all_unread() {
    let endpoint = unreachable_endpoint();
    let reading = versions(&leap(), &endpoint, &BTreeMap::new(), &["leap".into()]).await;
    assert_eq!(reading.running, []);
    assert_eq!(reading.missing.len(), 3);
    assert!(reading.missing.iter().all(|it| it.failure.is_some()));
    let unread = unread_versions(&leap(), "its secret is missing");
    assert_eq!(unread.missing.len(), 3);
    let garbled = server(ResponseTemplate::new(200).set_body_string("<html>")).await;
    let reading = versions(&leap(), &self::endpoint(&garbled), &BTreeMap::new(), &[]).await;
    assert_eq!((reading.running.len(), reading.missing.len()), (0, 3));
}

#[tokio::test]
async fn too_many_series_are_counted_and_hostile_texts_are_cut() {
    let many: Vec<(Value, &str)> = (0..MAX_SERIES + 990)
        .map(|number| {
            let tag = format!("hub:{number}.{}", "9.".repeat(2));
            (
                json!({"signal": "images", "namespace": "prod", "image": tag}),
                "1",
            )
        })
        .collect();
    // The series are added directly, since the test server's endpoint accepts only small answers.
    let mut builder = ReadingBuilder::default();
    let scope = ClusterScope::One("leap".into());
    let samples = many
        .iter()
        .map(|(metric, value)| json!({"metric": metric, "value": [1.0, value]}));
    let samples: Vec<Value> = samples.collect();
    let text = json!({"resultType": "vector", "result": samples}).to_string();
    let data: QueryData<'_> = serde_json::from_str(&text).unwrap();
    builder.add_vector(&data, &scope).unwrap();
    let source = SourceId::new(SourceKind::Prometheus, "leap");
    let cut = builder.finish(&source, &scope, &["leap".into(), "maap".into()]);
    assert_eq!(cut.left_out, 990);
    // No image is listed as absent, since the image's series may be among those that were not read.
    let expected = [
        "images all: 990 series beyond the first 20000 were not read",
        "kubernetes leap: absent",
        "kubernetes maap: absent",
        "restarts leap: absent",
        "restarts maap: absent",
    ];
    assert_eq!(absent(&cut), expected);
    let long = format!("{}:{}", "n".repeat(5_000), "t".repeat(5_000));
    let server = server(vector(&[(
        json!({"signal": "images", "namespace": "prod", "image": long}),
        "1",
    )]))
    .await;
    let reading = versions(&leap(), &endpoint(&server), &BTreeMap::new(), &[]).await;
    let Component::Image(name) = &reading.running[0].component else {
        panic!("no image");
    };
    assert_eq!(name.len(), MAX_IMAGE_CHARS);
    assert!(reading.running[0].version.as_ref().unwrap().chars().count() < 130);
}
