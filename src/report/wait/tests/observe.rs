use std::sync::Arc;
use std::time::Duration;

use super::fixture::ctx;
use crate::app::fixture::{case, cluster, hub, now, picture, seconds_ago, source_view};
use crate::domain::case::{MutedBy, Rank};
use crate::domain::hub::Health;
use crate::domain::probe::{FailingRun, Probe, ProbeOutcome, ProxyState};
use crate::domain::source::{SourceId, SourceKind, SourceState};
use crate::picture::mismatch::{BlindSpot, Mismatch};
use crate::picture::{HubView, Picture};
use crate::regression::{HubObservation, HubState, Observation};
use crate::report::wait::observe;

fn good_probe() -> Probe {
    Probe {
        at: seconds_ago(20),
        outcome: ProbeOutcome::Good { status: 200 },
        refusal: None,
        latency: Some(Duration::from_millis(80)),
        certificate_ends: None,
        version: None,
        failing: None,
        ended: Vec::new(),
    }
}

fn failing_probe() -> Probe {
    Probe {
        outcome: ProbeOutcome::Wrong {
            status: 503,
            proxy: ProxyState::HubGone,
        },
        failing: Some(FailingRun {
            first: seconds_ago(90),
            latest: seconds_ago(20),
            tries: 2,
        }),
        ..good_probe()
    }
}

fn probed(health: Health, probe: Probe) -> HubView {
    let mut view = hub("leap", "prod", health);
    view.spec.health_url = Some("https://leap.hubs.example/hub/health".to_owned());
    view.probe = Some(probe);
    view
}

fn seen(view: HubView, probes: SourceState) -> HubObservation {
    let picture = Picture {
        clusters: vec![cluster("leap", "gcp", vec![view])],
        sources: vec![source_view(SourceKind::Probes, "", probes)],
        ..picture()
    };
    all(&picture).hubs.remove(0)
}

fn all(picture: &Picture) -> Observation {
    observe(picture, now(), &ctx())
}

#[test]
fn a_good_probe_is_a_hub_that_works_with_its_latency() {
    let hub = seen(probed(Health::Up, good_probe()), SourceState::Live);
    assert_eq!(hub.state, HubState::Works);
    assert_eq!(hub.probe.unwrap().latency, Duration::from_millis(80));
}

#[test]
fn a_probe_that_failed_is_a_hub_that_fails_since_then() {
    for health in [Health::Down, Health::Degraded] {
        let hub = seen(probed(health, failing_probe()), SourceState::Late);
        let tries = HubState::Failing {
            first: Duration::from_secs(90),
            latest: Duration::from_secs(20),
        };
        assert_eq!(hub.state, tries);
        assert_eq!(hub.probe, None);
    }
}

#[test]
fn probes_that_do_not_count_say_nothing() {
    for probe in [good_probe(), failing_probe()] {
        let hub = seen(probed(Health::Unknown, probe), SourceState::Down);
        assert_eq!((hub.state, hub.probe), (HubState::NotSeen, None));
    }
}

#[test]
fn a_hub_that_cannot_be_scraped_fails_and_old_signals_say_nothing() {
    let with_up = |up: Option<f64>, is_stale: bool, is_probed: bool| {
        let mut view = match is_probed {
            true => probed(Health::Degraded, good_probe()),
            false => hub("leap", "prod", Health::Degraded),
        };
        view.signals.up = up;
        view.signals.spawn_p95_seconds = Some(15.0);
        view.signals_stale = is_stale;
        seen(view, SourceState::Live)
    };
    assert!(matches!(
        with_up(Some(0.0), false, true).state,
        HubState::Failing { .. }
    ));
    assert_eq!(with_up(Some(0.0), true, true).state, HubState::Works);
    assert_eq!(with_up(Some(1.0), false, false).state, HubState::Works);
    assert_eq!(with_up(None, false, false).state, HubState::NotSeen);
    let stale = with_up(Some(1.0), true, false);
    assert_eq!(
        (stale.state, stale.spawn_p95_seconds),
        (HubState::NotSeen, None)
    );
}

#[test]
fn cases_that_are_silenced_are_marked_and_those_in_maintenance_are_not() {
    let mut shown = picture();
    let muted = |by| {
        let mut case = case("Q1", "disk", "leap", "prod");
        (case.muted_by, case.rank) = (by, Rank::Priority(0));
        Arc::new(case)
    };
    shown.cases = vec![
        muted(None),
        muted(Some(MutedBy::Maintenance)),
        muted(Some(MutedBy::Suppressed)),
        muted(Some(MutedBy::RoutedToNobody)),
    ];
    let cases = all(&shown).cases;
    let silenced: Vec<bool> = cases.iter().map(|case| case.is_silenced).collect();
    assert_eq!(silenced, [false, false, true, true]);
    assert!(cases[0].is_most_severe);
}

