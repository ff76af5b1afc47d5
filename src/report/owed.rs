//! `owed` as JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::json_text;
use crate::review::owed::{Missing, OwedOutage, OwedReading};

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
    /// The numbers of its incidents, the earliest first.
    incidents: Vec<u64>,
    title: String,
    ended: DateTime<Utc>,
    working_days: usize,
    owner: Option<String>,
    missing: Vec<JsonMissing>,
}

#[derive(Serialize)]
struct JsonMissing {
    what: &'static str,
    /// The post's title, of an open post.
    post: Option<String>,
}

/// The text of a JSON document.
///
/// # Errors
/// It cannot be written.
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
        owner: one.owner.as_deref().map(str::to_owned),
        missing: one.missing.iter().map(missing).collect(),
    }
}

fn missing(missing: &Missing) -> JsonMissing {
    let (what, post) = match missing {
        Missing::FollowUp => ("follow_up", None),
        Missing::SupportTicket => ("support_ticket", None),
        Missing::OpenPost(title) => ("open_post", Some(title.clone())),
        Missing::NotKnown => ("not_known", None),
    };
    JsonMissing { what, post }
}
