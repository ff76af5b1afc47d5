//! Statuspage's public API (version 2). `summary.json` has all open posts in one answer. `incidents.json` has the
//! closed posts.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::listed_posts::ListedPosts;
use super::plain_text::from_html;
use super::update_dates::UpdateDates;
use crate::domain::now::{TimeSource, is_in_future};
use crate::domain::post::{Post, PostKind, StatusPage};
use crate::domain::settings::{StatusKeywords, StatusPageSettings};
use crate::domain::source::{Answer, ItemKind, UnreadableItems};
use crate::domain::text_limit::{MAX_WORDS_BYTES, cut_words};
use crate::sources::error::SourceError;
use crate::sources::http::{Limits, Response, fetch, parse_json};
use crate::sources::lenient::{Field, List};
use crate::sources::part_reader::PartOutcome;
use crate::sources::poll_report::PollReport;

/// A page hosted by Statuspage.
pub struct Statuspage {
    name: String,
    keywords: StatusKeywords,
    http: reqwest::Client,
    limits: Limits,
    url: String,
    listed: ListedPosts<Post>,
}

impl Statuspage {
    /// The page at `url`, which has no slash at its end.
    pub fn new(
        settings: &StatusPageSettings,
        url: &str,
        http: reqwest::Client,
        limits: Limits,
    ) -> Self {
        Self {
            name: settings.name.clone(),
            keywords: settings.keywords.clone(),
            http,
            limits,
            url: format!("{url}/api/v2"),
            listed: listed_posts(),
        }
    }

    pub async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<StatusPage> {
        let asked_at = time.now();
        let (summary, response) = match self.fetch::<Summary>("summary.json").await {
            Ok(parsed) => parsed,
            Err(error) => return PollReport::from_outcome(Err(error)),
        };
        let now = latest_clock(time, &response);
        let answer = |(body, unreadable)| Answer {
            unreadable,
            ..Answer::new(asked_at, time.now(), response.server_clock, body)
        };
        PollReport::from_outcome(
            parse(summary, &mut self.listed, &self.name, &self.keywords, now)
                .map(answer)
                .map_err(SourceError::garbled),
        )
    }
}

impl Statuspage {
    /// The closed incident posts. The page lists only its latest 50 incidents, so earlier incidents are not known.
    pub async fn fetch_closed(&self, time: &dyn TimeSource) -> PartOutcome<Vec<Post>> {
        let (history, response) = match self.fetch::<History>("incidents.json").await {
            Ok(parsed) => parsed,
            Err(error) => return PartOutcome::Failed(error),
        };
        if !history.incidents.is_present {
            let text = "unexpected JSON: no list 'incidents'";
            return PartOutcome::Failed(SourceError::garbled(text));
        }
        let mut reader = PostReader {
            page: &self.name,
            words: &self.keywords,
            now: latest_clock(time, &response),
            unreadable: UnreadableItems::default(),
        };
        let mut posts = reader.read(history.incidents, PostKind::Incident);
        let is_cut = posts.len() >= MAX_LISTED;
        posts.retain(|post| !post.open);
        let mut unreadable = reader.unreadable.iter();
        let missing = unreadable.find(|item| item.kind == ItemKind::Post);
        match (missing, is_cut) {
            (None, false) => PartOutcome::Whole(posts),
            (Some(first), _) => PartOutcome::Partial(posts, first.problem.clone()),
            (None, true) => {
                let missing = format!("the page lists its latest {MAX_LISTED} incidents");
                PartOutcome::Partial(posts, missing)
            }
        }
    }

    async fn fetch<T: DeserializeOwned>(&self, file: &str) -> Result<(T, Response), SourceError> {
        let url = format!("{}/{file}", self.url);
        let response = fetch(self.http.get(url), &self.limits).await?;
        let response = response.error_for_status()?;
        Ok((parse_json(&response)?, response))
    }
}

