//! `hubwatch trends`: what PagerDuty's record says, and what it says where a listing of it fails.

use super::home::list;
use super::recorder::{Instead, Recorder};
use super::served::Served;

fn is_incidents(path: &str) -> bool {
    path == "/incidents"
}

fn is_log(path: &str) -> bool {
    path == "/log_entries"
}

fn is_priorities(path: &str) -> bool {
    path == "/priorities"
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
            let run = served.home.run(&["--config", config, "trends"]);
            assert_eq!(
                (run.code, run.out.as_str()),
                (1, ""),
                "{status} {body}: {run:?}"
            );
            assert!(run.err.starts_with("hubwatch: "), "{run:?}");
            let is_empty = run.err.contains("account has no priorities");
            let is_refused = applies("/priorities") && matches!(status, 402 | 403);
            assert_eq!(is_empty, is_refused, "{status} {body}: {run:?}");
        }
    }
    recorder.answer_instead(vec![Instead {
        applies: |path| path == "/users",
        status: 500,
        body: "{}",
    }]);
    let run = served.home.run(&["--config", config, "trends"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.contains("not complete: not all users can be read"),
        "{run:?}"
    );
}
