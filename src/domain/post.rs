//! Posts on a public status page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{IncidentId, PostId};

/// The kinds of posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PostKind {
    /// Something is wrong.
    Incident,
    /// Something is planned.
    Maintenance,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its id on its page.
    pub id: PostId,
    /// The page, as the configuration names it.
    pub page: String,
    /// Incident or maintenance.
    pub kind: PostKind,
    pub title: String,
    /// Its latest status, in the page's own words.
    pub status: String,
    /// Whether that status could be read.
    pub status_known: bool,
    /// Whether it is open. An unreadable status counts as open: silence is not an end.
    pub open: bool,
    /// When the public was first told.
    pub since: Option<DateTime<Utc>>,
    /// When the public was last told.
    pub updated: Option<DateTime<Utc>>,
    /// A maintenance's beginning.
    pub starts: Option<DateTime<Utc>>,
    /// A maintenance's end.
    pub ends: Option<DateTime<Utc>>,
    /// The page's services that it names.
    pub services: Vec<String>,
    /// The PagerDuty incident that it is linked to.
    pub linked: Option<IncidentId>,
    /// The latest message as plain text.
    pub message: String,
    /// Its page for people.
    pub url: Option<String>,
}

/// When the public was told first of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPost {
    /// When its first post was published.
    At(DateTime<Utc>),
    /// No post was about it.
    None,
    /// A page cannot be read, does not show all posts of that time, or there is no page.
    NotKnown,
}

/// The ownership of a status page. Only our own pages tell our public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOwnership {
    /// The team's own: the public reads there how its hubs are.
    Ours,
    /// Not configured: only posts that name the team's places count.
    PerhapsOurs,
    /// Somebody else's: shown, and decides nothing.
    Foreign,
}

/// The data of one status page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusPage {
    /// The page's own sentence about everything, where it has one.
    pub headline: Option<String>,
    /// Services that are not well: name and the page's word for it.
    pub impacted: Vec<(String, String)>,
    /// Services that PagerDuty marks as impacted (business services behind the page), each with the first poll that
    /// found it so.
    pub impacted_since: Vec<(String, DateTime<Utc>)>,
    /// Open posts, and maintenance that is on or to come.
    pub posts: Vec<Post>,
    /// Incident posts that were closed before the page was watched, and those closed or removed since; `updated` of
    /// the latter is when this was first seen.
    pub closed: Vec<Post>,
    /// Not all posts closed before this time are in `closed`. `None`: all are.
    pub closed_unknown_before: Option<DateTime<Utc>>,
}
