//! `hubwatch owed`: work after an outage is owed until a note says that it is done.

use std::fs;

use serde_json::Value;

use super::home::{Run, list};
use super::recorder::{Instead, Recorder};
use super::served::Served;
use super::trends::months_ago;

fn owed(served: &Served, config: &str, more: &[&str]) -> Run {
    let config = served.home.path(config);
    let config = config.to_str().expect("UTF-8");
    let arguments = ["--config", config, "owed", "--format", "json"];
    served.home.run(&[&arguments[..], more].concat())
}

fn numbers(report: &Value) -> Vec<u64> {
    let owed = list(report, "owed").iter();
    owed.flat_map(|one| list(one, "incidents"))
        .map(|number| number.as_u64().expect("a number"))
        .collect()
}

// The demo's configuration without its tracker, so that only notes show which work is done.
fn write_without_tracker(served: &Served) {
    let mut config = served.table();
    config.remove("tracker").expect("a tracker");
    served.write("notes.toml", &config);
}

#[test]
fn an_outage_leaves_when_its_last_note_is_written() {
    let served = Served::start(&["--scenario", "calm"]);
    write_without_tracker(&served);
    // Five months, because the last 90 days may contain a single outage after which nothing is owed.
    let since = months_ago(5).to_string();
    let since = ["--since", &since];
    let run = owed(&served, "notes.toml", &since);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["complete"], true);
    let first = &list(&report, "owed")[0];
    let number = numbers(&report)[0];
    assert!(first["working_days"].as_u64() > Some(1), "{first}");
    let config = served.home.path("notes.toml");
    let config = config.to_str().expect("UTF-8");
    let notes = [
        "[hubwatch] outage support-resolved: ticket 3",
        "[hubwatch] verdict follow-up https://issues.example/7: alert earlier",
    ];
    for text in notes {
        let id = number.to_string();
        let run = served
            .home
            .run(&["--config", config, "note", &id, text, "--yes"]);
        assert_eq!(run.code, 0, "{run:?}");
    }
    let left = numbers(&owed(&served, "notes.toml", &since).json());
    assert!(!left.contains(&number), "{number} in {left:?}");
}

#[test]
fn what_cannot_be_read_is_said_and_never_taken_for_nothing_owed() {
    let served = Served::start(&["--scenario", "calm"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    served.write("recorded.toml", &config);
    // Only the present month is listed, so that all of these readings fit into one minute's share of the account's
    // limit.
    let since = months_ago(0).to_string();
    let since = ["--since", &since];
    for applies in [
        (|path: &str| path == "/incidents") as fn(&str) -> bool,
        |path| path == "/log_entries",
        |path| path == "/priorities",
    ] {
        for (status, body) in [(500, "{}"), (403, "{}"), (200, "null")] {
            recorder.answer_instead(vec![Instead {
                applies,
                status,
                body,
            }]);
            // Removes the cache, because the report would otherwise show the cached data and succeed.
            drop(fs::remove_dir_all(served.home.path("state")));
            let run = owed(&served, "recorded.toml", &since);
            assert_eq!(
                (run.code, run.out.as_str()),
                (1, ""),
                "{status} {body}: {run:?}"
            );
            assert!(!run.err.is_empty(), "{run:?}");
        }
    }
    recorder.answer_instead(vec![Instead {
        applies: |path| path.starts_with("/status_pages"),
        status: 500,
        body: "{}",
    }]);
    let run = owed(&served, "recorded.toml", &since);
    assert_eq!(run.code, 1, "{run:?}");
    let unread = run.json()["unread"].to_string();
    assert!(unread.contains("could not be read"), "{unread}");
}

#[test]
fn a_p1_that_loses_its_priority_afterwards_owes_nothing_from_the_next_reading_on() {
    let served = Served::start(&["--scenario", "calm"]);
    let since = months_ago(5).to_string();
    let since = ["--since", &since];
    let before = owed(&served, "demo.toml", &since).json();
    let number = numbers(&before)[0];
    let config = served.home.path("demo.toml");
    let config = config.to_str().expect("UTF-8");
    let id = number.to_string();
    let arguments = ["--config", config, "priority", &id, "none", "--yes"];
    let run = served.home.run(&arguments);
    assert_eq!(run.code, 0, "{run:?}");
    let left = numbers(&owed(&served, "demo.toml", &since).json());
    assert!(!left.contains(&number), "{number} in {left:?}");
}
