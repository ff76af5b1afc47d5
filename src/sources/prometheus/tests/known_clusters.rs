//! The query for the clusters that had series, which is only sent to a Prometheus for many clusters.

use super::*;

#[tokio::test]
async fn a_prometheus_for_many_is_asked_which_clusters_it_had_now_and_then() {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    serve(&server, "/api/v1/rules", rules()).await;
    serve(
        &server,
        "/api/v1/label/site/values",
        ok(json!(["leap", "maap"])),
    )
    .await;
    let many = PrometheusSettings {
        scope: ClusterScope::ByLabel("site".into()),
        ..settings(BTreeMap::new())
    };
    let (mut source, clock) = (
        Prometheus::new(&many, endpoint(&server)),
        TestClock::at(2_000_000),
    );
    for (passed, times) in [(0, 1), (599, 1), (600, 2)] {
        clock.set(2_000_000 + passed);
        let body = source.poll(&clock).await.outcome.unwrap().body;
        let had = body.clusters_had.unwrap();
        assert_eq!(had, ["leap".into(), "maap".into()].into());
        let asked = asked(&server, "/api/v1/label/site/values").await;
        assert_eq!(asked.len(), times, "after {passed} s");
        let query = asked[0].url.query().unwrap();
        assert!(query.contains("start=790400"), "{query}");
    }
}

#[tokio::test]
async fn where_that_cannot_be_asked_it_is_not_known() {
    let server = MockServer::start().await;
    serve(&server, "/api/v1/query", vector(&[])).await;
    serve(&server, "/api/v1/rules", rules()).await;
    let many = PrometheusSettings {
        scope: ClusterScope::ByLabel("site".into()),
        ..settings(BTreeMap::new())
    };
    for settings in [many, settings(BTreeMap::new())] {
        let mut source = Prometheus::new(&settings, endpoint(&server));
        let body = source
            .poll(&TestClock::at(2_000_000))
            .await
            .outcome
            .unwrap()
            .body;
        assert_eq!(body.clusters_had, None);
    }
}
