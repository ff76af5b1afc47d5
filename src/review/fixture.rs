//! Past incidents for tests. Their times are in minutes since a fixed start.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::past_incident::PastIncident;
use crate::domain::case::Place;
use crate::domain::ids::PriorityName;
use crate::domain::incident::{Incident, IncidentStatus, LogEntry, LogKind, Person, Urgency};
use crate::domain::settings::{HttpClientConfig, TrackerSettings};
use crate::domain::tracker::{IssueState, Repository, TrackedIssue, TrackerRules};

/// The time of a minute. Minute 0 is the beginning of a month.
pub fn at(minutes: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
    start + TimeDelta::minutes(minutes)
}

pub fn person(name: &str) -> Person {
    Person {
        id: name.into(),
        name: Arc::from(name),
    }
}

pub fn p1() -> PriorityName {
    "P1".into()
}

/// An incident without priority that an alert opened at minute `created`.
pub fn incident(number: u64, created: i64, resolved: Option<i64>) -> PastIncident {
    let status = match resolved {
        Some(_) => IncidentStatus::Resolved,
        None => IncidentStatus::Triggered,
    };
    let incident = Incident {
        id: format!("Q{number}").as_str().into(),
        number,
        title: format!("incident {number}"),
        url: None,
        status,
        urgency: Urgency::High,
        service: None,
        policy: None,
        priority: None,
        created_at: at(created),
        updated_at: None,
        resolved_at: resolved.map(at),
        resolved_by: None,
        assignments: Vec::new(),
        assigned_via: None,
        acknowledgements: Vec::new(),
        pending: Vec::new(),
        unread_fields: BTreeSet::new(),
        incident_key: None,
        triggered_alerts: None,
        conference: None,
        alerts: Vec::new(),
        alerts_known: false,
        log_known: true,
        priority_log_known: true,
    };
    let past = PastIncident {
        incident,
        log: Vec::new(),
        merged_into: None,
        places: Vec::new(),
    };
    past.with(created, LogKind::Trigger)
}

impl PastIncident {
    pub fn with(self, minute: i64, kind: LogKind) -> Self {
        self.with_entry(minute, kind, None)
    }

    pub fn by(self, who: &str, minute: i64, kind: LogKind) -> Self {
        self.with_entry(minute, kind, Some(person(who)))
    }

    fn with_entry(mut self, minute: i64, kind: LogKind, agent: Option<Person>) -> Self {
        self.log.push(LogEntry {
            id: format!("L{}", self.log.len()),
            incident: self.incident.id.clone(),
            at: at(minute),
            kind,
            agent,
            agent_known: true,
            channel: None,
            summary: String::new(),
        });
        self
    }

    /// Sets the present priority.
    pub fn priority(mut self, name: &str) -> Self {
        self.incident.priority = Some(name.into());
        self
    }

    /// Adds a change of the priority. An empty name means no priority.
    pub fn change(mut self, minute: i64, from: &str, to: &str) -> Self {
        let name = |name: &str| (!name.is_empty()).then(|| PriorityName::from(name));
        self.incident.priority = name(to);
        let (from, to) = (name(from), name(to));
        self.with(minute, LogKind::PriorityChange { from, to })
    }

    pub fn note(self, minute: i64, text: &str) -> Self {
        let text = Some(text.to_owned());
        self.by("Ada", minute, LogKind::Annotate { text })
    }

    /// Adds a place: `leap/prod`, or `leap` for the whole cluster.
    pub fn place(mut self, text: &str) -> Self {
        let (cluster, hub) = match text.split_once('/') {
            Some((cluster, hub)) => (cluster, Some(hub.into())),
            None => (text, None),
        };
        let cluster = Some(cluster.into());
        self.places.push(Place { cluster, hub });
        self
    }

    pub fn merged_into(mut self, number: u64) -> Self {
        self.merged_into = Some(format!("Q{number}").as_str().into());
        self
    }

    pub fn log_unknown(mut self) -> Self {
        self.incident.log_known = false;
        self
    }

    pub fn opened_by_hand(mut self, channel: &str) -> Self {
        for entry in &mut self.log {
            entry.channel = Some(channel.to_owned());
        }
        self
    }
}

/// A tracker whose issues are at `https://issues.hubs.example/hubs/infra/issues/`.
pub fn tracker_settings() -> TrackerSettings {
    TrackerSettings {
        url: "https://api.issues.hubs.example".to_owned(),
        web: "https://issues.hubs.example".to_owned(),
        repository: Repository {
            owner: "hubs".to_owned(),
            name: "infra".to_owned(),
        },
        token: None,
        http: HttpClientConfig::default(),
        rules: TrackerRules::default(),
        since: Duration::from_secs(90 * 24 * 60 * 60),
        reports: None,
    }
}

/// An open issue of an outage. The issue contains no references.
pub fn issue(number: u64, title: &str) -> TrackedIssue {
    TrackedIssue {
        number,
        title: title.to_owned(),
        url: format!("https://issues.hubs.example/hubs/infra/issues/{number}"),
        state: IssueState::Open,
        labels: BTreeSet::from(["outage".to_owned()]),
        assignees: Vec::new(),
        updated_at: at(0),
        closed_at: None,
        references: BTreeSet::new(),
        references_cut: false,
    }
}

impl TrackedIssue {
    pub fn holds(mut self, reference: &str) -> Self {
        self.references.insert(reference.to_owned());
        self
    }

    pub fn action_item(mut self) -> Self {
        self.labels = BTreeSet::from(["incident-action-item".to_owned()]);
        self
    }

    pub fn state(mut self, state: IssueState) -> Self {
        self.state = state;
        self
    }
}
