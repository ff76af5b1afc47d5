//! The team's issue tracker: how hubwatch reaches it, and its data about outages.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The full name of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Repository {
    pub owner: String,
    pub name: String,
}

impl std::fmt::Display for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// The folder in which reports are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFolder {
    pub repository: Repository,
    /// The path in the repository, without slashes around it. Empty for the root.
    pub folder: String,
}

/// The labels and titles by which hubwatch recognizes the team's issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackerRules {
    /// The label of an outage's issues.
    pub outage_label: String,
    pub action_item_label: String,
    /// The beginning of a report issue's title.
    pub report_title: String,
    pub review_title: String,
    /// The file name of the issue form for an action item.
    pub form: String,
}

impl Default for TrackerRules {
    fn default() -> Self {
        Self {
            outage_label: "outage".to_owned(),
            action_item_label: "incident-action-item".to_owned(),
            report_title: "Incident report of".to_owned(),
            review_title: "Review the resolution of".to_owned(),
            form: "incident-action-item.yml".to_owned(),
        }
    }
}

/// The state of an issue: whether its work is done and, if not, why not.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IssueState {
    Open,
    /// The issue is open again after it was closed.
    Reopened,
    /// The issue was closed as completed, or was closed before the tracker stored reasons.
    Done,
    NotPlanned,
    /// The issue was closed as a duplicate of another issue.
    Duplicate,
    /// The issue was closed for a reason that hubwatch does not know.
    Unknown,
}

impl IssueState {
    pub fn is_done(self) -> bool {
        self == Self::Done
    }
}

/// An issue of the tracker. Pull requests do not count as issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedIssue {
    pub number: u64,
    pub title: String,
    /// The issue's address in a browser.
    pub url: String,
    pub state: IssueState,
    pub labels: BTreeSet<String>,
    pub assignees: Vec<String>,
    pub updated_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The addresses and issue references in the issue's body, each once.
    pub references: BTreeSet<String>,
    /// Whether the body has more references than hubwatch keeps.
    pub references_cut: bool,
}

/// A file in the folder of published reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    pub name: String,
    /// The date in the file's name; `None` if the name has no date.
    pub date: Option<NaiveDate>,
    /// The file's address in a browser.
    pub url: Option<String>,
}

/// A list from the tracker, and when it was last read completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    pub items: Vec<T>,
    /// When the list was last read completely; `None` if never.
    pub read_at: Option<DateTime<Utc>>,
    /// Whether the latest attempt to read the list succeeded completely. If so, an item that is not in the list does
    /// not exist.
    pub is_current: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            read_at: None,
            is_current: false,
        }
    }
}

/// The tracker's data about outages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackerRecord {
    /// The issues with one of the two labels of [`TrackerRules`].
    pub issues: Kept<TrackedIssue>,
    /// The published reports; `None` if no folder is configured.
    pub reports: Option<Kept<ReportFile>>,
    /// Descriptions of everything that could not be read.
    pub problems: Vec<String>,
}
