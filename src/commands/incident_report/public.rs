//! What the status pages told of an incident.

use std::sync::Arc;

use crate::commands::past_record::poll_status_pages;
use crate::domain::case::Place;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::post::PageOwnership;
use crate::domain::settings::SourcesConfig;
use crate::picture::posts_about;
use crate::review::postmortem::PublicRecord;
use crate::sources::context::SourceContext;

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
            .extend(posts_about(page, incident, places, policy).cloned());
    }
    (record, missing)
}
