//! The posts on the status pages about an incident.

use std::sync::Arc;

use crate::commands::past_record::poll_status_pages;
use crate::domain::policy::Policy;
use crate::domain::post::PageOwnership;
use crate::domain::settings::SourcesConfig;
use crate::picture::posts_about;
use crate::review::past_incident::PastIncident;
use crate::review::postmortem::PublicRecord;
use crate::sources::context::SourceContext;

/// The posts on the team's pages that are certainly about the incidents, and a text for each page that could not be
/// read.
pub(super) async fn public_record(
    sources: &SourcesConfig,
    context: &Arc<SourceContext>,
    members: &[&PastIncident],
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
        let begins = members.iter().map(|one| one.incident.created_at).min();
        if page
            .closed_unknown_before
            .zip(begins)
            .is_some_and(|(before, begins)| before > begins)
        {
            record.unknown = Some(format!(
                "the status page {} does not show all posts of that time",
                slot.id.name
            ));
        }
        for one in members {
            let posts = posts_about(page, &one.incident, &one.places, policy);
            let posts: Vec<_> = posts
                .filter(|it| !record.posts.contains(it))
                .cloned()
                .collect();
            record.posts.extend(posts);
        }
    }
    (record, missing)
}
