use std::time::Duration;

use super::*;
use crate::app::fixture::{
    cluster, hub, minutes_ago, model_showing, now, picture, seconds_ago, source_view,
};
use crate::domain::hub::Health;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::Policy;
use crate::domain::probe::{HubVersion, Probe, ProbeOutcome, ProxyState};
use crate::domain::rollout::{
    Batch, Component, KeptVersion, KnownSince, MissingReading, RolloutPolicy, RunningVersion,
    VersionPlace, VersionReading, WantedVersion,
};
use crate::domain::source::{SourceId, SourceKind, SourceState};
use crate::picture::{HubView, Picture};
use crate::text::symbols::{ASCII, Symbols, UNICODE};

const HOSTILE: &str = "\u{1b}[31mred\u{1b}]0;title\u{7}\r\n全角\u{202e}evil";

fn running_hub(cluster: &str, name: &str, version: &str, p95: f64) -> HubView {
    let mut view = hub(cluster, name, Health::Up);
    view.spec.health_url = Some("https://hub.example/hub/health".to_owned());
    view.probe = Some(Probe {
        at: seconds_ago(20),
        outcome: ProbeOutcome::Good { status: 200 },
        refusal: None,
        latency: Some(Duration::from_millis(12)),
        certificate_ends: None,
        failing: None,
        ended: Vec::new(),
        version: Some(HubVersion {
            text: version.to_owned(),
            at: seconds_ago(20),
            since: Some(KnownSince {
                first: minutes_ago(40),
                before: Some(("5.4.4".to_owned(), minutes_ago(41))),
            }),
        }),
    });
    view.signals.spawn_failures_30m = Some(0.0);
    view.signals.spawn_p95_seconds = Some(p95);
    view
}

fn fleet() -> Picture {
    let hubs = |cluster: &str, count: usize, version: &str, p95: f64| {
        let names = (0..count).map(|number| format!("hub-{number}"));
        let hubs = names.map(|name| running_hub(cluster, &name, version, p95));
        hubs.collect::<Vec<HubView>>()
    };
    let mut picture = picture();
    let mut second = hubs("glacier", 12, "5.5.0", 95.0);
    second[3].health = Health::Down;
    if let Some(probe) = &mut second[3].probe {
        probe.at = seconds_ago(5);
        probe.outcome = ProbeOutcome::Wrong {
            status: 503,
            proxy: ProxyState::HubGone,
        };
    }
    picture.clusters = vec![
        cluster("estuary", "aws", hubs("estuary", 6, "5.5.0", 20.0)),
        cluster("glacier", "aws", second),
        cluster("commons", "gcp", hubs("commons", 40, "5.4.4", 22.0)),
    ];
    picture
}

fn policy() -> RolloutPolicy {
    let batch = |name: &str, cluster: &str, is_canary: bool| Batch {
        name: name.to_owned(),
        clusters: vec![cluster.into()],
        hubs: Vec::new(),
        is_canary,
    };
    RolloutPolicy {
        batches: vec![
            batch("pilot", "estuary", true),
            batch("batch 2", "glacier", false),
        ],
        wanted: Vec::new(),
    }
}

fn reading() -> VersionReading {
    let kubelet = |cluster: &str, version: &str| RunningVersion {
        place: ClusterName::from(cluster).into(),
        component: Component::Kubernetes,
        version: Some(version.to_owned()),
        count: Some(3),
        since: None,
    };
    let image = |cluster: &str, namespace: &str, name: &str, tag: &str| RunningVersion {
        place: VersionPlace::from(HubKey::new(cluster, namespace)),
        component: Component::Image(name.to_owned()),
        version: Some(tag.to_owned()),
        count: Some(1),
        since: None,
    };
    VersionReading {
        asked_at: Some(minutes_ago(2)),
        running: vec![
            kubelet("estuary", "v1.34.2"),
            kubelet("glacier", "v1.33.5"),
            image("glacier", "hub-1", "quay.io/jupyterhub/k8s-hub", "4.4.0"),
            image("commons", "hub-1", "quay.io/jupyterhub/k8s-hub", "4.3.3"),
            image("commons", "support", "docker.io/grafana/grafana", "12.1.1"),
        ],
        missing: vec![
            MissingReading {
                source: SourceId::new(SourceKind::Prometheus, "commons"),
                part: QueriedPart::Kubernetes,
                cluster: Some("commons".into()),
                failure: None,
            },
            MissingReading {
                source: SourceId::new(SourceKind::Prometheus, "commons"),
                part: QueriedPart::Restarts,
                cluster: None,
                failure: Some(HOSTILE.to_owned()),
            },
        ],
        left_out: 990,
        ..VersionReading::default()
    }
}

