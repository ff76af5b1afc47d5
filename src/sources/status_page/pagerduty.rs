//! The poller of a status page that PagerDuty hosts, through its API.
//!
//! A look is one listing of the posts that stand, and the updates of those that changed. The page's own
//! words are read again every half hour, and when a post uses one that is not known.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use super::posts::{
    self, PageLabels, ParsedPost, WireBusinessImpact, WireLabel, WirePost, WireService, WireUpdate,
};
use crate::domain::now::Now;
use crate::domain::post::StatusPage;
use crate::domain::settings::{StatusKeywords, StatusPageSettings};
use crate::sources::lenient::Page;
use crate::sources::pagerduty::{ApiError, ApiRequest, Client, path_segment};
use crate::sources::poll::PollReport;

/// The page's own words are read again after so long.
const MAX_LABELS_AGE: Duration = Duration::from_secs(1800);
/// Updates are read again after so long although their ids stayed the same: they can be edited.
const MAX_UPDATES_AGE: Duration = Duration::from_secs(600);
/// Posts whose updates are asked for at once.
const MAX_CONCURRENT_READS: usize = 4;

/// A page that PagerDuty hosts.
pub struct PagerdutyPage {
    name: String,
    keywords: StatusKeywords,
    client: Arc<Client>,
    path: String,
    labels: Option<(Now, PageLabels)>,
    updates: HashMap<String, CachedUpdates>,
    // Since when each business service is seen impacted: PagerDuty does not tell.
    impacted_since: HashMap<String, DateTime<Utc>>,
}

/// A post's updates as they were read.
#[derive(Clone)]
struct CachedUpdates {
    read_at: Now,
    ids: Vec<String>,
    updates: Arc<[WireUpdate]>,
}

impl PagerdutyPage {
    /// The page with the id `page`. It shares its client with whoever else uses the key.
    pub fn new(settings: &StatusPageSettings, page: &str, client: Arc<Client>) -> Self {
        Self {
            name: settings.name.clone(),
            keywords: settings.keywords.clone(),
            client,
            path: format!("/status_pages/{}", path_segment(page)),
            labels: None,
            updates: HashMap::new(),
            impacted_since: HashMap::new(),
        }
    }

    /// Puts another key in the place of the present one.
    pub fn set_token(&self, token: SecretString) {
        self.client.set_token(token);
    }

    /// Asks once.
    pub async fn poll(&mut self) -> PollReport<StatusPage> {
        let asked = self.client.now();
        let body = self.fetch(asked).await;
        self.client.poll_result(asked, body)
    }

    async fn fetch(&mut self, asked: Now) -> Result<StatusPage, ApiError> {
        self.client.ensure_not_paused()?;
        let vocabulary = self.fetch_labels(asked).await?;
        let (listed, lingering) = tokio::try_join!(
            self.fetch_open_posts(&vocabulary),
            self.fetch_impacted_services(&vocabulary)
        )?;
        self.refresh_updates(&listed, asked).await?;
        let mut read: Vec<ParsedPost> = Vec::new();
        for wire in &listed {
            let Some(kept) = self.updates.get(wire.id()) else {
                continue;
            };
            let post = posts::parse_post(
                wire,
                &kept.updates,
                &self.name,
                &self.keywords,
                &vocabulary,
                asked.wall,
            );
            read.extend(
                post.map_err(|why| ApiError::garbled("posts", why))?
                    .filter(|read| read.post.open),
            );
        }
        if read.iter().any(|read| read.has_unknown_label()) {
            self.labels = None;
        }
        let impacted_since = self.track_impacted(&lingering, asked);
        Ok(StatusPage {
            impacted_since,
            ..assemble_page(read, lingering)
        })
    }

    fn track_impacted(
        &mut self,
        impacted: &[(String, String)],
        asked: Now,
    ) -> Vec<(String, DateTime<Utc>)> {
        self.impacted_since = impacted
            .iter()
            .map(|(name, _)| {
                let known = self.impacted_since.get(name).copied();
                (name.clone(), known.unwrap_or(asked.wall))
            })
            .collect();
        let mut since: Vec<_> = self.impacted_since.clone().into_iter().collect();
        since.sort();
        since
    }

