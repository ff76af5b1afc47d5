//! Real Prometheus → real Alertmanager → the demo's PagerDuty. `check` reads Prometheus and PagerDuty, and must join
//! the alert with the incident.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::fleet::{ScrapedHub, scraping};
use super::home::{cases_with, list};
use super::served::Served;
use super::trouble::{DISK, STARTS, fingerprint};
use crate::until::until_every;
use crate::upstream::rules::{fleets_own, hurried};
use crate::upstream::{Alertmanager, Prometheus};

const WITHIN: Duration = Duration::from_secs(90);
/// The pause between two runs of `check`. Each run sends PagerDuty a dozen requests, and the limit is 960 a minute.
const PAUSE: Duration = Duration::from_secs(1);

/// The routes' receivers, each with the service of the demo's account that it pages.
const RECEIVERS: [(&str, &str); 7] = [
    ("pagerduty-pager", "misc"),
    ("known-storage-outage-pager", "storage-outage"),
    ("persistent-storage-pager", "storage"),
    ("pod-restarts-pager", "restarts"),
    ("server-startup-pager", "startup"),
    ("pod-stuck-in-state-pager", "misc"),
    ("jupyterhub-usage-quotas", "quotas"),
];

/// The fleet's own routes, with receivers that page each of these addresses.
pub fn alertmanager_config(routes: &str, pagerdutys: &[String]) -> String {
    let mut config = routes.replace("group_wait: 10s", "group_wait: 1s");
    config.push_str("\nreceivers:\n");
    for (receiver, service) in RECEIVERS {
        writeln!(config, "- name: {receiver}\n  pagerduty_configs:").expect("a string takes all");
        for pagerduty in pagerdutys {
            writeln!(
                config,
                "  - {{ routing_key: '{service:0>32}', url: '{pagerduty}/v2/enqueue' }}"
            )
            .expect("a string takes all");
        }
    }
    config
}

/// The demo's account, and one real Prometheus.
fn config(served: &Served, prometheus: &Prometheus) -> std::path::PathBuf {
    let mut config = served.table();
    for gone in ["cluster", "rollout", "status_page"] {
        config.remove(gone);
    }
    let watched = format!(
        "[[prometheus]]\nname = \"leap\"\nurl = \"{}\"\ncluster = \"leap\"\n\
         [[cluster]]\nname = \"leap\"\nhubs = [{{ name = \"prod\" }}]\n",
        prometheus.url()
    );
    let watched: toml::Table = watched.parse().expect("TOML");
    config.extend(watched);
    served.write("chain.toml", &config)
}

#[test]
fn an_incident_that_a_real_alertmanager_opened_is_joined_to_its_alert() {
    let (Some(rules), Some(routes)) = (
        fleets_own("prometheus-rules.leap.yml"),
        fleets_own("alertmanager-route.yml"),
    ) else {
        return;
    };
    let served = Served::start(&["--scenario", "calm", "--clusters", "1", "--hubs", "1"]);
    let routes = alertmanager_config(&routes, &[served.pagerduty()]);
    let Some(alertmanager) = Alertmanager::start(&routes) else {
        return;
    };
    let sick = ScrapedHub::serve("leap", "prod", 9, |scrapes| scrapes);
    let alerting = format!(
        "alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{}'] }}] }}] }}\n",
        alertmanager.target()
    );
    let scraped = scraping(&[&sick], false, &alerting);
    let Some(prometheus) = Prometheus::start(&scraped, &[("leap.yml", &hurried(&rules))]) else {
        return;
    };
    let config = config(&served, &prometheus);
    let paged = |report: &Value, name: &str| {
        let cases = cases_with(report, name);
        cases.iter().any(|case| case["incident"] != Value::Null)
    };
    let report = until_every(PAUSE, WITHIN, "both alerts' incidents", || {
        let report = served.home.report(&config);
        (paged(&report, DISK) && paged(&report, STARTS)).then_some(report)
    });
    for (name, service) in [(DISK, "P2"), (STARTS, "")] {
        let cases = cases_with(&report, name);
        let [case] = cases.as_slice() else {
            panic!("{name} stands on {} cases", cases.len());
        };
        assert_eq!(list(case, "alerts").len(), 1, "{case}");
        let alert = &case["alerts"][0];
        let by = alert["joined_by"].as_str().expect("a word");
        assert!(
            ["dedup_key", "fingerprint", "labels", "title"].contains(&by),
            "{by}"
        );
        let id = case["incident"]["id"].as_str().expect("an id");
        assert_eq!(case["id"], json!(format!("pd:{id}")));
        let alias = format!("alert:{}", fingerprint(&alert["labels"]));
        assert_eq!(case["aliases"], json!([alias]));
        assert_eq!(case["where"], json!([{"cluster": "leap", "hub": "prod"}]));
        assert_eq!(case["incident"]["status"], "triggered");
        assert!(!list(case, "owners").is_empty(), "{case}");
        if !service.is_empty() {
            assert_eq!(case["priority"], service);
        }
    }
    let unjoined = list(&report, "cases")
        .iter()
        .filter(|case| case["incident"] != Value::Null && list(case, "alerts").is_empty());
    assert_eq!(unjoined.count(), 0, "{report}");

    let screen = served.home.dashboard(&config);
    screen.wait_for("2 sources live");
    let rows = screen.lines_with(DISK);
    let rows: Vec<&String> = rows.iter().filter(|line| line.starts_with('│')).collect();
    let [row] = rows.as_slice() else {
        panic!("one row for both: {rows:#?}");
    };
    let owner = &cases_with(&report, DISK)[0]["owners"][0]["name"];
    assert!(row.contains(owner.as_str().expect("a name")), "{row}");
    assert!(row.contains("leap/prod"), "{row}");
    screen.quit();
}
