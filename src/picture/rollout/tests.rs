use std::time::Duration;

use super::*;
use crate::app::fixture::{cluster, hub, minutes_ago, picture, seconds_ago};
use crate::domain::hub::Health;
use crate::domain::probe::{HubVersion, Probe, ProbeOutcome};
use crate::domain::rollout::{
    Batch, Component, MissingReading, QueriedPart, RunningVersion, VersionPlace, WantedVersion,
};
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::HubView;

mod sources;
mod versions;

fn probe(version: Option<(&str, u64)>) -> Probe {
    Probe {
        at: seconds_ago(20),
        outcome: ProbeOutcome::Good { status: 200 },
        refusal: None,
        latency: Some(Duration::from_millis(12)),
        certificate_ends: None,
        failing: None,
        ended: Vec::new(),
        version: version.map(|(text, seconds)| HubVersion {
            text: text.to_owned(),
            at: seconds_ago(seconds),
            since: None,
        }),
    }
}

fn running_hub(cluster: &str, name: &str, version: &str, p95: f64) -> HubView {
    let mut view = hub(cluster, name, Health::Up);
    view.spec.health_url = Some("https://hub.example/hub/health".to_owned());
    view.probe = Some(probe(Some((version, 20))));
    view.signals.spawn_failures_30m = Some(0.0);
    view.signals.spawn_p95_seconds = Some(p95);
    view
}

fn cluster_of(name: &str, hubs: usize, version: &str, p95: f64) -> super::super::ClusterView {
    let hubs = (0..hubs).map(|number| running_hub(name, &format!("hub-{number}"), version, p95));
    cluster(name, "aws", hubs.collect())
}

/// A fleet whose batches are compared: a canary with six hubs, a second batch with twelve hubs, a third with forty.
fn fleet(second_version: &str, second_p95: f64) -> Picture {
    let mut picture = picture();
    picture.clusters = vec![
        cluster_of("canary-1", 6, "5.5.0", 20.0),
        cluster_of("second-1", 12, second_version, second_p95),
        cluster_of("third-1", 40, "5.4.4", 22.0),
    ];
    picture
}

fn policy() -> RolloutPolicy {
    let batch = |name: &str, cluster: &str| Batch {
        name: name.to_owned(),
        clusters: vec![cluster.into()],
        hubs: Vec::new(),
        is_canary: name == "canary",
    };
    RolloutPolicy {
        batches: vec![
            batch("canary", "canary-1"),
            batch("second", "second-1"),
            batch("third", "third-1"),
        ],
        wanted: Vec::new(),
    }
}

fn worse(rollout: &Rollout) -> Vec<(Option<&str>, Vec<Measure>)> {
    let batches = rollout.batches.iter();
    let found = batches.filter(|batch| !batch.worse.is_empty());
    let found = found.map(|batch| {
        let measures = batch.worse.iter().map(|excess| excess.measure);
        (batch.name.as_deref(), measures.collect())
    });
    found.collect()
}

fn running(place: VersionPlace, component: Component, version: Option<&str>) -> RunningVersion {
    RunningVersion {
        place,
        component,
        version: version.map(str::to_owned),
        count: Some(1),
        since: None,
    }
}

fn kubelet(cluster: &str, version: Option<&str>) -> RunningVersion {
    let place = VersionPlace::from(ClusterName::from(cluster));
    running(place, Component::Kubernetes, version)
}

#[test]
fn a_batch_that_starts_slowly_and_has_a_hub_down_is_named() {
    let mut bad = fleet("5.5.0", 95.0);
    bad.clusters[1].hubs[3].health = Health::Down;
    let found = rollout(&bad, None, &policy());
    let expected = vec![(Some("second"), vec![Measure::Down, Measure::P95Seconds])];
    assert_eq!(worse(&found), expected);
    let slow = found.batches[1].worse[1];
    assert_eq!((slow.own, slow.rest), (95.0, 22.0));
    // The version also runs on the canary's hubs, so its figures are not worse.
    let versions = &found.components[0].versions;
    assert_eq!(versions[0].version, "5.5.0");
    assert_eq!(worse(&rollout(&fleet("5.5.0", 24.0), None, &policy())), []);
}

