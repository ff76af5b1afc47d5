//! Makes cases from joined alerts, incidents and down hubs.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::checklist::checklist;
use super::clocks;
use super::context::{Context, has_unread_priority};
use super::incidents::{JoinedAlert, JoinedIncidents};
use super::join::alert_case_id;
use super::maintenance::Maintenance;
use super::outside_check::short_title;
use super::owners;
use super::places;
use super::posts::{PublicTold, is_p1};
use crate::domain::alert::{Alert, Suppression};
use crate::domain::case::{Case, CaseAlert, MutedBy, Place, PrioritySource, Rank};
use crate::domain::clock::{Clock, ClockKind, leading_clock};
use crate::domain::ids::CaseId;
use crate::domain::incident::Incident;
use crate::domain::now::is_in_future;
use crate::domain::post::Post;
use crate::domain::source::{SourceId, SourceKind};

/// The cases of open incidents, and of firing alerts without an incident. Hubs and posts are added later.
pub fn collect_cases(
    context: &Context<'_>,
    joined: JoinedIncidents<'_>,
    maintenance: &Maintenance,
) -> Vec<Case> {
    let mut by_incident: BTreeMap<usize, Vec<JoinedAlert<'_>>> = BTreeMap::new();
    let mut alone = Vec::new();
    let since = earliest_firing(&joined.alerts);
    for alert in joined.alerts {
        if let Some((page, alert)) = alert.with_page() {
            by_incident.entry(page).or_default().push(alert);
        }
        match alert.newest() {
            Some(newest) => by_incident.entry(newest).or_default().push(alert),
            None => alone.push(alert),
        }
    }
    let of_incidents = joined.open.iter().enumerate().map(|(at, incident)| {
        let alerts = by_incident.remove(&at).unwrap_or_default();
        incident_case(context, incident, alerts, &joined.open, maintenance)
    });
    let mut cases: Vec<Case> = of_incidents.collect();
    for (at, case) in cases.iter_mut().enumerate() {
        case.since = since
            .get(&at)
            .map_or(case.since, |fires| case.since.min(*fires));
    }
    cases.extend(
        alone
            .into_iter()
            .map(|alert| alert_case(context, alert, maintenance)),
    );
    cases
}

