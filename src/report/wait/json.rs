//! The JSON of `check --wait --format json`. Scripts rely on the names and meanings of its fields. An unknown value is
//! null, never 0.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::WaitContext;
use super::text::summary;
use super::words::{doubt, slow_starts, worsening};
use crate::domain::case::Place;
use crate::domain::hub::{Health, Tier};
use crate::domain::verdict::VerdictLevel;
use crate::regression::{
    BlindSpotOutcome, CaseOutcome, Doubt, HubOutcome, Outcome, SourceOutcome, StartTimesCompared,
    WaitEnd, WaitVerdict, Worsening,
};
use crate::report::json::SCHEMA;
use crate::text::symbols::UNICODE;

#[derive(Debug, Serialize)]
pub struct WaitReport {
    schema: u32,
    /// When the wait ended. All times are by the servers' clocks.
    at: DateTime<Utc>,
    verdict: VerdictLevel,
    complete: bool,
    summary: String,
    started: DateTime<Utc>,
    waited_seconds: u64,
    wait_seconds: u64,
    grace_seconds: u64,
    interrupted: bool,
    baseline_at: DateTime<Utc>,
    /// The clusters and hubs to which the wait is limited; empty for the whole fleet.
    restricted_to: Vec<String>,
    hubs: Vec<WaitHubJson>,
    not_tried: Vec<String>,
    new_cases: Vec<NewCaseJson>,
    sources_lost: Vec<LostSourceJson>,
    blind_spots: Vec<BlindSpotJson>,
}

