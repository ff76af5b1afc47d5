//! Each endpoint of PagerDuty and of its status page failing alone: the part is named, what judgement needs is
//! never taken for well, and open incidents stand in all but their own listing's failure. What is asked only of
//! some incidents and posts (their own log, notes, updates) is tested beside the pollers, in `sources`.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::Value;
use toml::Table;

use super::home::list;
use super::recorder::{Instead, Recorder};
use super::served::Served;

/// How an endpoint fails: what it is called here, the status, the body.
type Failure = (&'static str, u16, &'static str);

const FAILURES: [Failure; 6] = [
    ("500", 500, "{}"),
    ("403", 403, "{}"),
    ("404", 404, "{}"),
    ("empty", 200, ""),
    ("null", 200, "null"),
    ("garbage", 200, "<html>hello</html>"),
];

/// What an answer that says "there is no such thing" means for an endpoint.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// Judgement needs it, whatever the failure.
    Always,
    /// Named, and never missing.
    Never,
    /// 403 and 404 say that the account has no such thing.
    UnlessRefused,
}

/// An endpoint, by the source and the part that it is named in. Without a part the source itself fails.
struct Endpoint {
    source: &'static str,
    part: Option<&'static str>,
    applies: fn(&str) -> bool,
    need: Need,
}

const fn endpoint(
    source: &'static str,
    part: Option<&'static str>,
    need: Need,
    applies: fn(&str) -> bool,
) -> Endpoint {
    Endpoint {
        source,
        part,
        applies,
        need,
    }
}

const PAGERDUTY: &str = "pagerduty";
const PAGE: &str = "status_page";

const ENDPOINTS: &[Endpoint] = &[
    endpoint(PAGERDUTY, None, Need::Always, |path| path == "/incidents"),
    endpoint(PAGERDUTY, Some("log"), Need::Never, |path| {
        path == "/log_entries"
    }),
    endpoint(PAGERDUTY, Some("alerts"), Need::Always, |path| {
        path.ends_with("/alerts")
    }),
    endpoint(PAGERDUTY, Some("priorities"), Need::Always, |path| {
        path == "/priorities"
    }),
    endpoint(PAGERDUTY, Some("users"), Need::Always, |path| {
        path == "/users"
    }),
    endpoint(PAGERDUTY, Some("me"), Need::Never, |path| {
        path == "/users/me"
    }),
    endpoint(
        PAGERDUTY,
        Some("escalation_policies"),
        Need::Always,
        |path| path == "/escalation_policies",
    ),
    endpoint(PAGERDUTY, Some("oncalls"), Need::Always, |path| {
        path == "/oncalls"
    }),
    endpoint(
        PAGERDUTY,
        Some("maintenance_windows"),
        Need::Never,
        |path| path == "/maintenance_windows",
    ),
    endpoint(PAGE, None, Need::Always, |path| path.ends_with("/statuses")),
    endpoint(PAGE, Some("impacts"), Need::Always, |path| {
        path.starts_with("/status_pages/") && path.ends_with("/impacts")
    }),
    endpoint(PAGE, Some("page_services"), Need::Never, |path| {
        path.starts_with("/status_pages/") && path.ends_with("/services")
    }),
    endpoint(PAGE, None, Need::Always, |path| path.ends_with("/posts")),
    endpoint(
        PAGE,
        Some("business_impacts"),
        Need::UnlessRefused,
        |path| path == "/business_services/impacts",
    ),
];

/// What a run of `check` said beside its report.
struct Seen {
    code: i32,
    report: Value,
}

/// `hubwatch check` of a world whose PagerDuty, with the status page, answers otherwise in one place.
fn check(served: &Served, name: &str, instead: Option<Instead>) -> (Seen, usize) {
    // What an earlier run read of incidents would not be asked for.
    let _ = std::fs::remove_dir_all(served.home.path("state"));
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let asked = instead.as_ref().map(|instead| instead.applies);
    recorder.answer_instead(instead);
    let mut config: Table = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    let file = served.write(&format!("{name}.toml"), &config);
    let run = served.home.check(&file, &["--format", "json"]);
    let exchanges = recorder.take();
    let hits = exchanges
        .iter()
        .filter(|one| asked.is_some_and(|applies| applies(&one.path)))
        .count();
    (
        Seen {
            code: run.code,
            report: run.json(),
        },
        hits,
    )
}

