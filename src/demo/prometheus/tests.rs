//! Tests of Prometheus' API with an HTTP client.

mod kube;

use serde_json::{Value, json};

use super::{PASSWORD, TENANT, USER};
use crate::demo::serve::testing::{TestServer, ok, served};
use crate::demo::{Scenario, WorldOptions};

const JOINED: &str = "label_replace(max by (namespace) (up{service=\"hub\"}), \"signal\", \"up\", \"\", \"\") or label_replace(100 * x, \"signal\", \"home_free_percent\", \"\", \"\") or label_replace(y, \"signal\", \"sampled_at\", \"\", \"\")";

async fn asked(bench: &TestServer, cluster: &str, path: &str) -> Value {
    ok(bench.prometheus(cluster, path).send().await.unwrap()).await
}

fn value(data: &Value, signal: &str, namespace: &str) -> Option<f64> {
    let samples = data["data"]["result"].as_array().unwrap().iter();
    let mut found = samples
        .filter(|it| it["metric"]["signal"] == signal && it["metric"]["namespace"] == namespace);
    let text = found.next()?["value"][1].as_str().unwrap();
    Some(text.parse().unwrap())
}

#[test]
fn a_password_is_wanted_everywhere() {
    served(WorldOptions::default(), |bench| async move {
        let url = &bench.at.prometheus["canopy"];
        for path in ["/-/healthy", "/api/v1/rules"] {
            let get = || bench.client.get(format!("{url}{path}"));
            assert_eq!(get().send().await.unwrap().status(), 401);
            let wrong = get().basic_auth(USER, Some("no")).send().await.unwrap();
            assert_eq!(wrong.status(), 401);
            let right = get().basic_auth(USER, Some(PASSWORD)).send().await.unwrap();
            assert_eq!(right.status(), 200);
        }
    });
}

#[test]
fn rules_keep_their_templates_and_alerts_have_them_expanded() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("starts");
        let rules = asked(&bench, &cluster, "/api/v1/rules?type=alert").await;
        let groups = rules["data"]["groups"].as_array().unwrap();
        let rules = groups.iter().flat_map(|it| it["rules"].as_array().unwrap());
        let rule = rules.filter(|it| {
            it["name"]
                .as_str()
                .unwrap()
                .starts_with("At least two servers")
        });
        let rule = rule.collect::<Vec<_>>()[0];
        assert_eq!(rule["labels"]["namespace"], "hub={{ $labels.namespace }}");
        assert_eq!(
            (&rule["health"], &rule["state"]),
            (&json!("ok"), &json!("firing"))
        );
        let labels = &rule["alerts"][0]["labels"];
        assert_eq!(labels["namespace"], format!("hub={hub}"));
        assert_eq!(labels["cluster"], format!("cluster={cluster}"));
        assert_eq!(rule["alerts"][0]["value"], "2e+00");

        let alerts = asked(&bench, &cluster, "/api/v1/alerts").await;
        assert_eq!(&alerts["data"]["alerts"][0]["labels"], labels);
    });
}

#[test]
fn an_alert_is_pending_for_the_rules_time() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, _) = bench.place("waiting");
        let state = async || {
            let alerts = asked(&bench, &cluster, "/api/v1/alerts").await;
            alerts["data"]["alerts"][0]["state"].clone()
        };
        assert_eq!(state().await, "pending");
        bench.at_second(19 * 60);
        assert_eq!(state().await, "firing");
    });
}

#[test]
fn one_joined_query_gives_every_signal_of_every_hub() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("disk");
        let url = format!("{}/api/v1/query", bench.at.prometheus[&cluster]);
        let request = bench.client.post(url).basic_auth(USER, Some(PASSWORD));
        let data = ok(request.form(&[("query", JOINED)]).send().await.unwrap()).await;
        assert_eq!(value(&data, "up", &hub), Some(1.0));
        let free = value(&data, "home_free_percent", &hub).unwrap();
        assert!((9.0..10.0).contains(&free), "{free}");
        assert_eq!(value(&data, "sampled_at", &hub), Some(1_789_999_980.0));
        assert_eq!(value(&data, "active_users", &hub), None);
        assert_eq!(data["data"]["result"][0]["metric"]["cluster"], Value::Null);
    });
}

#[test]
fn a_single_expression_is_understood_by_its_metrics_and_a_broken_one_refused() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("disk");
        let path = "/api/v1/query?query=min+by+(namespace)(kubelet_volume_stats_available_bytes{persistentvolumeclaim=%22home-nfs%22})+<=+10";
        let data = asked(&bench, &cluster, path).await;
        let samples = data["data"]["result"].as_array().unwrap();
        assert_eq!(samples.len(), 1);
        assert_eq!(samples[0]["metric"], json!({ "namespace": hub }));
        let broken = bench.prometheus(&cluster, "/api/v1/query?query=sum(up");
        let broken = broken.send().await.unwrap();
        assert_eq!(broken.status(), 400);
        let body: Value = broken.json().await.unwrap();
        assert_eq!(body["errorType"], "bad_data");
    });
}

