//! Stale post: an open incident post has stood for longer than the grace without an open P1 that may be
//! about it, or a business service has stayed impacted with neither P1 nor post.
//!
//! A hub that is seen down and an alert of the highest severity may become a P1: they keep a post. The
//! grace runs from the end of the P1 where it is known (its incident was resolved, or a field of it was
//! changed last), else from the post's beginning; a service's from the first look that found it impacted.

use chrono::{DateTime, Utc};

use super::Seen;
use crate::domain::case::{Place, Rank};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogKind};
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::domain::post::StatusPage;
use crate::domain::source::{Slot, SourceId, SourceKind};
use crate::picture::places::{in_title, of_labels};
use crate::picture::posts::{Left, by_place};

/// Silent while PagerDuty or the page is not fresh. Where the configuration asks for a part of PagerDuty
/// only, the P1 may be in the other part: then only posts are judged that are linked to what is seen.
pub fn find(seen: &Seen<'_>) -> Vec<Mismatch> {
    if !seen.pagerduty_is_fresh() {
        return Vec::new();
    }
    let posts = seen
        .public
        .left
        .iter()
        .filter_map(|left| of_post(seen, left));
    let pages = seen.context.answers.status_pages.iter();
    posts
        .chain(pages.flat_map(|slot| of_services(seen, slot)))
        .collect()
}

fn of_post(seen: &Seen<'_>, left: &Left) -> Option<Mismatch> {
    let post = &left.post;
    let page = SourceId::new(SourceKind::StatusPage, &post.page);
    let linked = post.linked.as_ref().and_then(|id| incident(seen, id));
    if !seen.context.is_fresh(&page) || (linked.is_none() && seen.context.policy.pagerduty_filtered)
    {
        return None;
    }
    let ended = match &post.linked {
        Some(_) => linked.and_then(|incident| end(seen, incident)),
        None => last_end(seen, &left.places),
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

fn is_in_maintenance(seen: &Seen<'_>, places: &[Place]) -> bool {
    !places.is_empty() && places.iter().all(|place| seen.maintenance.covers(place))
}

fn incident<'a>(seen: &Seen<'a>, id: &IncidentId) -> Option<&'a Incident> {
    all_incidents(seen).find(|incident| incident.id == *id)
}

fn all_incidents<'a>(seen: &Seen<'a>) -> impl Iterator<Item = &'a Incident> {
    let says = seen.context.answers.incidents.iter();
    says.filter_map(|slot| slot.body())
        .flat_map(|says| &says.incidents)
        .map(|incident| &**incident)
}

// When an incident stopped to be a P1: it was resolved, or its priority (or another field) was changed.
fn end(seen: &Seen<'_>, incident: &Incident) -> Option<DateTime<Utc>> {
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
fn last_end(seen: &Seen<'_>, places: &[Place]) -> Option<DateTime<Utc>> {
    let was_p1 = |incident: &&Incident| {
        !incident.is_open() && seen.context.rank(incident.priority.as_ref()) == Rank::Priority(0)
    };
    all_incidents(seen)
        .filter(was_p1)
        .filter(|incident| by_place(&told_places(seen, incident), places).is_some())
        .filter_map(|incident| incident.resolved_at)
        .max()
}

fn told_places(seen: &Seen<'_>, incident: &Incident) -> Vec<Place> {
    let policy = seen.context.policy;
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    let told: Vec<Place> = sets.map(|labels| of_labels(labels, policy)).collect();
    if told.is_empty() {
        in_title(&incident.title, policy)
    } else {
        told
    }
}

fn of_services(seen: &Seen<'_>, slot: &Slot<StatusPage>) -> Vec<Mismatch> {
    let Some(page) = slot.fresh_body(seen.context.now) else {
        return Vec::new();
    };
    if seen.public.any_p1 || seen.context.policy.pagerduty_filtered {
        return Vec::new();
    }
    let grace = seen.context.policy.mismatch.stale_post_after;
    let last = last_end(seen, &[]);
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
                impact: word(page, service),
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

fn word(page: &StatusPage, service: &str) -> String {
    let known = page.impacted.iter().find(|(name, _)| name == service);
    known.map_or_else(|| "impacted".to_owned(), |(_, word)| word.clone())
}
