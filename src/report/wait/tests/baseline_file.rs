use serde_json::{Value, json};

use crate::app::fixture::{cluster, hub, now};
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::domain::policy::{ClusterSpec, Policy};
use crate::regression::{Baseline, BlindSpotObservation, HubState};
use crate::report::scope::Scope;
use crate::report::wait::baseline_file::{BaselineError, parse};

fn policy() -> Policy {
    let spec = |cluster_name: &str| ClusterSpec {
        name: cluster_name.into(),
        provider: None,
        hubs: vec![
            hub(cluster_name, "prod", Health::Up).spec,
            hub(cluster_name, "staging", Health::Up).spec,
        ],
        without: Default::default(),
    };
    Policy {
        clusters: vec![spec("leap"), spec("maap")],
        ..Policy::default()
    }
}

fn hub_json(cluster: &str, hub: &str, health: &str) -> Value {
    json!({"cluster": cluster, "hub": hub, "tier": "prod", "domain": null, "health": health,
        "maintenance": false, "evidence": ["a reason"],
        "signals": {"probe_code": 200, "probe_ms": 120.5, "up": 1.0, "spawn_failures_30m": null,
            "spawn_p95_seconds": 15.0}})
}

fn report(hubs: &[Value]) -> Value {
    json!({"schema": 1, "at": "2026-11-22T03:00:00Z", "verdict": "ok", "complete": true,
        "summary": "all clear", "sources": [], "hubs": hubs, "owners": [], "posts": [], "mismatches": [],
        "cases": [{"id": "pd:Q1", "aliases": ["alert:00000000000000ab"], "title": "disk",
            "where": [{"cluster": "leap", "hub": "prod"}, {"cluster": null, "hub": null}]}]})
}

fn both() -> Value {
    report(&[
        hub_json("leap", "prod", "up"),
        hub_json("maap", "prod", "down"),
    ])
}

fn read(value: &Value) -> Result<Baseline, BaselineError> {
    parse(&value.to_string(), &Scope::default(), &policy(), now().wall)
}

fn refused(value: &Value) -> String {
    read(value).unwrap_err().to_string()
}

#[test]
fn an_earlier_report_is_a_baseline() {
    let baseline = read(&both()).unwrap();
    assert_eq!(baseline.at.to_rfc3339(), "2026-11-22T03:00:00+00:00");
    let prod = &baseline.hubs[&HubKey::new("leap", "prod")];
    assert_eq!(
        (prod.probe_ms, prod.spawn_failures_30m),
        (Some(120.5), None)
    );
    assert_eq!(
        (prod.spawn_p95_seconds, prod.state),
        (Some(15.0), HubState::Works)
    );
    let down = &baseline.hubs[&HubKey::new("maap", "prod")];
    assert!(matches!(down.state, HubState::Failing { .. }));
    assert_eq!(baseline.cases.len(), 2);
    assert_eq!(baseline.cases[&"pd:Q1".parse().unwrap()][0].len(), 2);
}

#[test]
fn what_check_prints_is_read() {
    let mut picture = crate::app::fixture::picture();
    picture.clusters = vec![
        cluster("leap", "gcp", vec![hub("leap", "prod", Health::Unknown)]),
        cluster(
            "maap",
            "aws",
            vec![hub("maap", "staging", Health::Degraded)],
        ),
    ];
    picture.cases = vec![crate::app::fixture::case("Q1", "disk", "leap", "prod").into()];
    let ctx = super::fixture::ctx();
    let value = serde_json::to_value(crate::report::json::report(&picture, &ctx)).unwrap();
    let baseline = read(&value).unwrap();
    let prod = &baseline.hubs[&HubKey::new("leap", "prod")];
    assert_eq!(
        (prod.health, prod.state),
        (Health::Unknown, HubState::NotSeen)
    );
    assert_eq!((baseline.hubs.len(), baseline.cases.len()), (2, 1));
}

#[test]
fn a_hub_that_cannot_be_scraped_was_failing() {
    let mut value = both();
    value["hubs"][0]["signals"]["up"] = 0.0.into();
    let baseline = read(&value).unwrap();
    let prod = &baseline.hubs[&HubKey::new("leap", "prod")];
    assert!(matches!(prod.state, HubState::Failing { .. }));
}