#[test]
fn history_runs_back_and_is_the_same_each_time() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("disk");
        let path = "/api/v1/query_range?start=1789990000&end=1790000000&step=100&query=100*kubelet_volume_stats_available_bytes{persistentvolumeclaim='home-nfs'}";
        let first = asked(&bench, &cluster, path).await;
        assert_eq!(first, asked(&bench, &cluster, path).await);
        let rows = first["data"]["result"].as_array().unwrap();
        let row = rows
            .iter()
            .find(|it| it["metric"]["namespace"] == hub)
            .unwrap();
        let points = row["values"].as_array().unwrap();
        let free = |at: usize| points[at][1].as_str().unwrap().parse::<f64>().unwrap();
        assert_eq!(points.len(), 101);
        assert!(free(0) > free(100));
        let many = bench.prometheus(
            &cluster,
            "/api/v1/query_range?start=0&end=20000&step=1&query=up{}",
        );
        assert_eq!(many.send().await.unwrap().status(), 400);
    });
}

#[test]
fn a_prometheus_stops_answering_and_comes_back() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, _) = bench.place("silent");
        let get = || bench.prometheus(&cluster, "/api/v1/alerts").send();
        assert_eq!(get().await.unwrap().status(), 200);
        bench.at_second(20);
        assert!(get().await.is_err(), "no answer at all, not even a status");
        bench.at_second(320);
        assert_eq!(get().await.unwrap().status(), 200);
    });
}

#[test]
fn one_prometheus_for_all_clusters_tells_them_apart_and_wants_its_tenant() {
    let options = WorldOptions {
        single_prometheus: true,
        scenario: Scenario::Calm,
        ..WorldOptions::default()
    };
    served(options, |bench| async move {
        assert_eq!(bench.at.prometheus.len(), 1);
        let path = "/api/v1/query?query=x(%22signal%22,%22up%22)";
        let without = bench.prometheus("", path).send().await.unwrap();
        assert_eq!(without.status(), 401);
        let with = bench.prometheus("", path).header("X-Scope-OrgID", TENANT);
        let data = ok(with.send().await.unwrap()).await;
        let samples = data["data"]["result"].as_array().unwrap();
        assert_eq!(samples.len(), 171);
        assert!(samples.iter().all(|it| it["metric"]["cluster"].is_string()));
    });
}

#[test]
fn behind_the_one_endpoint_each_cluster_has_its_own_freshness() {
    let options = WorldOptions {
        single_prometheus: true,
        ..WorldOptions::default()
    };
    served(options, |bench| async move {
        let (silent, _) = bench.place("silent");
        let clusters = async || -> Vec<String> {
            let path = "/api/v1/query?query=x(%22signal%22,%22newest_sample%22)";
            let request = bench.prometheus("", path).header("X-Scope-OrgID", TENANT);
            let data = ok(request.send().await.unwrap()).await;
            let samples = data["data"]["result"].as_array().unwrap().iter();
            samples
                .map(|it| it["metric"]["cluster"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(clusters().await.len(), 30);
        bench.at_second(20);
        let heard = clusters().await;
        assert_eq!(heard.len(), 29);
        assert!(!heard.contains(&silent));
    });
}

#[test]
fn an_alerts_own_series_has_a_past_that_leads_to_what_is_said_now() {
    served(WorldOptions::default(), |bench| async move {
        let (cluster, hub) = bench.place("disk");
        let value = "floor(100 * min by (namespace) (kubelet_volume_stats_available_bytes{persistentvolumeclaim=\"home-nfs\"}) / min by (namespace) (kubelet_volume_stats_capacity_bytes{persistentvolumeclaim=\"home-nfs\"}))";
        let query = format!(
            "({value}\n) and on (namespace) (vector(1) or label_replace(vector(1), \"namespace\", \"{hub}\", \"\", \"\")) and on (severity) (vector(1) or label_replace(vector(1), \"severity\", \"x\", \"\", \"\"))"
        );
        let window = [
            ("start", "1789977600"),
            ("end", "1790000000"),
            ("step", "1600"),
        ];
        let request = bench.prometheus(&cluster, "/api/v1/query_range");
        let request = request.query(&[("query", &query)]).query(&window);
        let answer = ok(request.send().await.unwrap()).await;
        let series = answer["data"]["result"].as_array().unwrap();
        assert_eq!(series.len(), 1, "{answer}");
        assert_eq!(series[0]["metric"], json!({ "namespace": hub }));
        let values: Vec<f64> = series[0]["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it[1].as_str().unwrap().parse().unwrap())
            .collect();
        assert_eq!((values.len(), *values.last().unwrap()), (15, 9.0));
        assert!(
            values[0] > 20.0 && values.is_sorted_by(|a, b| a >= b),
            "{values:?}"
        );
        let now = bench.prometheus(&cluster, "/api/v1/query");
        let now = ok(now.query(&[("query", &query)]).send().await.unwrap()).await;
        assert_eq!(now["data"]["result"][0]["value"][1], "9");
    });
}

#[test]
fn what_a_hub_had_before_it_went_down_is_within_the_last_quarter_of_an_hour() {
    served(WorldOptions::default(), |bench| async move {
        bench.at_second(250);
        let (cluster, hub) = bench.place("wide");
        let now = "label_replace((jupyterhub_running_servers\n), \"signal\", \"running_servers\", \"\", \"\")";
        let within = "label_replace((count_over_time((jupyterhub_running_servers\n)[15m:1m])\n), \"signal\", \"running_servers\", \"\", \"\")";
        for (query, expected) in [(now, None), (within, Some(14.0))] {
            let url = format!("{}/api/v1/query", bench.at.prometheus[&cluster]);
            let request = bench.client.post(url).basic_auth(USER, Some(PASSWORD));
            let data = ok(request.form(&[("query", query)]).send().await.unwrap()).await;
            assert_eq!(value(&data, "running_servers", &hub), expected);
        }
    });
}
