//! What a report is made of, from each source that may know something of the incident.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::course::course;
use crate::commands::CommandContext;
use crate::commands::past_record::{patient, poll_status_pages};
use crate::config::Config;
use crate::domain::case::Place;
use crate::domain::directory::Directory;
use crate::domain::history::{AlertQuery, HistoryRequest, HistorySubject, Window};
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::post::{PageOwnership, Post, PostKind, StatusPage};
use crate::domain::settings::{ClusterScope, PrometheusSettings, SourcesConfig};
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::places::places_in_title;
use crate::picture::{Fit, fit_places};
use crate::review::past_incident::PastIncident;
use crate::review::postmortem::{AlertCourse, AlertRecord, PublicRecord, WELL_FOR};
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Access, DirectoryPoller, fetch_incident, fetch_log};
use crate::sources::prometheus::{alert_state_query, endpoint, history};
use crate::store::cache::CacheDir;

/// An alert may have fired for so long before its page.
const BEFORE: TimeDelta = TimeDelta::hours(2);
/// A post may have been there for so long before its incident, and be closed after it.
const POST_MARGIN: TimeDelta = TimeDelta::hours(1);
/// One incident may hold thousands of alerts.
const MAX_ALERTS: usize = 20;
/// In more moments an answer says no more.
const MOST_MOMENTS: usize = 1_000;

/// What was read.
pub(super) struct Found {
    pub one: PastIncident,
    pub directory: Directory,
    pub alerts: Vec<AlertRecord>,
    /// How the value went that an alert of it compares, or why that is not known.
    pub course: Result<AlertCourse, String>,
    pub public: PublicRecord,
    /// What could not be read, in words.
    pub missing: Vec<String>,
    pub now: DateTime<Utc>,
}

/// Reads the incident of this id or number, and what else is known of it.
pub(super) async fn fetch(
    context: &CommandContext,
    config: &Config,
    name: &IncidentId,
) -> Result<Found, String> {
    let sources = &config.sources;
    let account = sources
        .pagerduty
        .as_ref()
        .ok_or("PagerDuty is not configured")?;
    let asked = Arc::new(context.source_context(sources, CacheDir::disabled(), Access::ReadOnly));
    asked.secrets.fetch_all(&patient()).await;
    let client = asked
        .pagerduty_client(&account.url, &account.token, &account.http)
        .map_err(|error| error.text)?;
    let incident = fetch_incident(&client, name)
        .await
        .map_err(|error| error.text)?;
    let mut incident = incident.ok_or_else(|| format!("there is no incident {name}"))?;
    let polled = DirectoryPoller::new(Arc::clone(&client), account)
        .poll(None)
        .await;
    let directory = polled.outcome.map_err(|error| error.text)?;
    let mut missing: Vec<String> = directory
        .parts
        .iter()
        .filter_map(|part| part.failure())
        .map(|failure| failure.text.clone())
        .collect();
    let log = match fetch_log(&client, &incident.id).await {
        Ok(mut log) => {
            log.sort_by_key(|entry| entry.at);
            incident.log_known = true;
            log
        }
        Err(error) => {
            incident.log_known = false;
            missing.push(error.text);
            Vec::new()
        }
    };
    if !incident.alerts_known {
        missing.push("the incident's alerts could not be read".to_owned());
    }
    let now = context.time.now().wall;
    let places = places(&incident, &config.policy);
    let (public, pages_missing) =
        public_record(sources, &asked, &incident, &places, &config.policy).await;
    missing.extend(pages_missing);
    let (alerts, alerts_missing) = alert_records(sources, &asked, &incident, &places, now).await;
    missing.extend(alerts_missing);
    let course = first_course(sources, &asked, &incident, &places, now).await;
    Ok(Found {
        course,
        one: PastIncident {
            incident,
            log,
            merged_into: None,
            places,
        },
        directory: directory.body,
        alerts,
        public,
        missing,
        now,
    })
}

// Its title's; else those of its alerts.
fn places(incident: &Incident, policy: &Policy) -> Vec<Place> {
    let named = places_in_title(&incident.title, policy);
    if !named.is_empty() {
        return named;
    }
    let of_alerts = label_sets(incident).filter_map(|labels| {
        Some(Place {
            cluster: Some(
                policy
                    .cluster_labels
                    .iter()
                    .find_map(|name| labels.get(name))?
                    .into(),
            ),
            hub: labels.get("namespace").map(Into::into),
        })
    });
    let places: BTreeSet<Place> = of_alerts.collect();
    places.into_iter().collect()
}

fn label_sets(incident: &Incident) -> impl Iterator<Item = &Labels> {
    incident.alerts.iter().flat_map(|alert| &alert.label_sets)
}

