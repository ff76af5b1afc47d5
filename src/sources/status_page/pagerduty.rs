//! The poller of a status page that PagerDuty hosts, through its API.
//!
//! A look is one listing of the posts that stand, and the updates of those that changed. The page's own
//! words are read again every half hour, and when a post uses one that is not known.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use serde::de::DeserializeOwned;

use super::posts::{
    self, ReadPost, Vocabulary, WireBusinessImpact, WireLabel, WirePost, WireService, WireUpdate,
};
use crate::domain::now::Now;
use crate::domain::post::StatusPage;
use crate::domain::settings::StatusKeywords;
use crate::sources::lenient::Page;
use crate::sources::pagerduty::{Ask, Client, Refusal, segment};
use crate::sources::poll::PollReport;

/// The page's own words are read again after so long.
const WORDS_KEPT: Duration = Duration::from_secs(1800);
/// Updates are read again after so long although their ids stayed the same: they can be edited.
const UPDATES_KEPT: Duration = Duration::from_secs(600);
/// Posts whose updates are asked for at once.
const AT_ONCE: usize = 4;

pub(super) struct PagerdutyPage {
    client: Arc<Client>,
    path: String,
    vocabulary: Option<(Now, Vocabulary)>,
    updates: HashMap<String, Kept>,
    // Since when each business service is seen impacted: PagerDuty does not tell.
    impacted: HashMap<String, DateTime<Utc>>,
}

/// A post's updates as they were read.
#[derive(Clone)]
struct Kept {
    at: Now,
    ids: Vec<String>,
    updates: Arc<[WireUpdate]>,
}

impl PagerdutyPage {
    pub fn new(page: &str, client: Arc<Client>) -> Self {
        Self {
            client,
            path: format!("/status_pages/{}", segment(page)),
            vocabulary: None,
            updates: HashMap::new(),
            impacted: HashMap::new(),
        }
    }

    pub async fn poll(&mut self, name: &str, words: &StatusKeywords) -> PollReport<StatusPage> {
        let asked = self.client.now();
        let body = self.read(asked, name, words).await;
        self.client.polled(asked, body)
    }

    async fn read(
        &mut self,
        asked: Now,
        name: &str,
        words: &StatusKeywords,
    ) -> Result<StatusPage, Refusal> {
        self.client.may_ask()?;
        let vocabulary = self.vocabulary(asked).await?;
        let (listed, lingering) = tokio::try_join!(
            self.standing(&vocabulary, words),
            self.lingering(&vocabulary)
        )?;
        self.read_updates(&listed, asked).await?;
        let mut read: Vec<ReadPost> = Vec::new();
        for wire in &listed {
            let Some(kept) = self.updates.get(wire.key()) else {
                continue;
            };
            let post = posts::read(wire, &kept.updates, name, words, &vocabulary, asked.wall);
            read.extend(
                post.map_err(|why| Refusal::garbled("posts", why))?
                    .filter(|read| read.post.open),
            );
        }
        if read.iter().any(|read| read.is_unclear()) {
            self.vocabulary = None;
        }
        let impacted_since = self.remember(&lingering, asked);
        Ok(StatusPage {
            impacted_since,
            ..assemble(read, lingering)
        })
    }

    fn remember(
        &mut self,
        impacted: &[(String, String)],
        asked: Now,
    ) -> Vec<(String, DateTime<Utc>)> {
        self.impacted = impacted
            .iter()
            .map(|(name, _)| {
                let known = self.impacted.get(name).copied();
                (name.clone(), known.unwrap_or(asked.wall))
            })
            .collect();
        let mut since: Vec<_> = self.impacted.clone().into_iter().collect();
        since.sort();
        since
    }

