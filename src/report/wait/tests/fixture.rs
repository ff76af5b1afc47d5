//! Outcomes of waits, for the tests of their reports.

use std::time::Duration;

use chrono::TimeDelta;

use crate::app::fixture::now;
use crate::domain::hub::{Health, Tier};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::starts::{StartCounts, StartTimes};
use crate::regression::{
    CaseObservation, CaseOutcome, Doubt, HubBefore, HubObservation, HubOutcome, HubState, Outcome,
    SlowStarts, SourceOutcome, StartTimesCompared, WaitEnd, Worsening,
};
use crate::report::wait::WaitContext;
use crate::text::context::TextContext;
use crate::text::symbols::UNICODE;

pub(super) fn ctx() -> TextContext {
    TextContext {
        now: now(),
        zone: crate::domain::zone::Zone::UTC,
        symbols: &UNICODE,
    }
}

pub(super) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

pub(super) fn context() -> WaitContext {
    WaitContext {
        started: now().wall,
        ended: now().wall + TimeDelta::minutes(30),
        duration: minutes(30),
        grace: minutes(5),
        baseline_at: now().wall - TimeDelta::minutes(2),
        restricted_to: Vec::new(),
    }
}

pub(super) fn hub(cluster: &str, name: &str) -> HubOutcome {
    HubOutcome {
        before: Some(HubBefore {
            health: Health::Up,
            state: HubState::Works,
            evidence: Vec::new(),
            probe_ms: Some(80.0),
            spawn_failures_30m: Some(0.0),
            spawn_p95_seconds: Some(15.0),
            starts: None,
        }),
        after: HubObservation {
            key: HubKey::new(cluster, name),
            tier: Tier::from_name(name),
            health: Health::Up,
            state: HubState::Works,
            maintenance: false,
            evidence: Vec::new(),
            probe: None,
            spawn_failures_30m: Some(0.0),
            spawn_p95_seconds: Some(15.0),
        },
        counts: Some(StartCounts {
            starts: Some(9.6),
            failed_starts: Some(0.0),
            p95_seconds: Some(15.5),
            times: StartTimes::default(),
        }),
        median_latency: Some(Duration::from_millis(90)),
        probes: 30,
        is_failing: false,
        failing_longest: Duration::ZERO,
        worse: Vec::new(),
        doubts: Vec::new(),
        not_tried: false,
        start_times: StartTimesCompared::NotSlower,
    }
}

pub(super) const SLOW: SlowStarts = SlowStarts {
    p95_seconds: 75.2,
    at_least: false,
    before_seconds: 15.0,
    starts: 10.0,
    bound_seconds: 45.0,
    above_bound: Some(9.0),
    cluster: None,
};

/// A hub on which one of many starts was slow.
pub(super) fn perhaps_slow(cluster: &str, name: &str) -> HubOutcome {
    let few = SlowStarts {
        above_bound: Some(1.0),
        ..SLOW
    };
    HubOutcome {
        start_times: StartTimesCompared::PerhapsSlower(few),
        ..hub(cluster, name)
    }
}

pub(super) fn slow(cluster: &str, name: &str) -> HubOutcome {
    HubOutcome {
        worse: vec![Worsening::SlowStarts(SLOW)],
        start_times: StartTimesCompared::Slower(SLOW),
        ..hub(cluster, name)
    }
}

pub(super) fn not_tried(cluster: &str, name: &str) -> HubOutcome {
    HubOutcome {
        counts: None,
        not_tried: true,
        ..hub(cluster, name)
    }
}

pub(super) fn doubtful(cluster: &str, name: &str) -> HubOutcome {
    HubOutcome {
        doubts: vec![Doubt::FailingAtTheEnd { lasted: minutes(2) }],
        ..hub(cluster, name)
    }
}

pub(super) fn outcome(hubs: Vec<HubOutcome>) -> Outcome {
    Outcome {
        end: WaitEnd::Complete,
        waited: minutes(30),
        hubs,
        cases: Vec::new(),
        sources: Vec::new(),
        blind_spots: Vec::new(),
    }
}

pub(super) fn lost() -> SourceOutcome {
    SourceOutcome {
        name: "prometheus/leap".to_owned(),
        lost: minutes(6),
        problem: Some("down: connection refused".to_owned()),
        is_blind: true,
    }
}

pub(super) fn new_case(is_worse: bool) -> CaseOutcome {
    CaseOutcome {
        case: CaseObservation {
            id: CaseId::Incident("Q7".into()),
            aliases: Vec::new(),
            title: "nodes | are\ngone <b>".to_owned(),
            places: Vec::new(),
            since: now().wall,
            last_seen: Duration::ZERO,
            is_most_severe: true,
            is_silenced: false,
        },
        lasted: minutes(7),
        is_open: true,
        is_worse,
        is_about_no_single_hub: true,
    }
}

pub(super) fn everything() -> Outcome {
    Outcome {
        cases: vec![new_case(true)],
        sources: vec![lost()],
        ..outcome(vec![
            hub("leap", "prod"),
            not_tried("leap", "staging"),
            slow("maap", "prod"),
            doubtful("maap", "r"),
        ])
    }
}
