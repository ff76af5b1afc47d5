//! Observations for the tests of the judgement.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::case::Place;
use crate::domain::hub::{Health, Tier};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::now::Now;
use crate::domain::starts::{StartCounts, StartTimes};

pub(super) const MINUTE: u64 = 60;

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// 2026-11-22 03:12:00 UTC.
pub(super) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_317_120, 0).unwrap()
}

pub(super) fn at(after: u64) -> Now {
    Now {
        wall: start() + TimeDelta::seconds(i64::try_from(after).unwrap()),
        mono: seconds(100 + after),
    }
}

pub(super) fn options() -> WaitOptions {
    WaitOptions {
        grace: seconds(5 * MINUTE),
        require_starts: false,
        failed_starts: 2.0,
        probe_slow: seconds(5),
    }
}

/// A hub that works, probed at the moment of the observation.
pub(super) fn hub(cluster: &str, name: &str, after: u64) -> HubObservation {
    HubObservation {
        key: HubKey::new(cluster, name),
        tier: Tier::Prod,
        health: Health::Up,
        state: HubState::Works,
        maintenance: false,
        evidence: Vec::new(),
        probe: Some(GoodProbe {
            at: at(after),
            latency: Duration::from_millis(100),
        }),
        spawn_failures_30m: Some(0.0),
        spawn_p95_seconds: Some(20.0),
    }
}

pub(super) fn down(cluster: &str, name: &str) -> HubObservation {
    HubObservation {
        health: Health::Down,
        state: HubState::FAILING_NOW,
        evidence: vec!["probe 503".to_owned()],
        probe: None,
        ..hub(cluster, name, 0)
    }
}

pub(super) fn unknown(cluster: &str, name: &str) -> HubObservation {
    HubObservation {
        health: Health::Unknown,
        state: HubState::NotSeen,
        probe: None,
        spawn_failures_30m: None,
        spawn_p95_seconds: None,
        ..hub(cluster, name, 0)
    }
}

pub(super) fn incident(id: &str) -> CaseId {
    CaseId::Incident(id.into())
}

/// A case on a hub. The case opened `after` seconds after the start.
pub(super) fn case(id: &str, cluster: &str, hub: &str, after: i64) -> CaseObservation {
    CaseObservation {
        id: incident(id),
        aliases: Vec::new(),
        title: "servers fail to start".to_owned(),
        places: vec![HubKey::new(cluster, hub).into()],
        since: start() + TimeDelta::seconds(after),
        last_seen: Duration::ZERO,
        is_most_severe: false,
        is_silenced: false,
    }
}

pub(super) fn cluster_place(cluster: &str) -> Place {
    Place {
        cluster: Some(cluster.into()),
        hub: None,
    }
}

pub(super) fn observe(after: u64, hubs: Vec<HubObservation>) -> Observation {
    Observation {
        at: at(after),
        hubs,
        cases: Vec::new(),
        sources: Vec::new(),
        blind_spots: Vec::new(),
    }
}

pub(super) fn source(is_fresh: bool) -> SourceObservation {
    SourceObservation {
        name: "prometheus/leap".to_owned(),
        is_fresh,
        looked_at: None,
        silent_for: (!is_fresh).then_some(Duration::ZERO),
        problem: (!is_fresh).then(|| "down: connection refused".to_owned()),
    }
}

pub(super) fn counts(starts: f64, failed: f64, p95: f64) -> StartCounts {
    StartCounts {
        starts: Some(starts),
        failed_starts: Some(failed),
        p95_seconds: Some(p95),
        times: StartTimes::default(),
    }
}

/// A wait whose baseline is an observation at its start.
pub(super) fn watch_from(first: &Observation, options: WaitOptions) -> RegressionWatch {
    let baseline = Baseline::from_observation(first, start());
    RegressionWatch::new(baseline, options, at(0))
}

/// A wait for the hub leap/prod, which works at the start. `hub_at` gives its observation in each minute.
pub(super) fn watched(
    minutes: u64,
    options: WaitOptions,
    hub_at: impl Fn(u64) -> HubObservation,
) -> RegressionWatch {
    let first = observe(0, vec![hub("leap", "prod", 0)]);
    let mut watch = watch_from(&first, options);
    watch.record(first);
    for minute in 1..=minutes {
        watch.record(observe(minute * MINUTE, vec![hub_at(minute)]));
    }
    watch
}
