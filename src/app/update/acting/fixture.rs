//! Incidents that somebody holds, in an account whose people are known.

use std::sync::Arc;
use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::fixture::{self, minutes_ago, now, with_cases};
use crate::domain::alert::{Alert, AlertRule, AlertState};
use crate::domain::case::{Case, CaseAlert, JoinedBy};
use crate::domain::deed::Attempt;
use crate::domain::directory::{Directory, EscalationPolicy, Level, Strategy, User};
use crate::domain::incident::{
    Acknowledgement, Assignment, Incident, IncidentStatus, Named, Person,
};
use crate::domain::labels::Labels;
use crate::domain::owner::{Owner, OwnerKind};
use crate::domain::source::{Answer, SourceId, SourceKind, SourceState};
use crate::picture::{Picture, SourceView};

pub fn person(name: &str) -> Person {
    Person {
        id: name.to_lowercase().as_str().into(),
        name: name.into(),
    }
}

pub fn held(name: &str, by: &str) -> Case {
    let mut case = fixture::case(name, &format!("{name} is full"), "leap", "prod");
    let mut incident = fixture::incident(name);
    incident.title = format!("[FIRING:1] {name} is full");
    incident.policy = Some(Named {
        id: "E1".into(),
        name: "Outages".into(),
    });
    incident.assignments = vec![Assignment {
        at: minutes_ago(10),
        to: person(by),
    }];
    case.owners = vec![Owner {
        who: person(by),
        kind: OwnerKind::Person,
        email: None,
        is_me: by == "Ada",
        acknowledged: false,
        via: Some("Outages".into()),
        level: Some(1),
        since: None,
    }];
    case.unowned = false;
    case.incident = Some(Arc::new(incident));
    case
}

pub fn with(case: Case, change: impl FnOnce(&mut Incident)) -> Case {
    let mut case = case;
    if let Some(incident) = case.incident.as_mut() {
        change(Arc::make_mut(incident));
    }
    case
}

pub fn acknowledged(case: Case, by: &str) -> Case {
    with(case, |incident| {
        incident.status = IncidentStatus::Acknowledged;
        incident.acknowledgements = vec![Acknowledgement {
            at: minutes_ago(1),
            by: person(by),
        }];
    })
}

pub fn told(cases: Vec<Case>) -> Picture {
    let level = || Level {
        delay: Duration::from_secs(600),
        strategy: Strategy::Everyone,
    };
    let user = |name: &str| User {
        person: person(name),
        email: Some(format!("{}@hubs.example", name.to_lowercase())),
    };
    let directory = Directory {
        users: ["Ada", "Bo", "Dee"].map(user).to_vec(),
        policies: vec![EscalationPolicy {
            named: Named {
                id: "E1".into(),
                name: "Outages".into(),
            },
            loops: 0,
            levels: vec![level(), level()],
            services: Vec::new(),
        }],
        services: vec![Named {
            id: "S1".into(),
            name: "Hubs".into(),
        }],
        me: Some(person("Ada")),
        ..Directory::default()
    };
    let mut picture = with_cases(cases);
    let source = SourceView {
        id: SourceId::new(SourceKind::Pagerduty, ""),
        state: SourceState::Live,
        asked_at: Some(now()),
        interval: Duration::from_secs(20),
        latency: None,
        failure: None,
        rate: None,
        skew_seconds: None,
        items: 0,
    };
    picture.sources.push(source);
    picture.directory = Some(Arc::new(Answer {
        asked_at: now(),
        got_at: now(),
        server_clock: None,
        body: directory,
    }));
    picture
}

pub fn attempt(effects: &[Effect]) -> Option<&Attempt> {
    effects.iter().find_map(|effect| match effect {
        Effect::Act(attempt) => Some(attempt),
        _ => None,
    })
}

/// An alert of a case, joined so.
pub fn joined(by: JoinedBy) -> CaseAlert {
    let labels: Labels = [("alertname", "disk full")].into_iter().collect();
    let alert = Alert {
        source: SourceId::new(SourceKind::Prometheus, "leap"),
        cluster: Some("leap".into()),
        fingerprint: labels.fingerprint(),
        labels,
        annotations: Labels::default(),
        state: AlertState::Firing,
        active_at: Some(minutes_ago(17)),
        value: None,
        rule: Arc::new(AlertRule {
            name: "disk full".into(),
            group: "disks".into(),
            expression: "up == 0".into(),
            hold: Duration::ZERO,
        }),
    };
    CaseAlert {
        alert: Arc::new(alert),
        suppressed: None,
        joined_by: by,
    }
}