// For each incident, the earliest start among its alerts. The start of an alert in two incidents counts for both, so
// that the first incident does not look younger when a second one is opened.
fn earliest_firing(alerts: &[JoinedAlert<'_>]) -> BTreeMap<usize, DateTime<Utc>> {
    let mut earliest: BTreeMap<usize, DateTime<Utc>> = BTreeMap::new();
    for alert in alerts {
        let Some(fires) = alert.alert.fires_since() else {
            continue;
        };
        for at in alert.exact_incidents() {
            let known = earliest.entry(at).or_insert(fires);
            *known = fires.min(*known);
        }
    }
    earliest
}

fn incident_case(
    context: &Context<'_>,
    incident: &Arc<Incident>,
    alerts: Vec<JoinedAlert<'_>>,
    open: &[Arc<Incident>],
    maintenance: &Maintenance,
) -> Case {
    let mut related: Vec<CaseId> = alerts
        .iter()
        .flat_map(|alert| &alert.incidents)
        .filter_map(|at| open.get(*at))
        .filter(|other| other.id != incident.id)
        .map(|other| CaseId::Incident(other.id.clone()))
        .collect();
    related.sort_unstable();
    related.dedup();
    let places = case_places(context, incident, &alerts);
    let owners = owners::incident_owners(context, incident);
    let mut case = Case {
        aliases: alerts
            .iter()
            .filter(|alert| {
                let newest = alert.newest().and_then(|at| open.get(at));
                newest.is_some_and(|newest| newest.id == incident.id)
            })
            .map(|alert| alert_id(context, alert))
            .collect(),
        title: case_title(incident, &alerts),
        unowned: owners::is_unowned(&owners),
        acknowledged_by: owners
            .iter()
            .filter(|owner| owner.acknowledged)
            .map(|owner| owner.who.name.to_string())
            .collect(),
        owners,
        related,
        places,
        incident: Some(Arc::clone(incident)),
        ..empty_case(
            CaseId::Incident(incident.id.clone()),
            created_or_seen_at(context, incident),
        )
    };
    add_alerts(context, &mut case, alerts);
    case.priority = match has_unread_priority(incident) {
        true => None,
        false => incident.priority.clone().or(case.priority),
    };
    case.priority_source = match (&incident.priority, &case.priority) {
        (Some(_), _) => Some(PrioritySource::Incident),
        (None, Some(_)) => Some(PrioritySource::Severity),
        (None, None) => None,
    };
    case.rank = context
        .incident_rank(incident)
        .unwrap_or_else(|| context.rank(case.priority.as_ref()));
    let is_p1 = case.rank == Rank::Priority(0);
    let is_planned = maintenance.covers_incident(incident, &case.places, is_p1);
    case.muted_by = is_planned.then_some(MutedBy::Maintenance);
    case.clocks = clocks::incident_clocks(context, incident, case.priority.as_ref());
    case.snoozed = case
        .clocks
        .iter()
        .any(|clock| clock.kind == ClockKind::Snoozed);
    record_not_fresh(
        context,
        &mut case.not_fresh,
        &SourceId::new(SourceKind::Pagerduty, ""),
    );
    case
}

// The date of an incident. If the date is in the future, the time of the poll that found the incident replaces it.
fn created_or_seen_at(context: &Context<'_>, incident: &Incident) -> DateTime<Utc> {
    let slot = context.answers.incidents.as_ref();
    let answer = slot.and_then(|slot| slot.answer.as_ref());
    let seen_at = answer.map(|answer| answer.asked_at.wall);
    let seen_at = seen_at.filter(|seen_at| is_in_future(incident.created_at, *seen_at));
    seen_at.unwrap_or(incident.created_at)
}

fn alert_case(context: &Context<'_>, alert: JoinedAlert<'_>, maintenance: &Maintenance) -> Case {
    let fires = alert.alert.fires_since();
    let since = fires.unwrap_or_else(|| context.last_poll_at(&alert.alert.source));
    let quiet = if maintenance.covers(&alert.place) {
        Some(MutedBy::Maintenance)
    } else {
        alert.suppressed.as_ref().map(|why| match why {
            Suppression::RoutedToNobody => MutedBy::RoutedToNobody,
            Suppression::Silenced { .. } | Suppression::Inhibited | Suppression::Muted => {
                MutedBy::Suppressed
            }
        })
    };
    let mut case = Case {
        title: alert.alert.name().to_owned(),
        places: vec![alert.place.clone()],
        closed_while_firing: alert.closed.clone(),
        muted_by: quiet,
        ..empty_case(alert_id(context, &alert), since)
    };
    add_alerts(context, &mut case, vec![alert]);
    case.rank = context.rank(case.priority.as_ref());
    case
}

/// A case with only an id and a date.
pub fn empty_case(id: CaseId, since: DateTime<Utc>) -> Case {
    Case {
        id,
        aliases: Vec::new(),
        related: Vec::new(),
        title: String::new(),
        places: Vec::new(),
        priority: None,
        priority_source: None,
        rank: Rank::Unranked,
        severity: None,
        since,
        snoozed: false,
        owners: Vec::new(),
        unowned: true,
        owners_known: true,
        acknowledged_by: Vec::new(),
        clock: None,
        clocks: Vec::new(),
        alerts: Vec::new(),
        incident: None,
        closed_while_firing: None,
        hub_down: None,
        posts: Vec::new(),
        checklist: Vec::new(),
        mismatches: Vec::new(),
        muted_by: None,
        not_fresh: Vec::new(),
    }
}

/// Adds the fields that depend on the rank, the posts and all clocks. These are the due times, the times at which the
/// public must be told and updated, the leading clock, and whether the owners are known.
pub fn finish(context: &Context<'_>, case: &mut Case, told: Option<&PublicTold>) {
    case.owners_known = match &case.incident {
        Some(incident) => owners::are_known(incident, &case.owners),
        None => context.sees_all_incidents(),
    };
    case.clocks.extend(local_time_box(context, case));
    case.clocks
        .extend(clocks::due_clock(context, case.rank, case.since));
    case.clocks
        .extend(clocks::tell_public_clock(context, case, told));
    if case.rank == Rank::Priority(0)
        && let Some(every) = context.policy.time_boxes.update_due
        && let Some(posted_at) = case
            .posts
            .iter()
            .filter_map(|joined| last_told(context, &joined.post))
            .max()
    {
        case.clocks.push(clocks::update_due_clock(posted_at, every));
    }
    for clock in &case.clocks {
        context.expire_at(clock.at);
    }
    case.clock = leading_clock(&case.clocks).cloned();
    if is_p1(case) {
        case.checklist = checklist(context, case, told);
    }
}

// When a post last informed the public: its last update, else its beginning. Dates in the future do not count.
fn last_told(context: &Context<'_>, post: &Post) -> Option<DateTime<Utc>> {
    let mut dates = [post.updated, post.since].into_iter().flatten();
    dates.find(|at| !context.is_in_future(*at))
}

// The time-box that was last started on this machine for the case.
fn local_time_box(context: &Context<'_>, case: &Case) -> Option<Clock> {
    let own = context.answers.local_time_boxes.iter();
    let latest = own
        .filter(|own| own.belongs_to(case))
        .max_by_key(|own| own.started)?;
    Some(clocks::exact_clock(ClockKind::TimeBox, latest.ends_at()))
}

fn alert_id(context: &Context<'_>, joined: &JoinedAlert<'_>) -> CaseId {
    let labels = &joined.alert.labels;
    let cluster = joined.place.cluster.as_ref();
    let unlabelled = cluster.filter(|_| places::cluster_label(labels, context.policy).is_none());
    alert_case_id(joined.alert, joined.fingerprint, unlabelled)
}

// The name that all firing alerts share. If no alert fires, the name that the incident's own alerts share. If the names
// differ, the incident's own title.
fn case_title(incident: &Incident, alerts: &[JoinedAlert<'_>]) -> String {
    let firing = common_name(alerts.iter().map(|alert| alert.alert.name()));
    let opened_with = || {
        let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
        common_name(sets.filter_map(|labels| labels.get("alertname")))
    };
    let name = if alerts.is_empty() {
        opened_with()
    } else {
        firing
    };
    name.map_or_else(|| short_title(&incident.title).into_owned(), str::to_owned)
}

fn common_name<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

fn case_places(
    context: &Context<'_>,
    incident: &Incident,
    alerts: &[JoinedAlert<'_>],
) -> Vec<Place> {
    let mut found: Vec<Place> = alerts.iter().map(|alert| alert.place.clone()).collect();
    let from_details = incident
        .alerts
        .iter()
        .filter(|alert| !alert.resolved)
        .flat_map(|alert| &alert.label_sets)
        .map(|labels| places::labels_place(labels, context.policy))
        .filter(|place| place.cluster.is_some());
    found.extend(from_details);
    if let Some(CaseId::Hub(hub)) = incident.declared_for() {
        found.push(hub.into());
    }
    // The title may name the cluster that the labels of the alerts lack.
    if found.iter().all(|place| place.cluster.is_none()) {
        let named = places::places_in_title(&incident.title, context.policy);
        found.retain(|place| !names_hub(&named, place));
        found.extend(named);
    }
    found.sort_unstable();
    found.dedup();
    found
}

// Whether these places tell the cluster of a place without cluster. A place without a hub may be any of them.
fn names_hub(named: &[Place], place: &Place) -> bool {
    let is_same = |other: &Place| place.hub.is_none() || other.hub == place.hub;
    named.iter().any(is_same)
}

// A suppressed alert decides the priority only if all alerts of the case are suppressed: a suppressed alert does not
// count.
fn add_alerts(context: &Context<'_>, case: &mut Case, alerts: Vec<JoinedAlert<'_>>) {
    let all_suppressed = alerts.iter().all(|joined| joined.suppressed.is_some());
    for joined in alerts {
        if all_suppressed || joined.suppressed.is_none() {
            keep_most_severe(context, case, joined.alert);
        }
        if let Some(fires) = joined.alert.fires_since() {
            case.since = case.since.min(fires);
        }
        record_not_fresh(context, &mut case.not_fresh, &joined.alert.source);
        case.alerts.push(CaseAlert {
            alert: Arc::clone(joined.alert),
            suppressed: joined.suppressed,
            doubtful_silence: joined.doubtful_silence,
            joined_by: joined.joined_by,
        });
    }
    case.aliases.sort_unstable();
    case.aliases.dedup();
}

// The most severe alert decides the priority of a case with several alerts.
fn keep_most_severe(context: &Context<'_>, case: &mut Case, alert: &Alert) {
    let severity = alert.labels.get("severity");
    let priority = context.severity_priority(alert).cloned();
    let is_worse = context.rank(priority.as_ref()) < context.rank(case.priority.as_ref());
    if is_worse || case.severity.is_none() {
        case.severity = severity.map(str::to_owned).or(case.severity.take());
        case.priority_source = priority.as_ref().map(|_| PrioritySource::Severity);
        case.priority = priority;
    }
}

/// Adds a configured source to `not_fresh` if it is not fresh.
pub fn record_not_fresh(context: &Context<'_>, not_fresh: &mut Vec<SourceId>, source: &SourceId) {
    if context.states.contains_key(source)
        && !context.is_fresh(source)
        && !not_fresh.contains(source)
    {
        not_fresh.push(source.clone());
    }
}
