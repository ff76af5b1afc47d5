//! Statuspage's public `summary.json` (version 2) has all open posts in one request. Closed ones are in
//! `incidents.json`.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::plain_text::from_html;
use crate::domain::now::TimeSource;
use crate::domain::post::{Post, PostKind, StatusPage};
use crate::domain::settings::{StatusKeywords, StatusPageSettings};
use crate::domain::source::{Answer, ItemKind, UnreadableItems};
use crate::domain::text_limit::{MAX_WORDS_BYTES, cut_words};
use crate::sources::error::SourceError;
use crate::sources::http::{Limits, Response, fetch, parse_json};
use crate::sources::lenient::{Field, List};
use crate::sources::part_reader::PartOutcome;
use crate::sources::source::PollReport;

/// A page that Statuspage hosts.
pub struct Statuspage {
    name: String,
    keywords: StatusKeywords,
    http: reqwest::Client,
    limits: Limits,
    url: String,
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
        }
    }

    /// Asks once.
    pub async fn poll(&self, time: &dyn TimeSource) -> PollReport<StatusPage> {
        let asked_at = time.now();
        let (summary, response) = match self.fetch::<Summary>("summary.json").await {
            Ok(parsed) => parsed,
            Err(error) => return PollReport::from_outcome(Err(error)),
        };
        let answer = |(body, unreadable)| Answer {
            unreadable,
            ..Answer::new(asked_at, time.now(), response.server_clock, body)
        };
        PollReport::from_outcome(
            parse(summary, &self.name, &self.keywords)
                .map(answer)
                .map_err(SourceError::garbled),
        )
    }
}

impl Statuspage {
    /// The incident posts that are over. It lists the latest 50 incidents: of earlier ones nothing is known.
    pub async fn fetch_closed(&self) -> PartOutcome<Vec<Post>> {
        let history = match self.fetch::<History>("incidents.json").await {
            Ok((history, _)) => history,
            Err(error) => return PartOutcome::Failed(error),
        };
        if !history.incidents.is_present {
            let text = "unexpected JSON: no list 'incidents'";
            return PartOutcome::Failed(SourceError::garbled(text));
        }
        let mut reader = PostReader {
            page: &self.name,
            words: &self.keywords,
            unreadable: UnreadableItems::default(),
        };
        let mut posts = reader.read(history.incidents, PostKind::Incident);
        let is_cut = posts.len() >= MAX_LISTED;
        posts.retain(|post| !post.open);
        match (reader.unreadable.iter().next(), is_cut) {
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

/// Incidents that a page lists.
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

/// Reads the summary of the page that the configuration calls `page`. What of it cannot be read is named.
///
/// # Errors
/// In words, where a list is not there, since a page that shows nothing must not look like one on which all is
/// well; and where something is listed and nothing of it can be read.
fn parse(
    summary: Summary,
    page: &str,
    words: &StatusKeywords,
) -> Result<(StatusPage, UnreadableItems), String> {
    summary.require_lists()?;
    let components = summary.components;
    let mut reader = PostReader {
        page,
        words,
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
    posts.retain(|post| post.open);
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
        closed: Vec::new(),
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
    unreadable: UnreadableItems,
}

impl PostReader<'_> {
    fn read(&mut self, list: List<WirePost>, kind: PostKind) -> Vec<Post> {
        self.unreadable
            .push_shapeless(ItemKind::Post, list.unreadable);
        let mut posts = Vec::with_capacity(list.items.len());
        for wire in list.items {
            let title = wire.name.clone().text();
            match wire.into_post(kind, self.page, self.words) {
                Some(post) => posts.push(post),
                None => {
                    let unreadable = &mut self.unreadable;
                    unreadable.push(ItemKind::Post, title.as_deref(), "it has no id");
                }
            }
        }
        posts
    }
}

impl WireComponent {
    // A group only sums up its components. A status that is missing is not well.
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
    // None where it has no id.
    fn into_post(self, kind: PostKind, page: &str, words: &StatusKeywords) -> Option<Post> {
        let since = self.first_published_at();
        let id = self.id.text()?;
        let status = self.status.text().unwrap_or_default().replace('_', " ");
        let status = cut_words(status).into_owned();
        let latest = self
            .incident_updates
            .items
            .iter()
            .max_by_key(|update| update.published_at());
        let maintenance = kind == PostKind::Maintenance;
        Some(Post {
            id: id.into(),
            page: page.to_owned(),
            kind,
            title: from_html(&self.name.text().unwrap_or_default()),
            open: !words.is_resolved(&status),
            status_known: !status.is_empty(),
            status,
            since,
            updated: latest
                .and_then(WireUpdate::published_at)
                .or(self.updated_at.value()),
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

    // `started_at` is when it began, which can be set back to before the public was told.
    fn first_published_at(&self) -> Option<DateTime<Utc>> {
        let updates = self
            .incident_updates
            .items
            .iter()
            .filter_map(WireUpdate::published_at);
        updates
            .min()
            .or(self.created_at.value())
            .or(self.started_at.value())
    }
}

impl WireUpdate {
    fn published_at(&self) -> Option<DateTime<Utc>> {
        self.display_at.value().or(self.created_at.value())
    }
}

#[cfg(test)]
mod tests;
