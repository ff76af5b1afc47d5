//! Finds when an incident's alerts were pending and firing, in the `ALERTS` series of the Prometheuses that watch the
//! incident's places.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use super::course::course;
use crate::config::Config;
use crate::domain::history::{AlertQuery, HistoryRequest, HistorySubject, Window};
use crate::domain::ids::ClusterName;
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::settings::{ClusterScope, PrometheusSettings, SourcesConfig};
use crate::domain::source::{SourceId, SourceKind};
use crate::review::past_incident::PastIncident;
use crate::review::postmortem::{AlertCourse, AlertRecord};
use crate::sources::context::SourceContext;
use crate::sources::prometheus::{alert_state_query, endpoint, history};

/// The most alerts to query, since one incident may have thousands.
const MAX_ALERTS: usize = 20;
/// The most points of one query, approximately. The report has no use for a finer step.
const MOST_MOMENTS: usize = 1_000;

/// The times within `span` at which each alert of the incidents was pending and firing. The second value has a text for
/// each piece of data that could not be read.
pub(super) async fn alert_records(
    config: &Config,
    context: &SourceContext,
    members: &[&PastIncident],
    span: &Range<DateTime<Utc>>,
) -> (Vec<AlertRecord>, Vec<String>) {
    let alerts: BTreeSet<&Labels> = label_sets_of(members).collect();
    let (mut records, mut missing) = (Vec::new(), Vec::new());
    let left = alerts.len().saturating_sub(MAX_ALERTS);
    if left > 0 {
        missing.push(format!("{left} more alerts were not looked up"));
    }
    for labels in alerts.into_iter().take(MAX_ALERTS) {
        let cluster = cluster_of(labels, &config.policy);
        for settings in watching(&config.sources, members).filter(|it| may_watch(it, cluster)) {
            match alert_record(context, settings, labels, span).await {
                Ok(record) => records.push(record),
                Err(why) => missing.push(format!("prometheus/{}: {why}", settings.endpoint.name)),
            }
        }
    }
    missing.dedup();
    (records, missing)
}

/// The history of the value that one alert compares. The alert belongs to the first incident that has alerts with
/// labels. One alert is enough, since the other alerts of its group compare the same value.
pub(super) async fn first_course(
    sources: &SourcesConfig,
    context: &SourceContext,
    members: &[&PastIncident],
    now: DateTime<Utc>,
) -> Result<AlertCourse, String> {
    let mut with_alerts = members.iter().filter_map(|one| {
        let first = label_sets(&one.incident).min()?;
        Some((one, first))
    });
    let Some((one, labels)) = with_alerts.next() else {
        let are_known = members.iter().all(|one| one.incident.alerts_known);
        return Err(match are_known {
            true => "the incident names no alert with labels".to_owned(),
            false => "its alerts could not be read".to_owned(),
        });
    };
    let span = one.incident.created_at..one.ended(now);
    let mut why = "no Prometheus watches its place".to_owned();
    for settings in watching(sources, members) {
        match course(context, settings, labels, &span, now).await {
            Ok(course) => return Ok(course),
            Err(problem) => why = format!("prometheus/{}: {problem}", settings.endpoint.name),
        }
    }
    Err(why)
}

fn label_sets_of<'a>(members: &[&'a PastIncident]) -> impl Iterator<Item = &'a Labels> {
    members.iter().flat_map(|one| label_sets(&one.incident))
}

fn watching<'a>(
    sources: &'a SourcesConfig,
    members: &[&PastIncident],
) -> impl Iterator<Item = &'a PrometheusSettings> {
    let places = members.iter().flat_map(|one| &one.places);
    let clusters: BTreeSet<&ClusterName> = places.filter_map(|it| it.cluster.as_ref()).collect();
    sources.prometheus.iter().filter(move |it| match &it.scope {
        ClusterScope::One(cluster) => clusters.contains(cluster),
        ClusterScope::ByLabel(_) => true,
    })
}

// Whether this Prometheus may watch an alert. The Prometheus of one cluster is not asked for the alerts of other
// clusters.
fn may_watch(settings: &PrometheusSettings, cluster: Option<&str>) -> bool {
    match (&settings.scope, cluster) {
        (ClusterScope::One(own), Some(cluster)) => *own == ClusterName::from(cluster),
        _ => true,
    }
}

async fn alert_record(
    context: &SourceContext,
    settings: &PrometheusSettings,
    labels: &Labels,
    span: &Range<DateTime<Utc>>,
) -> Result<AlertRecord, String> {
    let name = labels.get("alertname").ok_or("an alert without a name")?;
    let endpoint = endpoint(context, settings).map_err(|error| error.text)?;
    let window = Window::covering(span, MOST_MOMENTS);
    let mut runs = Vec::new();
    for state in ["pending", "firing"] {
        let request = HistoryRequest {
            source: SourceId::new(SourceKind::Prometheus, &settings.endpoint.name),
            subject: HistorySubject::Alert(AlertQuery {
                labels: labels.clone(),
                query: alert_state_query(name, state).into(),
                threshold: None,
            }),
            window,
        };
        let answer = history(settings, &endpoint, &request).await;
        let answer = answer.map_err(|error| error.text)?;
        let series = answer.series.first().map(|series| series.values.as_slice());
        runs.push(runs_of(series.unwrap_or_default(), &window));
    }
    let firing = runs.pop().unwrap_or_default();
    Ok(AlertRecord {
        prometheus: settings.endpoint.name.clone(),
        alert: name.to_owned(),
        pending: runs.pop().unwrap_or_default(),
        firing,
        until: window.end,
        step: TimeDelta::from_std(window.step).unwrap_or_default(),
    })
}

// The spans in which the alert had samples. A span begins with a sample. A span ends at the next point without a
// sample, or at the window's end.
fn runs_of(values: &[Option<f64>], window: &Window) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut runs: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    let mut begun: Option<DateTime<Utc>> = None;
    for (index, value) in values.iter().enumerate() {
        match (value, begun) {
            (Some(_), None) => begun = Some(window.time_at(index)),
            (None, Some(from)) => {
                runs.push((from, window.time_at(index)));
                begun = None;
            }
            _ => {}
        }
    }
    runs.extend(begun.map(|from| (from, window.end)));
    runs
}

/// The cluster that an alert's labels name.
pub(super) fn cluster_of<'a>(labels: &'a Labels, policy: &Policy) -> Option<&'a str> {
    let mut names = policy.cluster_labels.iter();
    names.find_map(|name| labels.get(name))
}

/// The labels of the incident's alerts, as Alertmanager sent them.
pub(super) fn label_sets(incident: &Incident) -> impl Iterator<Item = &Labels> {
    incident.alerts.iter().flat_map(|alert| &alert.label_sets)
}