#[test]
fn a_few_among_many_say_nothing() {
    let mut picture = fleet("5.5.0", 22.0);
    // In the third batch, one of forty hubs is down and two of forty starts failed. At that rate, the other eighteen
    // hubs would have less than one of each, so chance may explain the difference.
    picture.clusters[2].hubs[0].health = Health::Down;
    picture.clusters[2].hubs[1].signals.spawn_failures_30m = Some(2.0);
    assert_eq!(worse(&rollout(&picture, None, &policy())), []);
    // Two failed starts on the six canary hubs may be chance too.
    picture.clusters[0].hubs[1].signals.spawn_failures_30m = Some(2.04);
    assert_eq!(worse(&rollout(&picture, None, &policy())), []);
    picture.clusters[0].hubs[1].signals.spawn_failures_30m = Some(4.04);
    let found = rollout(&picture, None, &policy());
    assert_eq!(
        worse(&found),
        vec![(Some("canary"), vec![Measure::FailedStarts])]
    );
}

#[test]
fn stale_and_absent_figures_count_as_not_known() {
    let mut picture = fleet("5.5.0", 95.0);
    for hub in &mut picture.clusters[1].hubs {
        hub.signals_stale = true;
    }
    picture.clusters[2].hubs[0].signals.spawn_failures_30m = None;
    let found = rollout(&picture, None, &policy());
    let second = &found.batches[1].figures;
    assert_eq!(
        (second.p95_seconds, second.failed_starts.value()),
        (None, None)
    );
    assert_eq!(second.restarts.value(), None);
    assert_eq!(found.batches[2].figures.failed_starts.known, 39);
    assert_eq!(worse(&found), []);
}

#[test]
fn a_hub_that_does_not_answer_has_no_version_now() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.clusters[1].hubs[0].probe = Some(probe(Some(("5.4.4", 700))));
    picture.clusters[1].hubs[1].probe = Some(probe(None));
    picture.clusters[1].hubs[2].probe = None;
    picture.clusters[1].hubs[2].spec.health_url = None;
    let found = rollout(&picture, None, &policy());
    let hubs = &found.components[0];
    let old = &hubs.versions[1];
    assert_eq!(
        (old.version.as_str(), old.places.len(), old.present()),
        ("5.4.4", 41, 40)
    );
    let silent = old.places.iter().find(|place| place.last_seen.is_some());
    let last_seen = LastSeen {
        at: seconds_ago(700).wall,
        why: UnknownReason::NoHeader,
    };
    assert_eq!(silent.unwrap().last_seen, Some(last_seen));
    let why: Vec<UnknownReason> = hubs.unknown.iter().map(|it| it.why).collect();
    assert_eq!(why, [UnknownReason::NoHeader, UnknownReason::NotProbed]);
    // The silent hub's old version was seen before the upgrade, so the batch does not run two versions now.
    assert!(found.batches[1].differs.is_empty());
}

#[test]
fn wanted_versions_go_before_the_newest_and_words_have_no_order() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.clusters[2].hubs[0].probe = Some(probe(Some(("6.0.0b1", 20))));
    picture.clusters[2].hubs[1].probe = Some(probe(Some(("latest", 20))));
    let standing = |policy: &RolloutPolicy| -> Vec<(String, Standing)> {
        let found = rollout(&picture, None, policy);
        let versions = found.components[0].versions.iter();
        let first = versions.map(|it| (it.version.clone(), it.places[0].standing.clone()));
        first.collect()
    };
    let other = |version: &str| Standing::Other(version.to_owned());
    let behind = |version: &str| Standing::Behind(version.to_owned());
    let ahead = |version: &str| Standing::Ahead(version.to_owned());
    let expected = vec![
        ("6.0.0b1".to_owned(), ahead("5.5.0")),
        ("5.5.0".to_owned(), Standing::Newest),
        ("5.4.4".to_owned(), behind("5.5.0")),
        ("latest".to_owned(), other("5.5.0")),
    ];
    assert_eq!(standing(&policy()), expected);
    let wanted = RolloutPolicy {
        wanted: vec![WantedVersion {
            component: "jupyterhub".to_owned(),
            version: "5.4.4".to_owned(),
            clusters: Vec::new(),
            hubs: Vec::new(),
        }],
        ..policy()
    };
    let standing = standing(&wanted);
    assert_eq!(standing[1].1, ahead("5.4.4"));
    assert_eq!(standing[2].1, Standing::Wanted);
}

