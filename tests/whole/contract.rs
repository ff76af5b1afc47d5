//! The format that `check --format json` promises: every name, with the type of its value. The names are written by
//! hand here, so that a change of the program cannot change them unnoticed.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde_json::{Value, json};

use super::served::Served;
use super::writes::Caller;

/// The required type of a value.
enum Is {
    Bool,
    Int,
    Number,
    Text,
    Time,
    /// An object with any names, whose values are texts.
    Labels,
    OneOf(&'static [&'static str]),
    OrNull(&'static Is),
    List(&'static Is),
    /// An object with at least these names.
    Object(&'static [(&'static str, Is)]),
}

use Is::{Bool, Int, Labels, List, Number, Object, OneOf, OrNull, Text, Time};

const REPORT: Is = Object(&[
    ("schema", Int),
    ("at", Time),
    ("verdict", OneOf(&["critical", "unknown", "warning", "ok"])),
    ("complete", Bool),
    ("summary", Text),
    ("sources", List(&SOURCE)),
    ("hubs", List(&HUB)),
    ("cases", List(&CASE)),
    ("owners", List(&POLICY)),
    ("owners_error", OrNull(&Text)),
    ("posts", List(&POST)),
    ("mismatches", List(&MISMATCH)),
]);

const SOURCE: Is = Object(&[
    ("name", Text),
    (
        "kind",
        OneOf(&[
            "prometheus",
            "alertmanager",
            "pagerduty",
            "status_page",
            "probes",
        ]),
    ),
    (
        "state",
        OneOf(&["waiting", "live", "late", "stale", "down"]),
    ),
    ("age_seconds", OrNull(&Number)),
    ("latency_ms", OrNull(&Number)),
    ("error", OrNull(&Text)),
]);

const HUB: Is = Object(&[
    ("cluster", Text),
    ("hub", Text),
    ("tier", OneOf(&["prod", "staging"])),
    ("domain", OrNull(&Text)),
    ("health", OneOf(&["up", "degraded", "unknown", "down"])),
    ("maintenance", Bool),
    ("evidence", List(&Text)),
    (
        "signals",
        Object(&[
            ("probe_code", OrNull(&Int)),
            ("probe_ms", OrNull(&Number)),
            ("up", OrNull(&Number)),
            ("spawn_failures_30m", OrNull(&Number)),
            ("spawn_p95_seconds", OrNull(&Number)),
            ("spawn_p95_at_least", OrNull(&Bool)),
            ("running_servers", OrNull(&Number)),
            ("active_users", OrNull(&Number)),
            ("home_free_percent", OrNull(&Number)),
            ("db_free_percent", OrNull(&Number)),
            ("certificate_days", OrNull(&Int)),
        ]),
    ),
]);

const CASE: Is = Object(&[
    ("id", Text),
    ("aliases", List(&Text)),
    ("related", List(&Text)),
    ("title", Text),
    (
        "where",
        List(&Object(&[
            ("cluster", OrNull(&Text)),
            ("hub", OrNull(&Text)),
        ])),
    ),
    ("priority", OrNull(&Text)),
    ("priority_source", OrNull(&OneOf(&["incident", "severity"]))),
    ("severity", OrNull(&Text)),
    ("since", Time),
    ("snoozed", Bool),
    ("owners", List(&OWNER)),
    ("unowned", Bool),
    ("acknowledged_by", List(&Text)),
    ("clock", OrNull(&CLOCK)),
    ("clocks", List(&CLOCK)),
    ("alerts", List(&ALERT)),
    (
        "incident",
        OrNull(&Object(&[
            ("id", Text),
            ("number", Int),
            ("status", OneOf(&["triggered", "acknowledged", "resolved"])),
            ("url", OrNull(&Text)),
        ])),
    ),
    (
        "posts",
        List(&Object(&[
            ("id", Text),
            ("joined_by", OneOf(&["linked", "title", "probable"])),
        ])),
    ),
    ("mismatches", List(&OneOf(MISMATCHES))),
    (
        "outage",
        List(&Object(&[
            (
                "step",
                OneOf(&[
                    "p1",
                    "acknowledged",
                    "channel",
                    "told-community",
                    "posted",
                    "second-responder",
                    "updated",
                    "validated",
                ]),
            ),
            ("done", OrNull(&Bool)),
            ("by", OrNull(&Text)),
            ("at", OrNull(&Time)),
        ])),
    ),
]);

const OWNER: Is = Object(&[
    ("kind", OneOf(&["person", "placeholder"])),
    ("name", Text),
    ("email", OrNull(&Text)),
    ("via", OrNull(&Text)),
    ("level", OrNull(&Int)),
    ("since", OrNull(&Time)),
]);

const CLOCK: Is = Object(&[
    (
        "kind",
        OneOf(&[
            "escalates",
            "ack_expires",
            "auto_resolves",
            "urgency_rises",
            "tell_public",
            "time_box",
            "due",
            "update_due",
            "snoozed",
        ]),
    ),
    ("at", Time),
    ("remaining_seconds", Int),
    ("estimate", Bool),
]);

const ALERT: Is = Object(&[
    ("source", Text),
    ("fingerprint", Text),
    ("name", Text),
    ("labels", Labels),
    ("state", OneOf(&["firing", "pending"])),
    ("active_at", OrNull(&Time)),
    ("fires_since", OrNull(&Time)),
    ("suppressed", Bool),
    (
        "joined_by",
        OneOf(&[
            "declared",
            "dedup_key",
            "fingerprint",
            "labels",
            "title",
            "domain",
            "probable",
            "none",
        ]),
    ),
]);

