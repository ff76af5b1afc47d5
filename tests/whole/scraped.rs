//! A real Prometheus that scrapes the demo's hubs has the same readings and versions as the demo's own Prometheus.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use toml::Table;

use super::home::list;
use super::served::{Served, tables};
use crate::until::until;
use crate::upstream::Prometheus;

const WITHIN: Duration = Duration::from_secs(60);

/// The readings for which Prometheus needs no history.
const READINGS: [&str; 5] = [
    "up",
    "running_servers",
    "active_users",
    "home_free_percent",
    "db_free_percent",
];

/// The host and port of the demo's hubs, and each hub's cluster and name.
pub fn hubs(config: &mut Table) -> (String, Vec<(String, String)>) {
    let text = |value: &toml::Value| value.as_str().expect("text").to_owned();
    let mut host = String::new();
    let mut all = Vec::new();
    for cluster in tables(config, "cluster") {
        for hub in cluster["hubs"].as_array().expect("hubs") {
            let url = text(&hub["health_url"]);
            let rest = url.strip_prefix("http://").expect("plain HTTP");
            host = rest.split('/').next().expect("a host").to_owned();
            all.push((text(&cluster["name"]), text(&hub["name"])));
        }
    }
    (host, all)
}

/// The scrape configuration that service discovery would produce: a target for each hub, and for each cluster a target
/// with the kubelets' disks and kube-state-metrics.
pub fn scraping(host: &str, hubs: &[(String, String)]) -> String {
    let mut config =
        "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n\
                      scrape_configs:\n\
                      - job_name: kubernetes-service-endpoints\n\
                      \x20 static_configs:\n"
            .to_owned();
    for (cluster, hub) in hubs {
        writeln!(
            config,
            "  - {{ targets: ['{host}'], labels: {{ __metrics_path__: /h/{cluster}/{hub}/hub/metrics, \
             cluster: {cluster}, namespace: {hub}, service: hub }} }}"
        )
        .expect("a string takes all");
    }
    let mut clusters: Vec<&String> = hubs.iter().map(|(cluster, _)| cluster).collect();
    clusters.dedup();
    for cluster in clusters {
        writeln!(
            config,
            "- job_name: kubelet-{cluster}\n  metrics_path: /metrics/{cluster}\n  static_configs:\n  \
             - {{ targets: ['{host}'], labels: {{ cluster: {cluster} }} }}\n  metric_relabel_configs:\n  \
             - {{ source_labels: [__name__], regex: '(kubelet|kube)_.*', action: keep }}"
        )
        .expect("a string takes all");
    }
    config
}

/// The readings of each hub in a report.
fn readings(report: &Value) -> Vec<String> {
    let hub = |hub: &Value| {
        // A real Prometheus gets whole bytes, and the demo computes with fractions. So the last digits of a disk's free
        // share differ.
        let told = READINGS.map(|name| match hub["signals"][name].as_f64() {
            Some(value) => format!("{name} {value:.3}"),
            None => format!("{name} unknown"),
        });
        format!("{}/{}: {}", hub["cluster"], hub["hub"], told.join(", "))
    };
    list(report, "hubs").iter().map(hub).collect()
}

/// The configuration of a world that is watched through a real Prometheus; `None` if no real Prometheus is installed.
fn watched_by_a_real_one(served: &Served) -> Option<(Prometheus, PathBuf)> {
    let mut config = served.table();
    let (host, hubs) = hubs(&mut config);
    let real = Prometheus::start(&scraping(&host, &hubs), &[])?;
    let text = format!(
        "name = \"real\"\nurl = \"{}\"\ncluster_label = \"cluster\"",
        real.url()
    );
    let entry: Table = text.parse().expect("TOML");
    config.insert("prometheus".to_owned(), vec![entry].into());
    Some((real, served.write("real.toml", &config)))
}

/// Each component's versions in a rollout, with their places.
fn versions(served: &Served, config: &Path) -> BTreeSet<String> {
    let config = config.to_str().expect("a path");
    let run = served
        .home
        .run(&["rollout", "--format", "json", "--config", config]);
    let rollout = run.json();
    let components = list(&rollout, "components").iter();
    let versions = components.flat_map(|component| {
        let versions = list(component, "versions").iter();
        versions.map(move |version| (&component["component"], version))
    });
    let places = versions.flat_map(|(component, version)| {
        let places = list(version, "places").iter();
        places.map(move |place| {
            let (cluster, namespace) = (&place["cluster"], &place["namespace"]);
            format!("{component} {} {cluster}/{namespace}", version["version"])
        })
    });
    places.collect()
}

#[test]
fn a_real_prometheus_tells_the_same_versions_as_the_demos() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "8", "--hubs", "20"]);
    let Some((_real, config)) = watched_by_a_real_one(&served) else {
        return;
    };
    let own = versions(&served, &served.config);
    let of = |name: &str| own.iter().filter(|it| it.contains(name)).count();
    assert_eq!(of("\"jupyterhub\""), 20, "{own:#?}");
    // The nodes of one of the eight clusters have two versions. So there are nine pairs of a cluster and a version.
    assert_eq!((of("\"kubernetes\""), of("v1.34.2")), (9, 2), "{own:#?}");
    assert!(of("k8s-hub") > 0 && of("grafana/grafana") > 0, "{own:#?}");
    until(WITHIN, "the same versions", || {
        (versions(&served, &config) == own).then_some(())
    });
}

#[test]
fn the_demos_hubs_can_be_scraped_by_a_real_prometheus() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let Some((_real, config)) = watched_by_a_real_one(&served) else {
        return;
    };
    let own = served.check(&["--format", "json"]).json();
    assert_eq!(list(&own, "hubs").len(), 9);
    let wanted = readings(&own);
    assert!(
        !wanted.iter().any(|line| line.contains("unknown")),
        "{wanted:#?}"
    );
    until(WITHIN, "the same readings", || {
        (readings(&served.home.report(&config)) == wanted).then_some(())
    });
}
