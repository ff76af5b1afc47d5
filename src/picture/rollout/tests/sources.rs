//! Tests which figures are unknown while sources are not fresh.

use super::*;
use crate::app::fixture::{id, source_view};
use crate::domain::probe::ProxyState;
use crate::domain::rollout::KeptVersion;
use crate::domain::source::{PartName, PartProblem, SourceState};
use crate::picture::PartView;

fn cases(rollout: &Rollout) -> Vec<(Option<usize>, usize)> {
    let batches = rollout.batches.iter().map(|batch| &batch.figures);
    let cases = batches.map(|it| (it.shown_cases(), it.cases.known));
    cases.collect()
}

fn unread(rollout: &Rollout) -> Vec<String> {
    let unread = rollout.unread.iter();
    let texts = unread.map(|it| format!("{} {}: {}", it.source, it.figures, it.failure));
    texts.collect()
}

#[test]
fn without_pagerduty_no_batch_has_no_cases() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.sources = vec![source_view(SourceKind::Pagerduty, "", SourceState::Live)];
    let found = rollout(&picture, None, &policy());
    assert_eq!(cases(&found), [(Some(0), 6), (Some(0), 12), (Some(0), 40)]);
    assert!(found.is_complete());
    picture.sources[0].state = SourceState::Down;
    // The case of a firing alert counts even while PagerDuty is down.
    picture.clusters[1].hubs[0].cases = vec![id("Q1")];
    let found = rollout(&picture, None, &policy());
    assert_eq!(cases(&found), [(None, 0), (Some(1), 0), (None, 0)]);
    assert!(!found.is_complete());
    assert_eq!(
        unread(&found),
        ["pagerduty cases: its last answer is too old"]
    );
    // PagerDuty is live, but an incident's alerts are missing, so the incident's hubs are unknown.
    picture.sources[0].state = SourceState::Live;
    picture.sources[0].parts = vec![PartView {
        name: PartName::Alerts,
        state: SourceState::Down,
        problem: Some(PartProblem::Partial("500 about alerts".to_owned())),
        is_missing: true,
    }];
    let found = rollout(&picture, None, &policy());
    assert_eq!(unread(&found), ["pagerduty cases: 500 about alerts"]);
    assert_eq!(cases(&found)[0], (None, 0));
}

#[test]
fn without_its_prometheus_a_cluster_has_no_known_alerts() {
    let mut picture = fleet("5.5.0", 22.0);
    let down = source_view(SourceKind::Prometheus, "third", SourceState::Down);
    picture.clusters[2].prometheus = Some((down.id.clone(), SourceState::Down));
    let live = source_view(SourceKind::Prometheus, "second", SourceState::Live);
    // This Prometheus answers, but the samples of its second cluster are old.
    picture.clusters[1].prometheus = Some((live.id.clone(), SourceState::Stale));
    picture.sources = vec![
        live,
        down,
        source_view(SourceKind::Alertmanager, "third", SourceState::Stale),
        source_view(SourceKind::StatusPage, "Hubs", SourceState::Down),
    ];
    let found = rollout(&picture, None, &policy());
    assert_eq!(cases(&found), [(Some(0), 6), (None, 0), (None, 0)]);
    let expected = [
        "prometheus/third signals: its last answer is too old",
        "alertmanager/third cases: its last answer is too old",
        "prometheus/second signals: it has no recent samples of this cluster",
    ];
    assert_eq!(unread(&found), expected);
}

#[test]
fn a_hub_that_failed_once_may_be_down() {
    let mut picture = fleet("5.5.0", 22.0);
    for view in &mut picture.clusters[1].hubs[..5] {
        view.health = Health::Degraded;
        if let Some(probe) = &mut view.probe {
            probe.outcome = ProbeOutcome::Wrong {
                status: 503,
                proxy: ProxyState::HubGone,
            };
        }
    }
    let found = rollout(&picture, None, &policy());
    let second = &found.batches[1].figures;
    assert_eq!((second.down, second.health_unknown), (0, 5));
    assert_eq!(cases(&found)[1], (Some(0), 7));
}

#[test]
fn probes_that_do_not_answer_leave_the_kept_versions() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.sources = vec![source_view(SourceKind::Probes, "", SourceState::Waiting)];
    for view in &mut picture.clusters[0].hubs {
        view.probe = None;
        view.health = Health::Unknown;
    }
    let kept = KeptVersion {
        text: "5.4.4".to_owned(),
        at: minutes_ago(7),
        since: None,
    };
    let key = picture.clusters[0].hubs[0].spec.key.clone();
    let reading = VersionReading {
        kept: [(key, kept)].into(),
        ..VersionReading::default()
    };
    let found = rollout(&picture, Some(&reading), &policy());
    let hubs = &found.components[0];
    let mut places = hubs.versions.iter().flat_map(|it| &it.places);
    let last_seen = places.find_map(|place| place.last_seen);
    let expected = LastSeen {
        at: minutes_ago(7),
        why: UnknownReason::ProbesUnread,
    };
    assert_eq!(last_seen, Some(expected));
    let why: Vec<UnknownReason> = hubs.unknown.iter().map(|it| it.why).collect();
    assert_eq!(why, [UnknownReason::ProbesUnread; 5]);
    assert_eq!(unread(&found), ["probes health: it has not answered yet"]);
    let figures = &found.batches[0].figures;
    assert_eq!((figures.health_unknown, figures.shown_cases()), (6, None));
}

#[test]
fn impossible_figures_are_not_known() {
    let mut picture = fleet("5.5.0", 22.0);
    for (view, value) in
        picture.clusters[0]
            .hubs
            .iter_mut()
            .zip([-5.0, 1e300, f64::NAN, f64::INFINITY, -0.1, 2.0])
    {
        view.signals.spawn_failures_30m = Some(value);
        view.signals.spawn_p95_seconds = Some(value);
    }
    let found = rollout(&picture, None, &policy());
    let canary = &found.batches[0].figures;
    assert_eq!(canary.failed_starts, Total { sum: 2.0, known: 1 });
    assert_eq!((canary.p95_seconds, canary.p95_known), (Some(2.0), 1));
}

#[test]
fn a_hub_that_answers_without_its_header_is_said_to_answer() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.clusters[0].hubs[0].probe = Some(probe(None));
    let found = rollout(&picture, None, &policy());
    assert_eq!(found.components[0].unknown[0].why, UnknownReason::NoHeader);
}
