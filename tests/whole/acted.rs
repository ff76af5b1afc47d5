//! Tests every action: presses its keys on the screen, and then checks the incident in PagerDuty.

use std::time::Duration;

use serde_json::Value;

use super::recorder::Recorder;
use super::screen::Screen;
use super::served::Served;
use super::writes::Caller;
use crate::until::until;

/// A small world in which nothing changes by itself, a dashboard for it, and a client that reads the PagerDuty account.
struct Shift {
    account: Caller,
    screen: Screen,
    // The last field, so that the servers are stopped after the screen.
    served: Served,
}

impl Shift {
    fn start() -> Self {
        let served = Served::start(&["--scenario", "quiet", "--clusters", "8", "--hubs", "40"]);
        let screen = served.home.dashboard(&served.config);
        screen.wait_for("sources live");
        screen.wait_for("you are on call");
        Self {
            account: Caller::of(&served.pagerduty()),
            screen,
            served,
        }
    }

    fn report(&self) -> Value {
        self.served.home.report(&self.served.config)
    }

    fn hub_without_a_case(&self) -> String {
        let report = self.report();
        let cases = report["cases"].to_string();
        let mut hubs = report["hubs"].as_array().expect("hubs").iter();
        let free = hubs.find(|hub| {
            let place = format!("{{\"cluster\":{},\"hub\":{}}}", hub["cluster"], hub["hub"]);
            !cases.contains(&place)
        });
        name(free.expect("a hub without a case"), "/domain").to_owned()
    }

    fn incident(&self, id: &str) -> Value {
        let answer = self.account.get(&format!("/incidents/{id}"));
        answer["incident"].clone()
    }

    fn notes(&self, id: &str) -> Vec<String> {
        let answer = self.account.get(&format!("/incidents/{id}/notes"));
        let notes = answer["notes"].as_array().expect("a list");
        let texts = notes.iter().map(|note| note["content"].as_str());
        texts.map(|text| text.expect("a text").to_owned()).collect()
    }

    // Presses the keys on the incident's row up to the confirmation, and confirms.
    fn act(&self, id: &str, keys: &[(&str, &str)], outcome: &str) {
        let number = self.find(id);
        for (keys, shown) in keys {
            self.screen.type_until(keys, shown);
        }
        self.screen.wait_for("enter do it");
        self.screen.wait_for(&format!("#{number} "));
        self.screen.type_until("\r", outcome);
        self.leave();
    }

    // Waits until the filter line is closed, so that the next key is an action and no text.
    fn filter(&self, text: &str) {
        let kept = format!("filter: {text} ");
        self.screen.type_until(&format!("/{text}\r"), &kept);
    }

    // Goes to the incident's row with the filter.
    fn find(&self, id: &str) -> String {
        let number = self.incident(id)["incident_number"].to_string();
        self.filter(&format!("#{number}"));
        number
    }

    // Enter closes the outcomes once all are there, and is ignored before. An escape just before another key would
    // count as that key with alt. So the screen must first show that the filter is cleared.
    fn leave(&self) {
        self.screen.wait_for("closes this");
        self.screen.keys("\r");
        self.screen.wait_without("closes this");
        self.screen.keys("\x1b");
        self.screen.wait_without("filter: ");
    }
}

fn name<'a>(incident: &'a Value, place: &str) -> &'a str {
    let found = incident.pointer(place).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {place}: {incident}"))
}

#[test]
fn what_changes_an_incident() {
    let shift = Shift::start();
    let open = shift.account.incidents("triggered");
    let [first, second, third, ..] = open.as_slice() else {
        panic!("too few incidents: {open:?}");
    };

    // The first incident is assigned to Eli, who is on call at level 1. So the next level is known. The third incident
    // is assigned to Bo, whose level is not known, so the screen asks for the level.
    shift.act(first, &[("E", "escalate to level 2")], " escalated ");
    let escalated = shift.incident(first);
    assert_eq!(name(&escalated, "/assignments/0/assignee/summary"), "Bo");

    // The expected text begins with the incident's number. A row with "not acknowledged" thus does not match it.
    let acknowledged = format!(
        "#{} acknowledged ",
        shift.incident(first)["incident_number"]
    );
    shift.act(first, &[("a", "acknowledge")], &acknowledged);
    assert_eq!(name(&shift.incident(first), "/status"), "acknowledged");

    shift.act(
        second,
        &[("t", "assign to you")],
        " assigned to you and acknowledged ",
    );
    let taken = shift.incident(second);
    assert_eq!(name(&taken, "/assignments/0/assignee/summary"), "Ada");
    assert_eq!(
        name(&taken, "/acknowledgements/0/acknowledger/summary"),
        "Ada"
    );

    shift.act(
        second,
        &[("z", "how long"), ("2", "snooze for 1h")],
        " snoozed ",
    );
    let pending = shift.incident(second)["pending_actions"].to_string();
    assert!(pending.contains("unacknowledge"), "{pending}");

    shift.act(
        first,
        &[("p", "which priority"), ("3", "priority to P3")],
        " priority set ",
    );
    assert_eq!(name(&shift.incident(first), "/priority/summary"), "P3");

    let asked = [("E", "to which level"), ("1", "escalate to level 1")];
    shift.act(third, &asked, " escalated ");
    assert_ne!(
        name(&shift.incident(third), "/assignments/0/assignee/summary"),
        "Bo"
    );

    let dee = [("Adee", "Dee"), ("\r", "reassign to Dee")];
    shift.act(third, &dee, " reassigned ");
    let given = shift.incident(third);
    assert_eq!(name(&given, "/assignments/0/assignee/summary"), "Dee");
    assert_eq!(name(&given, "/assigned_via"), "direct_assignment");

    let policy = [
        ("Ashouldn", "Shouldn't be an outage"),
        ("\r", "hand to the escalation policy"),
    ];
    shift.act(third, &policy, " reassigned ");
    let moved = shift.incident(third);
    assert_eq!(
        name(&moved, "/escalation_policy/summary"),
        "Shouldn't be an outage"
    );

    shift.act(third, &[("R", "resolve")], " resolved ");
    assert_eq!(name(&shift.incident(third), "/status"), "resolved");
    shift.screen.quit();
}