async fn public_record(
    sources: &SourcesConfig,
    context: &Arc<SourceContext>,
    incident: &Incident,
    places: &[Place],
    policy: &Policy,
) -> (PublicRecord, Vec<String>) {
    let answers = poll_status_pages(sources, context).await;
    let mut record = PublicRecord {
        posts: Vec::new(),
        unknown: None,
    };
    let mut missing = Vec::new();
    let ours = answers.status_pages.iter();
    let ours: Vec<_> = ours
        .filter(|slot| policy.page_ownership(&slot.id.name) != PageOwnership::Foreign)
        .collect();
    if ours.is_empty() {
        record.unknown = Some("no status page is configured".to_owned());
    }
    for slot in ours {
        let Some(page) = slot.body() else {
            let why = format!("the status page {} could not be read", slot.id.name);
            record.unknown = Some(why.clone());
            missing.push(why);
            continue;
        };
        if page
            .closed_unknown_before
            .is_some_and(|before| before > incident.created_at)
        {
            record.unknown = Some(format!(
                "the status page {} does not show all posts of that time",
                slot.id.name
            ));
        }
        record
            .posts
            .extend(posts_about(page, incident, places, policy));
    }
    (record, missing)
}

// A post that is only perhaps about it is none.
fn posts_about(
    page: &StatusPage,
    incident: &Incident,
    places: &[Place],
    policy: &Policy,
) -> Vec<Post> {
    let from = incident.created_at - POST_MARGIN;
    let to = incident.resolved_at.map(|at| at + POST_MARGIN);
    let is_then = |post: &Post| {
        let began_before_its_end = post.since.zip(to).is_none_or(|(since, to)| since <= to);
        let is_recent = post.updated.or(post.since).is_some_and(|at| at >= from);
        began_before_its_end && (post.open || is_recent)
    };
    let is_about = |post: &Post| match &post.linked {
        Some(id) => *id == incident.id,
        None => {
            let named = places_in_title(&post.title, policy);
            is_then(post) && fit_places(places, &named) == Some(Fit::Named)
        }
    };
    let posts = page.posts.iter().chain(&page.closed);
    posts
        .filter(|post| post.kind == PostKind::Incident && is_about(post))
        .cloned()
        .collect()
}

async fn alert_records(
    sources: &SourcesConfig,
    context: &Arc<SourceContext>,
    incident: &Incident,
    places: &[Place],
    now: DateTime<Utc>,
) -> (Vec<AlertRecord>, Vec<String>) {
    let end = incident
        .resolved_at
        .map_or(now, |at| (at + WELL_FOR * 3).min(now));
    let span = (incident.created_at - BEFORE)..end;
    let alerts: BTreeSet<&Labels> = label_sets(incident).collect();
    let (mut records, mut missing) = (Vec::new(), Vec::new());
    let left = alerts.len().saturating_sub(MAX_ALERTS);
    if left > 0 {
        missing.push(format!(
            "{left} more alerts of the incident were not looked up"
        ));
    }
    for labels in alerts.into_iter().take(MAX_ALERTS) {
        for settings in sources.prometheus.iter().filter(|it| watches(it, places)) {
            match alert_record(context, settings, labels, &span).await {
                Ok(record) => records.push(record),
                Err(why) => missing.push(format!("prometheus/{}: {why}", settings.endpoint.name)),
            }
        }
    }
    missing.dedup();
    (records, missing)
}

// Of several alerts the first is drawn: the others of a group compare the same.
async fn first_course(
    sources: &SourcesConfig,
    context: &SourceContext,
    incident: &Incident,
    places: &[Place],
    now: DateTime<Utc>,
) -> Result<AlertCourse, String> {
    let alerts: BTreeSet<&Labels> = label_sets(incident).collect();
    let Some(labels) = alerts.first() else {
        return Err("the incident names no alert with labels".to_owned());
    };
    let span = incident.created_at..incident.resolved_at.unwrap_or(now);
    let mut why = "no Prometheus watches its place".to_owned();
    for settings in sources.prometheus.iter().filter(|it| watches(it, places)) {
        match course(context, settings, labels, &span, now).await {
            Ok(course) => return Ok(course),
            Err(problem) => why = format!("prometheus/{}: {problem}", settings.endpoint.name),
        }
    }
    Err(why)
}

fn watches(settings: &PrometheusSettings, places: &[Place]) -> bool {
    match &settings.scope {
        ClusterScope::One(cluster) => places
            .iter()
            .any(|place| place.cluster.as_ref() == Some(cluster)),
        ClusterScope::ByLabel(_) => true,
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

// From the first moment with a sample to the one after the last: then it was seen to be over.
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
