//! Stale post: an open incident post has stood for longer than the grace without an open P1 that may be
//! about it, or a business service has stayed impacted with neither P1 nor post.
//!
//! A hub that is seen down and an alert of the highest severity may become a P1: they keep a post. The
//! grace runs from the end of the P1 where it is known (its incident was resolved, or a field of it was
//! changed last), else from the post's beginning; a service's from the first look that found it impacted.

use chrono::{DateTime, Utc};

use super::RuleInput;
use crate::domain::case::{Place, Rank};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogKind};
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::domain::post::StatusPage;
use crate::domain::source::{Slot, SourceId, SourceKind};
use crate::picture::places::{labels_place, places_in_title};
use crate::picture::posts::{UnexplainedPost, fit_places};

/// Silent while PagerDuty or the page is not fresh. Where the configuration asks for a part of PagerDuty
/// only, the P1 may be in the other part: then only posts are judged that are linked to what is seen.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    if !seen.pagerduty_is_fresh() {
        return Vec::new();
    }
    let posts = seen
        .posts
        .unexplained
        .iter()
        .filter_map(|left| stale_post(seen, left));
    let pages = seen.context.answers.status_pages.iter();
    posts
        .chain(pages.flat_map(|slot| stale_services(seen, slot)))
        .collect()
}

fn stale_post(seen: &RuleInput<'_>, left: &UnexplainedPost) -> Option<Mismatch> {
    let post = &left.post;
    let page = SourceId::new(SourceKind::StatusPage, &post.page);
    let linked = post.linked.as_ref().and_then(|id| find_incident(seen, id));
    if !seen.context.is_fresh(&page) || (linked.is_none() && seen.context.policy.pagerduty_filtered)
    {
        return None;
    }
    let ended = match &post.linked {
        Some(_) => linked.and_then(|incident| p1_end(seen, incident)),
        None => last_p1_end(seen, &left.places),
    };
    let since = ended.max(post.since);
    let grace = seen.context.policy.mismatch.stale_post_after;
    let is_due = since.is_none_or(|since| seen.context.has_lasted(since, grace));
    is_due.then(|| Mismatch {
        kind: MismatchKind::StalePost,
        case: None,
        subject: Some(post.id.to_string()),
        since,
        detail: MismatchDetail::StalePost {
            post: post.id.clone(),
            title: post.title.clone(),
            posted: post.since,
            cannot_tell: left.cannot_tell,
        },
        muted: is_in_maintenance(seen, &left.places),
    })
}

fn is_in_maintenance(seen: &RuleInput<'_>, places: &[Place]) -> bool {
    !places.is_empty() && places.iter().all(|place| seen.maintenance.covers(place))
}

fn find_incident<'a>(seen: &RuleInput<'a>, id: &IncidentId) -> Option<&'a Incident> {
    all_incidents(seen).find(|incident| incident.id == *id)
}

fn all_incidents<'a>(seen: &RuleInput<'a>) -> impl Iterator<Item = &'a Incident> {
    let says = seen.context.answers.incidents.iter();
    says.filter_map(|slot| slot.body())
        .flat_map(|says| &says.incidents)
        .map(|incident| &**incident)
}

// When an incident stopped to be a P1: it was resolved, or its priority (or another field) was changed.
fn p1_end(seen: &RuleInput<'_>, incident: &Incident) -> Option<DateTime<Utc>> {
    if !incident.is_open() {
        return incident.resolved_at;
    }
    let log = seen.context.log.get(&incident.id);
    let changed = log
        .into_iter()
        .flatten()
        .filter(|entry| entry.kind == LogKind::FieldChange)
        .map(|entry| entry.at)
        .max();
    changed
        .or(incident.updated_at)
        .or(Some(incident.created_at))
}

// The last P1 that the places fit and that ended within what is known of the past.
fn last_p1_end(seen: &RuleInput<'_>, places: &[Place]) -> Option<DateTime<Utc>> {
    let was_p1 = |incident: &&Incident| {
        !incident.is_open() && seen.context.rank(incident.priority.as_ref()) == Rank::Priority(0)
    };
    all_incidents(seen)
        .filter(was_p1)
        .filter(|incident| fit_places(&incident_places(seen, incident), places).is_some())
        .filter_map(|incident| incident.resolved_at)
        .max()
}

fn incident_places(seen: &RuleInput<'_>, incident: &Incident) -> Vec<Place> {
    let policy = seen.context.policy;
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    let told: Vec<Place> = sets.map(|labels| labels_place(labels, policy)).collect();
    if told.is_empty() {
        places_in_title(&incident.title, policy)
    } else {
        told
    }
}

fn stale_services(seen: &RuleInput<'_>, slot: &Slot<StatusPage>) -> Vec<Mismatch> {
    let Some(page) = slot.fresh_body(seen.context.now) else {
        return Vec::new();
    };
    if seen.posts.any_possible_p1 || seen.context.policy.pagerduty_filtered {
        return Vec::new();
    }
    let grace = seen.context.policy.mismatch.stale_post_after;
    let last = last_p1_end(seen, &[]);
    page.impacted_since
        .iter()
        .filter(|(service, _)| !is_posted(page, service))
        .map(|(service, since)| (service, last.map_or(*since, |last| last.max(*since))))
        .filter(|(_, since)| seen.context.has_lasted(*since, grace))
        .map(|(service, since)| Mismatch {
            kind: MismatchKind::StalePost,
            case: None,
            subject: Some(service.clone()),
            since: Some(since),
            detail: MismatchDetail::UnexplainedImpact {
                page: slot.id.name.to_string(),
                service: service.clone(),
                impact: impact_text(page, service),
            },
            muted: false,
        })
        .collect()
}

// A post that names the service, or none, tells why.
fn is_posted(page: &StatusPage, service: &str) -> bool {
    page.posts
        .iter()
        .filter(|post| post.open)
        .any(|post| post.services.is_empty() || post.services.iter().any(|name| name == service))
}

fn impact_text(page: &StatusPage, service: &str) -> String {
    let known = page.impacted.iter().find(|(name, _)| name == service);
    known.map_or_else(
        || "impacted".to_owned(),
        |(_, impact_text)| impact_text.clone(),
    )
}
