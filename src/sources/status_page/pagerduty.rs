//! The poller of a status page that PagerDuty hosts, through its API.
//!
//! A poll reads one listing of the open posts, and the updates of the posts that changed. The page's labels are read
//! again every half hour, and when a post uses an unknown label.

mod assemble;
mod closed_posts;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, StreamExt, stream};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use self::assemble::assemble_page;
use super::listed_posts::ListedPosts;
use super::posts::{self, PageLabels, ParsedPost, WireLabel, WirePost, WireService, WireUpdate};
use crate::domain::now::Now;
use crate::domain::post::{Post, PostKind, StatusPage};
use crate::domain::settings::{StatusKeywords, StatusPageSettings};
use crate::domain::source::{ItemKind, Part, PartName, UnreadableItems};
use crate::sources::error::SourceError;
use crate::sources::pagerduty::{ApiRequest, Client, Listing, path_segment};
use crate::sources::part_reader::{KeptPart, PartOutcome};
use crate::sources::poll_report::{AnswerContent, PollReport};

/// The age at which the page's labels are read again.
const MAX_LABELS_AGE: Duration = Duration::from_secs(1800);
/// The age at which updates are read again even if their ids are the same, since updates can be edited.
const MAX_UPDATES_AGE: Duration = Duration::from_secs(600);
/// The most posts whose updates are requested at once.
const MAX_CONCURRENT_READS: usize = 4;

/// A page hosted by PagerDuty. A poll fails only if it cannot read the posts, or the statuses that show which posts are
/// open.
pub struct PagerdutyPage {
    name: String,
    keywords: StatusKeywords,
    client: Arc<Client>,
    path: String,
    statuses: KeptPart<Vec<WireLabel>>,
    impacts: KeptPart<Vec<WireLabel>>,
    services: KeptPart<Vec<WireService>>,
    /// The names of impacted services, each with the page's label for the impact.
    impacted: KeptPart<Vec<(String, String)>>,
    post_updates: Part,
    /// Whether the labels are read again with the next poll.
    labels_due: bool,
    listed: ListedPosts<WirePost>,
    updates: HashMap<String, CachedUpdates>,
    // For each impacted business service, the time of the first poll that found the impact. PagerDuty does not report
    // when the impact began.
    impacted_since: HashMap<String, DateTime<Utc>>,
}

/// A post's updates from their last reading.
#[derive(Clone)]
struct CachedUpdates {
    read_at: Now,
    ids: Vec<String>,
    updates: Arc<[WireUpdate]>,
}

impl PagerdutyPage {
    /// The page with the id `page`. All users of the key share the client.
    pub fn new(settings: &StatusPageSettings, page: &str, client: Arc<Client>) -> Self {
        Self {
            name: settings.name.clone(),
            keywords: settings.keywords.clone(),
            client,
            path: format!("/status_pages/{}", path_segment(page)),
            statuses: KeptPart::new(PartName::Statuses),
            impacts: KeptPart::new(PartName::Impacts),
            services: KeptPart::new(PartName::PageServices),
            impacted: KeptPart::new(PartName::BusinessImpacts),
            post_updates: Part::new(PartName::PostUpdates),
            labels_due: true,
            listed: ListedPosts::new(WirePost::id),
            updates: HashMap::new(),
            impacted_since: HashMap::new(),
        }
    }

    /// Replaces the API key.
    pub fn set_token(&self, token: SecretString) {
        self.client.set_token(token);
    }

    pub async fn poll(&mut self) -> PollReport<StatusPage> {
        let asked = self.client.now();
        let read = self.fetch(asked).await;
        let content = read.map(|(body, unreadable)| AnswerContent {
            body,
            parts: self.parts(asked),
            unreadable,
        });
        self.client.poll_result(asked, content)
    }

    fn parts(&self, asked: Now) -> Vec<Part> {
        let mut posts = Part::new(PartName::Posts);
        posts.succeed(asked);
        vec![
            posts,
            self.post_updates.clone(),
            self.impacted.part.clone(),
            self.statuses.part.standing_at(asked),
            self.impacts.part.standing_at(asked),
            self.services.part.standing_at(asked),
        ]
    }

