//! Facts that one poll keeps for the next: that a hub failed before, that an alert fired.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use serde_json::Value;

use super::home::{Home, Run, list};
use super::recorder::{Instead, Recorder};
use super::served::{Served, tables};

struct Watched {
    home: Home,
    config: PathBuf,
    _gone: Recorder,
}

impl Watched {
    fn start() -> Self {
        // No request has the header `X-Nobody`, so this server answers every probe with 401.
        let gone = Recorder::start("http://127.0.0.1:9", &[("X-Nobody", "")]);
        let home = Home::new();
        let text = format!(
            "[[cluster]]\nname = \"leap\"\nhubs = [{{ name = \"prod\", health_url = \"{}/hub/health\" }}]\n",
            gone.url()
        );
        let config = home.write("config.toml", &text);
        Self {
            home,
            config,
            _gone: gone,
        }
    }

    fn line(&self) -> Run {
        let config = self.config.to_str().expect("UTF-8");
        self.home.run(&["line", "--config", config])
    }

    fn file(&self) -> PathBuf {
        self.home.path("state/hubwatch/failing-probes.json")
    }

    /// Moves the remembered times of failures back by `by`.
    fn earlier(&self, by: TimeDelta) {
        let text = std::fs::read(self.file()).expect("it is remembered");
        let mut kept: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        for name in ["first", "latest"] {
            let at: DateTime<Utc> =
                serde_json::from_value(kept[0][name].clone()).expect("a moment");
            kept[0][name] = serde_json::to_value(at - by).expect("JSON");
        }
        std::fs::write(self.file(), kept.to_string()).expect("a file");
    }
}

#[test]
fn a_line_a_minute_later_confirms_what_the_first_one_saw() {
    let watched = Watched::start();
    let first = watched.line();
    assert!(first.out.contains("WARN leap/prod degraded"), "{first:?}");
    let mode = std::fs::metadata(watched.file())
        .expect("it is remembered")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);

    let at_once = watched.line();
    assert!(
        at_once.out.contains("WARN leap/prod degraded"),
        "too soon: {at_once:?}"
    );
    watched.earlier(TimeDelta::minutes(1));
    let second = watched.line();
    assert!(second.out.contains("CRIT leap/prod down 1m"), "{second:?}");
}

#[test]
fn a_check_that_had_no_time_for_the_second_try_does_not_know() {
    let watched = Watched::start();
    let config = watched.config.to_str().expect("UTF-8");
    let arguments = ["check", "--config", config, "--timeout", "5s"];
    let short = watched.home.run(&arguments);
    assert_eq!(short.code, 3, "{short:?}");
    assert!(
        short
            .out
            .contains("probes without second tries of failing hubs"),
        "{short:?}"
    );
    watched.earlier(TimeDelta::minutes(1));
    let confirmed = watched.home.run(&arguments);
    assert_eq!(confirmed.code, 2, "an earlier look saw it: {confirmed:?}");
}

#[test]
fn what_was_seen_long_ago_confirms_nothing_and_neither_does_garbage() {
    let watched = Watched::start();
    watched.line();
    watched.earlier(TimeDelta::hours(1));
    let later = watched.line();
    assert!(later.out.contains("WARN leap/prod degraded"), "{later:?}");
    std::fs::write(watched.file(), "[{\"hub\":7}]").expect("a file");
    let anyway = watched.line();
    assert!(anyway.out.contains("WARN leap/prod degraded"), "{anyway:?}");
}

const DISK: &str = "home-nfs has 10% of space left";

/// A Prometheus that knows the rule, evaluated it at the report's moment, and lists no alert.
fn nothing_fires(report: &Value) -> Vec<Instead> {
    let now = report["at"].as_str().expect("a moment");
    let body = format!(
        r#"{{"status":"success","data":{{"groups":[{{"name":"Disks","file":"a","interval":30,"lastEvaluation":"{now}",
        "evaluationTime":0.1,"rules":[{{"type":"alerting","name":"{DISK}","query":"x","duration":0,"labels":{{}},
        "annotations":{{}},"alerts":[],"health":"ok","state":"inactive","lastEvaluation":"{now}","evaluationTime":0.1}}]}}]}}}}"#
    );
    vec![Instead {
        applies: |path| path.contains("/api/v1/rules"),
        status: 200,
        body: body.leak(),
    }]
}

fn lingers(report: &Value, case: &Value) -> bool {
    let mut all = list(report, "mismatches").iter();
    all.any(|it| it["kind"] == "lingering_incident" && it["case"] == case["id"])
}

#[test]
fn an_incident_waits_its_grace_after_the_look_that_missed_its_alert() {
    let served = Served::start(&["--scenario", "quiet"]);
    let mut table = served.table();
    let report = served.check(&["--format", "json"]).json();
    let is_paged = |case: &&Value| {
        let alerts = list(case, "alerts");
        case["incident"] != Value::Null && alerts.len() == 1 && alerts[0]["name"] == DISK
    };
    let case = list(&report, "cases")
        .iter()
        .find(is_paged)
        .expect("a disk's case");
    let cluster = case["where"][0]["cluster"].as_str().expect("a cluster");
    let mut all = tables(&mut table, "prometheus").iter_mut();
    let own = all
        .find(|it| it["name"].as_str() == Some(cluster))
        .expect("its Prometheus");
    let proxy = Recorder::start(own["url"].as_str().expect("an address"), &[]);
    own["url"] = proxy.url().into();
    let config = served.write("proxied.toml", &table);
    let fires = served.home.report(&config);
    assert!(!lingers(&fires, case), "it fires");
    proxy.answer_instead(nothing_fires(&fires));
    for _ in 0..2 {
        let report = served.home.report(&config);
        assert!(!lingers(&report, case), "its grace has only begun");
    }
    let state = served.home.path("state/hubwatch");
    for file in std::fs::read_dir(state).expect("the state folder") {
        let path = file.expect("a file").path();
        if path.to_string_lossy().contains("fired-alerts-") {
            std::fs::remove_file(path).expect("it goes");
        }
    }
    let report = served.home.report(&config);
    assert!(
        lingers(&report, case),
        "one look by itself goes by the incident's last change"
    );
}
