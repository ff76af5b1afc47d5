//! What the status pages told of an incident.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::commands::past_record::poll_status_pages;
use crate::domain::case::Place;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::post::{PageOwnership, Post, PostKind, StatusPage};
use crate::domain::settings::SourcesConfig;
use crate::picture::places::places_in_title;
use crate::picture::{Fit, fit_places};
use crate::review::postmortem::PublicRecord;
use crate::sources::context::SourceContext;

/// A post may have been there for so long before its incident, and be closed after it.
const POST_MARGIN: TimeDelta = TimeDelta::hours(1);

/// The posts of our pages that are about it for sure, and what could not be read, in words.
pub(super) async fn public_record(
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
