//! The shipped expressions, evaluated by a real Prometheus.

use std::time::Duration;

use hubwatch::domain::hub::Signals;
use hubwatch::domain::ids::HubKey;

use super::source::poll;
use super::{Metrics, Prometheus};
use crate::until::until;

const WITHIN: Duration = Duration::from_secs(60);

/// A hub with three servers. One start fails after the first scrapes. All other starts take longer than the last finite
/// bucket of the histogram.
fn hub() -> Metrics {
    Metrics::serve(|scrapes| {
        let name = "jupyterhub_server_spawn_duration_seconds";
        let failed = u8::from(scrapes >= 8);
        format!(
            "{name}_count{{status=\"failure\"}} {failed}\n\
             {name}_count{{status=\"success\"}} {scrapes}\n\
             {name}_bucket{{status=\"success\",le=\"60.0\"}} 0\n\
             {name}_bucket{{status=\"success\",le=\"120.0\"}} 0\n\
             {name}_bucket{{status=\"success\",le=\"+Inf\"}} {scrapes}\n\
             jupyterhub_running_servers 3\n"
        )
    })
}

/// Scrapes the hub with two jobs, as Helm charts do: by its service and by its pod.
fn scraped_twice(hub: &Metrics) -> Option<Prometheus> {
    let target = hub.address();
    let config = format!(
        "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\n\
         scrape_configs:\n\
         - job_name: kubernetes-service-endpoints\n\
         \x20 static_configs: [{{ targets: ['{target}'], labels: {{ namespace: prod, service: hub }} }}]\n\
         - job_name: kubernetes-pods\n\
         \x20 static_configs: [{{ targets: ['{target}'], labels: {{ namespace: prod, pod: hub-1 }} }}]\n"
    );
    Prometheus::start(&config, &[])
}

fn signals(prometheus: &Prometheus) -> Option<Signals> {
    let body = poll(&prometheus.url());
    body.signals.get(&HubKey::new("leap", "prod")).copied()
}

#[test]
fn a_hub_that_two_jobs_scrape_has_each_failed_start_once() {
    let hub = hub();
    let Some(prometheus) = scraped_twice(&hub) else {
        return;
    };
    until(WITHIN, "both jobs' counters rose", || {
        let query =
            "increase(jupyterhub_server_spawn_duration_seconds_count{status=\"failure\"}[30m]) > 0";
        (prometheus.query(query).len() == 2).then_some(())
    });
    let failed = signals(&prometheus).and_then(|signals| signals.spawn_failures_30m);
    assert_eq!(failed.map(f64::round), Some(1.0), "{failed:?}");
}

#[test]
fn starts_beyond_the_last_bucket_took_at_least_its_bound() {
    let hub = hub();
    let Some(prometheus) = scraped_twice(&hub) else {
        return;
    };
    let signals = until(WITHIN, "a percentile", || {
        signals(&prometheus).filter(|signals| signals.spawn_p95_seconds.is_some())
    });
    assert_eq!(signals.spawn_p95_seconds, Some(120.0));
    assert!(signals.spawn_p95_is_lower_bound());
}

#[test]
fn a_group_that_has_yet_to_run_is_not_overdue_where_its_prometheus_just_started() {
    let rules = "groups: [{ name: hourly, interval: 1h, rules: [{ alert: A, expr: up == 0 }] }]";
    let Some(prometheus) = Prometheus::start("global: {}", &[("hourly.yml", rules)]) else {
        return;
    };
    let rules = poll(&prometheus.url()).rules;
    assert_eq!((rules.names.len(), rules.overdue), (1, Vec::new()));
}