#[test]
fn a_label_that_half_of_the_clusters_lack_is_said_of_those() {
    let picture = fleet("5.5.0", 22.0);
    let missing = |cluster: Option<&str>, failure: Option<&str>| MissingReading {
        source: SourceId::new(SourceKind::Prometheus, "third"),
        part: QueriedPart::Kubernetes,
        cluster: cluster.map(ClusterName::from),
        failure: failure.map(str::to_owned),
    };
    let reading = VersionReading {
        asked_at: Some(minutes_ago(1)),
        running: vec![
            kubelet("canary-1", Some("v1.34.2")),
            kubelet("canary-1", Some("v1.33.5")),
            kubelet("second-1", None),
            kubelet("nowhere", Some("v9.9")),
        ],
        missing: vec![missing(Some("third-1"), None)],
        ..VersionReading::default()
    };
    let found = rollout(&picture, Some(&reading), &policy());
    let kubernetes = &found.components[1];
    let versions: Vec<&str> = kubernetes
        .versions
        .iter()
        .map(|it| it.version.as_str())
        .collect();
    assert_eq!(versions, ["v1.34.2", "v1.33.5"]);
    let unknown = kubernetes.unknown.iter();
    let unknown: Vec<_> = unknown.map(|it| (it.cluster.as_str(), it.why)).collect();
    let expected = [
        ("second-1", UnknownReason::NoLabel),
        ("third-1", UnknownReason::NoSeries),
    ];
    assert_eq!(unknown, expected);
    assert_eq!(found.batches[0].differs, [1]);
    // Before the first answer, no cluster's version is known.
    let before = rollout(&picture, None, &policy());
    let unknown = &before.components[1].unknown;
    assert!(unknown.iter().all(|it| it.why == UnknownReason::NotAsked));
    assert_eq!(unknown.len(), 3);
    let refused = VersionReading {
        missing: vec![missing(None, Some("refused"))],
        ..VersionReading::default()
    };
    let refused = rollout(&picture, Some(&refused), &policy());
    assert_eq!(
        refused.components[1].unknown[0].why,
        UnknownReason::NotAsked
    );
}

#[test]
fn kubernetes_is_compared_within_a_provider() {
    let mut picture = fleet("5.5.0", 22.0);
    picture.clusters[2].provider = Some("gcp".to_owned());
    let reading = VersionReading {
        running: vec![
            kubelet("canary-1", Some("v1.34.2-eks-ecaa3a6")),
            kubelet("second-1", Some("v1.33.5-eks-ecaa3a6")),
            kubelet("third-1", Some("v1.33.5-gke.1308000")),
        ],
        ..VersionReading::default()
    };
    let found = rollout(&picture, Some(&reading), &policy());
    let standing = |version: &str| {
        let mut versions = found.components[1].versions.iter();
        let version = versions.find(|it| it.version == version);
        version.unwrap().places[0].standing.clone()
    };
    assert_eq!(standing("v1.33.5-gke.1308000"), Standing::Newest);
    let newest = "v1.34.2-eks-ecaa3a6".to_owned();
    assert_eq!(standing("v1.33.5-eks-ecaa3a6"), Standing::Behind(newest));
}

#[test]
fn a_thousand_versions_are_bounded_and_counted() {
    let mut picture = picture();
    let hubs = (0..1_000).map(|number| {
        running_hub(
            "leap",
            &format!("hub-{number}"),
            &format!("1.0.{number}"),
            20.0,
        )
    });
    picture.clusters = vec![cluster("leap", "aws", hubs.collect())];
    let found = rollout(&picture, None, &RolloutPolicy::default());
    let hubs = &found.components[0];
    assert_eq!(
        (hubs.versions.len(), hubs.more_versions, hubs.more_places),
        (30, 970, 970)
    );
    assert_eq!(found.batches.len(), 1);
    let images = (0..1_000).map(|number| {
        let place = VersionPlace::from(HubKey::new("leap", "support"));
        running(
            place,
            Component::Image(format!("image-{number}")),
            Some("1.0"),
        )
    });
    let reading = VersionReading {
        running: images.collect(),
        ..VersionReading::default()
    };
    let found = rollout(&picture, Some(&reading), &RolloutPolicy::default());
    assert_eq!(found.components.len(), 302);
}

#[test]
fn restarts_count_in_the_hubs_of_their_namespace() {
    let picture = fleet("5.5.0", 22.0);
    let mut reading = VersionReading::default();
    for view in picture.hubs() {
        let restarts = match view.spec.key.cluster.as_str() {
            "second-1" => 1.01,
            _ => 0.0,
        };
        reading
            .restarts
            .insert(view.spec.key.clone().into(), restarts);
    }
    let found = rollout(&picture, Some(&reading), &policy());
    assert_eq!(
        worse(&found),
        vec![(Some("second"), vec![Measure::Restarts])]
    );
    assert_eq!(found.batches[1].figures.restarts.known, 12);
}
