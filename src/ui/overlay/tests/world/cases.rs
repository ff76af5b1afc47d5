//! The cases of the test world, and PagerDuty's log about the first one.

use std::sync::Arc;
use std::time::Duration;

use crate::app::fixture::{case, id, minutes_ago};
use crate::domain::alert::{Alert, AlertRule, AlertState, Suppression};
use crate::domain::case::{
    Case, CaseAlert, CasePost, JoinedBy, Owner, OwnerKind, PostJoinedBy, PrioritySource, Rank,
};
use crate::domain::clock::{Clock, ClockKind};
use crate::domain::health::Evidence;
use crate::domain::ids::HubKey;
use crate::domain::incident::{
    AssignedVia, Assignment, Incident, IncidentStatus, LogEntry, LogKind, Person, Reference,
    Urgency,
};
use crate::domain::labels::Labels;
use crate::domain::mismatch::MismatchKind;
use crate::domain::post::{Post, PostKind};
use crate::domain::probe::ProxyState;
use crate::domain::source::{SourceId, SourceKind};

fn person(name: &str) -> Person {
    Person {
        id: name.to_uppercase().into(),
        name: name.into(),
    }
}

fn alert() -> Alert {
    let labels: Labels = [
        ("alertname", "hub-db-dir has 10% of space left"),
        ("cluster", "leap"),
        ("namespace", "prod"),
        ("severity", "take immediate action"),
    ]
    .into_iter()
    .collect();
    Alert {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        cluster: Some("leap".into()),
        fingerprint: labels.fingerprint(),
        labels,
        annotations: [(
            "summary",
            "jupyterhub in leap/prod: database disk nearly full\nSee the runbook.",
        )]
        .into_iter()
        .collect(),
        state: AlertState::Firing,
        active_at: Some(minutes_ago(17)),
        firing_since: None,
        value: Some(0.04),
        rule: Arc::new(AlertRule {
            name: "hub-db-dir has 10% of space left".into(),
            group: "disk".into(),
            expression: "min(kubelet_volume_stats_available_bytes{persistentvolumeclaim=\"hub-db-dir\"}) \
                         by (namespace) / min(kubelet_volume_stats_capacity_bytes) by (namespace) < 0.1"
                .into(),
            hold: Duration::from_secs(300),
        }),
    }
}

fn incident() -> Incident {
    Incident {
        number: 5001,
        title: "hub-db-dir has 10% of space left cluster=leap hub=prod".to_owned(),
        url: Some("https://acme.pagerduty.example/incidents/Q1".to_owned()),
        status: IncidentStatus::Acknowledged,
        urgency: Urgency::High,
        service: Some(Reference {
            id: "S1".into(),
            name: "Hubs".into(),
        }),
        policy: Some(Reference {
            id: "E1".into(),
            name: "Outages or possible outages".into(),
        }),
        priority: Some("P1".into()),
        assignments: vec![Assignment {
            at: minutes_ago(12),
            to: person("Ada"),
        }],
        assigned_via: Some(AssignedVia::EscalationPolicy),
        triggered_alerts: Some(1),
        conference: Some("https://meet.example/outage".to_owned()),
        ..crate::app::fixture::incident("Q1")
    }
}

fn owner(name: &str) -> Owner {
    Owner {
        who: person(name),
        kind: OwnerKind::Person,
        email: None,
        is_me: name == "Ada",
        acknowledged: true,
        via: Some("Outages or possible outages".to_owned()),
        level: Some(1),
        since: Some(minutes_ago(9)),
    }
}

/// An incident that has every kind of data.
pub fn full_case() -> Case {
    let clock = |kind, minutes: i64, to: &[&str]| Clock {
        kind,
        at: minutes_ago(-minutes),
        estimate: kind == ClockKind::AutoResolves,
        to: to.iter().map(ToString::to_string).collect(),
    };
    let clocks = vec![
        clock(ClockKind::AckExpires, 21, &[]),
        clock(ClockKind::AutoResolves, 228, &[]),
        clock(ClockKind::UpdateDue, -3, &[]),
    ];
    Case {
        rank: Rank::Priority(0),
        priority: Some("P1".into()),
        priority_source: Some(PrioritySource::Incident),
        severity: Some("take immediate action".to_owned()),
        owners: vec![owner("Ada")],
        unowned: false,
        owners_known: true,
        acknowledged_by: vec!["Ada".to_owned()],
        clock: clocks.last().cloned(),
        clocks,
        alerts: vec![CaseAlert {
            alert: Arc::new(alert()),
            doubtful_silence: None,
            suppressed: None,
            joined_by: JoinedBy::Labels,
        }],
        incident: Some(Arc::new(incident())),
        hub_down: Some((
            HubKey::new("leap", "prod"),
            vec![Evidence::WrongStatus {
                status: 503,
                proxy: ProxyState::HubGone,
                tries: 3,
                confirmed: true,
            }],
        )),
        posts: vec![CasePost {
            post: Arc::new(post()),
            joined_by: PostJoinedBy::Probable,
        }],
        related: vec![id("Q2")],
        mismatches: vec![MismatchKind::PublicNotTold],
        ..case("Q1", "hub-db-dir has 10% of space left", "leap", "prod")
    }
}

