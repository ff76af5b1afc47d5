//! The JSON of `check --format json`. Scripts rely on the names and meanings of its fields. Lists are never folded or
//! filtered. An unknown value is null, never 0.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::json_case::{CaseJson, case};
use crate::domain::case::OwnerKind;
use crate::domain::hub::{Health, Tier};
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::Now;
use crate::domain::post::PostKind;
use crate::domain::probe::{Probe, ProbeOutcome};
use crate::domain::source::{PartName, SourceKind, SourceState};
use crate::domain::verdict::VerdictLevel;
use crate::picture::{HubView, PageView, PartView, Picture, PolicyView, SourceView};
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::clean;
use crate::text::symbols::UNICODE;
use crate::wording;

/// The number goes up with each change that breaks scripts.
pub const SCHEMA: u32 = 1;

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    schema: u32,
    at: DateTime<Utc>,
    verdict: VerdictLevel,
    complete: bool,
    summary: String,
    /// How far the servers' clocks are ahead of this machine's clock. `at` and all other times are by the servers'
    /// clocks.
    clock_skew_seconds: i64,
    sources: Vec<SourceJson>,
    hubs: Vec<HubJson>,
    cases: Vec<CaseJson>,
    owners: Vec<PolicyJson>,
    /// Why the rota, or a part of it, is not known.
    owners_error: Option<String>,
    posts: Vec<PostJson>,
    mismatches: Vec<MismatchJson>,
}

#[derive(Debug, Serialize)]
struct SourceJson {
    name: String,
    kind: SourceKind,
    state: SourceState,
    age_seconds: Option<f64>,
    latency_ms: Option<f64>,
    error: Option<String>,
    parts: Vec<PartJson>,
}

/// The JSON of a source's part. `state` is either a state of a source, or `partial`, or `absent`. A part is absent if
/// the account lacks the feature.
#[derive(Debug, Serialize)]
struct PartJson {
    name: PartName,
    state: &'static str,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct HubJson {
    cluster: String,
    hub: String,
    tier: Tier,
    domain: Option<String>,
    health: Health,
    maintenance: bool,
    evidence: Vec<String>,
    signals: SignalsJson,
}

#[derive(Debug, Default, Serialize)]
struct SignalsJson {
    probe_code: Option<u16>,
    probe_ms: Option<f64>,
    up: Option<f64>,
    spawn_failures_30m: Option<f64>,
    spawn_p95_seconds: Option<f64>,
    /// Whether the true percentile may be higher than `spawn_p95_seconds`.
    spawn_p95_at_least: Option<bool>,
    running_servers: Option<f64>,
    active_users: Option<f64>,
    home_free_percent: Option<f64>,
    db_free_percent: Option<f64>,
    certificate_days: Option<i64>,
}

#[derive(Debug, Serialize)]
struct PolicyJson {
    policy: String,
    levels: Vec<LevelJson>,
}

#[derive(Debug, Serialize)]
struct LevelJson {
    level: u32,
    on_call: Vec<OnCallJson>,
}

