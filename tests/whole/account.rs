//! The real binary's requests to the demo's PagerDuty, and the answers, checked against PagerDuty's own OpenAPI file;
//! and the cost of a poll from cron.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::home::list;
use super::recorder::{Exchange, Recorder};
use super::served::Served;
use crate::openapi::OpenApi;

/// A served world, and a configuration that leads to its PagerDuty through a recorder.
fn recorded(arguments: &[&str]) -> (Served, Recorder, PathBuf) {
    let served = Served::start(arguments);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    let account = config["pagerduty"].as_table_mut().expect("a table");
    account.insert("url".to_owned(), recorder.url().into());
    let config = served.write("recorded.toml", &config);
    (served, recorder, config)
}

/// The violations of PagerDuty's OpenAPI file, each with the number of its occurrences.
pub fn misfits(api: OpenApi, exchanges: &[Exchange]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for it in exchanges {
        let sent = it.sent();
        let asked = api.check_request(&it.method, &it.path, &it.query, &it.headers, sent.as_ref());
        let answered = api.check_response(&it.method, &it.path, it.status, &it.answered());
        let wrongs = [("asked", asked), ("answered", answered)];
        for (side, wrongs) in wrongs {
            for wrong in wrongs.err().into_iter().flatten() {
                let line = format!("{} {} {side}: {wrong}", it.method, it.path);
                *found.entry(line).or_default() += 1;
            }
        }
    }
    found
}

/// The number of requests for each method and path.
type Asked = BTreeMap<String, usize>;

fn paths(exchanges: &[Exchange]) -> Asked {
    let mut counts = BTreeMap::new();
    for it in exchanges {
        *counts
            .entry(format!("{} {}", it.method, it.path))
            .or_default() += 1;
    }
    counts
}

#[test]
fn every_request_and_every_answer_fits_pagerdutys_own_description() {
    let Some(api) = OpenApi::load() else {
        return;
    };
    for scenario in ["shift", "storm", "quiet", "calm"] {
        let (served, recorder, config) = recorded(&["--scenario", scenario]);
        let report = served.home.report(&config);
        let asked = recorder.take();
        assert_eq!(
            report["complete"], true,
            "{scenario}: {}",
            report["sources"]
        );
        let misfits = misfits(api, &asked);
        assert!(misfits.is_empty(), "{scenario}: {misfits:#?}");
        let paths = paths(&asked);
        for path in [
            "GET /incidents",
            "GET /log_entries",
            "GET /oncalls",
            "GET /priorities",
        ] {
            assert!(paths.contains_key(path), "{scenario}: {paths:#?}");
        }
        assert!(
            asked.iter().all(|it| it.method == "GET"),
            "a look writes nothing"
        );
    }
}

#[test]
fn refusals_fit_it_too() {
    let Some(api) = OpenApi::load() else {
        return;
    };
    let (served, recorder, config) = recorded(&["--scenario", "outage"]);
    served.home.report(&config);
    let asked = recorder.take();
    assert!(!asked.is_empty());
    let misfits = misfits(api, &asked);
    assert!(misfits.is_empty(), "{misfits:#?}");
}

/// The requests and the reports of a first and a second poll.
fn two_looks(served: &Served, recorder: &Recorder, config: &Path) -> [(Value, Asked); 2] {
    [(), ()].map(|()| {
        let report = served.home.report(config);
        (report, paths(&recorder.take()))
    })
}

/// Requests about one incident each.
fn details(asked: &Asked) -> Vec<&String> {
    let of_one = |it: &&String| it.starts_with("GET /incidents/");
    asked.keys().filter(of_one).collect()
}

fn joins(report: &Value) -> BTreeMap<String, Vec<String>> {
    let cases = list(report, "cases").iter().map(|case| {
        let alerts = list(case, "alerts").iter();
        let by = alerts.map(|it| it["joined_by"].to_string()).collect();
        (case["id"].to_string(), by)
    });
    cases.collect()
}

#[test]
fn the_second_look_costs_a_handful_of_requests_however_much_is_open() {
    for alerts in ["0", "60"] {
        let (served, recorder, config) = recorded(&["--scenario", "quiet", "--alerts", alerts]);
        let [(first, first_asked), (second, second_asked)] = two_looks(&served, &recorder, &config);
        assert!(details(&first_asked).len() >= 10, "{first_asked:#?}");
        assert_eq!(details(&second_asked), Vec::<&String>::new());
        assert_eq!(second["complete"], true);
        assert_eq!(
            joins(&second),
            joins(&first),
            "what was kept tells the same"
        );
        let cost: usize = second_asked.values().sum();
        assert!(
            cost <= 18,
            "the account's lists and its page's: {second_asked:#?}"
        );
    }
}
