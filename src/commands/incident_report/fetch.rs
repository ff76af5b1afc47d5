//! Reads the data for a report from each source that may know something about the incident.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::owed::doubt_empty_list;
use super::alerts::{alert_records, cluster_of, first_course, label_sets};
use super::public::public_record;
use crate::config::Config;
use crate::domain::case::Place;
use crate::domain::directory::Directory;
use crate::domain::ids::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::probe::PastOutage;
use crate::domain::settings::SourcesConfig;
use crate::domain::tracker::TrackerRecord;
use crate::picture::places::places_in_title;
use crate::review::outage::others_of_outage;
use crate::review::past_incident::{P1, PastIncident};
use crate::review::postmortem::{AlertCourse, AlertRecord, PublicRecord, WELL_FOR};
use crate::runtime::past_record::PastRecord;
use crate::sources::context::SourceContext;
use crate::sources::pagerduty::{Client, DirectoryPoller, fetch_incident, fetch_log, log_begins};
use crate::sources::probes::past_outages;

/// An incident's alert may have begun to fire at most this long before the incident was created.
const BEFORE: TimeDelta = TimeDelta::hours(2);

/// The other incidents of an outage were created at most this long before the beginning or after the end of the
/// report's incident.
const OUTAGE_MARGIN: TimeDelta = TimeDelta::days(14);

/// At most this many other incidents of the outage are read with their alerts. Further incidents are only named.
const MAX_OTHERS: usize = 10;

/// The incident that the report is for.
pub struct Asked {
    pub one: PastIncident,
    pub directory: Directory,
    client: Arc<Client>,
    missing: Vec<String>,
}

/// Data about the incident that does not come from PagerDuty's record of the incident itself.
pub struct RelatedRecords {
    /// PagerDuty's record of the days around the incident, or why it could not be read. The record shows the other
    /// incidents of the incident's outage.
    pub record: Result<PastRecord, String>,
    /// `None` if no tracker is configured.
    pub tracker: Option<TrackerRecord>,
}

/// All data for the report.
pub(super) struct Found {
    pub one: PastIncident,
    /// The other incidents of the outage that `one` belongs to, or why they are not known.
    pub others: Result<Vec<PastIncident>, String>,
    pub directory: Directory,
    pub alerts: Vec<AlertRecord>,
    /// Whether the history of all alerts could be read.
    pub alerts_known: bool,
    /// The history of the value that one of the alerts compares, or why it is not known.
    pub course: Result<AlertCourse, String>,
    pub public: PublicRecord,
    /// The outages that this machine's probes saw at the incident's places.
    pub probes: Vec<PastOutage>,
    pub probe_interval: Duration,
    pub tracker: Option<TrackerRecord>,
    /// One text for each piece of data that could not be read.
    pub missing: Vec<String>,
    pub now: DateTime<Utc>,
}

/// Reads the incident with this id or number. The secrets of `context` must be fetched before.
///
/// # Errors
/// The incident could not be read, or does not exist.
pub async fn fetch_asked(
    context: &SourceContext,
    config: &Config,
    name: &IncidentId,
) -> Result<Asked, String> {
    let account = config.sources.pagerduty.as_ref();
    let account = account.ok_or("PagerDuty is not configured")?;
    let client = context
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
            incident.log_known = log_begins(&log, &incident);
            if !incident.log_known {
                missing.push("the incident's log does not say how it was opened".to_owned());
            }
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
    let places = places(&incident, &config.policy);
    Ok(Asked {
        one: PastIncident {
            incident,
            log,
            merged_into: None,
            places,
        },
        directory: directory.body,
        client,
        missing,
    })
}

impl Asked {
    /// The span in which the other incidents of this incident's outage may have been created.
    pub fn outage_span(&self, now: DateTime<Utc>) -> Range<DateTime<Utc>> {
        let created = self.one.incident.created_at;
        (created - OUTAGE_MARGIN)..(self.one.ended(now) + OUTAGE_MARGIN).min(now)
    }
}

