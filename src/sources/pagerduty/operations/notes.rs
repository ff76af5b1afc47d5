//! Writes each note only once. If there was no answer to the write, the note is searched for by its text.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::read_back::{READ_BACK_DELAYS, UNCONFIRMED_DELAYS};
use super::requests;
use super::write_session::{IncidentOutcome, WriteOutcome, WriteSession, write_failure};
use crate::domain::incident::Incident;
use crate::domain::operation::{OutcomeDetail, OutgoingNote};
use crate::sources::error::SourceError;
use crate::sources::lenient::parse_object;
use crate::sources::pagerduty::details;
use crate::sources::pagerduty::wire::log::WireNote;

/// The way in which a note is recognised.
enum NoteMatcher<'a> {
    Id(String),
    /// The note's text. The acting user must have written the note, and not before this time.
    Text(&'a str, DateTime<Utc>),
}

/// The outcome of a search for a note.
enum NoteSearch {
    Found(Option<DateTime<Utc>>),
    NotFound,
    Unreadable(String),
}

/// The outcome if an earlier write already left the note. `None` if the note must be sent.
pub(super) async fn find_earlier(
    session: &WriteSession<'_>,
    note: &OutgoingNote,
    fresh: &Arc<Incident>,
) -> Option<IncidentOutcome> {
    let known = NoteMatcher::Text(&note.text, fresh.created_at);
    match find_once(session, fresh, &known).await {
        NoteSearch::Found(at) => Some(verified_outcome(session, fresh, at, true).await),
        NoteSearch::NotFound => None,
        NoteSearch::Unreadable(why) => Some(IncidentOutcome::new(
            OutcomeDetail::Unverified(why),
            Some(fresh),
        )),
    }
}

/// Sends the note, then searches for it in the incident.
pub(super) async fn write(
    session: &WriteSession<'_>,
    note: &OutgoingNote,
    fresh: &Arc<Incident>,
) -> IncidentOutcome {
    let sent = session.earliest_send_time();
    match session.write(&requests::note(&fresh.id, &note.text)).await {
        WriteOutcome::Accepted(response) => {
            let written: Option<WireNote> = parse_object(&response.body, "note").ok();
            let id = written.as_ref().and_then(WireNote::id);
            let known = match id {
                Some(id) => NoteMatcher::Id(id.to_owned()),
                None => NoteMatcher::Text(&note.text, sent),
            };
            match find_with_retries(session, fresh, &known, &READ_BACK_DELAYS).await {
                NoteSearch::Found(at) => verified_outcome(session, fresh, at, false).await,
                NoteSearch::NotFound => {
                    IncidentOutcome::new(OutcomeDetail::Diverged(Vec::new()), Some(fresh))
                }
                // The answer to the write contains the note's id, so PagerDuty has the note even if the note cannot be
                // read back.
                NoteSearch::Unreadable(_)
                    if let (NoteMatcher::Id(_), Some(written)) = (&known, &written) =>
                {
                    verified_outcome(session, fresh, written.created_at(), false).await
                }
                NoteSearch::Unreadable(why) => {
                    IncidentOutcome::new(OutcomeDetail::Unverified(why), Some(fresh))
                }
            }
        }
        WriteOutcome::Rejected(error) => IncidentOutcome::new(write_failure(&error), Some(fresh)),
        WriteOutcome::Unconfirmed(words) => {
            let known = NoteMatcher::Text(&note.text, sent);
            match find_with_retries(session, fresh, &known, &UNCONFIRMED_DELAYS).await {
                NoteSearch::Found(at) => verified_outcome(session, fresh, at, true).await,
                NoteSearch::NotFound => {
                    IncidentOutcome::new(OutcomeDetail::NotVisibleYet(words), Some(fresh))
                }
                NoteSearch::Unreadable(why) => IncidentOutcome::new(
                    OutcomeDetail::Unverified(format!("{words}; then {why}")),
                    Some(fresh),
                ),
            }
        }
    }
}

async fn verified_outcome(
    session: &WriteSession<'_>,
    before: &Arc<Incident>,
    at: Option<DateTime<Utc>>,
    lost: bool,
) -> IncidentOutcome {
    let fresh = session.read_incident(&before.id).await;
    let why = OutcomeDetail::Confirmed {
        at,
        response_lost: lost,
        other_acks: Vec::new(),
    };
    IncidentOutcome::new(why, Some(&fresh.unwrap_or_else(|_| Arc::clone(before))))
}

async fn find_with_retries(
    session: &WriteSession<'_>,
    of: &Incident,
    known: &NoteMatcher<'_>,
    when: &[Duration],
) -> NoteSearch {
    let mut found = NoteSearch::Unreadable(String::new());
    for wait in when {
        session.sleep(*wait).await;
        match (find_once(session, of, known).await, &found) {
            (verified_outcome @ NoteSearch::Found(_), _) => return verified_outcome,
            (NoteSearch::Unreadable(_), NoteSearch::NotFound) => {}
            (other, _) => found = other,
        }
    }
    found
}

async fn find_once(
    session: &WriteSession<'_>,
    of: &Incident,
    known: &NoteMatcher<'_>,
) -> NoteSearch {
    let notes: Result<Vec<WireNote>, SourceError> =
        details::fetch_notes(session.client, &of.id).await;
    match notes {
        Err(error) => NoteSearch::Unreadable(error.text),
        Ok(notes) => {
            let it = notes.iter().find(|note| match known {
                NoteMatcher::Id(id) => note.id() == Some(id),
                NoteMatcher::Text(text, since) => {
                    note.is_by(session.me())
                        && note.has_text(text)
                        && note.created_at().is_none_or(|at| at >= *since)
                }
            });
            it.map_or(NoteSearch::NotFound, |note| {
                NoteSearch::Found(note.created_at())
            })
        }
    }
}