    async fn fetch(&mut self, asked: Now) -> Result<(StatusPage, UnreadableItems), SourceError> {
        self.client.ensure_not_paused()?;
        self.refresh_labels(asked).await?;
        let labels = PageLabels::new(
            &self.statuses.value,
            &self.impacts.value,
            &self.services.value,
        );
        let (listed, impacted) = tokio::join!(
            self.fetch_open_posts(&labels),
            self.fetch_impacted_services(&labels)
        );
        self.impacted.record(asked, impacted);
        let mut unreadable = self.merge_listing(listed?)?;
        self.refresh_updates(asked).await;
        let clock = self.client.server_clock().unwrap_or(asked.wall);
        let (read, closed) = self.parse_listed(&labels, clock.max(asked.wall));
        for read in &read {
            if let Some(problem) = read.problem {
                unreadable.push(ItemKind::PostField, Some(&read.post.title), problem);
            }
        }
        self.labels_due |= read.iter().any(|read| read.has_unknown_label());
        let impacted_since = self.track_impacted(asked);
        let page = StatusPage {
            impacted_since,
            closed,
            ..assemble_page(read, &self.impacted.value)
        };
        Ok((page, unreadable))
    }

    // The open posts, and the closed incident posts. The latter are listed as open although their latest update closes
    // them.
    fn parse_listed(
        &self,
        labels: &PageLabels,
        now: DateTime<Utc>,
    ) -> (Vec<ParsedPost>, Vec<Post>) {
        let parsed = self.listed.iter().filter_map(|wire| {
            let kept = self.updates.get(wire.id());
            posts::parse_post(
                wire,
                kept.map(|kept| &*kept.updates).unwrap_or_default(),
                &self.name,
                &self.keywords,
                labels,
                now,
            )
        });
        let (open, closed): (Vec<_>, Vec<_>) = parsed.partition(|parsed| parsed.post.open);
        let closed = closed.into_iter().map(|parsed| parsed.post);
        let closed = closed.filter(|post| post.kind == PostKind::Incident);
        (open, closed.collect())
    }

    /// # Errors
    /// There are posts, and none of them can be read.
    fn merge_listing(
        &mut self,
        listing: Listing<WirePost>,
    ) -> Result<UnreadableItems, SourceError> {
        let mut unreadable = UnreadableItems::default();
        unreadable.push_shapeless(ItemKind::Post, listing.unreadable);
        let mut fresh = Vec::with_capacity(listing.items.len());
        for post in listing.items {
            match post.problem() {
                None => fresh.push(post),
                Some(problem) => {
                    let title = post.title.text();
                    unreadable.push(ItemKind::Post, title.as_deref(), problem);
                }
            }
        }
        if let (Some(first), true) = (unreadable.iter().next(), fresh.is_empty()) {
            let why = format!("none can be read: {}", first.problem);
            return Err(SourceError::garbled_about("posts", why));
        }
        self.listed.update(fresh);
        Ok(unreadable)
    }

    fn track_impacted(&mut self, asked: Now) -> Vec<(String, DateTime<Utc>)> {
        let impacted = self.impacted.value.iter();
        self.impacted_since = impacted
            .map(|(name, _)| {
                let known = self.impacted_since.get(name).copied();
                (name.clone(), known.unwrap_or(asked.wall))
            })
            .collect();
        let mut since: Vec<_> = self.impacted_since.clone().into_iter().collect();
        since.sort_unstable();
        since
    }

    /// # Errors
    /// The labels of statuses were never read.
    async fn refresh_labels(&mut self, asked: Now) -> Result<(), SourceError> {
        let parts = [&self.statuses.part, &self.impacts.part, &self.services.part];
        let is_due = |part: &Part| {
            let is_old = |read| asked.since(read) >= MAX_LABELS_AGE;
            part.failure().is_some() || part.read_at.is_none_or(is_old)
        };
        if !self.labels_due && !parts.into_iter().any(is_due) {
            return Ok(());
        }
        let (statuses, impacts, services) = tokio::join!(
            self.get_list::<WireLabel>("statuses", "statuses"),
            self.get_list::<WireLabel>("impacts", "impacts"),
            self.get_list::<WireService>("services", "services"),
        );
        let failed = statuses.as_ref().err().cloned();
        self.statuses
            .record(asked, list_outcome(statuses, "statuses"));
        self.impacts.record(asked, list_outcome(impacts, "impacts"));
        self.services
            .record(asked, list_outcome(services, "services"));
        self.labels_due = false;
        match failed {
            Some(error) if self.statuses.part.read_at.is_none() => Err(error),
            _ => Ok(()),
        }
    }