/// Reads the data that `asked` and `related` lack: the posts, the histories of the alerts, the outages that the probes
/// saw, and the alerts of the outage's other incidents.
pub(super) async fn fetch_rest(
    asked: Asked,
    context: &Arc<SourceContext>,
    config: &Config,
    related: RelatedRecords,
) -> Found {
    let (sources, now) = (&config.sources, context.time.now().wall);
    let Asked {
        mut one,
        directory,
        client,
        mut missing,
    } = asked;
    if let Ok(record) = &related.record {
        let mut listed = record.incidents.iter();
        let listed = listed.find(|it| it.incident.id == one.incident.id);
        one.merged_into = listed.and_then(|it| it.merged_into.clone());
    }
    let others = match related.record {
        Ok(record) => others_in(&one, record, &directory, now),
        Err(why) => Err(why),
    };
    let others = match others {
        Ok(others) => Ok(with_alerts(others, &client, &config.policy, &mut missing).await),
        Err(why) => {
            missing.push(format!(
                "unknown which other incidents belong to the outage: {why}"
            ));
            Err(why)
        }
    };
    let mut tracker = related.tracker;
    if let Some((settings, tracker)) = sources.tracker.as_ref().zip(tracker.as_mut()) {
        let p1 = directory.priorities.first();
        let is_outage = p1.is_some_and(|p1| matches!(one.p1(p1), P1::Since(_)));
        if is_outage && one.incident.resolved_at.is_some() {
            doubt_empty_list(settings, tracker);
        }
        missing.extend(tracker.problems.iter().cloned());
    }
    let members: Vec<&PastIncident> = std::iter::once(&one)
        .chain(others.iter().flatten())
        .collect();
    let (public, pages_missing) = public_record(sources, context, &members, &config.policy).await;
    missing.extend(pages_missing);
    let span = span_of(&members, now);
    let (alerts, alerts_missing) = alert_records(config, context, &members, &span).await;
    let alerts_known =
        alerts_missing.is_empty() && members.iter().all(|one| one.incident.alerts_known);
    missing.extend(alerts_missing);
    let course = first_course(sources, context, &members, now).await;
    let places: Vec<Place> = members
        .iter()
        .flat_map(|one| &one.places)
        .cloned()
        .collect();
    let probes = probed(context, sources, &places, &span).await;
    let probe_interval = sources.probes.as_ref().map(|it| it.interval);
    Found {
        probes,
        probe_interval: probe_interval.unwrap_or_default(),
        course,
        tracker,
        one,
        others,
        directory,
        alerts,
        alerts_known,
        public,
        missing,
        now,
    }
}

fn others_in(
    one: &PastIncident,
    record: PastRecord,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Result<Vec<PastIncident>, String> {
    let id = &one.incident.id;
    if !record.unread.is_empty() {
        return Err("not all incidents of that time could be listed".to_owned());
    }
    if !record.incidents.iter().any(|it| it.incident.id == *id) {
        return Err("PagerDuty's lists of that time do not contain it".to_owned());
    }
    let p1 = directory.priorities.first();
    let p1 = p1.ok_or("the account's priorities could not be read")?;
    let others = others_of_outage(&record.incidents, id, p1, now);
    Ok(others.into_iter().cloned().collect())
}

// Adds the alerts of each incident. PagerDuty's lists of incidents do not include alerts.
async fn with_alerts(
    mut others: Vec<PastIncident>,
    client: &Client,
    policy: &Policy,
    missing: &mut Vec<String>,
) -> Vec<PastIncident> {
    for (index, other) in others.iter_mut().enumerate() {
        let number = other.incident.number;
        if !other.incident.log_known {
            missing.push(format!("the log of incident {number} could not be read"));
        }
        let found = match index < MAX_OTHERS {
            true => fetch_incident(client, &other.incident.id)
                .await
                .ok()
                .flatten(),
            false => None,
        };
        match found.filter(|found| found.alerts_known) {
            Some(found) => {
                other.incident.alerts = found.alerts;
                other.incident.alerts_known = true;
                other.places = places(&other.incident, policy);
            }
            None => missing.push(format!("the alerts of incident {number} were not read")),
        }
    }
    others
}

// The places that the title or the alerts name. One incident may have the alerts of many clusters, and name only one
// cluster in its title.
fn places(incident: &Incident, policy: &Policy) -> Vec<Place> {
    let named = places_in_title(&incident.title, policy);
    let of_alerts = label_sets(incident).filter_map(|labels| {
        Some(Place {
            cluster: Some(cluster_of(labels, policy)?.into()),
            hub: labels.get("namespace").map(Into::into),
        })
    });
    let is_known = |place: &Place| {
        let mut clusters = policy.clusters.iter();
        clusters.any(|it| place.cluster.as_ref() == Some(&it.name))
    };
    let of_alerts: BTreeSet<Place> = of_alerts.filter(is_known).collect();
    let more = of_alerts.into_iter().filter(|place| !named.contains(place));
    named.iter().cloned().chain(more).collect()
}

// The span of these incidents. Probes and alerts within this span may belong to the incidents.
fn span_of(members: &[&PastIncident], now: DateTime<Utc>) -> Range<DateTime<Utc>> {
    let created = members.iter().map(|one| one.incident.created_at).min();
    let ends: Option<Vec<_>> = members.iter().map(|one| one.incident.resolved_at).collect();
    let end = ends.and_then(|ends| ends.into_iter().max());
    let end = end.map_or(now, |at| (at + WELL_FOR * 3).min(now));
    (created.unwrap_or(now) - BEFORE)..end
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
