//! Reduces a picture to the facts that are compared with the baseline.

use std::time::Duration;

use crate::domain::case::{Case, MutedBy, Rank};
use crate::domain::hub::Health;
use crate::domain::ids::CaseId;
use crate::domain::now::{Now, duration_since};
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::mismatch::{BlindSpot, Finding};
use crate::picture::{HubView, Picture, SourceView};
use crate::regression::{
    BlindSpotObservation, CaseObservation, GoodProbe, HubObservation, HubState, Observation,
    SourceObservation,
};
use crate::text::context::{TextContext, TextLength};
use crate::text::sanitize::clean;
use crate::wording;

/// The observation of a picture that was built at `at`, a time by this machine's clocks.
pub fn observe(picture: &Picture, at: Now, ctx: &TextContext) -> Observation {
    let mut sources = picture.sources.iter();
    let has_probes =
        sources.any(|source| source.id.kind == SourceKind::Probes && source.state.is_fresh());
    let eye = HubEye {
        has_probes,
        now: picture.at,
        ctx,
    };
    Observation {
        at,
        hubs: picture.hubs().map(|hub| eye.hub(hub)).collect(),
        cases: picture.cases.iter().map(|it| case(it, picture)).collect(),
        sources: picture
            .sources
            .iter()
            .map(|it| source(it, picture.at))
            .collect(),
        blind_spots: blind_spots(picture, ctx).collect(),
    }
}

struct HubEye<'a> {
    /// Whether there are probes with fresh data.
    has_probes: bool,
    now: Now,
    ctx: &'a TextContext,
}

impl HubEye<'_> {
    fn hub(&self, hub: &HubView) -> HubObservation {
        let evidence = hub.evidence.iter();
        let evidence = evidence.map(|it| wording::evidence::describe(it, self.ctx).text);
        let finite = |value: Option<f64>| value.filter(|it| it.is_finite() && !hub.signals_stale);
        let probe = hub.probe.as_ref().filter(|_| self.has_probes);
        let good = probe.filter(|probe| probe.outcome.is_good());
        HubObservation {
            key: hub.spec.key.clone(),
            tier: hub.spec.tier,
            health: hub.health,
            state: self.state(hub),
            maintenance: hub.maintenance,
            evidence: evidence.collect(),
            probe: good.and_then(|probe| {
                let (at, latency) = (probe.at, probe.latency?);
                Some(GoodProbe { at, latency })
            }),
            spawn_failures_30m: finite(hub.signals.spawn_failures_30m),
            spawn_p95_seconds: finite(hub.signals.spawn_p95_seconds),
        }
    }

    // One failed probe is enough for `Failing`: if a restart is the cause, the failure ends within the grace. An `up`
    // of 0 is enough too, even beside a good probe, since Prometheus sees no server starts while `up` is 0.
    fn state(&self, hub: &HubView) -> HubState {
        let probe = hub.probe.as_ref().filter(|_| self.has_probes);
        let up = hub.signals.up.filter(|_| !hub.signals_stale);
        let shows_outage = probe.is_some_and(|probe| probe.outcome.shows_outage());
        if hub.health == Health::Down || shows_outage {
            let run = probe.and_then(|probe| probe.failing);
            let tries = run.map(|run| HubState::Failing {
                first: self.now.since(run.first),
                latest: self.now.since(run.latest),
            });
            return tries.unwrap_or_else(|| self.failed_scrape(hub));
        }
        let is_probed = hub.spec.health_url.is_some();
        match (is_probed, probe, up) {
            (_, _, Some(0.0)) => self.failed_scrape(hub),
            (true, Some(_), _) | (false, _, Some(_)) => HubState::Works,
            (true, None, _) | (false, _, None) => HubState::NotSeen,
        }
    }

    // The sample is older than the answer that contains it, so the failure's age is counted from the sample.
    fn failed_scrape(&self, hub: &HubView) -> HubState {
        let sampled_at = hub.signals.sampled_at.filter(|_| !hub.signals_stale);
        let ago = sampled_at.map(|at| duration_since(self.now.wall, at));
        let ago = ago.unwrap_or_default();
        HubState::Failing {
            first: ago,
            latest: ago,
        }
    }
}

