//! Notes: written once, and looked for by their text where it is not known whether they came.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::bodies;
use super::desk::{Came, Desk, Written, said_no};
use super::settle::{LOOK, READ_BACK};
use crate::domain::incident::Incident;
use crate::domain::operation::{OutcomeDetail, OutgoingNote};
use crate::sources::lenient::parse_object;
use crate::sources::pagerduty::details;
use crate::sources::pagerduty::refusal::Refusal;
use crate::sources::pagerduty::wire::log::WireNote;

/// By what a note is known again.
enum Known<'a> {
    /// Its id.
    Id(String),
    /// Its text, by me, not before this.
    Text(&'a str, DateTime<Utc>),
}

/// What looking came to.
enum Found {
    There(Option<DateTime<Utc>>),
    NotThere,
    Unread(String),
}

/// A note that an earlier attempt may have left: none where it did not, so that it is to be written.
pub(super) async fn doubted(
    desk: &Desk<'_>,
    note: &OutgoingNote,
    fresh: &Arc<Incident>,
) -> Option<Came> {
    let known = Known::Text(&note.text, fresh.created_at);
    match once(desk, fresh, &known).await {
        Found::There(at) => Some(there(desk, fresh, at, true).await),
        Found::NotThere => None,
        Found::Unread(why) => Some(Came::new(OutcomeDetail::Unverified(why), Some(fresh))),
    }
}

/// Writes it.
pub(super) async fn write(desk: &Desk<'_>, note: &OutgoingNote, fresh: &Arc<Incident>) -> Came {
    let sent = desk.moment();
    match desk.write(&bodies::note(&fresh.id, &note.text)).await {
        Written::Good(heard) => {
            let written: Option<WireNote> = parse_object(&heard.response.body, "note").ok();
            let id = written.as_ref().and_then(WireNote::id);
            let known = match id {
                Some(id) => Known::Id(id.to_owned()),
                None => Known::Text(&note.text, sent),
            };
            match find(desk, fresh, &known, &READ_BACK).await {
                Found::There(at) => there(desk, fresh, at, false).await,
                Found::NotThere => Came::new(OutcomeDetail::Diverged(Vec::new()), Some(fresh)),
                // PagerDuty has it: it gave it a name.
                Found::Unread(_) if let (Known::Id(_), Some(written)) = (&known, &written) => {
                    there(desk, fresh, written.at(), false).await
                }
                Found::Unread(why) => Came::new(OutcomeDetail::Unverified(why), Some(fresh)),
            }
        }
        Written::No(refusal) => Came::new(said_no(&refusal), Some(fresh)),
        Written::Lost(words) => {
            let known = Known::Text(&note.text, sent);
            match find(desk, fresh, &known, &LOOK).await {
                Found::There(at) => there(desk, fresh, at, true).await,
                Found::NotThere => Came::new(OutcomeDetail::NotVisibleYet(words), Some(fresh)),
                Found::Unread(why) => Came::new(
                    OutcomeDetail::Unverified(format!("{words}; then {why}")),
                    Some(fresh),
                ),
            }
        }
    }
}

async fn there(
    desk: &Desk<'_>,
    before: &Arc<Incident>,
    at: Option<DateTime<Utc>>,
    lost: bool,
) -> Came {
    let fresh = desk.read(&before.id).await;
    let why = OutcomeDetail::Confirmed {
        at,
        response_lost: lost,
        other_acks: Vec::new(),
    };
    Came::new(why, Some(&fresh.unwrap_or_else(|_| Arc::clone(before))))
}

async fn find(desk: &Desk<'_>, of: &Incident, known: &Known<'_>, when: &[Duration]) -> Found {
    let mut found = Found::Unread(String::new());
    for wait in when {
        desk.pause(*wait).await;
        match (once(desk, of, known).await, &found) {
            (there @ Found::There(_), _) => return there,
            (Found::Unread(_), Found::NotThere) => {}
            (other, _) => found = other,
        }
    }
    found
}

async fn once(desk: &Desk<'_>, of: &Incident, known: &Known<'_>) -> Found {
    let notes: Result<Vec<WireNote>, Refusal> = details::notes(desk.client, &of.id).await;
    match notes {
        Err(refusal) => Found::Unread(refusal.error.text),
        Ok(notes) => {
            let it = notes.iter().find(|note| match known {
                Known::Id(id) => note.id() == Some(id),
                Known::Text(text, since) => {
                    note.is_by(desk.me())
                        && note.says(text)
                        && note.at().is_none_or(|at| at >= *since)
                }
            });
            it.map_or(Found::NotThere, |note| Found::There(note.at()))
        }
    }
}
