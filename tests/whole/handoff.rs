//! `hubwatch handoff` on the demo's shift.

use std::path::Path;

use super::account::misfits;
use super::home::Run;
use super::recorder::{Instead, Recorder};
use super::served::Served;
use crate::openapi::OpenApi;

fn handoff(served: &Served, config: &Path, more: &[&str]) -> Run {
    let config = config.to_str().expect("UTF-8");
    served
        .home
        .run(&[&["--config", config, "handoff"], more].concat())
}

#[test]
fn the_demos_shift_is_handed_over_in_forty_lines() {
    let served = Served::start(&["--scenario", "shift"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    let config = served.write("handoff.toml", &config);
    let ada = handoff(&served, &config, &[]);
    assert!(ada.code < 2, "{ada:?}");
    assert!(ada.out.starts_with("# Handoff: Ada -> Bo, "), "{ada:?}");
    assert!(ada.out.lines().count() <= 40, "{ada:?}");
    for part in [
        "then Bo until ",
        "\n- **CRITICAL** as of ",
        "\n## Nobody owns\n",
        "\n## Ada holds\n",
        "acknowledged",
        "note by Ada ",
        "snoozed until ",
        "\n## Clocks\n",
        "\n- Outages of others: #",
        "tidewater/prod",
        "\n- Sources: ",
        "\n- Our open posts: 1: ",
        "\n- Maintenance within 24 h: ",
        "\n- Disks that fill before the shift ends, among ",
        "\n- Resolved in this shift: ",
    ] {
        assert!(ada.out.contains(part), "{part}\n{}", ada.out);
    }
    let bo = handoff(&served, &config, &["--for", "bo", "--until", "23:59"]);
    assert!(bo.code < 2, "{bo:?}");
    assert!(bo.out.contains("\n## Bo holds\n- P1 #"), "{}", bo.out);
    assert!(bo.out.lines().count() <= 40, "{bo:?}");
    if let Some(api) = OpenApi::load() {
        let misfits = misfits(api, &recorder.take());
        assert!(misfits.is_empty(), "{misfits:#?}");
    }
}

#[test]
fn who_is_not_known_or_has_no_end_is_refused() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let refused = |more: &[&str], why: &str| {
        let run = handoff(&served, &served.config, more);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
        assert!(run.err.contains(why), "{why}: {run:?}");
    };
    refused(&["--for", "Nobody"], "PagerDuty has no user 'Nobody'");
    refused(&["--for", "Support"], "always on call: --until says");
    refused(&["--for", "Dee"], "Dee: not on call now: --until says");
    refused(&["--until", "soon"], "17:00");
    refused(&["--yes"], "--note");
    let until = "2026-01-01T00:00:00Z";
    let backwards = ["--since", "2026-01-02T00:00:00Z", "--until", until];
    refused(&backwards, "--until must lie after --since");
}

#[test]
fn without_pagerduty_nothing_is_taken_for_nothing() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "3", "--hubs", "9"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config["pagerduty"]["url"] = recorder.url().into();
    let config = served.write("handoff.toml", &config);
    recorder.answer_instead(vec![Instead {
        applies: |_| true,
        status: 403,
        body: "{}",
    }]);
    let run = handoff(&served, &config, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.starts_with("# Handoff: ada\\@"), "{run:?}");
    for part in [
        "- **Not known**: who 'ada\\@",
        "unowned cases and those that ada\\@",
        "Shift not known",
        "\n## Owner not known\n- P",
        "Our open posts: not known: ",
        "Maintenance within 24 h: not known",
        "Resolved: not known",
    ] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
}

#[test]
fn it_is_written_as_a_note() {
    let served = Served::start(&["--scenario", "shift"]);
    let config = served.config.clone();
    let first = handoff(&served, &config, &[]);
    let held = first.out.split_once("## Ada holds").expect("a heading").1;
    let number = held.split_once('#').expect("a number").1;
    let number = number.split(' ').next().expect("a number");
    let run = handoff(&served, &config, &["--note", number, "--yes"]);
    assert!(run.code < 2, "{run:?}");
    assert!(run.out.starts_with("# Handoff: Ada"), "{run:?}");
    let last = run.out.lines().last().unwrap_or_default();
    assert!(last.contains(number), "{last}");
    let noted = handoff(&served, &config, &[]);
    assert!(noted.out.contains("note by Ada "), "{}", noted.out);
    assert!(noted.out.contains("\\# Handoff: Ada"), "{}", noted.out);
}