fn open_incidents(report: &Value) -> BTreeSet<String> {
    let cases = list(report, "cases").iter();
    cases
        .filter(|case| !case["incident"].is_null())
        .map(|case| case["id"].to_string())
        .collect()
}

fn judge(
    endpoint: &Endpoint,
    (how, status, _): Failure,
    seen: &Seen,
    open: &BTreeSet<String>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let report = &seen.report;
    let sources = list(report, "sources").iter();
    let source = sources.into_iter().find(|source| {
        source["name"]
            .as_str()
            .is_some_and(|name| name.starts_with(endpoint.source))
    });
    let Some(source) = source else {
        return vec![format!("no source {}", endpoint.source)];
    };
    let is_refusal = matches!(status, 403 | 404);
    let is_needed = match endpoint.need {
        Need::Always => true,
        Need::Never => false,
        Need::UnlessRefused => !is_refusal,
    };
    match endpoint.part {
        None if source["state"] == "live" => wrong.push(format!("the source is live: {source}")),
        None => {}
        Some(part) => {
            let found = list(source, "parts")
                .iter()
                .find(|found| found["name"] == part);
            match found {
                None => wrong.push(format!("no part {part}: {source}")),
                Some(found) if found["error"].is_null() => wrong.push(format!("no error: {found}")),
                Some(found) if found["state"] == "live" => wrong.push(format!("live: {found}")),
                Some(_) => {}
            }
            if source["state"] != "live" {
                wrong.push(format!("the source is not live: {source}"));
            }
        }
    }
    if is_needed && (seen.code == 0 || report["complete"] == true) {
        wrong.push(format!(
            "exit {}, complete {}",
            seen.code, report["complete"]
        ));
    }
    if !is_needed && report["complete"] == false {
        wrong.push(format!("incomplete: {}", report["summary"]));
    }
    let is_own_listing = endpoint.source == PAGERDUTY && endpoint.part.is_none();
    if !is_own_listing && open_incidents(report) != *open {
        wrong.push(format!("open incidents: {:?}", open_incidents(report)));
    }
    wrong
        .into_iter()
        .map(|what| format!("{how}: {what}"))
        .collect()
}

// In a world of its own: its PagerDuty counts requests.
fn fail_in_every_way(endpoint: &Endpoint) -> Vec<String> {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let (well, _) = check(&served, "well", None);
    assert_eq!(well.report["complete"], true, "{}", well.report["summary"]);
    let open = open_incidents(&well.report);
    assert!(!open.is_empty());
    let name = endpoint.part.unwrap_or("the listing");
    let mut wrong = Vec::new();
    for failure in FAILURES {
        let (how, status, body) = failure;
        let instead = Instead {
            applies: endpoint.applies,
            status,
            body,
        };
        let (seen, hits) = check(&served, how, Some(instead));
        let found = judge(endpoint, failure, &seen, &open);
        let unasked = (hits == 0).then(|| format!("{how}: never asked"));
        let found = found.into_iter().chain(unasked);
        wrong.extend(found.map(|what| format!("{} {name}, {what}", endpoint.source)));
    }
    wrong
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "many runs of the program, several at a time"
)]
fn what_fails_alone_is_named_and_never_taken_for_well() {
    let endpoints = Mutex::new(ENDPOINTS.iter().collect::<Vec<_>>());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let next = endpoints.lock().expect("nobody panics with it").pop();
                    let Some(endpoint) = next else {
                        return;
                    };
                    let found = fail_in_every_way(endpoint);
                    wrong.lock().expect("nobody panics with it").extend(found);
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("nobody panics with it");
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
