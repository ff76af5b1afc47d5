//! Stale post: an incident post has been open for longer than the grace, but no open P1 seems to be its subject. Or a
//! business service has stayed impacted without a P1 and without a post.
//!
//! A down hub or an alert of the highest severity may become a P1, so a post about either one is not stale. The
//! grace of a post begins at the end of the P1, if known, else at the start of the post. The P1 ends when its incident
//! is resolved or its priority (or another field) changes. The grace of a service begins at the first poll that found
//! the service impacted.

use chrono::{DateTime, Utc};

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::{Place, Rank};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogKind};
use crate::domain::mismatch::MismatchKind;
use crate::domain::post::{PageOwnership, StatusPage};
use crate::domain::source::{Slot, SourceId, SourceKind};
use crate::picture::places::{labels_place, places_in_title};
use crate::picture::posts::{UnexplainedPost, fit_places};
use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_day;

/// An outage that a status page still shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StalePost {
    /// An incident post is open, and no open P1 is surely its subject. If the post has no link to an incident, and an
    /// open P1 might be its subject, the rule cannot tell whether the post is stale.
    Post {
        title: String,
        /// When the post was first published.
        posted: Option<DateTime<Utc>>,
    },
    /// A service of a status page is still impacted, and neither a P1 nor a post explains it.
    Service {
        /// The page, as the configuration names it.
        page: String,
        service: String,
        /// The page's word for the service's state.
        impact: String,
    },
}

impl Rule for StalePost {
    const KIND: MismatchKind = MismatchKind::StalePost;

    /// Finds nothing while PagerDuty or the page is not fresh. If the configuration limits PagerDuty to some services
    /// or teams, a post's P1 may be outside this limit. So only posts with a link to a visible incident are judged.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        let posts = input.posts.unexplained.iter();
        let posts = posts.filter_map(|left| stale_post(input, left));
        let policy = input.context.policy;
        let pages = input.context.answers.status_pages.iter();
        let ours = pages.filter(|slot| policy.page_ownership(&slot.id.name) == PageOwnership::Ours);
        let services = ours.flat_map(|slot| stale_services(input, slot));
        posts.chain(services).collect()
    }

    fn sentence_of_many(&self, mismatch: &Mismatch, who: &str) -> Option<String> {
        match self {
            Self::Post { .. } if mismatch.cannot_tell => {
                Some(format!("{who} posts, cannot tell if a P1 still needs them"))
            }
            Self::Post { .. } => Some(format!("{who} posts that no P1 needs: take them down")),
            Self::Service { page, .. } => Some(format!(
                "{who} services are still impacted on {page}, no P1 is open: clear them"
            )),
        }
    }

    fn short(&self, mismatch: &Mismatch) -> String {
        match self {
            Self::Post { title, .. } if mismatch.cannot_tell => format!("stale post? {title}"),
            Self::Post { title, .. } => format!("stale post: {title}"),
            Self::Service { service, .. } => format!("stale on the page: {service}"),
        }
    }

    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
        match self {
            Self::Post { title, posted } => {
                let posted = match posted {
                    Some(at) => short_day(*at, ctx).map(|day| format!("posted since {day}")),
                    None => ExpiringText::fixed("is posted"),
                };
                let advice = match mismatch.cannot_tell {
                    true => "cannot tell if a P1 still needs it",
                    false => "no P1 needs it: take it down",
                };
                posted.map(|posted| format!("'{title}' {posted}, {advice}"))
            }
            Self::Service {
                page,
                service,
                impact,
            } => ExpiringText::fixed(format!(
                "'{service}' is still '{impact}' on {page}, no P1 is open: clear it"
            )),
        }
    }
}