#[derive(Debug, Serialize)]
struct WaitHubJson {
    cluster: String,
    hub: String,
    tier: Tier,
    maintenance: bool,
    result: HubResult,
    worse: Vec<FindingJson>,
    cannot_tell: Vec<FindingJson>,
    not_tried: bool,
    p95_not_compared: bool,
    /// Set if the percentile is above its bound, but only by so few starts that it may be chance.
    perhaps_slower: Option<String>,
    before: Option<BeforeJson>,
    after: AfterJson,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum HubResult {
    Worse,
    CannotTell,
    NotTried,
    NotWorse,
}

/// Why a hub is worse, or why nobody can tell whether it is.
#[derive(Debug, Serialize)]
struct FindingJson {
    kind: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
}

#[derive(Debug, Serialize)]
struct BeforeJson {
    health: Health,
    evidence: Vec<String>,
    spawn_p95_seconds: Option<f64>,
    spawn_failures_30m: Option<f64>,
    probe_ms: Option<f64>,
}

#[derive(Debug, Serialize)]
struct AfterJson {
    health: Health,
    evidence: Vec<String>,
    /// How many servers started since the wait began.
    starts: Option<f64>,
    failed_starts: Option<f64>,
    spawn_p95_seconds: Option<f64>,
    /// Whether the true percentile may be higher than `spawn_p95_seconds`.
    spawn_p95_at_least: Option<bool>,
    /// The median of the good probes. `None` if there were fewer than three.
    probe_ms: Option<f64>,
    probes: usize,
    failing_longest_seconds: u64,
}

#[derive(Debug, Serialize)]
struct NewCaseJson {
    id: String,
    title: String,
    #[serde(rename = "where")]
    places: Vec<CasePlaceJson>,
    since: DateTime<Utc>,
    open: bool,
    lasted_seconds: u64,
    worse: bool,
}

#[derive(Debug, Serialize)]
struct CasePlaceJson {
    cluster: Option<String>,
    hub: Option<String>,
}

#[derive(Debug, Serialize)]
struct LostSourceJson {
    name: String,
    lost_seconds: u64,
    error: Option<String>,
    /// Whether the source was lost for so long that nothing can be said about its hubs.
    cannot_tell: bool,
}

/// A blind spot that was not there at the baseline.
#[derive(Debug, Serialize)]
struct BlindSpotJson {
    text: String,
    lasted_seconds: u64,
    cannot_tell: bool,
}

/// The report of a wait.
pub fn report(outcome: &Outcome, context: &WaitContext) -> WaitReport {
    WaitReport {
        schema: SCHEMA,
        at: context.ended,
        verdict: match outcome.verdict() {
            WaitVerdict::NothingWorse => VerdictLevel::Ok,
            WaitVerdict::Worse => VerdictLevel::Critical,
            WaitVerdict::CannotTell => VerdictLevel::Unknown,
        },
        complete: outcome.is_complete(),
        summary: summary(outcome, context, &UNICODE),
        started: context.started,
        waited_seconds: outcome.waited.as_secs(),
        wait_seconds: context.duration.as_secs(),
        grace_seconds: context.grace.as_secs(),
        interrupted: outcome.end == WaitEnd::Interrupted,
        baseline_at: context.baseline_at,
        restricted_to: context.restricted_to.clone(),
        hubs: outcome.hubs.iter().map(hub).collect(),
        not_tried: outcome
            .not_tried()
            .map(|hub| hub.key().to_string())
            .collect(),
        new_cases: outcome.cases.iter().map(new_case).collect(),
        sources_lost: outcome.sources.iter().map(lost_source).collect(),
        blind_spots: outcome.blind_spots.iter().map(blind_spot).collect(),
    }
}

fn hub(hub: &HubOutcome) -> WaitHubJson {
    WaitHubJson {
        cluster: hub.key().cluster.to_string(),
        hub: hub.key().hub.to_string(),
        tier: hub.after.tier,
        maintenance: hub.after.maintenance,
        result: match (hub.is_worse(), hub.doubts.is_empty(), hub.not_tried) {
            (true, ..) => HubResult::Worse,
            (false, false, _) => HubResult::CannotTell,
            (false, true, true) => HubResult::NotTried,
            (false, true, false) => HubResult::NotWorse,
        },
        worse: hub.worse.iter().map(worse).collect(),
        cannot_tell: hub.doubts.iter().map(cannot_tell).collect(),
        not_tried: hub.not_tried,
        p95_not_compared: hub.start_times == StartTimesCompared::NotCompared,
        perhaps_slower: hub.start_times.perhaps_slower().map(slow_starts),
        before: hub.before.as_ref().map(|before| BeforeJson {
            health: before.health,
            evidence: before.evidence.clone(),
            spawn_p95_seconds: before.spawn_p95_seconds,
            spawn_failures_30m: before.spawn_failures_30m,
            probe_ms: before.probe_ms,
        }),
        after: after(hub),
    }
}

fn after(hub: &HubOutcome) -> AfterJson {
    let counts = hub.counts.clone().unwrap_or_default();
    AfterJson {
        health: hub.after.health,
        evidence: hub.after.evidence.clone(),
        starts: counts.starts.map(f64::round),
        failed_starts: counts.failed_starts.map(f64::round),
        spawn_p95_seconds: counts.p95_seconds,
        spawn_p95_at_least: counts.p95_seconds.map(|_| counts.p95_is_lower_bound()),
        probe_ms: hub.median_latency.map(|it| it.as_secs_f64() * 1e3),
        probes: hub.probes,
        failing_longest_seconds: hub.failing_longest.as_secs(),
    }
}

fn worse(how: &Worsening) -> FindingJson {
    let case = match how {
        Worsening::NewCase { id, .. } => Some(id.to_string()),
        _ => None,
    };
    FindingJson {
        kind: how.kind(),
        text: worsening(how),
        case,
    }
}

fn cannot_tell(why: &Doubt) -> FindingJson {
    let case = match why {
        Doubt::YoungCase { id, .. } => Some(id.to_string()),
        _ => None,
    };
    FindingJson {
        kind: why.kind(),
        text: doubt(why),
        case,
    }
}

fn new_case(outcome: &CaseOutcome) -> NewCaseJson {
    let case = &outcome.case;
    NewCaseJson {
        id: case.id.to_string(),
        title: case.title.clone(),
        places: case.places.iter().map(place).collect(),
        since: case.since,
        open: outcome.is_open,
        lasted_seconds: outcome.lasted.as_secs(),
        worse: outcome.is_worse,
    }
}

fn place(place: &Place) -> CasePlaceJson {
    CasePlaceJson {
        cluster: place.cluster.as_ref().map(ToString::to_string),
        hub: place.hub.as_ref().map(ToString::to_string),
    }
}

fn lost_source(source: &SourceOutcome) -> LostSourceJson {
    LostSourceJson {
        name: source.name.clone(),
        lost_seconds: source.lost.as_secs(),
        error: source.problem.clone(),
        cannot_tell: source.is_blind,
    }
}

fn blind_spot(spot: &BlindSpotOutcome) -> BlindSpotJson {
    BlindSpotJson {
        text: spot.text.clone(),
        lasted_seconds: spot.lasted.as_secs(),
        cannot_tell: spot.is_blind,
    }
}
