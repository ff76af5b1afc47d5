//! One deed on one incident: read, judge, send, read back.

use std::sync::Arc;

use super::after::Done;
use super::before;
use super::bodies;
use super::desk::{Came, Desk, Written, unread};
use super::{notes, settle};
use crate::domain::incident::Incident;
use crate::domain::operation::{Operation, OutcomeDetail};
use crate::sources::http::Response;
use crate::sources::lenient::parse_object as read_one;
use crate::sources::pagerduty::wire::incident::WireIncident;
use crate::sources::pagerduty::writer::Write;

/// Does it to the incident that was shown, if it is still that.
pub(super) async fn one(desk: &Desk<'_>, deed: &Operation, shown: Arc<Incident>) -> Came {
    let fresh = match desk.read(&shown.id).await {
        Ok(fresh) => fresh,
        Err(refusal) => return Came::new(unread(&refusal), None),
    };
    // A note that is there already need not be asked about, whatever else changed.
    if let Operation::Note(note) = deed
        && note.in_doubt
        && let Some(came) = notes::doubted(desk, note, &fresh).await
    {
        return came;
    }
    if let Some(why) = before::judge(deed, &shown, &fresh, desk.me()) {
        return Came::new(why, Some(&fresh));
    }
    match deed {
        Operation::Note(note) => notes::write(desk, note, &fresh).await,
        _ => send(desk, deed, &fresh).await,
    }
}

async fn send(desk: &Desk<'_>, deed: &Operation, fresh: &Arc<Incident>) -> Came {
    let write = match write(desk, deed, fresh).await {
        Ok(write) => write,
        Err(why) => return Came::new(why, Some(fresh)),
    };
    let done = Done {
        deed,
        before: fresh,
        sent: desk.moment(),
        me: desk.me(),
    };
    match desk.write(&write).await {
        Written::Good(heard) => {
            let answer = answered(&heard.response);
            settle::read_back(desk, &done, answer).await
        }
        Written::No(refusal) => settle::refused(desk, &done, &refusal).await,
        Written::Lost(words) => settle::look(desk, &done, words).await,
    }
}

async fn write(
    desk: &Desk<'_>,
    deed: &Operation,
    fresh: &Incident,
) -> Result<Write, OutcomeDetail> {
    match deed {
        Operation::Snooze(span) => Ok(bodies::snooze(&fresh.id, *span)),
        _ => Ok(bodies::put(&fresh.id, &bodies::change(desk, deed).await?)),
    }
}

/// The incident that an answer holds, where it holds one.
pub(super) fn answered(response: &Response) -> Option<Arc<Incident>> {
    let wire: WireIncident = read_one(&response.body, "incident").ok()?;
    wire.read().ok().map(Arc::new)
}