#[derive(Debug, Serialize)]
struct OnCallJson {
    name: String,
    kind: OwnerKind,
    until: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct PostJson {
    id: String,
    page: String,
    kind: PostKind,
    title: String,
    status: String,
    open: bool,
    since: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct MismatchJson {
    kind: MismatchKind,
    case: Option<String>,
    subject: Option<String>,
    text: String,
    cannot_tell: bool,
}

/// The report if there is no picture. `why` is the reason.
pub fn unknown(why: &str, at: DateTime<Utc>) -> Report {
    Report {
        schema: SCHEMA,
        at,
        verdict: VerdictLevel::Unknown,
        complete: false,
        summary: clean(why.lines().next().unwrap_or_default()).into_owned(),
        clock_skew_seconds: 0,
        sources: Vec::new(),
        hubs: Vec::new(),
        cases: Vec::new(),
        owners: Vec::new(),
        owners_error: None,
        posts: Vec::new(),
        mismatches: Vec::new(),
    }
}

/// The report of a picture. Its texts are those of the moment `ctx.now`.
pub fn report(picture: &Picture, ctx: &TextContext) -> Report {
    Report {
        schema: SCHEMA,
        at: picture.at.wall,
        verdict: picture.verdict.level,
        complete: picture.verdict.complete,
        summary: wording::verdict::summary(picture, &UNICODE),
        clock_skew_seconds: picture.skew.num_seconds(),
        sources: picture
            .sources
            .iter()
            .map(|view| source(view, ctx.now))
            .collect(),
        hubs: picture.hubs().map(|view| hub(view, ctx)).collect(),
        cases: picture
            .cases
            .iter()
            .map(|shown| case(shown, ctx.now))
            .collect(),
        owners: picture.owners.iter().map(policy).collect(),
        owners_error: wording::part::rota_gap(picture),
        posts: picture.pages.iter().flat_map(posts).collect(),
        mismatches: picture
            .mismatches
            .iter()
            .map(|mismatch| MismatchJson {
                kind: mismatch.kind(),
                case: mismatch.case.as_ref().map(ToString::to_string),
                subject: mismatch.subject.clone(),
                text: mismatch.describe(TextLength::Long, ctx).text,
                cannot_tell: mismatch.cannot_tell,
            })
            .collect(),
    }
}

fn source(view: &SourceView, now: Now) -> SourceJson {
    SourceJson {
        name: view.id.to_string(),
        kind: view.id.kind,
        state: view.state,
        age_seconds: view
            .requested_at
            .map(|asked| now.since(asked).as_secs_f64()),
        latency_ms: view.latency.map(|latency| latency.as_secs_f64() * 1e3),
        error: view.failure.as_ref().map(|failure| failure.text.clone()),
        parts: view.parts.iter().map(part).collect(),
    }
}

fn part(view: &PartView) -> PartJson {
    PartJson {
        name: view.name,
        state: wording::part::state_name(view),
        error: wording::part::problem(view),
    }
}

fn hub(view: &HubView, ctx: &TextContext) -> HubJson {
    HubJson {
        cluster: view.spec.key.cluster.to_string(),
        hub: view.spec.key.hub.to_string(),
        tier: view.spec.tier,
        domain: view.spec.domain.clone(),
        health: view.health,
        maintenance: view.maintenance,
        evidence: view
            .evidence
            .iter()
            .map(|evidence| wording::evidence::describe(evidence, ctx).text)
            .collect(),
        signals: signals(view, ctx.now),
    }
}

fn signals(view: &HubView, now: Now) -> SignalsJson {
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    let known = &view.signals;
    SignalsJson {
        probe_code: view.probe.as_ref().and_then(code),
        probe_ms: view
            .probe
            .as_ref()
            .and_then(|probe| probe.latency)
            .map(|latency| latency.as_secs_f64() * 1e3),
        up: finite(known.up),
        spawn_failures_30m: finite(known.spawn_failures_30m),
        spawn_p95_seconds: finite(known.spawn_p95_seconds),
        spawn_p95_at_least: known
            .spawn_p95_seconds
            .map(|_| known.spawn_p95_is_lower_bound()),
        running_servers: finite(known.running_servers),
        active_users: finite(known.active_users),
        home_free_percent: finite(known.home_free_percent),
        db_free_percent: finite(known.db_free_percent),
        certificate_days: view
            .probe
            .as_ref()
            .and_then(|probe| probe.certificate_ends)
            .map(|ends| (ends - now.wall).num_seconds().div_euclid(86_400)),
    }
}

fn code(probe: &Probe) -> Option<u16> {
    match probe.outcome {
        ProbeOutcome::Good { status }
        | ProbeOutcome::NotFromHub { status, .. }
        | ProbeOutcome::Wrong { status, .. } => Some(status),
        ProbeOutcome::NoAnswer { .. } => None,
    }
}

fn policy(view: &PolicyView) -> PolicyJson {
    PolicyJson {
        policy: view.name.clone(),
        levels: view
            .levels
            .iter()
            .map(|level| LevelJson {
                level: level.level,
                on_call: level
                    .on_call
                    .iter()
                    .map(|shift| OnCallJson {
                        name: shift.who.name.to_string(),
                        kind: shift.kind,
                        until: shift.until,
                    })
                    .collect(),
            })
            .collect(),
    }
}

fn posts(page: &PageView) -> impl Iterator<Item = PostJson> {
    page.posts.iter().map(|post| PostJson {
        id: post.id.to_string(),
        page: post.page.clone(),
        kind: post.kind,
        title: post.title.clone(),
        status: post.status.clone(),
        open: post.open,
        since: post.since,
    })
}