// The later of our clock and the server's clock.
fn latest_clock(time: &dyn TimeSource, response: &Response) -> DateTime<Utc> {
    let own = time.now().wall;
    response.server_clock.map_or(own, |clock| clock.max(own))
}

/// The number of incidents that a page lists.
const MAX_LISTED: usize = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct History {
    incidents: List<WirePost>,
}

type WireTime = Field<DateTime<Utc>>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Summary {
    status: Field<WireHeadline>,
    components: List<WireComponent>,
    incidents: List<WirePost>,
    scheduled_maintenances: List<WirePost>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireHeadline {
    description: Field<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireComponent {
    name: Field<String>,
    status: Field<String>,
    group: Field<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WirePost {
    id: Field<String>,
    name: Field<String>,
    status: Field<String>,
    created_at: WireTime,
    started_at: WireTime,
    updated_at: WireTime,
    resolved_at: WireTime,
    shortlink: Field<String>,
    incident_updates: List<WireUpdate>,
    components: List<WireComponent>,
    scheduled_for: WireTime,
    scheduled_until: WireTime,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireUpdate {
    body: Field<String>,
    created_at: WireTime,
    display_at: WireTime,
}

fn listed_posts() -> ListedPosts<Post> {
    ListedPosts::new(|post| post.id.as_str())
}

/// Reads the summary of the page that the configuration calls `page`. The result includes the posts that only this
/// summary lacks, and names unreadable items.
///
/// # Errors
/// A list is missing, or no element of a list can be read. Without this error, a page without data would look as if all
/// were well. The error names the list.
fn parse(
    summary: Summary,
    listed: &mut ListedPosts<Post>,
    page: &str,
    words: &StatusKeywords,
    now: DateTime<Utc>,
) -> Result<(StatusPage, UnreadableItems), String> {
    summary.require_lists()?;
    let components = summary.components;
    let mut reader = PostReader {
        page,
        words,
        now,
        unreadable: UnreadableItems::default(),
    };
    let shapeless = components.unreadable;
    reader
        .unreadable
        .push_shapeless(ItemKind::Component, shapeless);
    let mut posts = reader.read(summary.incidents, PostKind::Incident);
    posts.extend(reader.read(summary.scheduled_maintenances, PostKind::Maintenance));
    let unreadable = reader.unreadable;
    if let (Some(first), true) = (
        unreadable.iter().next(),
        posts.is_empty() && components.items.is_empty(),
    ) {
        return Err(format!(
            "nothing of it can be read: a {}: {}",
            first.kind, first.problem
        ));
    }
    listed.update(posts);
    let (posts, mut closed): (Vec<_>, Vec<_>) = listed.iter().cloned().partition(|post| post.open);
    closed.retain(|post| post.kind == PostKind::Incident);
    let impacted = components.items.into_iter();
    let page = StatusPage {
        headline: summary
            .status
            .value()
            .and_then(|status| status.description.text())
            .map(|text| cut_words(text).into_owned()),
        impacted: impacted.filter_map(|c| c.into_impact(words)).collect(),
        impacted_since: Vec::new(),
        posts,
        closed,
        closed_unknown_before: None,
    };
    Ok((page, unreadable))
}

impl Summary {
    fn require_lists(&self) -> Result<(), String> {
        let lists = [
            ("components", self.components.is_present),
            ("incidents", self.incidents.is_present),
            (
                "scheduled_maintenances",
                self.scheduled_maintenances.is_present,
            ),
        ];
        match lists.into_iter().find(|(_, is_present)| !is_present) {
            Some((name, _)) => Err(format!("unexpected JSON: no list '{name}'")),
            None => Ok(()),
        }
    }
}

struct PostReader<'a> {
    page: &'a str,
    words: &'a StatusKeywords,
    now: DateTime<Utc>,
    unreadable: UnreadableItems,
}

impl PostReader<'_> {
    fn read(&mut self, list: List<WirePost>, kind: PostKind) -> Vec<Post> {
        let item = match kind {
            PostKind::Incident => ItemKind::Post,
            PostKind::Maintenance => ItemKind::MaintenancePost,
        };
        self.unreadable.push_shapeless(item, list.unreadable);
        let mut posts = Vec::with_capacity(list.items.len());
        for wire in list.items {
            let title = wire.name.clone().text();
            let dates = wire.dates(self.now);
            match wire.into_post(kind, &dates, self) {
                Ok(post) => {
                    if let (Some(problem), true) = (dates.problem, post.open) {
                        let unreadable = &mut self.unreadable;
                        unreadable.push(ItemKind::PostField, title.as_deref(), problem);
                    }
                    posts.push(post);
                }
                Err(problem) => self.unreadable.push(item, title.as_deref(), problem),
            }
        }
        posts
    }
}

impl WireComponent {
    // The impacted component; `None` if it is not impacted. A group counts as not impacted, since it only sums up its
    // components. A missing status counts as impacted.
    fn into_impact(self, words: &StatusKeywords) -> Option<(String, String)> {
        let status = self.status.text().unwrap_or_else(|| "unknown".to_owned());
        if self.group.value() == Some(true) || words.is_operational(&status) {
            return None;
        }
        Some((
            cut_words(self.name.text().unwrap_or_default()).into_owned(),
            cut_words(status.replace('_', " ")).into_owned(),
        ))
    }
}

impl WirePost {
    /// # Errors
    /// The post has no id or no status.
    fn into_post(
        self,
        kind: PostKind,
        dates: &UpdateDates,
        reader: &PostReader<'_>,
    ) -> Result<Post, &'static str> {
        let closed_at = self.closed_at(dates, reader.now);
        let id = self.id.text().ok_or("it has no id")?;
        let status = self.status.text().ok_or("it has no readable status")?;
        let status = cut_words(status.replace('_', " ")).into_owned();
        let open = !reader.words.is_resolved(&status);
        let latest = self
            .incident_updates
            .items
            .iter()
            .max_by_key(|update| update.published_at());
        let maintenance = kind == PostKind::Maintenance;
        Ok(Post {
            id: id.into(),
            page: reader.page.to_owned(),
            kind,
            title: from_html(&self.name.text().unwrap_or_default()),
            open,
            status_known: true,
            status,
            since: dates.first,
            updated: if open { dates.last } else { closed_at },
            starts: self.scheduled_for.value().filter(|_| maintenance),
            ends: self.scheduled_until.value().filter(|_| maintenance),
            services: self
                .components
                .items
                .iter()
                .filter_map(|c| Some(cut_words(c.name.clone().text()?).into_owned()))
                .collect(),
            linked: None,
            message: from_html(
                latest
                    .and_then(|update| update.body.as_deref())
                    .unwrap_or_default(),
            ),
            url: self
                .shortlink
                .text()
                .filter(|url| url.len() <= MAX_WORDS_BYTES),
        })
    }

    // The dates of the post's updates. Without updates, the post's own dates. `created_at` is preferred to
    // `started_at`, since `started_at` can be set to a time before the public was told.
    fn dates(&self, now: DateTime<Utc>) -> UpdateDates {
        let updates = self.incident_updates.items.iter();
        let of_updates = UpdateDates::new(updates.map(WireUpdate::published_at), now);
        if !self.incident_updates.items.is_empty() {
            return of_updates;
        }
        let created = self.created_at.value().or(self.started_at.value());
        let own = [created, self.updated_at.value()];
        UpdateDates::new(own.into_iter().filter(Option::is_some), now)
    }

    // When the post was closed. `resolved_at` is preferred to the date of the last update, since the last update may be
    // a postmortem from days later.
    fn closed_at(&self, dates: &UpdateDates, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let resolved = self.resolved_at.value();
        let resolved = resolved.filter(|at| !is_in_future(*at, now));
        resolved.or_else(|| dates.closing(dates.last))
    }
}

impl WireUpdate {
    fn published_at(&self) -> Option<DateTime<Utc>> {
        self.display_at.value().or(self.created_at.value())
    }
}

#[cfg(test)]
mod tests;
