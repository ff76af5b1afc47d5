//! One Prometheus does not answer. Only the hubs that it watches become unknown.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};

use serde_json::Value;

use super::home::list;
use super::served::{Served, tables};

/// The health of each hub, by cluster and name, except the hubs of the cluster `but`.
fn healths(report: &Value, but: &str) -> BTreeMap<(String, String), String> {
    let hubs = list(report, "hubs")
        .iter()
        .filter(|hub| hub["cluster"] != but);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    hubs.map(|hub| {
        let key = (text(&hub["cluster"]), text(&hub["hub"]));
        (key, text(&hub["health"]))
    })
    .collect()
}

/// The owners of each case and the fingerprints of its alerts, except the alerts of the source `but`.
fn cases(report: &Value, but: &str) -> BTreeMap<String, (Value, Vec<Value>)> {
    let cases = list(report, "cases").iter().map(|case| {
        let alerts = list(case, "alerts")
            .iter()
            .filter(|alert| alert["source"] != but);
        let prints = alerts.map(|alert| alert["fingerprint"].clone()).collect();
        (case["id"].to_string(), (case["owners"].clone(), prints))
    });
    cases.collect()
}

/// An address at which nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    format!("http://{}", listener.local_addr().expect("its address"))
}

#[test]
fn a_prometheus_that_is_gone_takes_only_its_own_hubs_along() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "6", "--hubs", "24"]);
    let mut config = served.table();
    let gone = &mut tables(&mut config, "prometheus")[0];
    let cluster = gone["cluster"].as_str().expect("a name").to_owned();
    let source = format!("prometheus/{}", gone["name"].as_str().expect("a name"));
    gone["url"] = nowhere().into();
    let config = served.write("one-down.toml", &config);

    let before = served.check(&["--format", "json"]).json();
    assert_eq!(before["complete"], true, "{}", before["summary"]);
    let run = served.home.check(&config, &["--format", "json"]);
    let after = run.json();

    assert_ne!(after["verdict"], "ok");
    assert_ne!(run.code, 0);
    assert_eq!(after["complete"], false);
    for seen in list(&after, "sources") {
        let is_gone = seen["name"] == source.as_str();
        assert_eq!(seen["state"] == "down", is_gone, "{seen}");
        assert_eq!(seen["error"].is_string(), is_gone, "{seen}");
    }
    let own: Vec<&Value> = list(&after, "hubs")
        .iter()
        .filter(|hub| hub["cluster"] == cluster.as_str())
        .collect();
    assert!(!own.is_empty());
    for hub in own {
        assert_eq!(hub["health"], "unknown", "{hub}");
        assert_eq!(hub["signals"]["up"], Value::Null, "{hub}");
    }
    assert_eq!(healths(&after, &cluster), healths(&before, &cluster));
    assert!(
        healths(&after, &cluster)
            .values()
            .any(|health| health == "up")
    );
    let (before, after) = (cases(&before, &source), cases(&after, &source));
    assert!(!before.is_empty());
    assert_eq!(after, before);
}

#[test]
fn an_all_clear_is_not_given_without_it() {
    let served = Served::start(&["--scenario", "calm", "--clusters", "3", "--hubs", "9"]);
    let mut config = served.table();
    tables(&mut config, "prometheus")[0]["url"] = nowhere().into();
    let config = served.write("one-down.toml", &config);
    assert_eq!(served.check(&[]).code, 0);
    let run = served.home.check(&config, &[]);
    assert_eq!(run.code, 3, "{run:?}");
}