#[test]
fn a_failed_scrape_is_as_old_as_its_sample() {
    let mut view = hub("leap", "prod", Health::Degraded);
    view.signals.up = Some(0.0);
    view.signals.sampled_at = Some(seconds_ago(40).wall);
    let ago = Duration::from_secs(40);
    let sampled = HubState::Failing {
        first: ago,
        latest: ago,
    };
    assert_eq!(seen(view, SourceState::Live).state, sampled);
}

#[test]
fn a_case_was_last_seen_when_the_latest_of_its_sources_was_asked() {
    let mut shown = picture();
    let asked = |kind, seconds| {
        let mut view = source_view(kind, "", SourceState::Live);
        view.requested_at = Some(seconds_ago(seconds));
        view
    };
    shown.sources = vec![
        asked(SourceKind::Pagerduty, 14),
        asked(SourceKind::Probes, 2),
    ];
    shown.cases = vec![Arc::new(case("Q1", "disk", "leap", "prod"))];
    let cases = all(&shown).cases;
    assert_eq!(cases[0].last_seen, Duration::from_secs(14));
}

#[test]
fn a_source_that_is_not_fresh_says_why() {
    let mut shown = picture();
    shown.sources = [SourceState::Live, SourceState::Late, SourceState::Stale]
        .map(|state| source_view(SourceKind::Prometheus, "leap", state))
        .to_vec();
    let sources = all(&shown).sources;
    let fresh: Vec<bool> = sources.iter().map(|source| source.is_fresh).collect();
    assert_eq!(fresh, [true, true, false]);
    assert_eq!(sources[2].problem.as_deref(), Some("stale"));
    assert_eq!(sources[2].name, "prometheus/leap");
}

fn fails(error: &str) -> Mismatch {
    let source = SourceId::new(SourceKind::Prometheus, "leap");
    let spot = BlindSpot::RuleFailing {
        source: source.clone(),
        rule: "disk".to_owned(),
        error: error.to_owned(),
    };
    Mismatch::about(source, spot)
}

#[test]
fn a_blind_spot_stays_one_while_its_error_changes() {
    let seen = |error| {
        let mut shown = picture();
        shown.mismatches = vec![fails(error)];
        all(&shown).blind_spots.remove(0)
    };
    let (first, next) = (seen("timeout"), seen("too many\nsamples"));
    assert_eq!(first.stable, next.stable);
    assert_eq!(
        next.text,
        "prometheus/leap cannot evaluate its rule 'disk': too many samples"
    );
    assert!(first.stable.contains("'disk'") && !first.stable.contains("timeout"));
}

#[test]
fn a_blind_spot_stays_one_while_its_warning_or_its_time_changes() {
    let source = || SourceId::new(SourceKind::Prometheus, "leap");
    let spots: [fn(SourceId, u64) -> BlindSpot; 4] = [
        |source, ago| BlindSpot::PartialData {
            source,
            warning: format!("{ago} stores are gone"),
        },
        |source, ago| BlindSpot::RulesNotEvaluated {
            source,
            group: "disk".to_owned(),
            last: Some(seconds_ago(ago).wall),
        },
        |source, ago| BlindSpot::NoRecentSamples {
            source,
            cluster: "leap".into(),
            newest: Some(seconds_ago(ago).wall),
            never: false,
        },
        |source, ago| BlindSpot::ClockOff {
            source,
            date: seconds_ago(ago).wall,
        },
    ];
    for spot in spots {
        let seen = |ago| {
            let mut shown = picture();
            shown.mismatches = vec![Mismatch::about(source(), spot(source(), ago))];
            all(&shown).blind_spots.remove(0)
        };
        let (first, next) = (seen(7200), seen(3600));
        assert_ne!(first.text, next.text);
        assert_eq!(first.stable, next.stable);
        assert!(first.stable.contains("leap"), "{}", first.stable);
    }
}

#[test]
fn a_blind_spot_in_maintenance_is_compared_too() {
    let mut shown = picture();
    shown.mismatches = vec![Mismatch {
        muted: true,
        ..fails("timeout")
    }];
    assert_eq!(all(&shown).blind_spots.len(), 1);
}
