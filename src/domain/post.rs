//! Posts on a public status page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{IncidentId, PostId};

/// The kinds of posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PostKind {
    /// A problem.
    Incident,
    /// Planned work.
    Maintenance,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The post's id on its page.
    pub id: PostId,
    /// The page's name in the configuration.
    pub page: String,
    pub kind: PostKind,
    pub title: String,
    /// The post's latest status, in the page's own words.
    pub status: String,
    /// Whether the post's status could be read.
    pub status_known: bool,
    /// Whether the post is open. A post with an unreadable status counts as open, since nothing shows that it ended.
    pub open: bool,
    /// The time of the post's first message.
    pub since: Option<DateTime<Utc>>,
    /// The time of the post's latest message.
    pub updated: Option<DateTime<Utc>>,
    /// The start of a maintenance.
    pub starts: Option<DateTime<Utc>>,
    /// The end of a maintenance.
    pub ends: Option<DateTime<Utc>>,
    /// The page's services that the post names.
    pub services: Vec<String>,
    /// The PagerDuty incident that the post is linked to.
    pub linked: Option<IncidentId>,
    /// The latest message as plain text.
    pub message: String,
    /// The post's address in a browser.
    pub url: Option<String>,
}

/// When the first post about an incident was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPost {
    /// The publication time of the first post about the incident.
    At(DateTime<Utc>),
    /// No post was about the incident.
    None,
    /// Unknown, since there is no page, a page cannot be read, or a page does not show all posts from the incident's
    /// time.
    NotKnown,
}

/// Whether a status page is the team's own. Only the team's own pages inform its public about an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOwnership {
    /// The page is the team's own. It informs the public about the hubs.
    Ours,
    /// The configuration does not say whose page it is. Only posts that name the team's hubs or clusters count.
    PerhapsOurs,
    /// The page is somebody else's. It is shown, but does not affect the verdict.
    Foreign,
}

/// The data of one status page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusPage {
    /// The page's own overall status sentence, if it has one.
    pub headline: Option<String>,
    /// Services with a problem: the name and the page's word for the state.
    pub impacted: Vec<(String, String)>,
    /// The page's business services that PagerDuty shows as impacted. Each has the time of the first poll that found
    /// the impact.
    pub impacted_since: Vec<(String, DateTime<Utc>)>,
    /// Open posts, and maintenance that is in progress or planned.
    pub posts: Vec<Post>,
    /// Closed incident posts: those that were closed before hubwatch watched the page, and those that were closed or
    /// removed later. For the later ones, `updated` is the time of the first poll that found them closed or removed.
    pub closed: Vec<Post>,
    /// `closed` may lack posts that were closed before this time. `None` if `closed` is complete.
    pub closed_unknown_before: Option<DateTime<Utc>>,
}
