//! Status pages of a situation.

use hubwatch::config::Config;
use hubwatch::domain::post::{Post, PostKind, StatusPage};
use hubwatch::domain::source::{ItemKind, Slot, SourceId, SourceKind};

use super::script::{self, Situation};
use super::world::{Times, add_unreadable, slot};

/// Every configured page with its posts. A post that names no page is on the first page.
pub fn all(
    config: &Config,
    told: &Situation,
    times: Times,
) -> Result<Vec<Slot<StatusPage>>, String> {
    let settings = &config.sources.status_pages;
    let names: Vec<&str> = settings.iter().map(|page| page.name.as_str()).collect();
    let on = |post: &script::Post| {
        post.page
            .clone()
            .unwrap_or_else(|| (*names.first().unwrap_or(&"")).to_owned())
    };
    if let Some(lost) = told
        .post
        .iter()
        .find(|post| !names.contains(&on(post).as_str()))
    {
        return Err(format!("post {} is on no page", lost.id));
    }
    if let Some(lost) = told
        .page
        .keys()
        .find(|name| !names.contains(&name.as_str()))
    {
        return Err(format!("page {lost} is not configured"));
    }
    let slots = settings.iter().map(|page| {
        let posts = told.post.iter().filter(|post| on(post) == page.name);
        let posts = posts.map(|told| post(told, &page.name, times));
        let (posts, closed) = posts.partition(|post| post.open);
        let says = StatusPage {
            posts,
            closed,
            closed_unknown_before: told
                .closed_unknown
                .get(&page.name)
                .map(|seconds| times.wall(*seconds)),
            impacted: told
                .impacted
                .keys()
                .filter(|_| names.first() == Some(&page.name.as_str()))
                .map(|service| (service.clone(), "impacted".to_owned()))
                .collect(),
            impacted_since: told
                .impacted
                .iter()
                .filter(|_| names.first() == Some(&page.name.as_str()))
                .map(|(service, since)| (service.clone(), times.wall(*since)))
                .collect(),
            ..StatusPage::default()
        };
        let heard = told.page.get(&page.name).cloned().unwrap_or_default();
        let id = SourceId::new(SourceKind::StatusPage, &page.name);
        let mut slot = slot(id, page.interval, &heard, says, times);
        if names.first() == Some(&page.name.as_str()) {
            let items = told.unreadable_posts.iter();
            let problem = "its post_type is 'odd'";
            add_unreadable(
                &mut slot,
                items.map(|title| (ItemKind::Post, Some(&**title), problem)),
            );
        }
        slot
    });
    Ok(slots.collect())
}

fn post(told: &script::Post, page: &str, times: Times) -> Post {
    let wall = |seconds: Option<i64>| seconds.map(|seconds| times.wall(seconds));
    Post {
        id: told.id.as_str().into(),
        page: page.to_owned(),
        kind: if told.maintenance {
            PostKind::Maintenance
        } else {
            PostKind::Incident
        },
        title: told.title.clone(),
        status: "investigating".to_owned(),
        status_known: !told.unread,
        open: !told.closed,
        since: wall(told.since.or((!told.undated).then_some(-600))),
        updated: wall(told.updated),
        starts: wall(told.starts),
        ends: wall(told.ends),
        services: told.services.clone(),
        linked: told.linked.as_deref().map(Into::into),
        message: told.message.clone(),
        url: None,
    }
}
