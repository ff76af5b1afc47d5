//! The team's issue tracker: how it is reached, and what it holds about outages.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::settings::{HttpClientConfig, SecretRef};

/// A repository's name at its host.
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

/// Issues in a repository, by GitHub's REST API.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackerSettings {
    /// The API, without a slash at the end.
    pub url: String,
    /// The same in a browser, without a slash at the end.
    pub web: String,
    pub repository: Repository,
    /// None for a public repository.
    pub token: Option<SecretRef>,
    pub http: HttpClientConfig,
    pub rules: TrackerRules,
    /// How far back outages are looked at.
    pub since: Duration,
    /// None: whether a report is published is not looked up.
    pub reports: Option<ReportFolder>,
}

/// Where reports are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFolder {
    pub repository: Repository,
    /// A path in the repository, without slashes around it; empty: its root.
    pub folder: String,
}

/// By which words the team's issues are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackerRules {
    /// The label of an outage's issues.
    pub outage_label: String,
    pub action_item_label: String,
    /// What the title of a report issue begins with.
    pub report_title: String,
    pub review_title: String,
    /// The file of the form for an action item.
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

/// Whether an issue's work is done, and where not, why.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IssueState {
    Open,
    /// Open, and it was closed before.
    Reopened,
    /// Closed as completed, or before the tracker kept a reason.
    Done,
    NotPlanned,
    /// Closed, since another issue is about the same.
    Duplicate,
    /// Closed for a reason that is not known here.
    Unknown,
}

impl IssueState {
    pub fn is_done(self) -> bool {
        self == Self::Done
    }
}

/// An issue of the tracker. Pull requests are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedIssue {
    pub number: u64,
    pub title: String,
    /// Its address in a browser.
    pub url: String,
    pub state: IssueState,
    pub labels: BTreeSet<String>,
    pub assignees: Vec<String>,
    pub updated_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The addresses and references to issues in its body, each once.
    pub references: BTreeSet<String>,
    /// Its body holds more references than are kept.
    pub references_cut: bool,
}

/// A file in the folder of published reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    pub name: String,
    /// The date in its name.
    pub date: Option<NaiveDate>,
    /// Its address in a browser.
    pub url: Option<String>,
}

/// Something that was read, and when it was read whole for the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    pub items: Vec<T>,
    /// None: never whole.
    pub read_at: Option<DateTime<Utc>>,
    /// Read whole just now: what is not among the items does not exist.
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

/// What the tracker holds about outages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackerRecord {
    /// Issues with one of the two labels.
    pub issues: Kept<TrackedIssue>,
    /// None: no folder is configured.
    pub reports: Option<Kept<ReportFile>>,
    /// What could not be read, in words.
    pub problems: Vec<String>,
}
