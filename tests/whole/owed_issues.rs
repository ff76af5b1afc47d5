//! `hubwatch owed` with the demo's tracker: the work that is missing according to the tracker's issues, and the report
//! while the tracker fails.

use std::collections::BTreeSet;

use serde_json::Value;

use super::account::misfits;
use super::home::{Run, list};
use super::recorder::{Exchange, Instead, Recorder};
use super::served::Served;
use crate::openapi::OpenApi;

struct Watched {
    served: Served,
    recorder: Recorder,
    config: String,
}

impl Watched {
    fn start() -> Self {
        let served = Served::start(&["--scenario", "calm"]);
        let mut config = served.table();
        let url = config["tracker"]["url"].as_str().map(str::to_owned);
        let recorder = Recorder::start(&url.expect("an address"), &[]);
        config["tracker"]["url"] = recorder.url().into();
        let config = served.write("tracked.toml", &config);
        let config = config.to_str().expect("UTF-8").to_owned();
        Self {
            served,
            recorder,
            config,
        }
    }

    fn owed(&self) -> Run {
        let arguments = ["--config", &self.config, "owed", "--format", "json"];
        self.served.home.run(&arguments)
    }
}

fn missing(report: &Value) -> Vec<&Value> {
    let owed = list(report, "owed").iter();
    owed.flat_map(|one| list(one, "missing")).collect()
}

fn states<'a>(report: &'a Value, what: &str) -> BTreeSet<&'a str> {
    let issues = missing(report).into_iter().filter(|it| it["what"] == what);
    let issues = issues.flat_map(|it| list(it, "issues"));
    issues
        .map(|it| it["state"].as_str().expect("a state"))
        .collect()
}

// The exchanges in the form that the OpenAPI file describes. Unchanged answers (304) are left out, since they have no
// body. Later pages of a list have an address with the repository's id, which is replaced with the repository's name.
fn described(exchanges: Vec<Exchange>) -> Vec<Exchange> {
    let changed = exchanges.into_iter().filter(|it| it.status != 304);
    changed
        .map(|it| Exchange {
            path: it
                .path
                .replace("/repositories/4711", "/repos/hubs/infrastructure"),
            ..it
        })
        .collect()
}

#[test]
fn issues_say_what_is_owed_in_each_way_in_which_it_can_be() {
    let watched = Watched::start();
    let run = watched.owed();
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["complete"], true);
    assert_eq!(
        states(&report, "report_issue"),
        BTreeSet::from(["not_planned", "open"])
    );
    assert_eq!(
        states(&report, "review_issue"),
        BTreeSet::from(["open", "reopened"])
    );
    assert_eq!(
        states(&report, "action_items"),
        BTreeSet::from(["not_planned", "open"])
    );
    let has = |what: &str| missing(&report).iter().any(|it| it["what"] == what);
    assert!(
        !has("follow_up") && !has("not_known") && !has("tracker_not_known"),
        "{report}"
    );
    let mut owed = list(&report, "owed").iter();
    let site = "https://issues.hubs.example/hubs/infrastructure/issues/";
    assert!(owed.all(|it| {
        it["report"]
            .as_str()
            .is_some_and(|url| url.starts_with(site))
    }));

    let exchanges = watched.recorder.take();
    let pages = exchanges
        .iter()
        .filter(|it| it.path == "/repositories/4711/issues");
    assert!(pages.count() > 0);
    if let Some(api) = OpenApi::load_github() {
        let misfits = misfits(api, &described(exchanges));
        assert!(misfits.is_empty(), "{misfits:#?}");
    }
}

#[test]
fn an_unchanged_tracker_costs_no_request_of_its_budget() {
    let watched = Watched::start();
    let first = watched.owed().json();
    watched.recorder.take();
    let again = watched.owed().json();
    assert_eq!(list(&first, "owed"), list(&again, "owed"));
    let exchanges = watched.recorder.take();
    assert!(
        exchanges.iter().all(|it| it.status == 304),
        "{exchanges:#?}"
    );
    assert!(exchanges.len() >= 4, "{exchanges:#?}");
}

// The owed work, without the entries that are doubtful while the tracker fails.
fn lasting(report: &Value) -> Vec<Value> {
    let mut owed = list(report, "owed").to_vec();
    for one in owed.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(missing) = one.get_mut("missing").and_then(Value::as_array_mut) {
            missing.retain(|it| it["what"] != "not_published" && it["what"] != "tracker_not_known");
        }
    }
    owed
}

#[test]
fn what_a_tracker_that_fails_held_before_stays_and_is_said_to_be_old() {
    let watched = Watched::start();
    let before = watched.owed().json();
    for (status, body) in [
        (500, "{}"),
        (403, "{\"message\":\"Forbidden\"}"),
        (200, "null"),
    ] {
        watched.recorder.answer_instead(vec![Instead {
            applies: |_| true,
            status,
            body,
        }]);
        let run = watched.owed();
        assert_eq!(run.code, 1, "{status} {body}: {run:?}");
        let report = run.json();
        assert_eq!(lasting(&before), lasting(&report), "{status} {body}");
        let unread = report["unread"].to_string();
        assert!(
            unread.contains("the tracker, ") && unread.contains("; as of 2"),
            "{unread}"
        );
    }
}

#[test]
fn a_tracker_that_was_never_read_makes_nothing_missing() {
    let watched = Watched::start();
    watched.recorder.answer_instead(vec![Instead {
        applies: |_| true,
        status: 404,
        body: "{\"message\":\"Not Found\"}",
    }]);
    let run = watched.owed();
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    let whats: BTreeSet<&str> = missing(&report)
        .into_iter()
        .filter_map(|it| it["what"].as_str())
        .collect();
    assert!(whats.contains("tracker_not_known"), "{whats:?}");
    for what in [
        "report_issue",
        "review_issue",
        "action_items",
        "not_published",
    ] {
        assert!(!whats.contains(what), "{whats:?}");
    }
}

#[test]
fn a_label_that_no_issue_has_is_said_and_makes_nothing_missing() {
    let watched = Watched::start();
    let mut config = watched.served.table();
    let labels = toml::toml! { outage = "outge" };
    config["tracker"]
        .as_table_mut()
        .expect("a table")
        .insert("labels".into(), labels.into());
    let config = watched.served.write("label.toml", &config);
    let config = config.to_str().expect("UTF-8");
    let run = watched
        .served
        .home
        .run(&["--config", config, "owed", "--format", "json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    let unread = report["unread"].to_string();
    assert!(unread.contains("no issue labelled outge"), "{unread}");
    let mut whats = missing(&report).into_iter();
    assert!(whats.all(|it| it["what"] != "report_issue"), "{report}");
}

#[test]
fn a_limit_is_said_with_its_end_and_nothing_is_asked_before() {
    let watched = Watched::start();
    watched.recorder.answer_instead(vec![Instead {
        applies: |_| true,
        status: 403,
        body: "{\"message\":\"You have exceeded a secondary rate limit\"}",
    }]);
    let run = watched.owed();
    let unread = run.json()["unread"].to_string();
    assert!(unread.contains("it is asked again after "), "{unread}");
    assert_eq!(watched.recorder.take().len(), 1);
    watched.recorder.answer_instead(Vec::new());
    let run = watched.owed();
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(watched.recorder.take().len(), 0);
}
