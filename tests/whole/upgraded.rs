//! An upgrade of the demo's second batch goes wrong, and the program says which hubs are down, slow and failing.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use toml::Table;

use super::home::list;
use super::served::{Served, tables};
use crate::until::until_every;

/// The story takes half a minute at this speed.
const SPEED: &str = "20";
const WITHIN: Duration = Duration::from_secs(120);
/// The pause between two reports, since each report polls every source.
const PAUSE: Duration = Duration::from_millis(500);

/// A world of 15 clusters, and its configuration, in which a failing probe is repeated after one second.
fn upgraded() -> (Served, PathBuf) {
    let size = ["--clusters", "15", "--hubs", "45"];
    let mut arguments = vec!["--scenario", "upgrade", "--speed", SPEED];
    arguments.extend(size);
    let served = Served::start(&arguments);
    let mut config = served.table();
    let poll = config["poll"].as_table_mut().expect("[poll]");
    poll.insert("probe_confirm".to_owned(), "1s".into());
    let config = served.write("upgraded.toml", &config);
    (served, config)
}

/// The clusters of the second batch.
fn second_batch(config: &mut Table) -> Vec<Value> {
    let rollout = config["rollout"].as_table_mut().expect("[rollout]");
    let batches = tables(rollout, "batch");
    let second = batches
        .iter()
        .find(|it| it["name"].as_str() == Some("second"));
    let clusters = second.expect("a second batch")["clusters"].as_array();
    let names = clusters.expect("clusters").iter();
    names
        .map(|name| name.as_str().expect("a name").into())
        .collect()
}

/// The report of all sources once both cases of the upgrade have an incident.
fn last_report(served: &Served, config: &std::path::Path) -> Value {
    until_every(PAUSE, WITHIN, "the two pages of the upgrade", || {
        let report = served.home.report(config);
        let cases = list(&report, "cases");
        let is_over = cases.len() == 2 && cases.iter().all(|case| case["incident"].is_object());
        (is_over && report["complete"] == true).then_some(report)
    })
}

#[test]
fn check_names_the_hub_that_does_not_come_back_and_the_batch_that_starts_slowly() {
    let (served, config) = upgraded();
    let second = second_batch(&mut served.table());
    let report = last_report(&served, &config);
    assert_eq!(report["verdict"], "critical");

    let hubs = list(&report, "hubs");
    let down: Vec<_> = hubs.iter().filter(|hub| hub["health"] == "down").collect();
    let [down] = down.as_slice() else {
        panic!("one hub down: {down:#?}")
    };
    assert_eq!(
        (&down["hub"], &down["tier"]),
        (&"prod".into(), &"prod".into())
    );
    assert!(second.contains(&down["cluster"]), "{down}");

    let place = serde_json::json!({ "cluster": down["cluster"], "hub": down["hub"] });
    let cases = list(&report, "cases");
    let outage = cases
        .iter()
        .find(|case| case["priority"] == "P1")
        .expect("a P1");
    assert_eq!(outage["where"], Value::Array(vec![place]));
    let starts = cases.iter().find(|case| case["priority"].is_null());
    let starts = &starts.expect("failed starts")["where"][0]["cluster"];
    assert!(second.contains(starts), "{starts}");

    let mut slow = 0;
    for hub in hubs.iter().filter(|hub| hub["health"] != "down") {
        let p95 = hub["signals"]["spawn_p95_seconds"].as_f64();
        let is_slow = p95.expect("starts") > 60.0;
        assert_eq!(is_slow, second.contains(&hub["cluster"]), "{hub}");
        slow += usize::from(is_slow);
    }
    assert!(slow > 5, "{slow}");
    assert_rollout_names_second(&served, &config);
    assert_cases_are_not_known_without_pagerduty(&served);
}

fn assert_cases_are_not_known_without_pagerduty(served: &Served) {
    let mut config = served.table();
    let pagerduty = config["pagerduty"].as_table_mut().expect("[pagerduty]");
    // Nothing listens there.
    pagerduty.insert("url".to_owned(), "http://127.0.0.1:1".into());
    let config = served.write("refused.toml", &config);
    let config = config.to_str().expect("UTF-8");
    let arguments = ["--config", config, "rollout", "-o", "json"];
    let run = served.home.run(&arguments);
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    assert_eq!(report["complete"], false);
    let canary = &list(&report, "batches")[0]["figures"];
    assert_eq!(
        (&canary["cases"], &canary["cases_hubs"]),
        (&Value::Null, &0.into())
    );
    let mut missing = list(&report, "missing").iter();
    assert!(
        missing.any(|it| it["source"] == "pagerduty" && it["part"] == "cases"),
        "{report}"
    );
}

fn assert_rollout_names_second(served: &Served, config: &std::path::Path) {
    let config = config.to_str().expect("UTF-8");
    let run = served
        .home
        .run(&["--config", config, "rollout", "-o", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["complete"], true);
    let batches = list(&report, "batches");
    let names: Vec<_> = batches.iter().map(|it| it["name"].as_str()).collect();
    assert_eq!(names, [Some("canary"), Some("second"), Some("third")]);
    for batch in batches {
        let worse = list(batch, "worse").iter();
        let worse: Vec<_> = worse.map(|it| it["measure"].as_str()).collect();
        match batch["name"].as_str() {
            Some("second") => {
                assert!(worse.contains(&Some("p95_seconds")), "{worse:?}");
                assert!(worse.contains(&Some("down")), "{worse:?}");
            }
            name => assert_eq!(worse, [None; 0], "{name:?}"),
        }
    }
    let hubs = &list(&report, "components")[0];
    let silent = list(hubs, "versions").iter();
    let silent = silent.flat_map(|version| list(version, "places"));
    let silent: Vec<&Value> = silent.filter(|it| !it["last_seen"].is_null()).collect();
    // The hub that is down has its last version if the first report was made before the hub went down. Otherwise its
    // version is unknown.
    let unknown = list(hubs, "unknown");
    assert_eq!(silent.len() + unknown.len(), 1, "{silent:?} {unknown:?}");
    let table = served.home.run(&["--config", config, "rollout"]);
    let first = table.out.lines().next().unwrap_or_default();
    assert!(
        first.contains("batch second is worse than the rest: "),
        "{first}"
    );
    assert!(table.out.contains("JupyterHub 5.4.4"), "{}", table.out);
}
