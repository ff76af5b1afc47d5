//! Lets each endpoint of each source fail alone. The failing part must be named. If the judgement needs the part, the
//! report must not be complete. Open incidents must stay in the report unless their own listing fails. Requests about
//! single incidents and posts (their log, notes and updates) are tested beside the pollers, in `sources`.
//!
//! Also lets a single item of an answer be unreadable: the item must be named, and the other items must count.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::Value;
use toml::{Table, toml};

use super::home::list;
use super::recorder::{Instead, Recorder};
use super::served::{Served, tables};

/// A way to fail: its name in this test, the status, the body.
type Failure = (&'static str, u16, &'static str);

const FAILURES: [Failure; 6] = [
    ("500", 500, "{}"),
    ("403", 403, "{}"),
    ("404", 404, "{}"),
    ("empty", 200, ""),
    ("null", 200, "null"),
    ("garbage", 200, "<html>hello</html>"),
];

/// Whether the judgement needs an endpoint.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// The judgement is incomplete without the endpoint, however it fails.
    Always,
    /// The failure is named, but the judgement is complete.
    Never,
    /// The judgement is incomplete without the endpoint, except after 403 and 404: these mean that the account does not
    /// have the feature.
    UnlessRefused,
}

/// An endpoint, and the part of the source that shows its failure. Without a part the source itself fails.
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
const PAGE: &str = "status_page/Hubs";
const PROMETHEUS: &str = "prometheus/watched";
const ALERTMANAGER: &str = "alertmanager/watched";
const STATUSPAGE: &str = "status_page/Elsewhere";

