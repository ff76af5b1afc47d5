//! Which posts were about an incident that may be over.

use chrono::TimeDelta;

use super::fit::{Fit, fit_places};
use crate::domain::case::Place;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::post::{FirstPost, Post, PostKind, StatusPage};
use crate::picture::places::places_in_title;

/// A post may have been there for so long before its incident, and be closed after it.
const POST_MARGIN: TimeDelta = TimeDelta::hours(1);

/// The posts of a page that are about an incident at these places for sure.
pub fn posts_about<'a>(
    page: &'a StatusPage,
    incident: &'a Incident,
    places: &'a [Place],
    policy: &'a Policy,
) -> impl Iterator<Item = &'a Post> {
    let posts = page.posts.iter().chain(&page.closed);
    posts.filter(move |post| {
        post.kind == PostKind::Incident
            && match &post.linked {
                Some(id) => *id == incident.id,
                None => {
                    let named = places_in_title(&post.title, policy);
                    is_of_its_time(post, incident) && fit_places(places, &named) == Some(Fit::Named)
                }
            }
    })
}

fn is_of_its_time(post: &Post, incident: &Incident) -> bool {
    let from = incident.created_at - POST_MARGIN;
    let to = incident.resolved_at.map(|at| at + POST_MARGIN);
    let began_before_its_end = post.since.zip(to).is_none_or(|(since, to)| since <= to);
    let is_recent = post.updated.or(post.since).is_some_and(|at| at >= from);
    began_before_its_end && (post.open || is_recent)
}

/// The first post about an incident on the pages that tell its public; `None` is a page that cannot be read.
pub fn first_post(
    pages: &[Option<StatusPage>],
    incident: &Incident,
    places: &[Place],
    policy: &Policy,
) -> FirstPost {
    let read = pages.iter().flatten();
    let posts: Vec<&Post> = read
        .clone()
        .flat_map(|page| posts_about(page, incident, places, policy))
        .collect();
    let first = posts.iter().filter_map(|post| post.since).min();
    if let Some(at) = first {
        return FirstPost::At(at);
    }
    let mut unknown = read.filter_map(|page| page.closed_unknown_before);
    let is_before = unknown.any(|before| before > incident.created_at);
    let is_unread = pages.is_empty() || pages.iter().any(Option::is_none);
    match is_unread || is_before || !posts.is_empty() {
        true => FirstPost::NotKnown,
        false => FirstPost::None,
    }
}
