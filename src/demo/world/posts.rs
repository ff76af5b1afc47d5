//! The public status page: posts with their updates.

use serde::Deserialize;

use crate::demo::clockwork::At;

/// The status of a post, mild to grave and from beginning to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum PostStatus {
    /// Somebody looks into it.
    #[serde(rename = "investigating")]
    Investigating,
    /// The cause is known.
    #[serde(rename = "detected")]
    Detected,
    /// It is over.
    #[serde(rename = "resolved")]
    Resolved,
    /// Maintenance that is to come.
    #[serde(rename = "scheduled")]
    Scheduled,
    /// Maintenance that goes on.
    #[serde(rename = "in progress")]
    InProgress,
    /// Maintenance that is done.
    #[serde(rename = "completed")]
    Completed,
}

/// The severity of a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is wrong.
    #[default]
    AllGood,
    /// A little.
    Minor,
    /// A lot.
    Major,
}

/// How a service of the page is affected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceImpact {
    /// It works.
    #[default]
    Operational,
    /// In part.
    Degraded,
    /// Not at all.
    Outage,
}

/// The page's services.
pub const SERVICES: [&str; 3] = ["Hub", "User Server", "Storage"];

/// A post: an incident's or a maintenance's.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its name in scripts.
    pub name: String,
    pub id: String,
    pub title: String,
    /// Maintenance: from when until when.
    pub planned: Option<(At, At)>,
    /// The id of the incident that it is linked to.
    pub incident: Option<String>,
    /// Oldest first.
    pub updates: Vec<Update>,
}

/// One update of a post.
#[derive(Clone, Debug)]
pub struct Update {
    pub id: String,
    /// How far things are.
    pub status: PostStatus,
    /// How grave.
    pub severity: Severity,
    /// The service that is affected, and how.
    pub impact: Option<(String, ServiceImpact)>,
    /// The text, in HTML as the page's editor makes it.
    pub message: String,
    /// When.
    pub at: At,
}

impl Post {
    /// Whether the page lists it as open.
    pub fn is_open(&self) -> bool {
        let over = [PostStatus::Resolved, PostStatus::Completed];
        self.updates
            .last()
            .is_none_or(|it| !over.contains(&it.status))
    }

    /// When it was first published.
    pub fn since(&self) -> Option<At> {
        self.updates.first().map(|update| update.at)
    }
}