fn post() -> Post {
    Post {
        since: Some(minutes_ago(90)),
        updated: Some(minutes_ago(63)),
        message: "We are looking into it.".to_owned(),
        url: Some("https://status.example/POST1".to_owned()),
        ..crate::app::fixture::post("POST1", PostKind::Incident, "Slow starts")
    }
}

/// An alert without an incident.
pub fn alert_case() -> Case {
    Case {
        rank: Rank::Unranked,
        severity: None,
        alerts: vec![CaseAlert {
            alert: Arc::new(Alert {
                source: SourceId::new(SourceKind::Prometheus, "opensci"),
                state: AlertState::Pending,
                active_at: None,
                firing_since: None,
                value: None,
                ..alert()
            }),
            doubtful_silence: None,
            suppressed: Some(Suppression::Silenced {
                by: Some("Bo".to_owned()),
                comment: Some("known".to_owned()),
                until: Some(minutes_ago(-80)),
            }),
            joined_by: JoinedBy::None,
        }],
        not_fresh: vec![SourceId::new(SourceKind::Prometheus, "opensci")],
        ..case("Q2", "disk IO near saturation", "opensci", "staging")
    }
}

/// An incident that only a placeholder owns. The join with its alert is only probable.
pub fn night_case() -> Case {
    let full = full_case();
    let mut owner = owner("Support");
    owner.kind = OwnerKind::Placeholder;
    owner.acknowledged = false;
    owner.level = None;
    owner.since = None;
    Case {
        priority: None,
        priority_source: None,
        rank: Rank::Priority(0),
        owners: vec![owner],
        unowned: true,
        owners_known: true,
        acknowledged_by: Vec::new(),
        clocks: Vec::new(),
        clock: None,
        posts: Vec::new(),
        related: Vec::new(),
        hub_down: None,
        alerts: vec![CaseAlert {
            joined_by: JoinedBy::Probable,
            ..full.alerts[0].clone()
        }],
        incident: Some(Arc::new(Incident {
            id: "Q3".into(),
            urgency: Urgency::Low,
            status: IncidentStatus::Triggered,
            conference: None,
            ..incident()
        })),
        id: id("Q3"),
        ..full
    }
}

/// PagerDuty's log about the incident of `full_case`.
pub fn log() -> Vec<Arc<LogEntry>> {
    let entry = |minutes, kind, agent: Option<&str>, summary: &str| {
        Arc::new(LogEntry {
            channel: None,
            id: format!("L{minutes}"),
            incident: "Q1".into(),
            at: minutes_ago(minutes),
            kind,
            agent_known: true,
            agent: agent.map(person),
            summary: summary.to_owned(),
        })
    };
    let note = |text: &str| LogKind::Annotate {
        text: Some(text.to_owned()),
    };
    vec![
        entry(12, LogKind::Trigger, None, "Triggered through the API."),
        entry(
            12,
            LogKind::Assign {
                to: vec![person("Ada")],
            },
            None,
            "",
        ),
        entry(
            11,
            LogKind::Notify {
                who: Some(person("Ada")),
            },
            None,
            "",
        ),
        entry(
            9,
            LogKind::Acknowledge {
                timeout: Some(1800),
            },
            Some("Ada"),
            "",
        ),
        entry(6, note("resizing\u{7} the disk"), Some("Ada"), ""),
        entry(
            5,
            note("[hubwatch] time-box +15m: it resizes"),
            Some("Ada"),
            "",
        ),
        entry(
            2,
            LogKind::Other("priority_change_log_entry".to_owned()),
            None,
            "",
        ),
    ]
}