    async fn fetch_labels(&mut self, asked: Now) -> Result<PageLabels, ApiError> {
        if let Some((at, kept)) = &self.labels
            && asked.since(*at) < MAX_LABELS_AGE
        {
            return Ok(kept.clone());
        }
        let (statuses, impacts, services) = tokio::try_join!(
            self.get_list::<WireLabel>("statuses", "statuses"),
            self.get_list::<WireLabel>("impacts", "impacts"),
            self.get_list::<WireService>("services", "services"),
        )?;
        let fresh = PageLabels::new(statuses.items, impacts.items, services.items);
        self.labels = Some((asked, fresh.clone()));
        Ok(fresh)
    }

    // Narrowed to statuses without a word of ending: a page keeps its posts for years.
    async fn fetch_open_posts(&self, vocabulary: &PageLabels) -> Result<Vec<WirePost>, ApiError> {
        let ask = ApiRequest::new("posts", format!("{}/posts", self.path))
            .list_param("status[]", vocabulary.open_status_ids(&self.keywords));
        let page = self.client.get_list::<WirePost>(&ask, "posts").await?;
        // Paging is not documented for posts, so it is not asked for until an answer says that it is needed.
        if page.more {
            return self.client.get_all_pages(&ask, "posts", |_| false).await;
        }
        Ok(page.items)
    }

    async fn refresh_updates(&mut self, listed: &[WirePost], asked: Now) -> Result<(), ApiError> {
        self.updates
            .retain(|id, _| listed.iter().any(|post| post.id() == id));
        let is_current = |post: &WirePost| {
            let kept = self.updates.get(post.id());
            kept.is_some_and(|kept| {
                asked.since(kept.read_at) < MAX_UPDATES_AGE && kept.ids == post.update_ids()
            })
        };
        let changed: Vec<&WirePost> = listed.iter().filter(|post| !is_current(post)).collect();
        // Gathered first: a closure over references held across an await is no `Send` future's.
        let reads: Vec<_> = changed
            .into_iter()
            .map(|post| self.fetch_updates(post, asked).boxed())
            .collect();
        let read: Vec<_> = stream::iter(reads)
            .buffered(MAX_CONCURRENT_READS)
            .try_collect()
            .await?;
        self.updates.extend(read.into_iter().flatten());
        Ok(())
    }

    // None where the post was taken down meanwhile.
    async fn fetch_updates(
        &self,
        post: &WirePost,
        asked: Now,
    ) -> Result<Option<(String, CachedUpdates)>, ApiError> {
        let id = post.id().to_owned();
        let path = format!("posts/{}/post_updates", path_segment(&id));
        let updates = match self.get_list::<WireUpdate>(&path, "post_updates").await {
            Err(refusal) if refusal.is_not_found() => return Ok(None),
            updates => updates?.items.into(),
        };
        let kept = CachedUpdates {
            read_at: asked,
            ids: post.update_ids(),
            updates,
        };
        Ok(Some((id, kept)))
    }

    async fn fetch_impacted_services(
        &self,
        vocabulary: &PageLabels,
    ) -> Result<Vec<(String, String)>, ApiError> {
        if vocabulary.business_services.is_empty() {
            return Ok(Vec::new());
        }
        let mut ids: Vec<&str> = vocabulary
            .business_services
            .keys()
            .map(String::as_str)
            .collect();
        ids.sort_unstable();
        let ask = ApiRequest::new("impacts", "/business_services/impacts").list_param("ids[]", ids);
        match self
            .client
            .get_list::<WireBusinessImpact>(&ask, "services")
            .await
        {
            Err(refusal) if refusal.is_feature_unavailable() || refusal.is_not_found() => {
                Ok(Vec::new())
            }
            page => Ok(posts::impacted_business_services(page?.items, vocabulary)),
        }
    }

    async fn get_list<T: DeserializeOwned>(
        &self,
        what: &str,
        key: &'static str,
    ) -> Result<Page<T>, ApiError> {
        let ask = ApiRequest::new("the status page", format!("{}/{what}", self.path));
        self.client.get_list(&ask, key).await
    }
}

fn assemble_page(read: Vec<ParsedPost>, lingering: Vec<(String, String)>) -> StatusPage {
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
