//! Reads the JSON of an earlier `check --format json` as the baseline. The file may contain anything, so it is read
//! strictly. The error for a bad file is one sentence.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::case::Place;
use crate::domain::hub::Health;
use crate::domain::ids::{CaseId, ClusterName, HubKey};
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::is_in_future;
use crate::domain::policy::Policy;
use crate::regression::{Baseline, HubBefore, HubState};
use crate::report::json::SCHEMA;
use crate::report::scope::Scope;

/// Why a file cannot be the baseline.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum BaselineError {
    #[error("it is not a report of `check --format json`: {0}")]
    NoReport(String),
    #[error("its schema is {0}, and this hubwatch reads {SCHEMA}")]
    OtherSchema(u64),
    #[error("it is the report of a wait; take one of `check --format json` without --wait")]
    ReportOfWait,
    #[error("it lists {0} twice")]
    Twice(HubKey),
    #[error("{0} of {1} is {2}, an impossible value")]
    Impossible(&'static str, HubKey, f64),
    #[error("its time is in the future: {0}")]
    FromTheFuture(DateTime<Utc>),
    #[error("it lists no hubs: the check that wrote it could not poll")]
    NoHubs,
    #[error("it lists none of the watched hubs: it is of another fleet")]
    OtherFleet,
    #[error("it lists no hub of the cluster {0}: it is of another part of the fleet")]
    OtherPart(ClusterName),
}

#[derive(Deserialize)]
struct Head {
    schema: Option<u64>,
    waited_seconds: Option<u64>,
}

#[derive(Deserialize)]
struct CheckReport {
    at: DateTime<Utc>,
    hubs: Vec<CheckedHub>,
    cases: Vec<CheckedCase>,
    #[serde(default)]
    mismatches: Vec<CheckedMismatch>,
}

#[derive(Deserialize)]
struct CheckedHub {
    cluster: String,
    hub: String,
    health: Health,
    #[serde(default)]
    evidence: Vec<String>,
    signals: CheckedSignals,
}

#[derive(Deserialize)]
struct CheckedSignals {
    up: Option<f64>,
    probe_ms: Option<f64>,
    spawn_failures_30m: Option<f64>,
    spawn_p95_seconds: Option<f64>,
}

#[derive(Deserialize)]
struct CheckedCase {
    id: CaseId,
    #[serde(default)]
    aliases: Vec<CaseId>,
    #[serde(rename = "where")]
    places: Vec<CheckedPlace>,
}

#[derive(Deserialize)]
struct CheckedMismatch {
    kind: String,
    text: String,
}

#[derive(Deserialize)]
struct CheckedPlace {
    cluster: Option<String>,
    hub: Option<String>,
}

/// Reads a baseline. The report must include the hubs that are watched.
///
/// # Errors
/// The text is not a report of this schema, has impossible values, or is about other hubs.
pub fn parse(
    json: &str,
    scope: &Scope,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<Baseline, BaselineError> {
    let no_report = |error: serde_json::Error| BaselineError::NoReport(error.to_string());
    // Without this check, serde would read an array as the report's fields in their order.
    if json.trim_start().starts_with('[') {
        return Err(BaselineError::NoReport("it is an array".to_owned()));
    }
    let head: Head = serde_json::from_str(json).map_err(no_report)?;
    match (head.schema, head.waited_seconds) {
        (None, _) => return Err(BaselineError::NoReport("it names no schema".to_owned())),
        (Some(schema), _) if schema != u64::from(SCHEMA) => {
            return Err(BaselineError::OtherSchema(schema));
        }
        (Some(_), Some(_)) => return Err(BaselineError::ReportOfWait),
        (Some(_), None) => {}
    }
    let report: CheckReport = serde_json::from_str(json).map_err(no_report)?;
    if is_in_future(report.at, now) {
        return Err(BaselineError::FromTheFuture(report.at));
    }
    let mut baseline = Baseline {
        at: report.at,
        is_first_look: false,
        hubs: hubs(report.hubs)?,
        cases: BTreeMap::new(),
        blind_spots: blind_spots(report.mismatches),
    };
    for case in report.cases {
        let places: Vec<Place> = case.places.into_iter().map(place).collect();
        baseline.add_case(std::iter::once(case.id).chain(case.aliases), &places);
    }
    require_places(&baseline, scope, policy)?;
    Ok(baseline)
}

fn hubs(checked: Vec<CheckedHub>) -> Result<BTreeMap<HubKey, HubBefore>, BaselineError> {
    let mut hubs = BTreeMap::new();
    for hub in checked {
        let key = HubKey::new(hub.cluster.as_str(), hub.hub.as_str());
        let signals = &hub.signals;
        for (name, value) in [
            ("probe_ms", signals.probe_ms),
            ("spawn_failures_30m", signals.spawn_failures_30m),
            ("spawn_p95_seconds", signals.spawn_p95_seconds),
        ] {
            if let Some(value) = value.filter(|value| *value < 0.0) {
                return Err(BaselineError::Impossible(name, key, value));
            }
        }
        if hubs.insert(key.clone(), before(hub)).is_some() {
            return Err(BaselineError::Twice(key));
        }
    }
    Ok(hubs)
}

fn blind_spots(checked: Vec<CheckedMismatch>) -> BTreeSet<String> {
    let blind_spots = checked.into_iter();
    let blind_spots = blind_spots.filter(|it| it.kind == MismatchKind::BlindSpot.to_string());
    blind_spots.map(|it| it.text).collect()
}

fn before(hub: CheckedHub) -> HubBefore {
    let state = match (hub.health, hub.signals.up) {
        (Health::Down, _) | (_, Some(0.0)) => HubState::FAILING_NOW,
        (Health::Unknown, _) => HubState::NotSeen,
        (Health::Degraded | Health::Up, _) => HubState::Works,
    };
    HubBefore {
        health: hub.health,
        state,
        evidence: hub.evidence,
        probe_ms: hub.signals.probe_ms,
        spawn_failures_30m: hub.signals.spawn_failures_30m,
        spawn_p95_seconds: hub.signals.spawn_p95_seconds,
        starts: None,
    }
}

fn place(place: CheckedPlace) -> Place {
    Place {
        cluster: place.cluster.map(Into::into),
        hub: place.hub.map(Into::into),
    }
}

// Checks that the baseline has the watched clusters. A single hub may be missing, since it may be newer than the
// baseline. If a whole cluster is missing, none of its hubs could be compared.
fn require_places(
    baseline: &Baseline,
    scope: &Scope,
    policy: &Policy,
) -> Result<(), BaselineError> {
    let watched = policy.hubs().filter(|hub| scope.has_hub(&hub.key));
    let watched: BTreeSet<&ClusterName> = watched.map(|hub| &hub.key.cluster).collect();
    let known: BTreeSet<&ClusterName> = baseline.hubs.keys().map(|key| &key.cluster).collect();
    if baseline.hubs.is_empty() && !watched.is_empty() {
        return Err(BaselineError::NoHubs);
    }
    let holds = |hub: &HubKey| scope.has_hub(hub) && baseline.hubs.contains_key(hub);
    if !watched.is_empty() && !policy.hubs().any(|hub| holds(&hub.key)) {
        return Err(BaselineError::OtherFleet);
    }
    match watched.difference(&known).next() {
        Some(cluster) => Err(BaselineError::OtherPart((*cluster).clone())),
        None => Ok(()),
    }
}
