//! Tests of the queries for versions and restarts, with an HTTP client.

use serde_json::{Value, json};

use crate::demo::prometheus::TENANT;
use crate::demo::serve::testing::{TestServer, ok, served};
use crate::demo::{Scenario, WorldOptions};

async fn samples(bench: &TestServer, cluster: &str, query: &str) -> Vec<Value> {
    let request = bench.prometheus(cluster, "/api/v1/query");
    let request = request.query(&[("query", query)]);
    let request = request.header("X-Scope-OrgID", TENANT);
    let data = ok(request.send().await.unwrap()).await;
    data["data"]["result"].as_array().unwrap().clone()
}

/// The value of the sample with these labels.
fn value(samples: &[Value], labels: &Value) -> Option<f64> {
    let found = samples.iter().find(|it| it["metric"] == *labels)?;
    found["value"][1].as_str().unwrap().parse().ok()
}

#[test]
fn nodes_have_the_versions_of_their_clusters_batch() {
    served(WorldOptions::default(), |bench| async move {
        let query = "count by (kubelet_version) (kube_node_info)";
        let versions = async |cluster: &str| -> Vec<String> {
            let samples = samples(&bench, cluster, query).await;
            let text = |it: &Value| it["metric"]["kubelet_version"].as_str().unwrap().to_owned();
            samples.iter().map(text).collect()
        };
        assert_eq!(versions("commons").await, ["v1.33.5-gke.1308000"]);
        assert_eq!(versions("tidewater").await, ["v1.34.2-eks-ecaa3a6"]);
        let half_done = versions("lidar-works").await;
        assert_eq!(half_done, ["v1.33.5-eks-ecaa3a6", "v1.34.2-eks-ecaa3a6"]);
        // This cluster has no kube-state-metrics, so its nodes are not known.
        assert_eq!(versions("campus-north").await, Vec::<String>::new());
    });
}

#[test]
fn images_are_told_by_container_with_their_tags() {
    served(WorldOptions::default(), |bench| async move {
        let query = "count by (container, image) (kube_pod_container_info{container=\"hub\"})";
        let commons = samples(&bench, "commons", query).await;
        let hub =
            json!({ "container": "hub", "image": "registry.example/jupyterhub/k8s-hub:4.3.3" });
        assert_eq!((commons.len(), value(&commons, &hub)), (1, Some(95.0)));
        let query = "kube_pod_container_info{namespace=\"support\",pod=~\"support-grafana-.*\"}";
        let grafana = &samples(&bench, "tidewater", query).await[0]["metric"];
        assert_eq!(grafana["image"], "registry.example/grafana/grafana:12.2.0");
        assert_eq!(grafana["__name__"], "kube_pod_container_info");
    });
}

#[test]
fn the_storms_restarts_are_counted_for_the_pods_of_its_alerts() {
    served(WorldOptions::default(), |bench| async move {
        let query = "sum by (pod) (increase(kube_pod_container_status_restarts_total{namespace=\"support\"}[2h])) > 0";
        let mut restarted = 0;
        let clusters: Vec<String> = bench.at.prometheus.keys().cloned().collect();
        for cluster in &clusters {
            for sample in samples(&bench, cluster, query).await {
                let pod = sample["metric"]["pod"].as_str().unwrap();
                assert!(pod.starts_with("support-"), "{pod}");
                restarted += usize::from(pod.starts_with("support-grafana-"));
            }
        }
        // Up to two of the seventeen clusters have no kube-state-metrics.
        assert!((15..=17).contains(&restarted), "{restarted}");
    });
}

#[test]
fn one_endpoint_for_all_clusters_adds_their_label() {
    let options = WorldOptions {
        single_prometheus: true,
        scenario: Scenario::Calm,
        ..WorldOptions::default()
    };
    served(options, |bench| async move {
        let query = "(count by (cluster, kubelet_version) (kube_node_info)\n) and on (cluster) (vector(1) or label_replace(vector(1), \"cluster\", \"tidewater\", \"\", \"\"))";
        let narrowed = samples(&bench, "", query).await;
        let labels = json!({ "cluster": "tidewater", "kubelet_version": "v1.34.2-eks-ecaa3a6" });
        assert_eq!((narrowed.len(), value(&narrowed, &labels)), (1, Some(3.0)));
        let all = samples(&bench, "", "count by (cluster) (kube_node_info)").await;
        assert_eq!(all.len(), 26);
    });
}

#[test]
fn a_hub_that_keeps_crashing_has_its_new_image_and_more_restarts_each_time() {
    let options = WorldOptions {
        scenario: Scenario::Upgrade,
        ..WorldOptions::default()
    };
    served(options, |bench| async move {
        let (cluster, hub) = bench.place("broken");
        let image = format!("kube_pod_container_info{{namespace=\"{hub}\",container=\"hub\"}}");
        let restarts = format!(
            "sum by (namespace) (increase(kube_pod_container_status_restarts_total{{namespace=\"{hub}\"}}[1h]))"
        );
        let images = async || -> Vec<String> {
            let samples = samples(&bench, &cluster, &image).await;
            let text = |it: &Value| it["metric"]["image"].as_str().unwrap().to_owned();
            samples.iter().map(text).collect()
        };
        let counted = async || {
            let labels = json!({ "namespace": hub });
            value(&samples(&bench, &cluster, &restarts).await, &labels)
        };
        assert_eq!(
            images().await,
            ["registry.example/jupyterhub/k8s-hub:4.3.3"]
        );
        assert_eq!(counted().await, Some(0.0));
        bench.at_second(480);
        assert_eq!(
            images().await,
            ["registry.example/jupyterhub/k8s-hub:4.4.0"]
        );
        let early = counted().await.unwrap();
        assert!(early >= 3.0, "{early}");
        bench.at_second(1200);
        assert!(counted().await.unwrap() > early);
        let path = format!(
            "/api/v1/query_range?start=1790000000&end=1790001200&step=60&query={}",
            "sum(kube_pod_container_status_restarts_total)"
        );
        let history = ok(bench.prometheus(&cluster, &path).send().await.unwrap()).await;
        let rows = history["data"]["result"].as_array().unwrap();
        assert_eq!(rows[0]["values"].as_array().unwrap().len(), 21);
    });
}