    // Lists only posts with an open status, since a page keeps its posts for years.
    async fn fetch_open_posts(
        &self,
        labels: &PageLabels,
    ) -> Result<Listing<WirePost>, SourceError> {
        let ask = ApiRequest::new("posts", format!("{}/posts", self.path))
            .list_param("status[]", labels.open_status_ids(&self.keywords));
        self.fetch_listing(&ask, "posts").await
    }

    // Reads the updates of changed posts. A post whose updates cannot be read keeps its earlier updates.
    async fn refresh_updates(&mut self, asked: Now) {
        let listed = &self.listed;
        self.updates.retain(|id, _| listed.contains(id));
        let is_current = |post: &WirePost| {
            let kept = self.updates.get(post.id());
            kept.is_some_and(|kept| {
                asked.since(kept.read_at) < MAX_UPDATES_AGE && kept.ids == post.update_ids()
            })
        };
        let changed: Vec<&WirePost> = listed.iter().filter(|post| !is_current(post)).collect();
        // The requests are collected before the first await, since a closure over references that is held across an
        // await would keep the future from being `Send`.
        let reads: Vec<_> = changed
            .into_iter()
            .map(|post| self.fetch_updates(post, asked).boxed())
            .collect();
        let read: Vec<_> = stream::iter(reads)
            .buffered(MAX_CONCURRENT_READS)
            .collect()
            .await;
        self.post_updates.succeed(asked);
        for read in read {
            match read {
                Ok((id, updates)) => {
                    self.updates.insert(id, updates);
                }
                Err(error) => self.post_updates.fail(error.kind(), error.text, asked),
            }
        }
    }

    async fn fetch_updates(
        &self,
        post: &WirePost,
        asked: Now,
    ) -> Result<(String, CachedUpdates), SourceError> {
        let id = post.id().to_owned();
        let path = format!("posts/{}/post_updates", path_segment(&id));
        let read = self.get_list::<WireUpdate>(&path, "post_updates").await?;
        let kept = CachedUpdates {
            read_at: asked,
            ids: post.update_ids(),
            updates: read.require_whole("post updates")?.into(),
        };
        Ok((id, kept))
    }

    async fn fetch_impacted_services(
        &self,
        labels: &PageLabels,
    ) -> PartOutcome<Vec<(String, String)>> {
        if labels.business_services.is_empty() {
            return PartOutcome::Whole(Vec::new());
        }
        let mut ids: Vec<&str> = labels
            .business_services
            .keys()
            .map(String::as_str)
            .collect();
        ids.sort_unstable();
        let ask = ApiRequest::new("impacts", "/business_services/impacts").list_param("ids[]", ids);
        match self.fetch_listing(&ask, "services").await {
            Err(error) => error.into_part_outcome(&[403, 404]),
            listing => list_outcome(listing, "business services' impacts")
                .map(|items| posts::impacted_business_services(items, labels)),
        }
    }

    async fn get_list<T: DeserializeOwned>(
        &self,
        what: &str,
        key: &'static str,
    ) -> Result<Listing<T>, SourceError> {
        let ask = ApiRequest::new("the status page", format!("{}/{what}", self.path));
        self.fetch_listing(&ask, key).await
    }

    // Reads a listing. Paging is not documented for these listings, so another page is requested only if the answer
    // says that there are more elements.
    async fn fetch_listing<T: DeserializeOwned>(
        &self,
        ask: &ApiRequest,
        key: &'static str,
    ) -> Result<Listing<T>, SourceError> {
        let page = self.client.get_list::<T>(ask, key).await?;
        match page.more == Some(true) {
            true => self.client.get_all_pages(ask, key, |_| false).await,
            false => Ok(page.into()),
        }
    }
}

fn list_outcome<T>(read: Result<Listing<T>, SourceError>, resource: &str) -> PartOutcome<Vec<T>> {
    match read {
        Ok(listing) => listing.into_outcome(resource),
        Err(error) => PartOutcome::Failed(error),
    }
}
