//! Arbitrary situations, each made of small facts. If a test fails, proptest shrinks the situation to the few facts
//! that matter.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::facts::{Fact, PEOPLE, PRIORITIES, fact};
use super::script::{Alertmanager, Directory, File, Heard, Policy, Prometheus, Situation};

const CONFIG: &str = r#"
[team]
zone = "UTC"
placeholders = ["support@example.org"]
bots = ["bot@example.org"]
[pagerduty]
token = { env = "PAGERDUTY_TOKEN" }
[[prometheus]]
name = "leap"
url = "http://127.0.0.1:1"
cluster = "leap"
external_labels = { cluster = "leap" }
[[prometheus]]
name = "maap"
url = "http://127.0.0.1:2"
cluster = "maap"
[[alertmanager]]
name = "leap"
url = "http://127.0.0.1:3"
cluster = "leap"
[[status_page]]
name = "Hubs"
kind = "pagerduty"
page = "PSP1"
[[cluster]]
name = "leap"
provider = "gcp"
hubs = [{ name = "prod", domain = "leap.example" }, { name = "staging", domain = "staging.leap.example" }]
[[cluster]]
name = "maap"
provider = "aws"
hubs = [{ name = "prod" }, { name = "lab" }]
"#;

/// A situation of up to a dozen facts, at any time of a week.
pub fn situation() -> impl Strategy<Value = Situation> {
    let hour = (16_u32..23, 0_u32..24);
    (vec(fact(), 0..14), hour).prop_map(|(facts, (day, hour))| {
        let mut told = empty();
        told.now = Some(format!("2026-11-{day}T{hour:02}:30:00Z"));
        for fact in facts {
            add(&mut told, fact);
        }
        told
    })
}

/// With these polling intervals no answer becomes late within a test. So a test sees only the other effects of time.
const PATIENT: &str = r#"
[poll]
prometheus = "24h"
pagerduty = "24h"
oncalls = "24h"
status_page = "24h"
probe = "24h"
"#;

/// As [`file`], with polling intervals of a day.
pub fn patient_file() -> File {
    File {
        config: format!("{CONFIG}{PATIENT}"),
        ..file()
    }
}

/// The configuration of the arbitrary situations. The caller adds the situation.
pub fn file() -> File {
    File {
        config: CONFIG.to_owned(),
        directory: None,
        situation: Vec::new(),
    }
}

fn empty() -> Situation {
    let policy = Policy {
        loops: 1,
        levels: vec![1800, 3600],
        ..Policy::default()
    };
    let prometheus = ["leap", "maap"].map(|name| Prometheus {
        name: name.to_owned(),
        ..Prometheus::default()
    });
    Situation {
        name: String::new(),
        config: None,
        and: String::new(),
        only: Vec::new(),
        files: BTreeMap::new(),
        now: None,
        prometheus: prometheus.into(),
        alertmanager: vec![Alertmanager {
            name: "leap".to_owned(),
            routes: Some("route: { group_by: [alertname, cluster] }".to_owned()),
            ..Alertmanager::default()
        }],
        pagerduty: Heard::default(),
        incident_parts: BTreeMap::new(),
        unreadable_incidents: 0,
        incident: Vec::new(),
        log: Vec::new(),
        directory: Some(Directory {
            priorities: PRIORITIES.map(str::to_owned).into(),
            users: PEOPLE
                .map(|name| (name.to_owned(), format!("{name}@example.org")))
                .into(),
            policies: [("Outages".to_owned(), policy)].into(),
            ..Directory::default()
        }),
        page: BTreeMap::new(),
        closed_unknown: BTreeMap::new(),
        unreadable_posts: Vec::new(),
        post: Vec::new(),
        impacted: BTreeMap::new(),
        probes: Heard::default(),
        probe: Vec::new(),
        own_box: Vec::new(),
        expect: serde_json::Value::Null,
    }
}

fn add(told: &mut Situation, fact: Fact) {
    let cluster = |hub: &str| usize::from(hub.starts_with("maap"));
    match fact {
        Fact::Alert(source, alert) => told.prometheus[cluster(source)].alerts.push(alert),
        Fact::Incident(mut incident) => {
            incident.id = format!("Q{}", told.incident.len() + 1);
            told.incident.push(incident);
        }
        Fact::Log(entry) => told.log.push(entry),
        Fact::Probe(probe) => {
            told.probe.retain(|known| known.hub != probe.hub);
            told.probe.push(probe);
        }
        Fact::Post(mut post) => {
            post.id = format!("N{}", told.post.len() + 1);
            told.post.push(post);
        }
        Fact::Signals(hub, values) => {
            told.prometheus[cluster(hub)]
                .signals
                .insert(hub.to_owned(), values);
        }
        Fact::Gone(hub) => told.prometheus[cluster(hub)].gone.push(hub.to_owned()),
        Fact::NewestByKey(name, at) => {
            told.prometheus[cluster(name)]
                .newest
                .insert(name.to_owned(), at);
        }
        Fact::Warned(name) => told.prometheus[cluster(name)]
            .warnings
            .push("part".to_owned()),
        Fact::Silenced(name) => {
            told.alertmanager[0]
                .suppressed
                .insert(name.to_owned(), "silenced".to_owned());
        }
        Fact::Heard(source, heard) => hear(told, source, heard),
        Fact::Shift(shift) => {
            let directory = told.directory.get_or_insert_default();
            let policy = directory.policies.entry("Outages".to_owned()).or_default();
            policy.on_call.push(shift);
        }
        Fact::Window(window) => told
            .directory
            .get_or_insert_default()
            .maintenance
            .push(window),
    }
}

fn hear(told: &mut Situation, source: &str, heard: Heard) {
    match source {
        "leap" => told.prometheus[0].heard = heard,
        "maap" => told.prometheus[1].heard = heard,
        "alertmanager" => told.alertmanager[0].heard = heard,
        "pagerduty" => told.pagerduty = heard,
        "directory" => told.directory.get_or_insert_default().heard = heard,
        "page" => {
            told.page.insert("Hubs".to_owned(), heard);
        }
        _ => told.probes = heard,
    }
}
