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
    /// Whether that status could be read.
    pub status_known: bool,
    /// Whether the post is open. A post with an unreadable status counts as open, since nothing says that it ended.
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

/// The time at which the public was first told of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPost {
    /// The publication time of the first post about the incident.
    At(DateTime<Utc>),
    /// No post was about the incident.
    None,
    /// There is no page, or a page cannot be read or does not show all posts of that time.
    NotKnown,
}

/// Whether a status page is the team's own. Only the team's own pages tell its public about an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOwnership {
    /// The team's own page, on which the public reads how the hubs are.
    Ours,
    /// The configuration does not say: only posts that name the team's hubs or clusters count.
    PerhapsOurs,
    /// Somebody else's page: shown, but without effect on the verdict.
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
    /// Services that PagerDuty marks as impacted (business services behind the page), each with the time of the first
    /// poll that found the impact.
    pub impacted_since: Vec<(String, DateTime<Utc>)>,
    /// Open posts, and maintenance that is in progress or planned.
    pub posts: Vec<Post>,
    /// Incident posts that were closed before the page was watched, and those that were closed or removed since. For
    /// the latter, `updated` is the time at which a poll first found them closed or gone.
    pub closed: Vec<Post>,
    /// `closed` may lack posts that were closed before this time. `None` if it has all of them.
    pub closed_unknown_before: Option<DateTime<Utc>>,
}
