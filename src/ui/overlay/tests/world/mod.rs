//! A small fleet with one case of each kind, for the overlays' tests.

mod cases;

use std::sync::Arc;
use std::time::Duration;

use crate::app::fixture::{cluster, hub, id, minutes_ago, now, picture, seconds_ago};
use crate::domain::health::Evidence;
use crate::domain::hub::{Health, Signals};
use crate::domain::matcher::Matcher;
use crate::domain::policy::{Link, Policy, Runbook};
use crate::domain::probe::{FailingRun, Probe, ProbeOutcome, ProxyState};
use crate::domain::source::{Failure, FailureKind, RateBudget, SourceId, SourceKind, SourceState};
use crate::domain::verdict::VerdictLevel;
use crate::picture::PublicTold;
use crate::picture::mismatch::{Mismatch, PublicNotTold};
use crate::picture::{Picture, Reason, ReasonKind, Row, SourceView, Verdict};

pub use cases::{alert_case, full_case, log, night_case};

/// A source in the given state. The data of a live source is 12 s old, of any other source 240 s.
fn source(kind: SourceKind, name: &str, state: SourceState) -> SourceView {
    let live = state == SourceState::Live;
    let failed = state == SourceState::Down || state == SourceState::Late;
    SourceView {
        id: SourceId::new(kind, name),
        state,
        requested_at: (state != SourceState::Waiting)
            .then(|| seconds_ago(if live { 12 } else { 240 })),
        interval: Duration::from_secs(30),
        latency: (state != SourceState::Waiting).then_some(Duration::from_millis(85)),
        failure: failed.then(|| Failure {
            kind: FailureKind::Unreachable,
            text: "connection\u{1b}[31m refused".to_owned(),
            since: seconds_ago(210),
            at: seconds_ago(5),
        }),
        rate: None,
        skew_seconds: None,
        items: 3,
        parts: Vec::new(),
        missing_rules: Vec::new(),
    }
}

/// A policy with steps and links.
pub fn policy() -> Policy {
    let link = |name: &str, template: &str| Link {
        name: name.to_owned(),
        template: template.to_owned(),
    };
    Policy {
        runbooks: vec![Runbook {
            matchers: Matcher::parse_list("alertname=~\".*space left.*\"").unwrap(),
            url: Some("https://runbooks.example/disk".to_owned()),
            steps: vec![
                "acknowledge".to_owned(),
                "resize the volume: kubectl -n prod edit pvc hub-db-dir, and wait until the \
                 file system has grown"
                    .to_owned(),
            ],
        }],
        links: vec![
            link("Grafana", "https://grafana.example/d/hub?var-hub={hub}"),
            link("Pods", "kubectl --context {cluster} -n {hub} get pods"),
            link("Hub", "https://{domain}/hub/admin"),
        ],
        ..Policy::default()
    }
}

fn probe(good: bool) -> Probe {
    Probe {
        at: seconds_ago(40),
        outcome: if good {
            ProbeOutcome::Good { status: 200 }
        } else {
            ProbeOutcome::Wrong {
                status: 503,
                proxy: ProxyState::HubGone,
            }
        },
        refusal: None,
        latency: Some(Duration::from_millis(12)),
        certificate_ends: Some(now().wall + chrono::TimeDelta::days(71)),
        failing: (!good).then(|| FailingRun {
            first: seconds_ago(720),
            latest: seconds_ago(40),
            tries: 12,
        }),
        ended: Vec::new(),
        version: None,
    }
}

/// A picture of the fleet with its cases.
pub fn world() -> Picture {
    let mut down = hub("leap", "prod", Health::Down);
    down.spec.health_url = Some("https://leap.example/hub/health".to_owned());
    down.since = Some(minutes_ago(12));
    down.evidence = full_case().hub_down.map(|(_, pieces)| pieces).unwrap();
    down.probe = Some(probe(false));
    down.cases = vec![id("Q1")];
    down.signals = Signals {
        up: Some(0.0),
        spawn_failures_30m: Some(1.02),
        spawn_p95_seconds: None,
        slowest_start_seconds: None,
        running_servers: Some(3.0),
        active_users: Some(10.0),
        home_free_percent: Some(42.4),
        db_free_percent: Some(4.0),
        sampled_at: Some(minutes_ago(1)),
    };
    let mut stale = hub("opensci", "staging", Health::Unknown);
    stale.signals_stale = true;
    stale.signals.home_free_percent = Some(80.0);
    stale.evidence = vec![Evidence::SourceNotLive {
        source: SourceId::new(SourceKind::Prometheus, "opensci"),
        state: SourceState::Down,
        since: Some(minutes_ago(4)),
        error: Some("connection refused".to_owned()),
    }];
    let cases = [full_case(), alert_case(), night_case()].map(Arc::new);
    let mut leap = cluster(
        "leap",
        "gcp",
        vec![hub("leap", "staging", Health::Up), down],
    );
    leap.prometheus = Some((
        SourceId::new(SourceKind::Prometheus, "leap"),
        SourceState::Live,
    ));
    let mut opensci = cluster("opensci", "aws", vec![stale]);
    opensci.prometheus = Some((
        SourceId::new(SourceKind::Prometheus, "opensci"),
        SourceState::Down,
    ));
    Picture {
        sources: sources(),
        clusters: vec![leap, opensci],
        rows: (0..cases.len()).map(Row::Case).collect(),
        cases: cases.to_vec(),
        mismatches: vec![Mismatch {
            case: Some(id("Q1")),
            since: Some(minutes_ago(12)),
            ..Mismatch::new(PublicNotTold {
                told: PublicTold::No,
                shown: None,
            })
        }],
        log: log(),
        verdict: Verdict {
            level: VerdictLevel::Critical,
            complete: false,
            reasons: vec![Reason {
                level: VerdictLevel::Critical,
                kind: ReasonKind::OpenP1(id("Q1")),
            }],
        },
        ..picture()
    }
}

fn sources() -> Vec<SourceView> {
    let mut pagerduty = source(SourceKind::Pagerduty, "", SourceState::Live);
    pagerduty.rate = Some(RateBudget {
        limit: 960,
        remaining: 90,
        resets_at: minutes_ago(-1),
    });
    pagerduty.skew_seconds = Some(-3);
    vec![
        source(SourceKind::Prometheus, "leap", SourceState::Live),
        source(SourceKind::Prometheus, "opensci", SourceState::Down),
        source(SourceKind::Prometheus, "2i2c", SourceState::Late),
        source(SourceKind::Prometheus, "awi-ciroh", SourceState::Stale),
        pagerduty,
        source(SourceKind::StatusPage, "Hubs", SourceState::Waiting),
        source(SourceKind::Probes, "", SourceState::Live),
    ]
}
