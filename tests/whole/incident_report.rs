//! `hubwatch report`: what the servers know of an incident stands in its draft, and a draft is never lost.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::home::{Run, list};
use super::recorder::{Instead, Recorder};
use super::served::Served;
use super::writes::Caller;
use crate::until::{until, until_every};

const WITHIN: Duration = Duration::from_secs(120);

fn report(served: &Served, config: &str, more: &[&str]) -> Run {
    let config = served.home.path(config);
    let config = config.to_str().expect("UTF-8");
    let arguments = ["--config", config, "report"];
    served.home.run(&[&arguments[..], more].concat())
}

/// The latest past incident with this priority.
fn past_incident(account: &Caller, priority: &str) -> Value {
    let listed = account.get("/incidents?limit=100&date_range=all&statuses%5B%5D=resolved");
    let mut incidents = list(&listed, "incidents").iter();
    let found = incidents.find(|it| it["priority"]["summary"] == priority);
    found.expect("one of that priority").clone()
}

#[test]
fn what_is_over_is_drafted_from_its_log_and_notes() {
    let served = Served::start(&["--scenario", "calm"]);
    let account = Caller::of(&served.pagerduty());
    let incident = past_incident(&account, "P2");
    let number = incident["incident_number"].to_string();
    let run = report(&served, "demo.toml", &[&number]);
    let text = &run.out;
    for section in [
        "## Review",
        "## Overview",
        "## What happened",
        "## Resolution",
        "## Where we got lucky",
        "## What went well?",
        "## What didn't go so well?",
        "## Action items",
        "## Timeline",
    ] {
        assert!(text.contains(section), "no {section} in\n{text}");
    }
    let created = incident["created_at"].as_str().expect("a time");
    let minute = created.replace('T', " ");
    let minute = minute.get(..16).expect("a minute");
    assert!(
        text.contains(&format!("Incident {number} was opened at {minute}")),
        "{text}"
    );
    assert!(text.contains("**brought to attention**"), "{text}");
    let id = incident["id"].as_str().expect("an id");
    let log = account.get(&format!("/incidents/{id}/log_entries?limit=100"));
    let acknowledged = list(&log, "log_entries")
        .iter()
        .any(|entry| entry["type"] == "acknowledge_log_entry");
    assert_eq!(
        text.contains("**response begins**: responder"),
        acknowledged,
        "{text}"
    );
    let users = account.get("/users?limit=100");
    for user in list(&users, "users") {
        let name = user["name"].as_str().expect("a name");
        assert!(
            !text.contains(&format!("{name} acknowledged")),
            "{name} in\n{text}"
        );
    }
}

#[test]
fn a_draft_is_never_written_over_and_what_is_not_there_is_said() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let path = served.home.write("draft.md", "mine");
    let file = path.to_str().expect("UTF-8");
    let run = report(&served, "demo.toml", &["5001", "--output", file]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "mine");
    let run = report(&served, "demo.toml", &["99999"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{run:?}");
    assert!(run.err.contains("there is no incident 99999"), "{run:?}");
}

#[test]
fn a_log_that_cannot_be_read_leaves_questions_and_no_calm_sentence() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    served.write("recorded.toml", &config);
    for (status, body) in [(500, "{}"), (403, "{}"), (200, "null"), (200, "<html>")] {
        recorder.answer_instead(vec![Instead {
            applies: |path| path.ends_with("/log_entries"),
            status,
            body,
        }]);
        let run = report(&served, "recorded.toml", &["5001"]);
        assert_eq!(run.code, 1, "{status} {body}: {run:?}");
        assert!(
            run.out.contains("Who acknowledged it is not known"),
            "{run:?}"
        );
        assert!(
            run.out
                .contains("For how long nobody owned it is not known"),
            "{run:?}"
        );
        assert!(!run.out.contains("It was never a P1"), "{run:?}");
        assert!(!run.out.contains("an owner all the time"), "{run:?}");
        assert!(!run.err.is_empty(), "{run:?}");
    }
}