    async fn vocabulary(&mut self, asked: Now) -> Result<Vocabulary, Refusal> {
        if let Some((at, kept)) = &self.vocabulary
            && asked.since(*at) < WORDS_KEPT
        {
            return Ok(kept.clone());
        }
        let (statuses, impacts, services) = tokio::try_join!(
            self.list::<WireLabel>("statuses", "statuses"),
            self.list::<WireLabel>("impacts", "impacts"),
            self.list::<WireService>("services", "services"),
        )?;
        let fresh = Vocabulary::new(statuses.items, impacts.items, services.items);
        self.vocabulary = Some((asked, fresh.clone()));
        Ok(fresh)
    }

    // Narrowed to statuses without a word of ending: a page keeps its posts for years.
    async fn standing(
        &self,
        vocabulary: &Vocabulary,
        words: &StatusKeywords,
    ) -> Result<Vec<WirePost>, Refusal> {
        let ask = Ask::new("posts", format!("{}/posts", self.path))
            .any("status[]", vocabulary.open_statuses(words));
        let page = self.client.list::<WirePost>(&ask, "posts").await?;
        // Paging is not documented for posts, so it is not asked for until an answer says that it is needed.
        if page.more {
            return self.client.pages(&ask, "posts", |_| false).await;
        }
        Ok(page.items)
    }

    async fn read_updates(&mut self, listed: &[WirePost], asked: Now) -> Result<(), Refusal> {
        self.updates
            .retain(|id, _| listed.iter().any(|post| post.key() == id));
        let is_current = |post: &WirePost| {
            let kept = self.updates.get(post.key());
            kept.is_some_and(|kept| {
                asked.since(kept.at) < UPDATES_KEPT && kept.ids == post.update_ids()
            })
        };
        let changed: Vec<&WirePost> = listed.iter().filter(|post| !is_current(post)).collect();
        // Gathered first: a closure over references held across an await is no `Send` future's.
        let reads: Vec<_> = changed
            .into_iter()
            .map(|post| self.updates_of(post, asked).boxed())
            .collect();
        let read: Vec<_> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        self.updates.extend(read.into_iter().flatten());
        Ok(())
    }

    // None where the post was taken down meanwhile.
    async fn updates_of(
        &self,
        post: &WirePost,
        asked: Now,
    ) -> Result<Option<(String, Kept)>, Refusal> {
        let id = post.key().to_owned();
        let path = format!("posts/{}/post_updates", segment(&id));
        let updates = match self.list::<WireUpdate>(&path, "post_updates").await {
            Err(refusal) if refusal.is_not_found() => return Ok(None),
            updates => updates?.items.into(),
        };
        let kept = Kept {
            at: asked,
            ids: post.update_ids(),
            updates,
        };
        Ok(Some((id, kept)))
    }

    async fn lingering(&self, vocabulary: &Vocabulary) -> Result<Vec<(String, String)>, Refusal> {
        if vocabulary.business.is_empty() {
            return Ok(Vec::new());
        }
        let mut ids: Vec<&str> = vocabulary.business.keys().map(String::as_str).collect();
        ids.sort_unstable();
        let ask = Ask::new("impacts", "/business_services/impacts").any("ids[]", ids);
        match self
            .client
            .list::<WireBusinessImpact>(&ask, "services")
            .await
        {
            Err(refusal) if refusal.is_absence() || refusal.is_not_found() => Ok(Vec::new()),
            page => Ok(posts::lingering(page?.items, vocabulary)),
        }
    }

    async fn list<T: DeserializeOwned>(
        &self,
        what: &str,
        key: &'static str,
    ) -> Result<Page<T>, Refusal> {
        let ask = Ask::new("the status page", format!("{}/{what}", self.path));
        self.client.list(&ask, key).await
    }
}

fn assemble(read: Vec<ReadPost>, lingering: Vec<(String, String)>) -> StatusPage {
    let mut page = StatusPage::default();
    for post in read {
        for impact in post.impacted {
            if !page.impacted.contains(&impact) {
                page.impacted.push(impact);
            }
        }
        page.posts.push(post.post);
    }
    for (name, word) in lingering {
        if !page.impacted.iter().any(|(known, _)| *known == name) {
            page.impacted.push((name, word));
        }
    }
    page
}
