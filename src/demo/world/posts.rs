//! Posts on a public status page, and their updates.

use serde::Deserialize;

use crate::demo::clockwork::At;

/// The status of a post. The first three are for incidents, the others for maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum PostStatus {
    /// Somebody investigates the incident.
    #[serde(rename = "investigating")]
    Investigating,
    /// The cause is known.
    #[serde(rename = "detected")]
    Detected,
    /// The incident is over.
    #[serde(rename = "resolved")]
    Resolved,
    /// The maintenance has not begun.
    #[serde(rename = "scheduled")]
    Scheduled,
    /// The maintenance has begun.
    #[serde(rename = "in progress")]
    InProgress,
    /// The maintenance is done.
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
    Minor,
    Major,
}

/// How a service on the page is affected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceImpact {
    /// The service works.
    #[default]
    Operational,
    /// The service works only in part.
    Degraded,
    /// The service does not work.
    Outage,
}

pub const SERVICES: [&str; 3] = ["Hub", "User Server", "Storage"];

/// A post about an incident or about maintenance.
#[derive(Clone, Debug)]
pub struct Post {
    /// The post's name in scripts.
    pub name: String,
    pub id: String,
    pub title: String,
    /// The start and end of the maintenance; `None` for an incident.
    pub planned: Option<(At, At)>,
    /// The id of the linked incident.
    pub incident: Option<String>,
    /// The updates, oldest first.
    pub updates: Vec<Update>,
}

/// An update of a post.
#[derive(Clone, Debug)]
pub struct Update {
    pub id: String,
    /// The status of the post after this update.
    pub status: PostStatus,
    pub severity: Severity,
    /// The affected service, and how it is affected.
    pub impact: Option<(String, ServiceImpact)>,
    /// The text in the HTML that the page's editor produces.
    pub message: String,
    pub at: At,
}

impl Post {
    /// Whether the page lists the post as open.
    pub fn is_open(&self) -> bool {
        let over = [PostStatus::Resolved, PostStatus::Completed];
        self.updates
            .last()
            .is_none_or(|it| !over.contains(&it.status))
    }

    /// When the post was first published.
    pub fn since(&self) -> Option<At> {
        self.updates.first().map(|update| update.at)
    }
}
