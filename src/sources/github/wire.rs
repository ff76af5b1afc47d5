//! The wire types of GitHub's API.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::references::references;
use super::report_date::date_in;
use crate::domain::text_limit::cut_words;
use crate::domain::tracker::{IssueState, ReportFile, TrackedIssue};
use crate::sources::lenient::{Field, List};

#[derive(Debug, Deserialize)]
pub(super) struct WireIssue {
    number: u64,
    title: String,
    html_url: String,
    state: String,
    updated_at: DateTime<Utc>,
    #[serde(default)]
    state_reason: Field<String>,
    #[serde(default)]
    body: Field<String>,
    #[serde(default)]
    labels: List<WireLabel>,
    #[serde(default)]
    assignees: List<WireUser>,
    #[serde(default)]
    closed_at: Field<DateTime<Utc>>,
    #[serde(default)]
    pull_request: Field<WireObject>,
}

#[derive(Debug, Deserialize)]
struct WireObject {}

#[derive(Debug)]
struct WireLabel(String);

// A label is a text or an object with a name.
impl<'de> Deserialize<'de> for WireLabel {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = match serde_json::Value::deserialize(from)? {
            serde_json::Value::String(name) => Some(name),
            serde_json::Value::Object(label) => {
                let name = label.get("name").and_then(serde_json::Value::as_str);
                name.map(str::to_owned)
            }
            _ => None,
        };
        name.map(Self)
            .ok_or_else(|| serde::de::Error::custom("no label"))
    }
}

#[derive(Debug, Deserialize)]
struct WireUser {
    login: String,
}

/// One element of a listing.
pub(super) enum Element<T> {
    Item(T),
    /// An element of another kind, such as a pull request.
    Other,
    Unreadable,
}

impl WireIssue {
    pub fn into_element(self) -> Element<TrackedIssue> {
        if self.pull_request != Field::Absent {
            return Element::Other;
        }
        let Some(state) = self.state() else {
            return Element::Unreadable;
        };
        // An issue with unreadable labels or text is unreadable. If labels or text were read as empty instead, the
        // issue would seem to lack a label or a reference.
        if self.body.is_unreadable() || !self.labels.is_whole() {
            return Element::Unreadable;
        }
        let (references, references_cut) = references(self.body.as_deref().unwrap_or_default());
        let labels = self.labels.items.into_iter();
        let assignees = self.assignees.items.into_iter();
        Element::Item(TrackedIssue {
            number: self.number,
            title: cut_words(self.title).into_owned(),
            url: cut_words(self.html_url).into_owned(),
            state,
            labels: labels
                .map(|label| cut_words(label.0).into_owned())
                .collect(),
            assignees: assignees
                .map(|user| cut_words(user.login).into_owned())
                .collect(),
            updated_at: self.updated_at,
            closed_at: self.closed_at.value(),
            references,
            references_cut,
        })
    }

    fn state(&self) -> Option<IssueState> {
        let reason = self.state_reason.as_deref();
        match self.state.as_str() {
            "open" if reason == Some("reopened") => Some(IssueState::Reopened),
            "open" => Some(IssueState::Open),
            "closed" if self.state_reason.is_unreadable() => Some(IssueState::Unknown),
            "closed" => Some(match reason {
                None | Some("completed") => IssueState::Done,
                Some("not_planned") => IssueState::NotPlanned,
                Some("duplicate") => IssueState::Duplicate,
                Some(_) => IssueState::Unknown,
            }),
            _ => None,
        }
    }
}

impl PartialEq for WireObject {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct WireFile {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    html_url: Field<String>,
}

impl WireFile {
    pub fn into_element(self) -> Element<ReportFile> {
        if self.kind != "file" {
            return Element::Other;
        }
        Element::Item(ReportFile {
            date: date_in(&self.name),
            name: cut_words(self.name).into_owned(),
            url: self.html_url.text().map(|url| cut_words(url).into_owned()),
        })
    }
}
