//! The wire types of a status page in PagerDuty's API, and their conversion to posts.
//!
//! A page has its own lists of statuses, impacts and services. Posts refer to the ids of list entries; the labels of
//! the entries are free text. A listing of posts has only the ids of updates. The updates themselves have the texts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::plain_text::from_html;
use super::update_dates::UpdateDates;
use crate::domain::ids::IncidentId;
use crate::domain::post::{Post, PostKind};
use crate::domain::settings::StatusKeywords;
use crate::domain::text_limit::cut_words;
use crate::sources::lenient::{Field, List};

type WireTime = Field<DateTime<Utc>>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IdReference {
    pub id: Field<String>,
    #[serde(rename = "type")]
    kind: Field<String>,
}

impl IdReference {
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

/// A status or an impact. `description` is its label.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireLabel {
    pub id: Field<String>,
    pub description: Field<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireService {
    pub id: Field<String>,
    pub name: Field<String>,
    pub business_service: Field<IdReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WirePost {
    pub id: Field<String>,
    pub post_type: Field<String>,
    pub title: Field<String>,
    pub starts_at: WireTime,
    pub ends_at: WireTime,
    pub linked_resource: Field<IdReference>,
    pub updates: List<IdReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireUpdate {
    pub message: Field<String>,
    pub status: Field<IdReference>,
    pub impacted_services: List<WireImpact>,
    pub reviewed_status: Field<String>,
    pub reported_at: WireTime,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireImpact {
    pub service: Field<IdReference>,
    pub impact: Field<IdReference>,
}

/// A business service, and whether it is impacted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireBusinessImpact {
    pub id: Field<String>,
    pub name: Field<String>,
    pub status: Field<String>,
}

/// The page's own labels, by id.
#[derive(Clone, Debug, Default)]
pub(super) struct PageLabels {
    pub statuses: HashMap<String, String>,
    pub impacts: HashMap<String, String>,
    /// The names of the page's services, by id.
    pub services: HashMap<String, String>,
    /// For the id of a business service, the name of the page's service that shows it.
    pub business_services: HashMap<String, String>,
}

impl PageLabels {
    pub fn new(statuses: &[WireLabel], impacts: &[WireLabel], services: &[WireService]) -> Self {
        let labels = |list: &[WireLabel]| {
            let pairs = list.iter().cloned();
            pairs
                .filter_map(|label| Some((label.id.text()?, cut_text(label.description.value()?))))
                .collect()
        };
        let business = services.iter().filter_map(|service| {
            let id = service.business_service.as_ref()?.id.clone().text()?;
            Some((id, cut_text(service.name.clone().text()?)))
        });
        Self {
            statuses: labels(statuses),
            impacts: labels(impacts),
            business_services: business.collect(),
            services: services
                .iter()
                .cloned()
                .filter_map(|service| Some((service.id.text()?, cut_text(service.name.text()?))))
                .collect(),
        }
    }

    /// The sorted ids of the statuses that mean that a post is open.
    pub fn open_status_ids(&self, words: &StatusKeywords) -> Vec<&str> {
        self.status_ids(|label| !words.is_resolved(label))
    }

    /// The sorted ids of the statuses that mean that a post is closed.
    pub fn closed_status_ids(&self, words: &StatusKeywords) -> Vec<&str> {
        self.status_ids(|label| words.is_resolved(label))
    }

    fn status_ids(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<&str> {
        let wanted = self.statuses.iter().filter(|(_, label)| is_wanted(label));
        let mut ids: Vec<&str> = wanted.map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        ids
    }
}

/// A post, with the services that its latest update calls impacted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ParsedPost {
    pub post: Post,
    pub impacted: Vec<(String, String)>,
    /// The problem, if the post cannot be read completely.
    pub problem: Option<&'static str>,
}

impl WirePost {
    /// The post's id; empty if it has none.
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    pub fn is_incident(&self) -> bool {
        post_kind(self) == Some(PostKind::Incident) && !self.id().is_empty()
    }

    /// The reason why the post cannot be shown; `None` if it can be shown.
    pub fn problem(&self) -> Option<String> {
        match (self.id(), post_kind(self), self.post_type.as_deref()) {
            ("", _, _) => Some("it has no id".to_owned()),
            (_, Some(_), _) => None,
            (_, None, Some(word)) => Some(format!("its post_type is '{}'", cut_words(word))),
            (_, None, None) => Some("it has no readable post_type".to_owned()),
        }
    }

    /// Whether the post names the incident that it is about.
    pub fn is_linked(&self) -> bool {
        linked_incident(self).is_some()
    }

    /// The ids of the updates. A new update changes them.
    pub fn update_ids(&self) -> Vec<String> {
        self.updates
            .items
            .iter()
            .map(|update| update.id().to_owned())
            .collect()
    }
}

impl ParsedPost {
    /// Whether the post has a status or an impact that is not among the page's labels.
    pub fn has_unknown_label(&self) -> bool {
        self.post.status == UNKNOWN_LABEL
            || self.impacted.iter().any(|(_, word)| word == UNKNOWN_LABEL)
    }
}

/// The label for a status or an impact that is not among the page's labels.
const UNKNOWN_LABEL: &str = "unknown";

/// Makes a post from its listing and its updates. `None` if the post has no id. Also `None` if the public never saw the
/// post, since all of its updates wait for a review.
pub(super) fn parse_post(
    wire: &WirePost,
    updates: &[WireUpdate],
    page: &str,
    words: &StatusKeywords,
    vocabulary: &PageLabels,
    now: DateTime<Utc>,
) -> Option<ParsedPost> {
    let id = wire.id.clone().text()?;
    let is_public =
        |update: &&WireUpdate| update.reviewed_status.as_deref() != Some("not_reviewed");
    let public: Vec<&WireUpdate> = updates.iter().filter(is_public).collect();
    if public.is_empty() && !updates.is_empty() {
        return None;
    }
    let latest = public
        .iter()
        .max_by_key(|update| update.reported_at.value())
        .copied();
    let status = latest.and_then(|update| find_label(&update.status, &vocabulary.statuses));
    let status_known = status.is_some();
    let status = status.unwrap_or_else(|| UNKNOWN_LABEL.to_owned());
    let open = !words.is_resolved(&status) && (status_known || !has_ended(wire, now));
    let dates = UpdateDates::new(public.iter().map(|update| update.reported_at.value()), now);
    let has_begun = wire.starts_at.value().is_none_or(|start| start <= now);
    let impacts = latest
        .map(|update| named_impacts(update, vocabulary))
        .unwrap_or_default();
    let post = Post {
        id: id.into(),
        page: page.to_owned(),
        kind: post_kind(wire)?,
        title: from_html(wire.title.as_deref().unwrap_or_default()),
        open,
        status,
        status_known,
        since: dates.first,
        updated: match open {
            true => dates.last,
            false => dates.closing(closed_at(&public, words, vocabulary)),
        },
        starts: wire.starts_at.value(),
        ends: wire.ends_at.value(),
        services: impacts.iter().map(|(name, _)| name.clone()).collect(),
        linked: linked_incident(wire),
        message: from_html(
            latest
                .and_then(|u| u.message.as_deref())
                .unwrap_or_default(),
        ),
        url: None,
    };
    let impacted = impacts
        .into_iter()
        .filter(|(_, word)| has_begun && !words.is_operational(word))
        .collect();
    let has_no_status = latest.is_some_and(|update| update.status.as_ref().is_none());
    let problem = has_no_status.then_some("its latest update has no readable status");
    Some(ParsedPost {
        post,
        impacted,
        problem: dates.problem.or(problem),
    })
}

// When the post was closed. More closing updates may follow the one that closed the post. So the date is that of the
// first update in the last unbroken run of closing updates.
fn closed_at(
    public: &[&WireUpdate],
    words: &StatusKeywords,
    vocabulary: &PageLabels,
) -> Option<DateTime<Utc>> {
    let is_closing = |update: &&&WireUpdate| {
        let status = find_label(&update.status, &vocabulary.statuses);
        status.is_some_and(|status| words.is_resolved(&status))
    };
    let mut latest_first = public.to_vec();
    latest_first.sort_by_key(|update| std::cmp::Reverse(update.reported_at.value()));
    let closing = latest_first.iter().take_while(is_closing);
    closing.last().and_then(|update| update.reported_at.value())
}

// Whether a maintenance is over. A maintenance ends at its planned end unless the page says that it is still open.
fn has_ended(wire: &WirePost, now: DateTime<Utc>) -> bool {
    post_kind(wire) == Some(PostKind::Maintenance)
        && wire.ends_at.value().is_some_and(|end| end <= now)
}

// The post's kind; `None` for an unknown type.
fn post_kind(wire: &WirePost) -> Option<PostKind> {
    match wire.post_type.as_deref()? {
        "incident" => Some(PostKind::Incident),
        "maintenance" => Some(PostKind::Maintenance),
        _ => None,
    }
}

// The linked incident. The type of a linked resource is not documented. So a resource counts as an incident if its type
// is missing or contains "incident".
fn linked_incident(wire: &WirePost) -> Option<IncidentId> {
    let link = wire.linked_resource.as_ref()?;
    let kind = link.kind.as_deref().unwrap_or("incident");
    let id = link.id.clone().text()?;
    kind.contains("incident").then(|| id.into())
}

fn cut_text(text: String) -> String {
    cut_words(text).into_owned()
}

fn find_label(reference: &Field<IdReference>, labels: &HashMap<String, String>) -> Option<String> {
    labels.get(reference.as_ref()?.id()).cloned()
}

fn named_impacts(update: &WireUpdate, vocabulary: &PageLabels) -> Vec<(String, String)> {
    let named = |impact: &WireImpact| {
        let service = impact.service.as_ref()?.id();
        let name = vocabulary.services.get(service).cloned();
        let word = find_label(&impact.impact, &vocabulary.impacts);
        Some((
            name.unwrap_or_else(|| service.to_owned()),
            word.unwrap_or_else(|| UNKNOWN_LABEL.to_owned()),
        ))
    };
    update
        .impacted_services
        .items
        .iter()
        .filter_map(named)
        .collect()
}

/// The business services that are still impacted, under the page's own names.
pub(super) fn impacted_business_services(
    list: Vec<WireBusinessImpact>,
    vocabulary: &PageLabels,
) -> Vec<(String, String)> {
    let impacted = list
        .into_iter()
        .filter(|service| service.status.as_deref() != Some("not_impacted"));
    let named = impacted.filter_map(|service| {
        let name = vocabulary
            .business_services
            .get(&service.id.text()?)
            .cloned();
        let word = service
            .status
            .text()
            .unwrap_or_else(|| UNKNOWN_LABEL.to_owned());
        let name = name.or(service.name.text().map(cut_text))?;
        Some((name, cut_text(word.replace('_', " "))))
    });
    named.collect()
}

#[cfg(test)]
mod tests;
