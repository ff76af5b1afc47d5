//! A real Prometheus evaluates the fleet's own rules and the rules that hubwatch ships, over metrics that the tests
//! serve. A real Alertmanager receives the alerts.

use std::sync::Arc;
use std::time::Duration;

use hubwatch::domain::labels::Labels;
use serde_json::{Value, json};

use super::rules::{fleets_own, hurried};
use super::{Alertmanager, Metrics, Prometheus};
use crate::until::until;

const SHIPPED_RULES: &str = include_str!("../../assets/rules/hub-alerts.yml");
const WITHIN: Duration = Duration::from_secs(60);

/// A hub with 9 % free on its home disk. One more server fails to start before each scrape.
fn hub_in_trouble() -> Metrics {
    Metrics::serve(|scrapes| {
        format!(
            "kubelet_volume_stats_available_bytes{{namespace=\"prod\",persistentvolumeclaim=\"home-nfs\",node=\"a\"}} 90\n\
             kubelet_volume_stats_capacity_bytes{{namespace=\"prod\",persistentvolumeclaim=\"home-nfs\",node=\"a\"}} 1000\n\
             jupyterhub_server_spawn_duration_seconds_count{{namespace=\"prod\",status=\"failure\"}} {scrapes}\n\
             jupyterhub_server_spawn_duration_seconds_count{{namespace=\"prod\",status=\"success\"}} 7\n"
        )
    })
}

fn config(scraped: &Metrics, more: &str) -> String {
    format!(
        "global: {{ scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }}\n\
         scrape_configs:\n\
         - job_name: hub\n\
         \x20 static_configs: [{{ targets: ['{}'] }}]\n{more}",
        scraped.address()
    )
}

fn firing(prometheus: &Prometheus, name: &str) -> Option<Value> {
    let alerts = prometheus.alerts();
    alerts
        .into_iter()
        .find(|alert| alert["labels"]["alertname"] == name && alert["state"] == "firing")
}

#[test]
fn the_fleets_own_rules_fire_on_a_full_disk_and_on_failed_starts() {
    let Some(rules) = fleets_own("prometheus-rules.leap.yml") else {
        return;
    };
    let hub = hub_in_trouble();
    let Some(prometheus) = Prometheus::start(&config(&hub, ""), &[("leap.yml", &hurried(&rules))])
    else {
        return;
    };
    let disk = until(WITHIN, "the disk's alert", || {
        firing(&prometheus, "home-nfs has 10% of space left")
    });
    assert_eq!(disk["labels"]["cluster"], "leap");
    assert_eq!(disk["labels"]["namespace"], "prod");
    assert_eq!(disk["labels"]["severity"], "same day action needed");
    assert_eq!(disk["value"], "9e+00");

    let starts = until(WITHIN, "the starts' alert", || {
        firing(
            &prometheus,
            "At least two servers failed to start in the last 30m",
        )
    });
    assert_eq!(
        starts["labels"]["namespace"], "hub=prod",
        "the prefix stands in the value"
    );
    assert_eq!(starts["labels"]["provider"], "provider=gcp");
    assert!(firing(&prometheus, "home-nfs has 0% of space left").is_none());
}

#[test]
fn the_shipped_rules_fire_and_none_of_them_fails() {
    let hub = hub_in_trouble();
    let Some(prometheus) = Prometheus::start(
        &config(&hub, ""),
        &[("hub-alerts.yml", &hurried(SHIPPED_RULES))],
    ) else {
        return;
    };
    for name in ["Watchdog", "HubHomeDiskNearlyFull", "HubServersFailToStart"] {
        until(WITHIN, name, || firing(&prometheus, name));
    }
    let groups = until(WITHIN, "every rule evaluated", || {
        let answer = prometheus.get("/api/v1/rules")?;
        let is_waiting = answer.to_string().contains(r#""health":"unknown""#);
        (!is_waiting).then(|| answer["data"]["groups"].clone())
    });
    let rules: Vec<&Value> = groups
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["rules"].as_array().unwrap())
        .collect();
    assert_eq!(
        rules.len(),
        SHIPPED_RULES.matches("- alert:").count() + SHIPPED_RULES.matches("- record:").count()
    );
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
    assert_eq!(
        prometheus.query("hub:server_starts_succeeded:last1m")[0]["value"][1],
        "0"
    );
}

#[test]
fn what_fires_reaches_alertmanager_under_the_fingerprint_we_compute() {
    let routes = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
    let Some(alertmanager) = Alertmanager::start(routes) else {
        return;
    };
    let hub = hub_in_trouble();
    let alerting = format!(
        "alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{}'] }}] }}] }}\n",
        alertmanager.target()
    );
    let Some(prometheus) = Prometheus::start(
        &config(&hub, &alerting),
        &[("hub-alerts.yml", &hurried(SHIPPED_RULES))],
    ) else {
        return;
    };
    let sent = until(WITHIN, "the disk's alert in Alertmanager", || {
        alertmanager
            .alerts()
            .into_iter()
            .find(|alert| alert["labels"]["alertname"] == "HubHomeDiskNearlyFull")
    });
    let shown = firing(&prometheus, "HubHomeDiskNearlyFull").expect("it fires still");
    assert_eq!(sent["labels"], shown["labels"]);
    assert_eq!(
        sent["fingerprint"],
        json!(labels(&shown["labels"]).fingerprint().to_string())
    );
}

fn labels(of: &Value) -> Labels {
    let pairs = of.as_object().unwrap().iter();
    Labels::new(
        pairs.map(|(name, value)| (Arc::from(name.as_str()), Arc::from(value.as_str().unwrap()))),
    )
}

#[test]
fn an_upstream_that_is_dropped_is_gone() {
    let Some(alertmanager) =
        Alertmanager::start("route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n")
    else {
        return;
    };
    let address = alertmanager.0.address();
    assert_eq!(alertmanager.url(), format!("http://{address}"));
    assert!(
        alertmanager.get("/api/v2/status").is_some(),
        "{}",
        alertmanager.log()
    );
    drop(alertmanager);
    assert!(super::http::get(address, "/-/ready").is_none());
}

#[test]
fn a_prometheus_says_where_it_is_and_takes_more_arguments() {
    let Some(prometheus) = Prometheus::start_with(
        "global: {}",
        &[],
        &["--web.external-url=http://prometheus.example/"],
    ) else {
        return;
    };
    assert!(
        prometheus.url().starts_with("http://127.0.0.1:"),
        "{}",
        prometheus.log()
    );
    let flags = prometheus.get("/api/v1/status/flags").unwrap();
    assert_eq!(
        flags["data"]["web.external-url"],
        "http://prometheus.example/"
    );
}