fn context(symbols: &'static Symbols) -> TextContext {
    TextContext {
        now: now(),
        zone: crate::domain::zone::Zone::UTC,
        symbols,
    }
}

fn shown(picture: &Picture, reading: Option<&VersionReading>, cells: usize) -> String {
    let ctx = context(&UNICODE);
    let rollout = rollout(picture, reading, &policy());
    page(&rollout, &ctx, cells).into_text(&ctx, cells)
}

#[test]
fn the_bad_batch_stands_in_the_first_line() {
    let text = shown(&fleet(), Some(&reading()), 76);
    insta::assert_snapshot!(text);
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("✖ batch 2 is worse than the rest: "),
        "{first}"
    );
}

#[test]
fn before_any_answer_nothing_is_claimed() {
    let ctx = context(&UNICODE);
    let empty = view(&crate::app::fixture::model(), &ctx, 76).into_text(&ctx, 76);
    assert_eq!(empty, "nothing is known yet: the sources are still asked\n");
    let text = shown(&fleet(), None, 76);
    assert!(
        text.contains("Prometheus has not yet been queried"),
        "{text}"
    );
    assert!(
        text.contains("not known on 3: no answer from a Prometheus"),
        "{text}"
    );
}

#[test]
fn very_many_versions_leave_no_batch_without_a_word() {
    let mut picture = fleet();
    picture.clusters[0].hubs = (0..6)
        .map(|number| {
            running_hub(
                "estuary",
                &format!("hub-{number}"),
                &format!("9.0.{number}"),
                20.0,
            )
        })
        .collect();
    picture.clusters[2].hubs = (0..80)
        .map(|number| {
            let version = format!("1.0.{}", number / 2);
            running_hub("commons", &format!("hub-{number}"), &version, 20.0)
        })
        .collect();
    let text = shown(&picture, None, 120);
    assert!(
        text.contains("JupyterHub 6 different versions on 6 hubs\n"),
        "{text}"
    );
    assert!(
        text.contains("differs within the batch: JupyterHub"),
        "{text}"
    );
    // 9.0.5 is the version with the most places, but not one of the newest versions.
    assert!(text.contains("behind 9.0.5 · batch 2 12"), "{text}");
    assert!(text.contains("and 35 more versions in 64 places"), "{text}");
}

#[test]
fn a_narrow_page_wraps_no_row_and_names_an_old_kubernetes() {
    let text = shown(&fleet(), Some(&reading()), 56);
    let header = text.lines().find(|line| line.starts_with("Batch"));
    assert!(header.unwrap().ends_with("down cases"), "{text}");
    assert!(
        text.contains("Kubernetes v1.33.5 (behind v1.34.2)"),
        "{text}"
    );
    let uniform = "Images with one version everywhere\n";
    assert!(text.contains(uniform), "{text}");
}

#[test]
fn images_that_are_not_known_everywhere_are_not_the_same_everywhere() {
    let mut reading = reading();
    for missing in &mut reading.missing {
        missing.part = QueriedPart::Images;
    }
    let title = "Images with one version everywhere, as far as known";
    let text = shown(&fleet(), Some(&reading), 120);
    let failed = format!("{title} (not all of Prometheus was read)\n");
    assert!(text.contains(&failed), "{text}");
    reading.missing.pop();
    let text = shown(&fleet(), Some(&reading), 120);
    let absent = format!("{title} (not known in 1 cluster)\n");
    assert!(text.contains(&absent), "{text}");
}

#[test]
fn hubs_that_were_not_read_are_not_said_to_be_silent() {
    let mut picture = fleet();
    let mut reading = reading();
    for view in &mut picture.clusters[0].hubs {
        view.probe = None;
        let kept = KeptVersion {
            text: "5.4.4".to_owned(),
            at: minutes_ago(7),
            since: None,
        };
        reading.kept.insert(view.spec.key.clone(), kept);
    }
    let text = shown(&picture, Some(&reading), 120);
    let row = "JupyterHub 5.4.4 (behind 5.5.0, 6 not read now)";
    assert!(text.contains(row), "{text}");
    let line = "? not seen now on 6: not all probes have answered; this version was last seen up to 7m ago";
    assert!(text.contains(line), "{text}");
}