#[test]
fn what_is_no_report_is_refused_in_one_sentence() {
    let text = both().to_string();
    for broken in [
        "",
        "{",
        "[]",
        "[1,2]",
        " \n[1,{}]",
        "null",
        "\u{0}",
        text.get(..text.len() / 2).unwrap(),
        "{\"schema\": \"1\"}",
    ] {
        let error = parse(broken, &Scope::default(), &policy(), now().wall).unwrap_err();
        assert!(
            matches!(error, BaselineError::NoReport(_)),
            "{broken}: {error}"
        );
        assert!(!error.to_string().contains('\n'));
    }
    let deep = "[".repeat(100_000);
    assert!(parse(&deep, &Scope::default(), &policy(), now().wall).is_err());
    assert!(refused(&json!({"hubs": []})).contains("names no schema"));
    let mut other = both();
    other["schema"] = 2.into();
    assert_eq!(
        refused(&other),
        "its schema is 2, and this hubwatch reads 1"
    );
    let mut wait = both();
    wait["waited_seconds"] = 1800.into();
    assert!(refused(&wait).starts_with("it is the report of a wait"));
}

#[test]
fn values_of_another_type_are_not_taken_for_none() {
    for (pointer, value) in [
        ("/hubs/0/health", json!("fine")),
        ("/hubs/0/signals", json!(null)),
        ("/hubs/0/signals/spawn_p95_seconds", json!("15")),
        ("/hubs/0/cluster", json!(7)),
        ("/cases/0/id", json!("Q1")),
        ("/cases/0/where", json!("leap")),
        ("/cases", json!(null)),
        ("/at", json!("yesterday")),
    ] {
        let mut broken = both();
        *broken.pointer_mut(pointer).unwrap() = value;
        let error = read(&broken).unwrap_err();
        assert!(
            matches!(error, BaselineError::NoReport(_)),
            "{pointer}: {error}"
        );
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let twice = report(&[
        hub_json("leap", "prod", "up"),
        hub_json("leap", "prod", "down"),
    ]);
    assert_eq!(refused(&twice), "it lists leap/prod twice");
    let mut negative = both();
    negative["hubs"][0]["signals"]["spawn_p95_seconds"] = (-1.0).into();
    assert!(refused(&negative).contains("spawn_p95_seconds of leap/prod is -1"));
    let mut future = both();
    future["at"] = "2027-01-01T00:00:00Z".into();
    assert!(refused(&future).contains("in the future"));
}

#[test]
fn a_report_of_other_hubs_is_refused() {
    assert!(refused(&report(&[])).contains("it lists no hubs"));
    let other = report(&[hub_json("elsewhere", "prod", "up")]);
    assert!(refused(&other).contains("another fleet"));
    let part = report(&[hub_json("leap", "prod", "up")]);
    assert!(refused(&part).contains("no hub of the cluster maap"));
    let scope = Scope {
        clusters: ["leap".into()].into(),
        ..Scope::default()
    };
    let read = parse(&part.to_string(), &scope, &policy(), now().wall);
    assert!(read.is_ok(), "{read:?}");
}

#[test]
fn a_blind_spot_of_an_earlier_report_is_known() {
    let mut with_blind_spot = both();
    with_blind_spot["mismatches"] = json!([
        {"kind": "blind_spot", "case": null, "subject": "prometheus/leap", "cannot_tell": false,
            "text": "prometheus/leap cannot evaluate its rule 'disk': timeout"},
        {"kind": "stale_post", "case": null, "subject": null, "cannot_tell": false, "text": "a post"},
    ]);
    let baseline = read(&with_blind_spot).unwrap();
    assert_eq!(baseline.blind_spots.len(), 1);
    let is_new = |rule: &str| {
        let stable = format!("prometheus/leap cannot evaluate its rule '{rule}': ");
        let text = format!("{stable}too many samples");
        baseline.is_new_blind_spot(&BlindSpotObservation { text, stable })
    };
    assert!(!is_new("disk"));
    assert!(is_new("pods"));
}
