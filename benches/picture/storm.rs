//! A fleet in the worst hour of its life: any number of alerts and incidents, which belong together by
//! every rung of the join in equal parts.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use hubwatch::domain::alert::{Alert, AlertRule, AlertState};
use hubwatch::domain::answers::{Answers, IncidentsData, PrometheusData};
use hubwatch::domain::hub::{HubSpec, Tier};
use hubwatch::domain::ids::{ClusterName, HubKey};
use hubwatch::domain::incident::{Incident, IncidentAlert, IncidentStatus, Urgency};
use hubwatch::domain::labels::{Interner, Labels};
use hubwatch::domain::now::Now;
use hubwatch::domain::policy::{ClusterSpec, Policy, PrometheusScope};
use hubwatch::domain::route::Routes;
use hubwatch::domain::source::{Answer, Slot, SourceId, SourceKind};

/// How large the fleet is.
#[derive(Clone, Copy)]
pub struct Fleet {
    pub clusters: usize,
    pub hubs: usize,
}

impl Fleet {
    /// A real one's size.
    pub const REAL: Self = Self {
        clusters: 30,
        hubs: 171,
    };
}

const NAMES: [&str; 8] = [
    "hub is down",
    "home-nfs has 10% of space left",
    "hub-db-dir has 10% of space left",
    "two servers failed to start",
    "pod has restarted",
    "disk IO near saturation",
    "node is not ready",
    "certificate ends soon",
];

const SEVERITIES: [&str; 3] = [
    "take immediate action",
    "same day action needed",
    "action needed this week",
];

const ROUTES: &str = r#"
group_by: [alertname, cluster, namespace]
routes:
- matchers: ['cluster =~ .*', 'alertname =~ ".*has 0% of space left.*"']
- matchers: ['cluster =~ .*', 'alertname =~ ".*space left.*"']
- matchers: ['cluster =~ .*', 'alertname =~ ".*pod has restarted"']
- matchers: ['cluster =~ .*', 'alertname =~ ".*failed to start.*"']
- matchers: ['cluster =~ .*', 'alertname =~ "Compute usage quotas.*"']
"#;

/// The answers, the rules, and the moment.
pub struct Storm {
    pub answers: Answers,
    pub policy: Arc<Policy>,
    pub now: Now,
}

impl Storm {
    /// A storm over a fleet. The same numbers give the same storm.
    pub fn new(fleet: Fleet, alerts: usize, incidents: usize) -> Self {
        let now = Now {
            wall: DateTime::from_timestamp(1_795_316_400, 0).unwrap_or_default(),
            mono: Duration::from_secs(86_400),
        };
        let labels = fleet.label_sets(alerts);
        let answers = Answers {
            prometheus: (0..fleet.clusters)
                .map(|cluster| prometheus(cluster, &labels, now))
                .collect(),
            incidents: Some(pagerduty(incidents, &labels, now)),
            ..Answers::default()
        };
        Self {
            answers,
            policy: Arc::new(fleet.policy()),
            now,
        }
    }
}

fn cluster(at: usize) -> String {
    format!("cluster-{at:02}")
}

impl Fleet {
    /// The hubs of one cluster are as many apart as there are clusters.
    fn hub(self, index: usize) -> HubKey {
        let cluster = cluster(index % self.clusters);
        let nth = index / self.clusters;
        HubKey::new(cluster.as_str(), format!("hub-{nth}").as_str())
    }

    fn domain(self, index: usize) -> String {
        let cluster = cluster(index % self.clusters);
        format!("hub-{}.{cluster}.example", index / self.clusters)
    }

    fn policy(self) -> Policy {
        let spec = |index: usize| HubSpec {
            key: self.hub(index),
            tier: Tier::Prod,
            domain: Some(self.domain(index)),
            health_url: None,
            expected_status: 200,
            expects_hub_header: true,
        };
        let clusters = (0..self.clusters).map(|at| ClusterSpec {
            without: Default::default(),
            name: cluster(at).as_str().into(),
            provider: Some("aws".to_owned()),
            hubs: (at..self.hubs).step_by(self.clusters).map(spec).collect(),
        });
        let scopes = (0..self.clusters).map(|at| PrometheusScope {
            source: source(at),
            cluster: Some(cluster(at).as_str().into()),
            has_rules: true,
        });
        let routes = Arc::new(routes());
        Policy {
            routes: (0..self.clusters)
                .map(|at| (source(at), Arc::clone(&routes)))
                .collect(),
            clusters: clusters.collect(),
            prometheus_scopes: scopes.collect(),
            ..Policy::default()
        }
    }

    /// The labels of every alert: each on a pod of its own.
    fn label_sets(self, count: usize) -> Vec<Labels> {
        let mut words = Interner::default();
        (0..count)
            .map(|at| self.label_set(&mut words, at))
            .collect()
    }

    fn label_set(self, words: &mut Interner, at: usize) -> Labels {
        let key = self.hub(at % self.hubs);
        let pod = format!("pod-{at}");
        let domain = self.domain(at % self.hubs);
        words.labels([
            ("alertname", pick(&NAMES, at / self.hubs)),
            ("cluster", key.cluster.as_str()),
            ("namespace", key.hub.as_str()),
            ("severity", pick(&SEVERITIES, at)),
            ("pod", &pod),
            ("instance", &domain),
        ])
    }
}

