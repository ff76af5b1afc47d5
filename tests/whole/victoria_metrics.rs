//! Compares two ways to watch four clusters: with one real VictoriaMetrics for all, and with one real Prometheus for
//! each cluster. Both ways must show the same hubs, alerts and exact joins. Each way has its own real Alertmanager,
//! which pages its own PagerDuty.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::chain::alertmanager_config;
use super::fleet::{ScrapedHub, scraping};
use super::home::{Home, list};
use super::paged;
use super::recorder::Recorder;
use super::served::Served;
use crate::until::until;
use crate::upstream::{Alertmanager, Prometheus, VictoriaMetrics, VmAlert};

const WITHIN: Duration = Duration::from_secs(120);
const ROUTES: &str = include_str!("routes.yml");

const CLUSTERS: [&str; 4] = ["reef", "delta", "mesa", "fjord"];
const HUBS: [&str; 3] = ["prod", "staging", "lab"];
/// Each hub has one alert. The first of each cluster's three hubs also has the alert for a full disk.
const ALERTS: usize = CLUSTERS.len() * (HUBS.len() + 1);

/// The rules for both Prometheus and VictoriaMetrics. They have no `keep_firing_for`, since Debian's VictoriaMetrics
/// does not support it.
const RULES: &str = r#"
groups:
- name: fleet
  interval: 1s
  rules:
  - alert: home-nfs has 10% of space left
    expr: floor(100 * min by (cluster, namespace) (kubelet_volume_stats_available_bytes) / min by (cluster, namespace) (kubelet_volume_stats_capacity_bytes)) <= 10
    for: 1s
    labels: { severity: same day action needed }
  - alert: jupyterhub-hub pod has restarted
    expr: max by (cluster, namespace) (jupyterhub_running_servers) >= 3
    labels: { severity: action needed this week }
"#;

fn hubs() -> Vec<Vec<ScrapedHub>> {
    let hub = |cluster, (at, name): (usize, &&'static str)| {
        ScrapedHub::serve(cluster, name, if at == 0 { 9 } else { 60 }, |_| 0)
    };
    let cluster = |name: &&'static str| {
        let hubs = HUBS.iter().enumerate();
        hubs.map(|it| hub(*name, it)).collect()
    };
    CLUSTERS.iter().map(cluster).collect()
}

/// A real Alertmanager, and the PagerDuty that it pages.
struct Paged {
    served: Served,
    alertmanager: Alertmanager,
}

impl Paged {
    fn start() -> Option<Self> {
        let served = calm();
        let alertmanager =
            Alertmanager::start(&alertmanager_config(ROUTES, &[served.pagerduty()]))?;
        Some(Self {
            served,
            alertmanager,
        })
    }
}

/// A PagerDuty without any incident.
fn calm() -> Served {
    Served::start(&["--scenario", "calm", "--clusters", "1", "--hubs", "1"])
}

fn inventory() -> String {
    let hubs = HUBS.map(|hub| format!("{{ name = \"{hub}\" }}")).join(", ");
    let mut text = String::new();
    for name in CLUSTERS {
        writeln!(text, "[[cluster]]\nname = \"{name}\"\nhubs = [{hubs}]")
            .expect("a string takes all");
    }
    text
}

/// Writes a configuration with the demo's PagerDuty. `sources` and our inventory replace the demo's clusters, rollout
/// settings, status pages and Prometheuses. Returns the file.
fn config(served: &Served, sources: &str) -> PathBuf {
    let mut config = served.table();
    for gone in ["cluster", "rollout", "status_page", "prometheus"] {
        config.remove(gone);
    }
    let watched = format!("{sources}{}", inventory());
    config.extend(watched.parse::<toml::Table>().expect("TOML"));
    served.write("watched.toml", &config)
}

/// Waits until the report contains all alerts, each with `by` as its `joined_by`. Returns the report.
fn joined(served: &Served, config: &std::path::Path, by: &str) -> Value {
    until(WITHIN, &format!("all alerts joined by {by}"), || {
        let report = served.home.report(config);
        let cases = list(&report, "cases").iter();
        let alerts: Vec<&Value> = cases.flat_map(|case| list(case, "alerts")).collect();
        let is_complete = alerts.len() == ALERTS && alerts.iter().all(|it| it["joined_by"] == by);
        is_complete.then_some(report)
    })
}

