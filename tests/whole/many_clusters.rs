//! One real Prometheus that answers for several clusters shows the fleet that several would show.

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

const FLEET: &str = r#"
[[cluster]]
name = "reef"
hubs = [{ name = "prod" }, { name = "staging" }]
[[cluster]]
name = "delta"
hubs = [{ name = "prod" }, { name = "staging" }]
"#;

/// Two clusters whose hubs have the same names and do not fare the same.
fn hubs() -> [ScrapedHub; 4] {
    [
        ScrapedHub::serve("reef", "prod", 9, |_| 0),
        ScrapedHub::serve("reef", "staging", 60, |_| 0),
        ScrapedHub::serve("delta", "prod", 70, |_| 0),
        ScrapedHub::serve("delta", "staging", 8, |_| 0),
    ]
}

fn prometheus(hubs: &[&ScrapedHub]) -> Option<Prometheus> {
    Prometheus::start(
        &scraping(hubs, true, ""),
        &[("hub-alerts.yml", &hurried(RULES))],
    )
}

/// What a report says of the fleet: without the sources' names, and without what time alone changes.
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
fn one_prometheus_for_all_clusters_shows_the_same_fleet_as_several() {
    let [a, b, c, d] = hubs();
    let (Some(all), Some(reef), Some(delta)) = (
        prometheus(&[&a, &b, &c, &d]),
        prometheus(&[&a, &b]),
        prometheus(&[&c, &d]),
    ) else {
        return;
    };
    let gate = Recorder::start(&all.url(), &[TENANT]);
    let home = Home::new();
    let one = home.write(
        "one.toml",
        &format!(
            "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n\
             headers = {{ {} = \"{}\" }}\n{FLEET}",
            gate.url(),
            TENANT.0,
            TENANT.1,
        ),
    );
    let each = |name: &str, url: String| {
        format!("[[prometheus]]\nname = \"{name}\"\nurl = \"{url}\"\ncluster = \"{name}\"\n")
    };
    let several = each("reef", reef.url()) + &each("delta", delta.url()) + FLEET;
    let several = home.write("several.toml", &several);

    let is_full = |report: &Value| {
        let fires = |cluster: &str| {
            list(report, "cases").iter().any(|case| {
                case["where"][0]["cluster"] == cluster && case["title"] == "HubHomeDiskNearlyFull"
            })
        };
        let is_counted = |hub: &Value| hub["signals"]["spawn_failures_30m"] == 0.0;
        fires("reef") && fires("delta") && list(report, "hubs").iter().all(is_counted)
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
    let health: Vec<&Value> = list(&by_one, "hubs")
        .iter()
        .map(|hub| &hub["health"])
        .collect();
    assert_eq!(health, ["degraded", "up", "up", "degraded"]);
    assert_eq!(list(&by_one, "sources").len(), 1);
    assert_eq!(list(&by_several, "sources").len(), 2);

    let asked = gate.take();
    assert!(asked.iter().any(|it| it.path == "/api/v1/rules"));
    assert!(
        asked.iter().all(|it| it.status == 200),
        "all had the tenant"
    );
}

#[test]
fn without_its_tenant_it_is_down_and_says_so() {
    let Some(all) = prometheus(&[]) else {
        return;
    };
    let gate = Recorder::start(&all.url(), &[TENANT]);
    let home = Home::new();
    let config = home.write(
        "one.toml",
        &format!(
            "[[prometheus]]\nname = \"all\"\nurl = \"{}\"\ncluster_label = \"cluster\"\n{FLEET}",
            gate.url()
        ),
    );
    let report = home.report(&config);
    assert_eq!(report["sources"][0]["state"], "down");
    let why = report["sources"][0]["error"].as_str().expect("a reason");
    assert!(why.contains("401"), "{why}");
    assert_eq!(report["verdict"], "unknown");
}