fn stale_post(input: &RuleInput<'_>, left: &UnexplainedPost) -> Option<Mismatch> {
    let post = &left.post;
    let page = SourceId::new(SourceKind::StatusPage, &post.page);
    let linked = post.linked.as_ref().and_then(|id| find_incident(input, id));
    if !input.context.is_fresh(&page) || (linked.is_none() && input.context.policy.pagerduty_filtered)
    {
        return None;
    }
    let ended = match &post.linked {
        Some(_) => linked.and_then(|incident| p1_end(input, incident)),
        None => last_p1_end(input, &left.places),
    };
    let known = |at: &DateTime<Utc>| !input.context.is_in_future(*at);
    let posted = post.since.filter(known);
    let lacks_date = posted.is_none() || ended.is_some_and(|at| !known(&at));
    let since = ended.filter(known).max(posted);
    // A post without a usable date counts as overdue, although it may be new.
    let is_due = since.is_none_or(|since| input.is_overdue(StalePost::KIND, since));
    let found = || StalePost::Post {
        title: post.title.clone(),
        posted,
    };
    is_due.then(|| Mismatch {
        since,
        muted: is_in_maintenance(input, &left.places),
        cannot_tell: left.cannot_tell || !post.status_known || lacks_date,
        places: left.places.clone(),
        ..Mismatch::about(&post.id, found())
    })
}

fn is_in_maintenance(input: &RuleInput<'_>, places: &[Place]) -> bool {
    !places.is_empty() && places.iter().all(|place| input.maintenance.covers(place))
}

fn find_incident<'a>(input: &RuleInput<'a>, id: &IncidentId) -> Option<&'a Incident> {
    all_incidents(input).find(|incident| incident.id == *id)
}

fn all_incidents<'a>(input: &RuleInput<'a>) -> impl Iterator<Item = &'a Incident> {
    let says = input.context.answers.incidents.iter();
    says.filter_map(|slot| slot.body())
        .flat_map(|says| &says.incidents)
        .map(|incident| &**incident)
}

// When an incident stopped being a P1: it was resolved, or its priority (or another field) changed.
fn p1_end(input: &RuleInput<'_>, incident: &Incident) -> Option<DateTime<Utc>> {
    if !incident.is_open() {
        return incident.resolved_at;
    }
    let log = input.context.log.get(&incident.id);
    let changed = log
        .into_iter()
        .flatten()
        .filter(|entry| {
            let kind = &entry.kind;
            matches!(kind, LogKind::FieldChange | LogKind::PriorityChange { .. })
        })
        .map(|entry| entry.at)
        .max();
    changed
        .or(incident.updated_at)
        .or(Some(incident.created_at))
}

// The end of the last known P1 that fits these places.
fn last_p1_end(input: &RuleInput<'_>, places: &[Place]) -> Option<DateTime<Utc>> {
    let was_p1 = |incident: &&Incident| {
        !incident.is_open() && input.context.rank(incident.priority.as_ref()) == Rank::Priority(0)
    };
    all_incidents(input)
        .filter(was_p1)
        .filter(|incident| fit_places(&incident_places(input, incident), places).is_some())
        .filter_map(|incident| incident.resolved_at)
        .max()
}

fn incident_places(input: &RuleInput<'_>, incident: &Incident) -> Vec<Place> {
    let policy = input.context.policy;
    let sets = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    let told: Vec<Place> = sets.map(|labels| labels_place(labels, policy)).collect();
    if told.is_empty() {
        places_in_title(&incident.title, policy)
    } else {
        told
    }
}

fn stale_services(input: &RuleInput<'_>, slot: &Slot<StatusPage>) -> Vec<Mismatch> {
    let Some(page) = slot.fresh_body(input.context.now) else {
        return Vec::new();
    };
    if input.posts.any_possible_p1 || input.context.policy.pagerduty_filtered {
        return Vec::new();
    }
    let last = last_p1_end(input, &[]);
    page.impacted_since
        .iter()
        .filter(|(service, _)| !is_posted(page, service))
        .map(|(service, since)| (service, last.map_or(*since, |last| last.max(*since))))
        .filter(|(_, since)| input.is_overdue(StalePost::KIND, *since))
        .map(|(service, since)| {
            let found = StalePost::Service {
                page: slot.id.name.to_string(),
                service: service.clone(),
                impact: impact_text(page, service),
            };
            Mismatch {
                since: Some(since),
                ..Mismatch::about(service, found)
            }
        })
        .collect()
}

// An open post explains the impact if it names the service, or if it names no service at all.
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