const ENDPOINTS: &[Endpoint] = &[
    endpoint(PAGERDUTY, None, Need::Always, |path| path == "/incidents"),
    endpoint(PAGERDUTY, Some("log"), Need::Never, |path| {
        path == "/log_entries"
    }),
    endpoint(PAGERDUTY, Some("alerts"), Need::Always, |path| {
        path.starts_with("/incidents/") && path.ends_with("/alerts")
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
    endpoint(PROMETHEUS, None, Need::Always, |path| {
        path == "/api/v1/rules"
    }),
    endpoint(PROMETHEUS, None, Need::Always, |path| {
        path == "/api/v1/query"
    }),
    endpoint(ALERTMANAGER, None, Need::Always, is_alertmanagers_alerts),
    endpoint(
        ALERTMANAGER,
        Some("silences"),
        Need::Never,
        is_alertmanagers_silences,
    ),
    endpoint(
        ALERTMANAGER,
        Some("routes"),
        Need::Never,
        is_alertmanagers_status,
    ),
    endpoint(STATUSPAGE, None, Need::Always, is_summary),
    endpoint(STATUSPAGE, Some("closed_posts"), Need::Never, is_history),
];

fn is_alertmanagers_alerts(path: &str) -> bool {
    path == "/api/v2/alerts"
}

fn is_alertmanagers_silences(path: &str) -> bool {
    path == "/api/v2/silences"
}

fn is_alertmanagers_status(path: &str) -> bool {
    path == "/api/v2/status"
}

fn is_summary(path: &str) -> bool {
    path == "/api/v2/summary.json"
}

fn is_history(path: &str) -> bool {
    path == "/api/v2/incidents.json"
}

const fn answer(applies: fn(&str) -> bool, body: &'static str) -> Instead {
    Instead {
        applies,
        status: 200,
        body,
    }
}

/// The answers of an Alertmanager and a Statuspage page while all is well. The demo's world has neither of them.
const WELL: [Instead; 5] = [
    answer(is_history, r#"{"incidents":[]}"#),
    answer(
        is_alertmanagers_alerts,
        r#"[{"labels":{"alertname":"Elsewhere"},"status":{"state":"suppressed","silencedBy":["s"]}}]"#,
    ),
    answer(
        is_alertmanagers_silences,
        r#"[{"id":"s","createdBy":"ada","endsAt":"2030-01-01T00:00:00Z"}]"#,
    ),
    answer(
        is_alertmanagers_status,
        r#"{"config":{"original":"route: { receiver: a }\nreceivers: [{ name: a }]"}}"#,
    ),
    answer(
        is_summary,
        r#"{"components":[],"incidents":[],"scheduled_maintenances":[]}"#,
    ),
];

/// The exit code and the report of a run of `check`.
struct Seen {
    code: i32,
    report: Value,
}

/// Runs `hubwatch check` of a world. `instead` replaces the answers of one endpoint. Also returns the number of
/// requests to that endpoint.
fn check(served: &Served, name: &str, instead: Option<Instead>) -> (Seen, usize) {
    // Removes the state. Otherwise incidents that an earlier run has read would not be requested again.
    let _ = std::fs::remove_dir_all(served.home.path("state"));
    let asked = instead.as_ref().map(|instead| instead.applies);
    let answers: Vec<Instead> = instead.into_iter().chain(WELL).collect();
    let mut config: Table = served.table();
    let first = &tables(&mut config, "prometheus")[0];
    let metrics = first["url"].as_str().expect("an address").to_owned();
    let recorders = [served.pagerduty(), metrics].map(|upstream| {
        let recorder = Recorder::start(&upstream, &[]);
        recorder.answer_instead(answers.clone());
        recorder
    });
    let [account, metrics] = &recorders;
    watch_through(&mut config, account, metrics);
    let file = served.write(&format!("{name}.toml"), &config);
    let run = served.home.check(&file, &["--format", "json"]);
    let exchanges = recorders.iter().flat_map(Recorder::take);
    let hits = exchanges
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

fn watch_through(config: &mut Table, account: &Recorder, metrics: &Recorder) {
    config["pagerduty"]["url"] = account.url().into();
    let first = &mut tables(config, "prometheus")[0];
    let cluster = first["cluster"].clone();
    first["url"] = metrics.url().into();
    first["name"] = "watched".into();
    let mut alertmanager = toml! { name = "watched" };
    alertmanager.insert("url".into(), account.url().into());
    alertmanager.insert("cluster".into(), cluster);
    config.insert("alertmanager".into(), vec![alertmanager].into());
    let mut page = toml! {
        name = "Elsewhere"
        kind = "statuspage"
        ours = true
    };
    page.insert("url".into(), account.url().into());
    tables(config, "status_page").push(page.into());
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
    let source = sources
        .into_iter()
        .find(|source| source["name"] == endpoint.source);
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

// Starts a demo world for this endpoint alone, since the world's PagerDuty limits the number of requests.
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

const GOOD_RULE: &str = r#"{"name":"Good","type":"alerting","state":"inactive","alerts":[]}"#;

/// An answer with one item that cannot be read: whether a path gets this answer, the answer, the expected message.
type OddItem = (fn(&str) -> bool, String, &'static str);

fn odd_items() -> [OddItem; 7] {
    let rules = |more: &str| {
        format!(
            r#"{{"status":"success","data":{{"groups":[{{"name":"g","rules":[{GOOD_RULE}]}},{more}]}}}}"#
        )
    };
    let page = |incident: &str| {
        format!(
            r#"{{"components":[{{"name":"a","status":"operational"}}],"incidents":[{incident}],"scheduled_maintenances":[]}}"#
        )
    };
    [
        (
            |path| path == "/api/v1/rules",
            rules(r#"{"name":"h","rules":[{"name":"Disk","type":"alerting","state":"firing","alerts":[{"labels":{"alertname":"Disk"},"state":"exploded"}]}]}"#),
            "prometheus/watched: an alert of the rule 'Disk' cannot be read: its state is 'exploded'",
        ),
        (
            |path| path == "/api/v1/rules",
            rules(r#"{"name":"h","rules":[{"name":"Disk","type":"odd"}]}"#),
            "prometheus/watched: the rule 'Disk' cannot be read: its type is 'odd'",
        ),
        (
            |path| path == "/api/v1/rules",
            rules(r#"{"name":"h"}"#),
            "prometheus/watched: the rule group 'h' cannot be read: it lists no rules",
        ),
        (
            is_alertmanagers_alerts,
            r#"[{"labels":{"alertname":"A"}},{"labels":null}]"#.to_owned(),
            "alertmanager/watched: an alert cannot be read: it has no readable labels",
        ),
        (
            is_summary,
            page(r#"{"name":"Hub down","status":"investigating"}"#),
            "status_page/Elsewhere: the post 'Hub down' cannot be read: it has no id",
        ),
        (
            |path| path == "/incidents",
            r#"{"incidents":[{"id":"Q1","status":"acknowledged","created_at":"2026-11-01T00:00:00Z","urgency":"low","assignments":[]},{"id":"Q2","status":"asleep","created_at":"2026-11-01T00:00:00Z"}]}"#.to_owned(),
            "pagerduty: the incident 'Q2' cannot be read: its status is 'asleep'",
        ),
        (
            |path| path.ends_with("/posts"),
            r#"{"posts":[{"id":"P1","title":"Upgrade","post_type":"maintenance"},{"title":"Hub down","post_type":"incident"}]}"#.to_owned(),
            "status_page/Hubs: the post 'Hub down' cannot be read: it has no id",
        ),
    ]
}

#[test]
fn one_item_that_cannot_be_read_is_named_and_is_never_taken_for_well() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    for (applies, body, expected) in odd_items() {
        let instead = answer(applies, body.leak());
        let (seen, hits) = check(&served, "odd", Some(instead));
        assert!(hits > 0, "{expected}");
        let texts: Vec<&str> = list(&seen.report, "mismatches")
            .iter()
            .filter(|mismatch| mismatch["kind"] == "blind_spot")
            .filter_map(|mismatch| mismatch["text"].as_str())
            .collect();
        assert!(texts.contains(&expected), "{expected}: {texts:?}");
        assert!(matches!(seen.code, 2 | 3), "{expected}: exit {}", seen.code);
        let live = list(&seen.report, "sources").iter();
        let down: Vec<_> = live.filter(|source| source["state"] != "live").collect();
        assert!(down.is_empty(), "{expected}: {down:?}");
    }
}