#[test]
fn a_draft_is_opened_in_the_editor_and_what_was_written_there_stays() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let home = &served.home;
    let editor = home.write(
        "editor",
        "#!/bin/sh\n/bin/echo 'it was the disk' >>\"$1\"\n",
    );
    fs::set_permissions(&editor, Permissions::from_mode(0o755)).expect("a program");
    let config = home.path("demo.toml");
    let environment = [("EDITOR", editor.as_path())];
    let screen = home.on_screen(&config, &["report", "5001", "--edit"], &environment);
    screen.wait_for("written to incident-5001.md");
    let path = home.path("incident-5001.md");
    let draft = until(Duration::from_secs(30), "the editor's line", || {
        let text = fs::read_to_string(&path).ok()?;
        text.ends_with("it was the disk\n").then_some(text)
    });
    assert!(draft.contains("## Timeline"), "{draft}");
    drop(screen);
    let unseen = report(&served, "demo.toml", &["5002", "--edit"]);
    assert_eq!(unseen.code, 2, "{unseen:?}");
    assert!(unseen.err.contains("--edit needs a terminal"), "{unseen:?}");
    assert!(!home.path("incident-5002.md").exists(), "no file is left");
    let file = path.to_str().expect("UTF-8");
    let again = report(&served, "demo.toml", &["5001", "--output", file]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(
        again.err.contains("incident-5001.md is not written"),
        "{again:?}"
    );
    assert_eq!(fs::read_to_string(&path).expect("it is there"), draft);
}

#[test]
fn the_value_that_the_alert_compares_is_drawn_and_a_template_is_taken() {
    let served = Served::start(&["--scenario", "shift", "--speed", "60"]);
    let account = Caller::of(&served.pagerduty());
    let mut config = served.table();
    let template = "{title}\n\n{what_happened}\n";
    served.home.write("ours.md", template);
    config.insert("report".into(), toml::toml! { template = "ours.md" }.into());
    served.write("templated.toml", &config);
    let disk = until_every(
        Duration::from_secs(1),
        WITHIN,
        "a disk alert's page",
        || {
            let open = account
                .get("/incidents?statuses%5B%5D=triggered&statuses%5B%5D=acknowledged&limit=100");
            let mut open = list(&open, "incidents").iter();
            let disk = open.find(|it| {
                it["title"]
                    .as_str()
                    .is_some_and(|it| it.contains("home-nfs has"))
            });
            disk.map(|it| it["incident_number"].to_string())
        },
    );
    let run = report(&served, "templated.toml", &[&disk]);
    assert!(
        run.out.contains("The value that the alert home-nfs has"),
        "{run:?}"
    );
    assert!(
        run.out.contains("alerts at") && run.out.contains("kubelet_volume_stats"),
        "{run:?}"
    );
    assert!(!run.out.contains("## Timeline"), "{run:?}");
    served.home.write("ours.md", "{timelime}");
    let run = report(&served, "templated.toml", &[&disk]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(
        run.err.contains("{timelime} is not a part of a report"),
        "{run:?}"
    );
}

#[test]
fn what_the_probes_on_this_machine_saw_begins_the_impact() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let home = &served.home;
    let looked = home.report(&home.path("demo.toml"));
    let open = list(&looked, "cases")
        .iter()
        .find(|case| case["incident"]["number"].is_number() && case["where"][0]["hub"].is_string());
    let case = open.expect("an incident at a hub");
    let (number, place) = (case["incident"]["number"].to_string(), &case["where"][0]);
    let account = Caller::of(&served.pagerduty());
    let id = case["incident"]["id"].as_str().expect("an id");
    let created = account.get(&format!("/incidents/{id}"))["incident"]["created_at"].clone();
    let created: DateTime<Utc> = created.as_str().expect("a time").parse().expect("a time");
    let failed = created - TimeDelta::minutes(45);
    let text = |part: &str| place[part].as_str().expect("a name").to_owned();
    let hub = format!("{}/{}", text("cluster"), text("hub"));
    let seen = json!([{
        "hub": hub, "url": "", "first": failed,
        "ended": created + TimeDelta::minutes(1), "may_be_our_network": false, "stayed_well": true,
    }]);
    let state = home.path("state/hubwatch");
    fs::create_dir_all(&state).expect("a folder");
    home.write("state/hubwatch/ended-outages.json", &seen.to_string());
    let run = report(&served, "demo.toml", &[&number]);
    let at = failed.format("%Y-%m-%d %H:%M");
    assert!(
        run.out.contains(&format!("**Impact time**: from {at}")),
        "{run:?}"
    );
    assert!(run.out.contains("fails [hubwatch's probes]"), "{run:?}");
}
