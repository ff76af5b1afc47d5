//! One arbitrary fact of a situation.

use std::collections::BTreeMap;

use hubwatch::domain::probe::ProbeFailure;
use hubwatch::domain::source::FailureKind;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::script::{
    Alert, Entry, Fail, Heard, Incident, IncidentAlert, Post, Probe, Shift, Window,
};

const PROBED: [&str; 2] = ["leap/prod", "leap/staging"];
const HUBS: [&str; 4] = ["leap/prod", "leap/staging", "maap/prod", "maap/lab"];
const NAMES: [&str; 4] = ["disk", "Hub is down", "restarted", "Watchdog"];
pub const PEOPLE: [&str; 4] = ["Ada", "Bo", "Bot", "support"];
pub const PRIORITIES: [&str; 4] = ["P1", "P2", "P3", "P4"];
const TITLES: [&str; 5] = [
    "leap.example on leap",
    "[FIRING:1] disk leap prod (x)",
    "disk on maap",
    "restarted",
    "anything",
];
const GROUPS: [&str; 3] = [
    r#"{}:{alertname="disk", cluster="leap"}"#,
    r#"{}:{alertname="disk"}"#,
    r#"{}:{alertname="restarted", cluster="leap"}"#,
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
    NewestByKey(&'static str, i64),
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
    let group = option::of(word(&GROUPS));
    (
        word(&TITLES),
        priority,
        past(),
        who(),
        acks,
        pending,
        (details, group),
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
                (details, group),
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
                    group,
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
        ProbeFailure::Resolve,
        ProbeFailure::Connect,
        ProbeFailure::Certificate,
        ProbeFailure::Handshake,
        ProbeFailure::Garbled,
        ProbeFailure::Timeout,
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
    let clock = option::of(-4000_i64..4000);
    let heard = (source, 0_u64..1200, prop::bool::weighted(0.1), clock, fail);
    heard.prop_map(|(source, age, never, ahead, fail)| {
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
                ahead,
                fail,
            },
        )
    })
}

/// A fact of any kind.
pub fn fact() -> impl Strategy<Value = Fact> {
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
        1 => (select(&["leap", "maap"][..]), -600_i64..0).prop_map(|(name, at)| Fact::NewestByKey(name, at)),
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
