//! One real Prometheus for all clusters shows the same fleet as one Prometheus for each cluster.

use std::time::Duration;

use serde_json::Value;

use super::fleet::{ScrapedHub, scraping};
use super::home::{Home, list};
use super::recorder::Recorder;
use crate::until::until;
use crate::upstream::Prometheus;
use crate::upstream::rules::hurried;

const RULES: &str = include_str!("../../assets/rules/hub-alerts.yml");
const WITHIN: Duration = Duration::from_secs(90);
const TENANT: (&str, &str) = ("X-Scope-OrgID", "fleet");

const CLUSTERS: [&str; 10] = [
    "reef", "delta", "mesa", "fjord", "tundra", "atoll", "heath", "karst", "dune", "marsh",
];

/// The clusters as they are configured: each has hubs of the same names.
fn fleet_config() -> String {
    let each = |name: &&str| {
        format!(
            "[[cluster]]\nname = \"{name}\"\nhubs = [{{ name = \"prod\" }}, {{ name = \"staging\" }}]\n"
        )
    };
    CLUSTERS.iter().map(each).collect()
}

/// Hubs in different states. The disk of `prod` is nearly full in every second cluster, and the disk of `staging` in
/// every third.
fn hubs() -> Vec<[ScrapedHub; 2]> {
    let each = |(at, cluster): (usize, &&'static str)| {
        let free = |is_full: bool| if is_full { 9 } else { 60 };
        [
            ScrapedHub::serve(cluster, "prod", free(at % 2 == 0), |_| 0),
            ScrapedHub::serve(cluster, "staging", free(at % 3 == 0), |_| 0),
        ]
    };
    CLUSTERS.iter().enumerate().map(each).collect()
}

/// The number of alerts that fire for `hubs`: five for `prod`, four for `staging`.
const ALERTS: usize = 5 + 4;

fn prometheus<'a>(hubs: impl IntoIterator<Item = &'a ScrapedHub>) -> Option<Prometheus> {
    Prometheus::start(
        &scraping(&hubs.into_iter().collect::<Vec<_>>(), true, ""),
        &[("hub-alerts.yml", &hurried(RULES))],
    )
}

/// The fleet in a report, without the names of sources and without values that change with time.
fn fleet(report: &Value) -> Value {
    let mut told = report.clone();
    told["at"].take();
    told["sources"].take();
    each(&mut told["cases"], |case| {
        for moving in ["since", "clock", "clocks"] {
            case[moving].take();
        }
        each(&mut case["alerts"], |alert| {
            for moving in ["source", "active_at", "fires_since"] {
                alert[moving].take();
            }
        });
    });
    sort(&mut told["cases"], "/id");
    told
}

fn each(list: &mut Value, change: impl FnMut(&mut Value)) {
    list.as_array_mut()
        .expect("a list")
        .iter_mut()
        .for_each(change);
}

fn sort(list: &mut Value, by: &str) {
    let list = list.as_array_mut().expect("a list");
    list.sort_by_key(|entry| entry.pointer(by).map(ToString::to_string));
}

#[test]
fn one_prometheus_for_ten_clusters_shows_the_same_fleet_as_ten() {
    let hubs = hubs();
    let Some(all) = prometheus(hubs.iter().flatten()) else {
        return;
    };
    let own: Vec<Prometheus> = hubs.iter().filter_map(prometheus).collect();
    let gate = Recorder::start(&all.url(), &[TENANT]);
    let home = Home::new();
    let one = home.write(
        "one.toml",
        &format!(
            "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n\
             headers = {{ {} = \"{}\" }}\n{}",
            gate.url(),
            TENANT.0,
            TENANT.1,
            fleet_config(),
        ),
    );
    let each = |(name, own): (&&str, &Prometheus)| {
        let url = own.url();
        format!("[[prometheus]]\nname = \"{name}\"\nurl = \"{url}\"\ncluster = \"{name}\"\n")
    };
    let several: String = CLUSTERS.iter().zip(&own).map(each).collect();
    let several = home.write("several.toml", &(several + &fleet_config()));

    let is_full = |report: &Value| {
        let of_a_disk = |case: &&Value| case["title"] == "HubHomeDiskNearlyFull";
        let is_counted = |hub: &Value| hub["signals"]["spawn_failures_30m"] == 0.0;
        let hubs = list(report, "hubs");
        list(report, "cases").iter().filter(of_a_disk).count() == ALERTS
            && hubs.iter().all(is_counted)
    };
    let complete = |config| {
        until(WITHIN, "the whole fleet", || {
            let report = home.report(config);
            is_full(&report).then_some(report)
        })
    };
    let (by_one, by_several) = (complete(&one), complete(&several));
    let pretty = |report| serde_json::to_string_pretty(&fleet(report)).expect("JSON");
    let (by_one_text, by_several_text) = (pretty(&by_one), pretty(&by_several));
    assert!(
        by_one_text == by_several_text,
        "one: {by_one_text}\nseveral: {by_several_text}"
    );
    let degraded = |hub: &&Value| hub["health"] == "degraded";
    assert_eq!(list(&by_one, "hubs").len(), 2 * CLUSTERS.len());
    assert_eq!(
        list(&by_one, "hubs").iter().filter(degraded).count(),
        ALERTS
    );
    assert_eq!(list(&by_one, "sources").len(), 1);
    assert_eq!(list(&by_several, "sources").len(), CLUSTERS.len());

    let asked = gate.take();
    assert!(asked.iter().any(|it| it.path == "/api/v1/rules"));
    assert!(
        asked.iter().all(|it| it.status == 200),
        "all had the tenant"
    );
}

#[test]
fn without_its_tenant_it_is_down_and_says_so() {
    let Some(all) = prometheus([]) else {
        return;
    };
    let gate = Recorder::start(&all.url(), &[TENANT]);
    let home = Home::new();
    let config = home.write(
        "one.toml",
        &format!(
            "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n{}",
            gate.url(),
            fleet_config()
        ),
    );
    let report = home.report(&config);
    assert_eq!(report["sources"][0]["state"], "down");
    let why = report["sources"][0]["error"].as_str().expect("a reason");
    assert!(why.contains("401"), "{why}");
    assert_eq!(report["verdict"], "unknown");
}