#[test]
fn a_change_of_unknown_time_is_marked() {
    let mut picture = fleet();
    for view in &mut picture.clusters[0].hubs {
        let version = view.probe.as_mut().unwrap().version.as_mut().unwrap();
        version.text = "9.0.0".to_owned();
        version.since = Some(KnownSince {
            first: minutes_ago(1),
            before: Some(("5.4.4".to_owned(), minutes_ago(21 * 24 * 60))),
        });
    }
    let text = shown(&picture, None, 120);
    for (name, time) in [("pilot (canary)", "≤21d ago"), ("9.0.0 ", "≤21d")] {
        let row = text.lines().find(|line| line.trim().starts_with(name));
        assert!(row.unwrap().ends_with(time), "{text}");
    }
}

#[test]
fn hubs_that_are_behind_different_versions_are_told_apart() {
    let mut wanting = policy();
    wanting.wanted.push(WantedVersion {
        component: "jupyterhub".to_owned(),
        version: "6.0.0b1".to_owned(),
        clusters: Vec::new(),
        hubs: vec![HubKey::new("commons", "hub-1")],
    });
    let ctx = context(&UNICODE);
    let found = rollout(&fleet(), None, &wanting);
    let text = page(&found, &ctx, 120).into_text(&ctx, 120);
    assert!(
        text.contains("JupyterHub 5.4.4 (39 behind 5.5.0, 1 behind 6.0.0b1)"),
        "{text}"
    );
}

#[test]
fn cases_are_not_known_while_pagerduty_is_refused() {
    let mut picture = fleet();
    let down = source_view(SourceKind::Pagerduty, "", SourceState::Down);
    picture.sources.push(down);
    let text = shown(&picture, Some(&reading()), 120);
    let row = text.lines().find(|line| line.contains("pilot (canary) "));
    let cells: Vec<&str> = row.unwrap().split_whitespace().collect();
    assert_eq!(cells[8], "?", "{text}");
    let named = text.find("? no data from pagerduty: see below the batches");
    assert!(named < text.find("Batch   "), "{text}");
    assert!(
        text.contains("? pagerduty: cases are not known: its last answer is too old"),
        "{text}"
    );
}

#[test]
fn an_old_reading_says_so() {
    let old = VersionReading {
        asked_at: Some(minutes_ago(16)),
        ..reading()
    };
    let text = shown(&fleet(), Some(&old), 120);
    assert!(
        text.contains("? Kubernetes, images and restarts are as of 02:56"),
        "{text}"
    );
}

#[test]
fn without_batches_it_is_said_and_versions_are_compared() {
    let model = model_showing(fleet());
    let ctx = context(&UNICODE);
    let text = view(&model, &ctx, 120).into_text(&ctx, 120);
    assert!(text.contains("no batches are configured"), "{text}");
    assert!(!text.contains("no batch is worse"), "{text}");
    assert!(text.contains("✖ 5.5.0"), "{text}");
}

#[test]
fn hostile_texts_are_neutralised_and_many_are_counted() {
    let mut picture = fleet();
    let hubs = (0..1_000).map(|number| {
        let version = format!("1.0.{number}{HOSTILE}{}", "9".repeat(200));
        running_hub("glacier", &format!("hub-{number}"), &version, 20.0)
    });
    picture.clusters[1].hubs = hubs.collect();
    let mut hostile = policy();
    hostile.batches[1].name = HOSTILE.to_owned();
    let mut reading = reading();
    for number in 0..1_000 {
        for tag in ["1.0", HOSTILE] {
            reading.running.push(RunningVersion {
                place: VersionPlace::from(HubKey::new("glacier", HOSTILE)),
                component: Component::Image(format!("{HOSTILE}{number}")),
                version: Some(tag.to_owned()),
                count: Some(1),
                since: None,
            });
        }
    }
    let policy = Policy {
        rollout: hostile,
        ..Policy::default()
    };
    let mut model = model_showing(picture);
    model.policy = std::sync::Arc::new(policy);
    model.versions = Some(std::sync::Arc::new(reading));
    for symbols in [&UNICODE, &ASCII] {
        for cells in [20, 76, 200] {
            let ctx = context(symbols);
            let page = view(&model, &ctx, cells);
            assert!(page.lines.len() < 400, "{}", page.lines.len());
            let text = page.into_text(&ctx, cells);
            assert!(!text.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']));
            assert_eq!(symbols.ascii_only, text.is_ascii());
            if cells == 200 {
                assert!(text.contains("and 990 more versions"), "{text}");
            }
        }
    }
}
