//! Arbitrary situations: a heap of small facts, so that a failure shrinks to the few that matter.

use std::collections::BTreeMap;

use hubwatch::domain::probe::NoAnswer;
use hubwatch::domain::source::FailureKind;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::script::{
    Alert, Alertmanager, Directory, Entry, Fail, File, Heard, Incident, IncidentAlert, Policy,
    Post, Probe, Prometheus, Shift, Situation, Window,
};

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

const PROBED: [&str; 2] = ["leap/prod", "leap/staging"];
const HUBS: [&str; 4] = ["leap/prod", "leap/staging", "maap/prod", "maap/lab"];
const NAMES: [&str; 4] = ["disk", "Hub is down", "restarted", "Watchdog"];
const PEOPLE: [&str; 4] = ["Ada", "Bo", "Bot", "support"];
const PRIORITIES: [&str; 4] = ["P1", "P2", "P3", "P4"];
const TITLES: [&str; 5] = [
    "leap.example on leap",
    "[FIRING:1] disk leap prod (x)",
    "disk on maap",
    "restarted",
    "anything",
];
const SEVERITIES: [&str; 4] = [
    "take immediate action",
    "same day action needed",
    "immediate action needed",
    "strange",
];

/// One fact of a situation.
#[derive(Debug)]
pub enum Fact {
    Alert(&'static str, Alert),
    Incident(Incident),
    Log(Entry),
    Probe(Probe),
    Post(Post),
    Signals(&'static str, BTreeMap<String, f64>),
    Gone(&'static str),
    Newest(&'static str, i64),
    Warned(&'static str),
    Silenced(&'static str),
    Heard(&'static str, Heard),
    Shift(Shift),
    Window(Window),
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(words).prop_map(str::to_owned)
}

fn past() -> impl Strategy<Value = i64> {
    prop_oneof![-3600_i64..0, -200_000_i64..0]
}

fn ahead() -> impl Strategy<Value = i64> {
    prop_oneof![-600_i64..3600, 0_i64..200_000]
}

fn alert() -> impl Strategy<Value = Fact> {
    let hub = option::of(select(&["prod", "staging", "lab"][..]));
    let severity = option::of(word(&SEVERITIES));
    let source = select(&["leap", "maap"][..]);
    (
        source,
        word(&NAMES),
        hub,
        severity,
        past(),
        any::<bool>(),
        0_u64..3600,
    )
        .prop_map(|(source, name, hub, severity, since, pending, hold)| {
            let hub = hub.map(str::to_owned);
            Fact::Alert(
                source,
                Alert {
                    name,
                    hub,
                    severity,
                    since,
                    pending,
                    hold,
                    ..Alert::default()
                },
            )
        })
}

fn incident() -> impl Strategy<Value = Fact> {
    let who = || vec(word(&PEOPLE), 0..3);
    let priority = option::of(word(&PRIORITIES));
    let pending = proptest::collection::btree_map(
        word(&["escalate", "unacknowledge", "resolve", "urgency_change"]),
        ahead(),
        0..4,
    );
    let acks = proptest::collection::btree_map(word(&PEOPLE), past(), 0..3);
    let details = option::of((select(&HUBS[..]), word(&NAMES), any::<bool>()));
    let flags = (any::<bool>(), any::<bool>(), option::of(past()));
    (
        word(&TITLES),
        priority,
        past(),
        who(),
        acks,
        pending,
        details,
        flags,
    )
        .prop_map(
            |(
                title,
                priority,
                created,
                assigned,
                acks,
                pending,
                details,
                (low, direct, resolved),
            )| {
                let alerts = details.map(|(hub, name, resolved)| {
                    let (cluster, hub) = hub.split_once('/').unwrap();
                    let labels = [
                        ("alertname", name.as_str()),
                        ("cluster", cluster),
                        ("namespace", hub),
                    ];
                    let labels = labels.map(|(label, value)| (label.to_owned(), value.to_owned()));
                    IncidentAlert {
                        labels: labels.into(),
                        resolved,
                        ..IncidentAlert::default()
                    }
                });
                Fact::Incident(Incident {
                    title,
                    priority,
                    created: Some(created),
                    assigned,
                    acks,
                    pending,
                    low,
                    direct,
                    resolved: resolved.filter(|at| *at > created),
                    policy: Some("Outages".to_owned()),
                    alerts: alerts.into_iter().collect(),
                    ..Incident::default()
                })
            },
        )
}

fn log() -> impl Strategy<Value = Fact> {
    let kinds = word(&[
        "trigger",
        "acknowledge",
        "unacknowledge",
        "assign",
        "escalate",
        "note",
        "snooze",
        "unsnooze",
        "repeat",
    ]);
    let texts = word(&[
        "hm",
        "[hubwatch] time-box start 10m",
        "[hubwatch] time-box +15m: x",
        "[hubwatch] verdict fixed: y",
    ]);
    let who = || word(&PEOPLE);
    (
        1_u32..4,
        past(),
        kinds,
        option::of(who()),
        vec(who(), 0..2),
        texts,
        option::of(ahead()),
    )
        .prop_map(|(incident, at, kind, by, to, text, until)| {
            let incident = format!("Q{incident}");
            Fact::Log(Entry {
                incident,
                at,
                kind,
                by,
                to,
                text: Some(text),
                until,
            })
        })
}

fn probe() -> impl Strategy<Value = Fact> {
    let kinds = [
        NoAnswer::Resolve,
        NoAnswer::Connect,
        NoAnswer::Certificate,
        NoAnswer::Timeout,
    ];
    let status = select(&[200_u16, 404, 503][..]);
    let numbers = (
        1_u32..4,
        past(),
        -60_i64..0,
        1_u64..9000,
        option::of(-2_i64..40),
    );
    (
        word(&PROBED),
        option::of(select(kinds.to_vec())),
        status,
        numbers,
        any::<bool>(),
    )
        .prop_map(
            |(hub, silent, status, (tries, first, latest, latency, days), not_yet)| {
                Fact::Probe(Probe {
                    hub,
                    silent,
                    status: Some(status),
                    tries: Some(tries),
                    first: Some(first),
                    latest: Some(latest),
                    latency_ms: Some(latency),
                    certificate_days: days,
                    not_yet,
                    ..Probe::default()
                })
            },
        )
}

fn post() -> impl Strategy<Value = Fact> {
    let times = (
        past(),
        option::of(past()),
        option::of(ahead()),
        option::of(ahead()),
    );
    (
        word(&TITLES),
        any::<bool>(),
        any::<bool>(),
        times,
        option::of(1_u32..4),
    )
        .prop_map(
            |(title, maintenance, closed, (since, updated, starts, ends), linked)| {
                Fact::Post(Post {
                    title,
                    maintenance,
                    closed,
                    since: Some(since),
                    updated,
                    starts,
                    ends,
                    linked: linked.map(|number| format!("Q{number}")),
                    ..Post::default()
                })
            },
        )
}

fn signals() -> impl Strategy<Value = Fact> {
    let names = word(&[
        "up",
        "spawn_failures_30m",
        "home_free_percent",
        "running_servers",
    ]);
    let values = proptest::collection::btree_map(names, 0.0..12.0_f64, 1..4);
    (select(&HUBS[..]), values, any::<bool>()).prop_map(|(hub, mut values, is_down)| {
        values.insert("up".to_owned(), if is_down { 0.0 } else { 1.0 });
        Fact::Signals(hub, values)
    })
}

fn heard() -> impl Strategy<Value = Fact> {
    let kinds = [
        FailureKind::TimedOut,
        FailureKind::Credentials,
        FailureKind::Refused,
    ];
    let fail = option::of((select(kinds.to_vec()), -300_i64..0));
    let source = select(
        &[
            "leap",
            "maap",
            "alertmanager",
            "pagerduty",
            "directory",
            "page",
            "probes",
        ][..],
    );
    (source, 0_u64..1200, prop::bool::weighted(0.1), fail).prop_map(|(source, age, never, fail)| {
        let fail = fail.map(|(kind, since)| Fail {
            kind,
            text: "no".to_owned(),
            since,
        });
        Fact::Heard(
            source,
            Heard {
                age: Some(age),
                never,
                fail,
            },
        )
    })
}

fn fact() -> impl Strategy<Value = Fact> {
    let shift = (
        1_u32..3,
        word(&PEOPLE),
        option::of(-7200_i64..7200),
        option::of(-7200_i64..7200),
    );
    let window = (
        -7200_i64..7200,
        0_i64..7200,
        select(&["leap", "maap/prod", "nothing"][..]),
    );
    prop_oneof![
        4 => alert(),
        4 => incident(),
        4 => log(),
        2 => probe(),
        2 => post(),
        2 => signals(),
        1 => select(&HUBS[..]).prop_map(Fact::Gone),
        1 => (select(&["leap", "maap"][..]), -600_i64..0).prop_map(|(name, at)| Fact::Newest(name, at)),
        1 => select(&["leap", "maap"][..]).prop_map(Fact::Warned),
        1 => select(&NAMES[..]).prop_map(Fact::Silenced),
        3 => heard(),
        2 => shift.prop_map(|(level, who, from, until)| Fact::Shift(Shift { level, who, from, until })),
        1 => window.prop_map(|(from, length, text)| {
            let text = text.to_owned();
            Fact::Window(Window { from, until: from + length, text, ..Window::default() })
        }),
    ]
}

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

/// With these nothing gets old by itself, so that all else that time changes is seen.
const PATIENT: &str = r#"
[poll]
prometheus = "24h"
pagerduty = "24h"
oncalls = "24h"
status_page = "24h"
probe = "24h"
"#;

/// The file that these situations stand in where sources are asked rarely.
pub fn patient_file() -> File {
    File {
        config: format!("{CONFIG}{PATIENT}"),
        ..file()
    }
}

/// The file that these situations stand in.
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
        now: None,
        prometheus: prometheus.into(),
        alertmanager: vec![Alertmanager {
            name: "leap".to_owned(),
            ..Alertmanager::default()
        }],
        pagerduty: Heard::default(),
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
        post: Vec::new(),
        probes: Heard::default(),
        probe: Vec::new(),
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
        Fact::Newest(name, at) => {
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