/// Routes as a fleet has them.
#[expect(clippy::panic, reason = "without them another thing is measured")]
fn routes() -> Routes {
    Routes::parse(ROUTES).unwrap_or_else(|error| panic!("{error}"))
}

fn source(at: usize) -> SourceId {
    SourceId::new(SourceKind::Prometheus, &cluster(at))
}

fn pick(words: &[&'static str], at: usize) -> &'static str {
    words.get(at % words.len()).copied().unwrap_or_default()
}

fn prometheus(at: usize, labels: &[Labels], now: Now) -> Slot<PrometheusData> {
    let rule = Arc::new(AlertRule {
        name: "rule".into(),
        group: "group".into(),
        expression: "up == 0".into(),
        hold: Duration::from_secs(300),
    });
    let name = ClusterName::from(cluster(at));
    let origin = (source(at), name.clone());
    let alerts = labels
        .iter()
        .filter(|labels| labels.get("cluster") == Some(name.as_str()))
        .enumerate()
        .map(|(nth, labels)| Arc::new(alert(&origin, nth, labels, &rule, now)));
    let says = PrometheusData {
        alerts: alerts.collect(),
        ..PrometheusData::default()
    };
    answered(source(at), says, now)
}

// A source gives all of its alerts one copy of its own name and of its cluster's.
fn alert(
    (source, cluster): &(SourceId, ClusterName),
    nth: usize,
    labels: &Labels,
    rule: &Arc<AlertRule>,
    now: Now,
) -> Alert {
    Alert {
        source: source.clone(),
        cluster: Some(cluster.clone()),
        fingerprint: labels.fingerprint(),
        labels: labels.clone(),
        annotations: Labels::default(),
        state: AlertState::Firing,
        active_at: Some(before(now, 20 + nth % 200)),
        firing_since: None,
        value: Some(1.0),
        rule: Arc::clone(rule),
    }
}

fn before(now: Now, minutes: usize) -> DateTime<Utc> {
    now.wall - TimeDelta::minutes(i64::try_from(minutes).unwrap_or_default())
}

fn answered<T>(id: SourceId, body: T, now: Now) -> Slot<T> {
    let mut slot = Slot::waiting(id, Duration::from_secs(30));
    slot.answer = Some(Arc::new(Answer::new(now, now, None, body)));
    slot
}

fn pagerduty(count: usize, labels: &[Labels], now: Now) -> Slot<IncidentsData> {
    let routes = routes();
    let share = labels.len() / count.max(1);
    let groups = labels.chunks(share.max(1)).take(count).enumerate();
    let says = IncidentsData {
        incidents: groups
            .map(|(at, group)| Arc::new(incident(at, group, &routes, now)))
            .collect(),
        log: Vec::new(),
    };
    answered(SourceId::new(SourceKind::Pagerduty, ""), says, now)
}

/// One incident of several alerts. By turns its details hold their labels, its title is an
/// Alertmanager's, its title holds a hub's domain, it holds words that make it probable, or it came by
/// the key of the first alert's group.
fn incident(at: usize, group: &[Labels], routes: &Routes, now: Now) -> Incident {
    let first = group.first().cloned().unwrap_or_default();
    let word = |name: &str| first.get(name).unwrap_or_default().to_owned();
    let (name, cluster, hub) = (word("alertname"), word("cluster"), word("namespace"));
    let key = || {
        let groups = routes.group_keys(&first);
        groups.first().map(|group| group.dedup_key().to_string())
    };
    let title = match at % 5 {
        0 => format!("{name} on several hubs"),
        1 => format!("[FIRING:1] {name} {cluster} {hub} (pod)"),
        2 => format!("{} on {cluster}", word("instance")),
        3 => format!("{name} in {cluster} {hub}"),
        _ => "paged".to_owned(),
    };
    let details = if at.is_multiple_of(5) { group } else { &[] };
    Incident {
        id: format!("Q{at}").as_str().into(),
        number: at as u64,
        title,
        url: None,
        status: status(at),
        urgency: Urgency::High,
        service: None,
        policy: None,
        priority: None,
        created_at: before(now, 10 + at % 200),
        updated_at: None,
        resolved_at: (status(at) == IncidentStatus::Resolved).then_some(before(now, 5)),
        resolved_by: None,
        assignments: Vec::new(),
        assigned_via: None,
        acknowledgements: Vec::new(),
        pending: Vec::new(),
        unread_fields: Default::default(),
        incident_key: (at % 5 == 4).then(key).flatten(),
        triggered_alerts: None,
        conference: None,
        alerts: details.iter().map(reported).collect(),
        alerts_known: true,
        log_known: true,
        priority_log_known: true,
    }
}

fn status(at: usize) -> IncidentStatus {
    match at % 10 {
        0 => IncidentStatus::Resolved,
        1..5 => IncidentStatus::Acknowledged,
        _ => IncidentStatus::Triggered,
    }
}

fn reported(labels: &Labels) -> IncidentAlert {
    IncidentAlert {
        id: labels.fingerprint().to_string(),
        resolved: false,
        alert_key: None,
        created_at: None,
        suppressed: false,
        fingerprints: Vec::new(),
        label_sets: vec![labels.clone()],
    }
}