#[test]
fn what_is_written_on_one() {
    let shift = Shift::start();
    let open = shift.account.incidents("triggered");
    let [first, second, ..] = open.as_slice() else {
        panic!("too few incidents: {open:?}");
    };
    let words = [
        ("n", "note"),
        ("resizing the volume", "resizing the volume"),
        ("\r", "write a note"),
    ];
    shift.act(first, &words, " noted ");
    assert_eq!(shift.notes(first), ["resizing the volume"]);

    shift.act(
        first,
        &[("b", "how long"), ("2", "time-box start 30m")],
        " noted ",
    );
    shift.find(first);
    shift.screen.wait_for("m left");
    shift.screen.keys("\x1b");
    shift.screen.wait_without("filter: ");
    let longer = [
        ("b", "how much longer"),
        ("2", "why 15m more"),
        ("slow", "slow"),
        ("\r", "+15m: slow"),
    ];
    shift.act(first, &longer, " noted ");
    let outage = [
        ("v", "how did"),
        ("o", "in a few words"),
        ("\r", "priority to P1"),
    ];
    shift.act(first, &outage, " priority set ");
    let mut notes = shift.notes(first);
    notes.sort();
    assert_eq!(
        notes,
        [
            "[hubwatch] time-box +15m: slow",
            "[hubwatch] time-box start 30m",
            "[hubwatch] verdict outage: ",
            "resizing the volume",
        ]
    );
    assert_eq!(name(&shift.incident(first), "/priority/summary"), "P1");

    let over = [
        ("v", "how did"),
        ("h", "to whom"),
        ("dee\r", "in a few words"),
        ("his\r", "reassign to Dee"),
    ];
    shift.act(second, &over, " reassigned ");
    assert_eq!(shift.notes(second), ["[hubwatch] verdict handed-over: his"]);
    let given = shift.incident(second);
    assert_eq!(name(&given, "/assignments/0/assignee/summary"), "Dee");
    shift.screen.quit();
}

#[test]
fn several_at_once_and_a_new_one() {
    let shift = Shift::start();
    let open = shift.account.incidents("triggered");
    let numbers: Vec<_> = open
        .iter()
        .map(|id| shift.incident(id)["incident_number"].to_string())
        .collect();
    for number in numbers.iter().take(2) {
        shift.filter(&format!("#{number}"));
        shift.screen.keys("m\x1b");
        shift.screen.wait_without("filter: ");
    }
    shift.screen.type_until("a", "2 incidents");
    for (keys, number) in ["\r", ""].iter().zip(&numbers) {
        shift
            .screen
            .type_until(keys, &format!("#{number} acknowledged "));
    }
    for id in open.iter().take(2) {
        assert_eq!(name(&shift.incident(id), "/status"), "acknowledged");
    }
    shift.leave();

    let domain = shift.hub_without_a_case();
    shift.filter(&domain);
    shift.screen.wait_for("1 of 40 hubs");
    shift.screen.keys("\t");
    shift.screen.type_until("D", "on which service");
    let before = shift.account.incidents("triggered").len();
    shift.screen.type_until("\r", "which priority");
    shift.screen.type_until("1", "title of the incident");
    shift.screen.type_until("\r", "priority P1");
    shift.screen.keys("\r");
    let after = until(Duration::from_secs(30), "the new incident", || {
        let after = shift.account.incidents("triggered");
        (after.len() > before).then_some(after)
    });
    assert_eq!(after.len(), before + 1);
    shift.screen.wait_without("waiting for PagerDuty's answer");
    let opened = shift.incident(after.last().expect("one"));
    assert_eq!(name(&opened, "/priority/summary"), "P1");
    shift.leave();
    shift.screen.quit();
}

#[test]
fn read_only_no_write_leaves() {
    let served = Served::start(&["--scenario", "quiet", "--clusters", "8", "--hubs", "40"]);
    let recorder = Recorder::start(&served.pagerduty(), &[]);
    let mut config = served.table();
    config.insert("read_only".into(), true.into());
    config["pagerduty"]["url"] = recorder.url().into();
    for page in config["status_page"].as_array_mut().expect("pages") {
        page.as_table_mut().expect("a page").remove("url");
    }
    let config = served.write("read-only.toml", &config);
    let screen = served.home.dashboard(&config);
    screen.wait_for("sources live");
    screen.wait_for("READ-ONLY");
    let keys = " atvnbpAEziDR";
    for key in keys.chars() {
        screen.type_until(&key.to_string(), "read-only: hubwatch writes nothing");
    }
    screen.type_until("\r", "Clocks");
    for key in keys.chars() {
        screen.type_until(&key.to_string(), "read-only: hubwatch writes nothing");
    }
    screen.keys("\x1b");
    screen.wait_without("Clocks");
    screen.quit();
    let asked = recorder.take();
    assert!(!asked.is_empty());
    let writes: Vec<_> = asked.iter().filter(|one| one.method != "GET").collect();
    assert!(writes.is_empty(), "{writes:?}");
}
