//! A time-box for a case without an incident is stored on this machine, so a later run still has it.

use std::time::Duration;

use serde_json::Value;

use super::home::list;
use super::screen::Screen;
use super::served::Served;
use super::writes::Caller;
use crate::until::until;

fn shown(served: &Served) -> Screen {
    let screen = served.home.dashboard(&served.config);
    screen.wait_for("sources live");
    screen.wait_for(" yours ");
    screen
}

// The case of an alert that still fires after its incident was resolved.
fn without_incident(report: &Value) -> Option<&Value> {
    let mut cases = list(report, "cases").iter();
    cases.find(|case| case["incident"].is_null())
}

fn kept(served: &Served) -> Option<String> {
    std::fs::read_to_string(served.home.path("state/hubwatch/time-boxes.json")).ok()
}

#[test]
fn it_is_there_on_the_next_start_and_for_a_script() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "8", "--hubs", "40"]);
    let account = Caller::of(&served.pagerduty());
    let id = account.incidents("triggered").remove(0);
    let resolved = serde_json::json!({
        "incident": { "type": "incident_reference", "status": "resolved" }
    });
    let (status, _) = account.call(&format!("PUT /incidents/{id}"), Some(&resolved));
    assert_eq!(status, 200);
    let report = served.home.report(&served.config);
    let case = without_incident(&report).expect("a case without an incident");
    let filter = format!(
        "/{} {}\r",
        case["title"].as_str().expect("a title"),
        case["where"][0]["cluster"].as_str().expect("a cluster")
    );

    let screen = shown(&served);
    screen.type_until(&filter, "1 of ");
    screen.type_until("b", "it stays on this machine");
    screen.type_until("2", "a local time-box of 30m");
    screen.type_until("\r", ", only on this machine");
    let is_kept = || kept(&served).filter(|text| text.contains("1800"));
    until(Duration::from_secs(10), "the file", is_kept);
    drop(screen);

    let report = served.home.report(&served.config);
    let case = without_incident(&report).expect("the case");
    let kinds = list(case, "clocks").iter().map(|clock| &clock["kind"]);
    assert!(kinds.into_iter().any(|kind| kind == "time_box"), "{case}");

    let screen = shown(&served);
    screen.type_until(&filter, "1 of ");
    screen.type_until("\r", ", only on this machine");
    screen.type_until("b", "none: it ends now");
    screen.type_until("5", "no time-box now");
    screen.wait_without(", only on this machine");
    until(Duration::from_secs(10), "its end", || {
        kept(&served).filter(|text| !text.contains("1800"))
    });
}
