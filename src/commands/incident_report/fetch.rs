//! What a report is made of, from each source that may know something of the incident.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::alerts::{alert_records, first_course};
use super::public::public_record;
use crate::config::Config;
use crate::domain::case::Place;
use crate::domain::directory::Directory;
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::probe::PastOutage;
use crate::domain::settings::SourcesConfig;
use crate::picture::places::places_in_title;
use crate::review::past_incident::PastIncident;
use crate::review::postmortem::{AlertCourse, AlertRecord, PublicRecord, WELL_FOR};
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{DirectoryPoller, fetch_incident, fetch_log};
use crate::sources::probes::past_outages;

/// An alert may have fired for so long before its page.
const BEFORE: TimeDelta = TimeDelta::hours(2);

/// What was read.
pub(super) struct Found {
    pub one: PastIncident,
    pub directory: Directory,
    pub alerts: Vec<AlertRecord>,
    /// How the value went that an alert of it compares, or why that is not known.
    pub course: Result<AlertCourse, String>,
    pub public: PublicRecord,
    /// The outages of its places that probes on this machine saw.
    pub probes: Vec<PastOutage>,
    pub probe_interval: Duration,
    /// What could not be read, in words.
    pub missing: Vec<String>,
    pub now: DateTime<Utc>,
}

/// Reads the incident of this id or number, and what else is known of it. The secrets of `asked` must have been
/// fetched.
pub(super) async fn fetch(
    asked: &Arc<SourceContext>,
    config: &Config,
    name: &IncidentId,
) -> Result<Found, String> {
    let sources = &config.sources;
    let account = sources
        .pagerduty
        .as_ref()
        .ok_or("PagerDuty is not configured")?;
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
    let now = asked.time.now().wall;
    let places = places(&incident, &config.policy);
    let (public, pages_missing) =
        public_record(sources, asked, &incident, &places, &config.policy).await;
    missing.extend(pages_missing);
    let span = span_of(&incident, now);
    let (alerts, alerts_missing) = alert_records(sources, asked, &incident, &places, &span).await;
    missing.extend(alerts_missing);
    let course = first_course(sources, asked, &incident, &places, now).await;
    let probes = probed(asked, sources, &places, &span).await;
    Ok(Found {
        probes,
        probe_interval: sources
            .probes
            .as_ref()
            .map(|it| it.interval)
            .unwrap_or_default(),
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

/// The labels of its alerts, as Alertmanager sent them.
pub(super) fn label_sets(incident: &Incident) -> impl Iterator<Item = &Labels> {
    incident.alerts.iter().flat_map(|alert| &alert.label_sets)
}

// Trouble in this time may be its own.
fn span_of(incident: &Incident, now: DateTime<Utc>) -> Range<DateTime<Utc>> {
    let end = incident.resolved_at;
    let end = end.map_or(now, |at| (at + WELL_FOR * 3).min(now));
    (incident.created_at - BEFORE)..end
}

async fn probed(
    asked: &SourceContext,
    sources: &SourcesConfig,
    places: &[Place],
    span: &Range<DateTime<Utc>>,
) -> Vec<PastOutage> {
    let Some(settings) = &sources.probes else {
        return Vec::new();
    };
    let mut all = past_outages(&*asked.cache, settings, asked.time.now()).await;
    all.retain(|one| {
        let is_then = one.first < span.end && one.ended.is_none_or(|end| span.start <= end);
        let mut places = places.iter();
        is_then
            && places.any(|place| {
                place.cluster.as_ref() == Some(&one.hub.cluster)
                    && place.hub.as_ref().is_none_or(|hub| *hub == one.hub.hub)
            })
    });
    all
}
