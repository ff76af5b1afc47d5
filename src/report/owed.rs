//! `owed` as JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::json_text;
use crate::domain::tracker::IssueState;
use crate::review::owed::{Missing, OpenIssue, OutageOwner, OwedOutage, OwedReading};
use crate::wording::case::place;

#[derive(Serialize)]
struct Json<'a> {
    since: DateTime<Utc>,
    complete: bool,
    unread: &'a [String],
    not_watched: &'a [String],
    owed: Vec<JsonOutage>,
}

#[derive(Serialize)]
struct JsonOutage {
    /// The numbers of the outage's incidents, the earliest first.
    incidents: Vec<u64>,
    title: String,
    ended: DateTime<Utc>,
    working_days: usize,
    owner: Option<String>,
    /// False if another person may be the owner, or no owner is known.
    owner_known: bool,
    missing: Vec<JsonMissing>,
    began: DateTime<Utc>,
    /// The outage's places: hubs as `CLUSTER/HUB`, and whole clusters.
    places: Vec<String>,
    /// The address of the outage's first incident.
    url: Option<String>,
    /// The address of the issue for the outage's report.
    report: Option<String>,
}

#[derive(Serialize)]
struct JsonMissing {
    what: &'static str,
    /// The title of the post, if a post is still open.
    post: Option<String>,
    /// The addresses of issues that are not done, each with its state: `open`, `reopened`, `not_planned`, …
    issues: Vec<JsonIssue>,
    /// The number of action items (`action_items`), or of time-boxes that ran out (`overrun_boxes`).
    count: Option<usize>,
    /// The name of the file that may be the report.
    file: Option<String>,
}

#[derive(Serialize)]
struct JsonIssue {
    url: String,
    state: IssueState,
}

/// Renders the JSON document.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn json(reading: &OwedReading) -> serde_json::Result<String> {
    json_text::to_text(&Json {
        since: reading.since,
        complete: reading.unread.is_empty(),
        unread: &reading.unread,
        not_watched: &reading.not_watched,
        owed: reading.owed.iter().map(outage).collect(),
    })
}

fn outage(one: &OwedOutage) -> JsonOutage {
    let title = one.incidents.first().map(|it| it.title.clone());
    JsonOutage {
        incidents: one.incidents.iter().map(|it| it.number).collect(),
        title: title.unwrap_or_default(),
        ended: one.ended,
        working_days: one.working_days,
        owner: one.owner.as_ref().map(|owner| match owner {
            OutageOwner::Known(name) | OutageOwner::Perhaps(name) => name.to_string(),
        }),
        owner_known: matches!(one.owner, Some(OutageOwner::Known(_))),
        missing: one.missing.iter().map(missing).collect(),
        began: one.begins,
        places: one.places.iter().map(place).collect(),
        url: one.incidents.first().and_then(|it| it.url.clone()),
        report: one.report.clone(),
    }
}

fn missing(missing: &Missing) -> JsonMissing {
    let found = JsonMissing {
        what: name(missing),
        post: None,
        issues: Vec::new(),
        count: None,
        file: None,
    };
    match missing {
        Missing::OpenPost(title) => JsonMissing {
            post: Some(title.clone()),
            ..found
        },
        Missing::ReportIssue(issue) | Missing::ReviewIssue(issue) => JsonMissing {
            issues: issue.iter().map(open_issue).collect(),
            ..found
        },
        Missing::ActionItems { open, all } => JsonMissing {
            issues: open.iter().map(open_issue).collect(),
            count: Some(*all),
            ..found
        },
        Missing::OverrunBoxes(count) => JsonMissing {
            count: Some(*count),
            ..found
        },
        Missing::PerhapsPublished(file) => JsonMissing {
            file: Some(file.clone()),
            ..found
        },
        Missing::FollowUp
        | Missing::NotPublished
        | Missing::SupportTicket
        | Missing::NotKnown
        | Missing::TrackerNotKnown => found,
    }
}

fn name(missing: &Missing) -> &'static str {
    match missing {
        Missing::FollowUp => "follow_up",
        Missing::ReportIssue(_) => "report_issue",
        Missing::ReviewIssue(_) => "review_issue",
        Missing::ActionItems { .. } => "action_items",
        Missing::NotPublished => "not_published",
        Missing::PerhapsPublished(_) => "perhaps_published",
        Missing::SupportTicket => "support_ticket",
        Missing::OpenPost(_) => "open_post",
        Missing::OverrunBoxes(_) => "overrun_boxes",
        Missing::NotKnown => "not_known",
        Missing::TrackerNotKnown => "tracker_not_known",
    }
}

fn open_issue(issue: &OpenIssue) -> JsonIssue {
    JsonIssue {
        url: issue.url.clone(),
        state: issue.state,
    }
}