// The time since a source that shows the case as open was last polled.
fn last_seen(case: &Case, picture: &Picture) -> Duration {
    let says_so = |id: &SourceId| {
        let is_incident = matches!(case.id, CaseId::Incident(_));
        let from_pagerduty = is_incident && id.kind == SourceKind::Pagerduty;
        from_pagerduty || case.alerts.iter().any(|it| it.alert.source == *id)
    };
    let sources = picture.sources.iter().filter(|view| says_so(&view.id));
    let asked_at = sources.filter_map(|view| view.requested_at);
    let ages = asked_at.map(|at| picture.at.since(at));
    ages.min().unwrap_or_default()
}

fn case(case: &Case, picture: &Picture) -> CaseObservation {
    CaseObservation {
        last_seen: last_seen(case, picture),
        id: case.id.clone(),
        aliases: case.aliases.clone(),
        title: wording::case::title(case),
        places: case.places.clone(),
        since: case.since,
        is_most_severe: case.rank == Rank::Priority(0),
        is_silenced: matches!(
            case.muted_by,
            Some(MutedBy::Suppressed | MutedBy::RoutedToNobody)
        ),
    }
}

// A blind spot in planned maintenance is included: the wait may cover that very maintenance.
fn blind_spots(picture: &Picture, ctx: &TextContext) -> impl Iterator<Item = BlindSpotObservation> {
    let certain = picture.mismatches.iter().filter(|it| !it.cannot_tell);
    certain.filter_map(|mismatch| {
        let Finding::BlindSpot(spot) = &mismatch.finding else {
            return None;
        };
        let text = mismatch.describe(TextLength::Long, ctx).text;
        Some(BlindSpotObservation {
            stable: stable_part(spot, &text).to_owned(),
            text,
        })
    })
}

// The text without the error or the time at its end: those may change from one poll to the next.
fn stable_part<'a>(spot: &BlindSpot, text: &'a str) -> &'a str {
    let without = |error: &str| text.strip_suffix(&*clean(error)).unwrap_or(text);
    let before = |word: &str| text.rsplit_once(word).map_or(text, |(before, _)| before);
    match spot {
        BlindSpot::RuleFailing { error, .. } | BlindSpot::SignalQueryFailed { error, .. } => {
            without(error)
        }
        BlindSpot::PartialData { warning, .. } => without(warning),
        BlindSpot::ItemUnreadable { item, .. } => without(&item.problem),
        BlindSpot::RulesNotEvaluated { .. } => before(", last did "),
        BlindSpot::NoRecentSamples { .. } => before(", the newest is from "),
        BlindSpot::ClockOff { .. } => before(" the date of "),
        _ => text,
    }
}

fn looks_at_hubs(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::Prometheus | SourceKind::Probes)
}

fn silent_for(view: &SourceView, now: Now) -> Option<Duration> {
    let fails = view.failure.is_some() || !view.state.is_fresh();
    let since = view.requested_at.map(|at| now.since(at));
    fails.then(|| since.unwrap_or_default())
}

fn source(view: &SourceView, now: Now) -> SourceObservation {
    let state = wording::source::state_name(view.state);
    let is_fresh = view.state.is_fresh();
    let problem = match wording::source::error(view) {
        Some(error) => format!("{state}: {error}"),
        None => state.to_owned(),
    };
    SourceObservation {
        name: clean(&view.id.to_string()).into_owned(),
        is_fresh,
        silent_for: silent_for(view, now),
        looked_at: view
            .requested_at
            .filter(|_| looks_at_hubs(view.id.kind))
            .map(|at| at.mono),
        problem: (!is_fresh || view.failure.is_some()).then_some(problem),
    }
}