/// The hubs and the cases of a report, without the incidents' numbers and vmalert's label `alertgroup`.
fn fleet(report: &Value) -> (Vec<Value>, Vec<Value>) {
    let hub = |hub: &Value| {
        let mut hub = hub.clone();
        let evidence = hub["evidence"].as_array_mut().expect("a list");
        for text in evidence.iter_mut() {
            if text
                .as_str()
                .is_some_and(|text| text.starts_with("incident #"))
            {
                *text = json!("an incident is open");
            }
        }
        hub
    };
    let alert = |alert: &Value| {
        let label = |name: &str| alert["labels"][name].clone();
        json!([
            label("alertname"),
            label("cluster"),
            label("namespace"),
            label("severity"),
            alert["state"],
            alert["joined_by"],
            alert["suppressed"]
        ])
    };
    let case = |case: &Value| {
        let alerts: Vec<Value> = list(case, "alerts").iter().map(alert).collect();
        json!([
            case["title"],
            case["where"],
            case["priority"],
            case["severity"],
            case["incident"]["status"],
            case["mismatches"],
            alerts
        ])
    };
    let mut cases: Vec<Value> = list(report, "cases").iter().map(case).collect();
    cases.sort_by_key(ToString::to_string);
    let hubs = list(report, "hubs").iter().map(hub).collect();
    (hubs, cases)
}

#[test]
fn four_clusters_behind_one_victoriametrics_show_what_four_prometheuses_show() {
    let (Some(by_four), Some(by_one)) = (Paged::start(), Paged::start()) else {
        return;
    };
    let hubs = hubs();
    let all: Vec<&ScrapedHub> = hubs.iter().flatten().collect();
    let alerting = VmAlert {
        rules: RULES,
        notifier: &by_one.alertmanager.url(),
    };
    let Some(one) = VictoriaMetrics::start(&scraping(&all, true, ""), Some(&alerting)) else {
        return;
    };
    let target = by_four.alertmanager.target();
    let alerting = format!(
        "alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{target}'] }}] }}] }}\n"
    );
    let own = hubs.iter().filter_map(|hubs| {
        let hubs: Vec<&ScrapedHub> = hubs.iter().collect();
        Prometheus::start(&scraping(&hubs, true, &alerting), &[("fleet.yml", RULES)])
    });
    let own: Vec<Prometheus> = own.collect();
    let sources = CLUSTERS.iter().zip(&own).map(|(name, own)| {
        let url = own.url();
        format!("[[prometheus]]\nname = \"{name}\"\nurl = \"{url}\"\ncluster = \"{name}\"\n")
    });
    let four = config(&by_four.served, &sources.collect::<String>());
    let source = format!(
        "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n",
        one.url()
    );
    let one = config(&by_one.served, &source);

    let by_four = joined(&by_four.served, &four, "labels");
    let by_one = joined(&by_one.served, &one, "labels");
    let pretty = |report| serde_json::to_string_pretty(&json!(fleet(report))).expect("JSON");
    let (four, one) = (pretty(&by_four), pretty(&by_one));
    assert!(one == four, "one: {one}\nfour: {four}");
    assert_eq!(list(&by_one, "sources").len(), 2, "and PagerDuty");
    assert_eq!(list(&by_four, "sources").len(), 5);
    assert_eq!(list(&by_one, "hubs").len(), CLUSTERS.len() * HUBS.len());
}

#[test]
fn alerts_of_a_victoriametrics_are_joined_by_the_routes_of_its_alertmanager() {
    let served = calm();
    let relay = Recorder::rewriting(&served.pagerduty(), paged::as_too_big);
    let routes = alertmanager_config(ROUTES, &[relay.url()]);
    let Some(alertmanager) = Alertmanager::start(&routes) else {
        return;
    };
    let hubs = hubs();
    let alerting = VmAlert {
        rules: RULES,
        notifier: &alertmanager.url(),
    };
    let all: Vec<&ScrapedHub> = hubs.iter().flatten().collect();
    let Some(one) = VictoriaMetrics::start(&scraping(&all, true, ""), Some(&alerting)) else {
        return;
    };
    let sources = format!(
        "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n\
         [[alertmanager]]\nname = \"all\"\nurl = \"{}\"\n",
        one.url(),
        alertmanager.url()
    );
    joined(&served, &config(&served, &sources), "dedup_key");
}

#[test]
fn a_victoriametrics_without_vmalert_is_a_blind_spot() {
    let hubs = hubs();
    let all: Vec<&ScrapedHub> = hubs.iter().flatten().collect();
    let Some(one) = VictoriaMetrics::start(&scraping(&all, true, ""), None) else {
        return;
    };
    let home = Home::new();
    let text = format!(
        "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n{}",
        one.url(),
        inventory()
    );
    let config = home.write("bare.toml", &text);
    let report = until(WITHIN, "every hub", || {
        let report = home.report(&config);
        let is_up = |hub: &Value| hub["signals"]["up"] == 1.0;
        let hubs = list(&report, "hubs");
        (!hubs.is_empty() && hubs.iter().all(is_up)).then_some(report)
    });
    assert_eq!(report["verdict"], "unknown");
    let spots = list(&report, "mismatches").iter();
    let mut texts = spots.filter_map(|spot| spot["text"].as_str());
    assert!(
        texts.any(|text| text.contains("prometheus/all") && text.contains("has no alerting rules")),
        "{report}"
    );
}
