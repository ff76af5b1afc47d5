//! `hubwatch trends`: the figures from PagerDuty's past incidents, and the exit code if a request for them fails.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Months, NaiveDate};
use hubwatch::domain::now::TimeSource;
use hubwatch::runtime::clock::SystemClock;
use serde_json::Value;

use super::account::misfits;
use super::home::{Run, list};
use super::recorder::{Instead, Recorder};
use super::served::Served;
use crate::openapi::OpenApi;

fn is_incidents(path: &str) -> bool {
    path == "/incidents"
}

fn is_log(path: &str) -> bool {
    path == "/log_entries"
}

fn is_priorities(path: &str) -> bool {
    path == "/priorities"
}

/// The first day of the month that is `count` months before the present month.
pub fn months_ago(count: u32) -> NaiveDate {
    let today = SystemClock::start().now().wall.date_naive();
    let first = today.with_day(1).expect("a first day");
    first
        .checked_sub_months(Months::new(count))
        .expect("a month")
}

pub fn trends_since(served: &Served, config: &Path, since: NaiveDate) -> Run {
    let (config, since) = (config.to_str().expect("UTF-8"), since.to_string());
    let arguments = ["--config", config, "trends", "--format", "json"];
    served
        .home
        .run(&[&arguments[..], &["--since", &since]].concat())
}

/// A served world, and a configuration that leads to its PagerDuty through a recorder.
pub fn recorded() -> (Served, Recorder, PathBuf) {
    let served = Served::start(&["--scenario", "calm"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    let config = served.write("trends.toml", &config);
    (served, recorder, config)
}

#[test]
fn the_demos_last_five_months_have_the_seeds_figures() {
    let (served, recorder, config) = recorded();
    let run = trends_since(&served, &config, months_ago(5));
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["complete"], true);
    let whole = list(&report, "months")
        .iter()
        .filter(|month| month["partial"] == false);
    let whole: Vec<&Value> = whole.collect();
    let numbers = |field: &str| -> Vec<u64> {
        let counts = whole.iter().map(|month| month[field].as_u64());
        counts.map(|count| count.expect("a number")).collect()
    };
    assert_eq!(numbers("outages"), [7, 7, 9, 0, 1]);
    assert_eq!(report["mean_per_month"], 4.8);
    assert_eq!(numbers("taken_back"), [1, 2, 1, 1, 0]);
    assert_eq!(numbers("not_known"), [0; 5]);
    assert_eq!(numbers("unread_logs"), [0; 5]);
    assert!(numbers("night_pages").iter().all(|count| *count > 0));
    assert_eq!(numbers("night_pages_zone_unknown"), [0; 5]);
    assert!(numbers("boxes_overrun").iter().sum::<u64>() > 0);
    assert_eq!(numbers("untold_unknown").len(), 5);
    assert_eq!(report["complete_from"], report["since"]);
    let by_person = |month: &&Value| month["found_by"]["person"].as_u64().unwrap_or_default();
    let by_person: Vec<u64> = whole.iter().map(by_person).collect();
    assert_eq!(by_person, [1, 1, 2, 0, 0], "as the fixture assumes");
    assert!(numbers("incidents").iter().all(|count| *count >= 60));
    let alerts = list(&report, "alerts");
    let name = "At least two servers failed to start in the last 30m";
    let starts = alerts.iter().find(|alert| alert["name"] == name);
    assert!(starts.is_some_and(|alert| alert["incidents"].as_u64() > Some(20)));
    assert!(alerts.len() < 30, "one row an alert: {alerts:#?}");

    let asked = recorder.take();
    let pages = |path: &str| asked.iter().filter(|it| it.path == path).count();
    assert!(pages("/incidents") >= 6 && pages("/log_entries") >= 20);
    if let Some(api) = OpenApi::load() {
        let misfits = misfits(api, &asked);
        assert!(misfits.is_empty(), "{misfits:#?}");
    }
}

#[test]
fn a_p1_that_loses_its_priority_afterwards_leaves_the_figures_at_once() {
    let (served, recorder, config) = recorded();
    let since = months_ago(1);
    let figures = || {
        let report = trends_since(&served, &config, since).json();
        let month = &list(&report, "months")[0];
        (month["outages"].clone(), month["taken_back"].clone())
    };
    assert_eq!(figures(), (1.into(), 0.into()));
    let listed = recorder.take();
    let listed = listed.iter().filter(|it| it.path == "/incidents");
    let bodies: Vec<Value> = listed.map(|it| it.answered()).collect();
    let mut incidents = bodies
        .iter()
        .flat_map(|body| body["incidents"].as_array().expect("incidents"));
    let p1 = incidents.find(|it| {
        let created = it["created_at"].as_str().unwrap_or_default();
        it["priority"]["name"] == "P1" && created < months_ago(0).to_string().as_str()
    });
    let number = p1.expect("a P1")["incident_number"].to_string();
    let config = config.to_str().expect("UTF-8");
    let arguments = ["--config", config, "priority", &number, "none", "--yes"];
    let run = served.home.run(&arguments);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(figures(), (0.into(), 1.into()));
}

#[test]
fn every_month_of_a_year_and_the_present_one_is_there() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let config = served.home.path("demo.toml");
    let config = config.to_str().expect("UTF-8");
    let run = served
        .home
        .run(&["--config", config, "trends", "--format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["complete"], true);
    assert_eq!(list(&report, "months").len(), 13);
    let months = list(&report, "months").iter();
    let counted: u64 = months
        .map(|month| month["incidents"].as_u64().expect("a number"))
        .sum();
    assert!(counted > 0, "{report}");
    let alerts = list(&report, "alerts").iter();
    let by_alert: u64 = alerts
        .map(|alert| alert["incidents"].as_u64().expect("a number"))
        .sum();
    assert_eq!(by_alert, counted);
    let run = served
        .home
        .run(&["--config", config, "trends", "--since", "2031-01-01"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn a_listing_that_fails_leaves_no_figure_that_could_be_believed() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    for page in config["status_page"].as_array_mut().expect("pages") {
        page.as_table_mut().expect("a page").remove("url");
    }
    let config = served.write("trends.toml", &config);
    let config = config.to_str().expect("UTF-8");
    // Only the present month, so that all requests fit into one minute's share of the account's request limit.
    let since = months_ago(0).to_string();
    let arguments = ["--config", config, "trends", "--since", &since];
    let failures = [
        (500, "{}"),
        (403, "{}"),
        (402, "{}"),
        (200, "null"),
        (200, "{}"),
        (200, "<html>"),
    ];
    for applies in [is_incidents, is_log, is_priorities] {
        for (status, body) in failures {
            recorder.answer_instead(vec![Instead {
                applies,
                status,
                body,
            }]);
            // Otherwise the run would show the figures that an earlier run stored, with their date.
            drop(fs::remove_dir_all(served.home.path("state")));
            let run = served.home.run(&arguments);
            assert_eq!(
                (run.code, run.out.as_str()),
                (1, ""),
                "{status} {body}: {run:?}"
            );
            assert!(run.err.starts_with("hubwatch: "), "{run:?}");
            let is_empty = run.err.contains("gave no priorities");
            let is_refused = applies("/priorities") && matches!(status, 402 | 403);
            assert_eq!(is_empty, is_refused, "{status} {body}: {run:?}");
        }
    }
    recorder.answer_instead(vec![Instead {
        applies: |path| path == "/users",
        status: 500,
        body: "{}",
    }]);
    let run = served.home.run(&arguments);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.contains("not complete: not all users can be read"),
        "{run:?}"
    );
}