const POLICY: Is = Object(&[
    ("policy", Text),
    (
        "levels",
        List(&Object(&[
            ("level", Int),
            (
                "on_call",
                List(&Object(&[
                    ("name", Text),
                    ("kind", OneOf(&["person", "placeholder"])),
                    ("until", OrNull(&Time)),
                ])),
            ),
        ])),
    ),
]);

const POST: Is = Object(&[
    ("id", Text),
    ("page", Text),
    ("kind", OneOf(&["incident", "maintenance"])),
    ("title", Text),
    ("status", Text),
    ("open", Bool),
    ("since", OrNull(&Time)),
]);

const MISMATCHES: &[&str] = &[
    "page_missing",
    "lingering_incident",
    "one_incident_many_clusters",
    "public_not_told",
    "stale_post",
    "nobody_awake",
    "no_priority",
    "unknown_severity",
    "blind_spot",
];

const MISMATCH: Is = Object(&[
    ("kind", OneOf(MISMATCHES)),
    ("case", OrNull(&Text)),
    ("subject", OrNull(&Text)),
    ("text", Text),
]);

/// The values seen, and the errors found.
#[derive(Default)]
struct Walk {
    seen: BTreeSet<String>,
    wrongs: BTreeSet<String>,
}

impl Walk {
    fn visit(&mut self, is: &Is, value: &Value, at: &str) {
        if !value.is_null() {
            self.seen.insert(at.to_owned());
        }
        let is_right = match is {
            Bool => value.is_boolean(),
            Int => value.is_i64() || value.is_u64(),
            Number => value.is_number(),
            Text => value.is_string(),
            Time => value.as_str().is_some_and(|text| {
                text.ends_with('Z') && DateTime::parse_from_rfc3339(text).is_ok()
            }),
            Labels => value
                .as_object()
                .is_some_and(|labels| labels.values().all(Value::is_string)),
            OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            OrNull(inner) => {
                return if !value.is_null() {
                    self.visit(inner, value, at)
                };
            }
            List(inner) => {
                let entries = value.as_array();
                entries.into_iter().flatten().for_each(|entry| {
                    self.visit(inner, entry, &format!("{at}[]"));
                });
                entries.is_some()
            }
            Object(names) => {
                for (name, inner) in *names {
                    match value.get(name) {
                        Some(value) => self.visit(inner, value, &format!("{at}.{name}")),
                        None => drop(self.wrongs.insert(format!("{at}.{name} is missing"))),
                    }
                }
                value.is_object()
            }
        };
        if !is_right {
            self.wrongs.insert(format!("{at}: {value}"));
        }
    }
}

/// Reopens last night's P1, about which there is a post. A post is joined to a case only while the incident is open.
fn reopen_the_newest(served: &Served) {
    let ada = Caller::of(&served.pagerduty());
    if let Some(id) = ada.incidents("resolved").last() {
        let change = json!({ "type": "incident_reference", "status": "acknowledged" });
        let body = json!({ "incident": change });
        let (status, answer) = ada.call(&format!("PUT /incidents/{id}"), Some(&body));
        assert_eq!(status, 200, "{answer}");
    }
}

#[test]
fn every_promised_name_is_there_with_a_value_of_its_kind() {
    let mut walk = Walk::default();
    for arguments in [
        ["--scenario", "shift", "--seed", "3"],
        ["--scenario", "storm", "--seed", "3"],
        ["--scenario", "calm", "--seed", "3"],
    ] {
        let served = Served::start(&arguments);
        reopen_the_newest(&served);
        let report = served.check(&["--format", "json"]).json();
        assert_eq!(report["schema"], 1);
        walk.visit(&REPORT, &report, "");
    }
    assert!(walk.wrongs.is_empty(), "{:#?}", walk.wrongs);
    // These values must occur in the reports, since the check of an empty list finds no error.
    for place in [
        ".sources[]",
        ".hubs[].evidence[]",
        ".hubs[].signals.home_free_percent",
        ".hubs[].signals.probe_code",
        ".cases[].aliases[]",
        ".cases[].where[].hub",
        ".cases[].owners[].since",
        ".cases[].acknowledged_by[]",
        ".cases[].clock.at",
        ".cases[].clocks[].kind",
        ".cases[].alerts[].fires_since",
        ".cases[].incident.url",
        ".cases[].posts[].joined_by",
        ".cases[].mismatches[]",
        ".owners[].levels[].on_call[].until",
        ".posts[].since",
        ".mismatches[].case",
    ] {
        assert!(walk.seen.contains(place), "{place} was never there");
    }
}

#[test]
fn what_is_missing_or_of_another_kind_is_noticed() {
    let mut walk = Walk::default();
    let value = serde_json::json!({"kind": "soon", "at": "2026-11-22 03:00", "estimate": null});
    walk.visit(&CLOCK, &value, "");
    let wrongs: Vec<&str> = walk.wrongs.iter().map(String::as_str).collect();
    assert_eq!(
        wrongs,
        [
            ".at: \"2026-11-22 03:00\"",
            ".estimate: null",
            ".kind: \"soon\"",
            ".remaining_seconds is missing",
        ]
    );
}
