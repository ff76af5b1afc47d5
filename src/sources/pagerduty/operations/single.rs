//! One operation on one incident: read it, check the preconditions, send, read back.

use std::sync::Arc;

use super::preconditions;
use super::requests::{self, SentOperation};
use super::write_session::{IncidentOutcome, WriteOutcome, WriteSession, read_failure};
use super::{notes, read_back};
use crate::domain::incident::Incident;
use crate::domain::operation::{Operation, OutcomeDetail};
use crate::sources::http::Response;
use crate::sources::lenient::parse_object as read_one;
use crate::sources::pagerduty::wire::incident::WireIncident;
use crate::sources::pagerduty::writer::WriteRequest;

/// Runs the operation on the incident that was shown, if the incident has not changed since.
pub(super) async fn run(
    session: &WriteSession<'_>,
    operation: &Operation,
    shown: Arc<Incident>,
) -> IncidentOutcome {
    let fresh = match session.read_incident(&shown.id).await {
        Ok(fresh) => fresh,
        Err(error) => return IncidentOutcome::new(read_failure(&error), None),
    };
    // If an earlier write left this note, the note need not be sent, even if the incident has changed.
    if let Operation::Note(note) = operation
        && note.in_doubt
        && let Some(outcome) = notes::find_earlier(session, note, &fresh).await
    {
        return outcome;
    }
    if let Some(why) = preconditions::reason_not_to_send(operation, &shown, &fresh, session.me()) {
        return IncidentOutcome::new(why, Some(&fresh));
    }
    match operation {
        Operation::Note(note) => notes::write(session, note, &fresh).await,
        _ => send(session, operation, &fresh).await,
    }
}

async fn send(
    session: &WriteSession<'_>,
    operation: &Operation,
    fresh: &Arc<Incident>,
) -> IncidentOutcome {
    let write = match build_request(session, operation, fresh).await {
        Ok(write) => write,
        Err(why) => return IncidentOutcome::new(why, Some(fresh)),
    };
    let done = SentOperation {
        operation,
        before: fresh,
        sent_at: session.earliest_send_time(),
        me: session.me(),
    };
    match session.write(&write).await {
        WriteOutcome::Accepted(response) => {
            let answer = incident_in(&response);
            read_back::verify_accepted(session, &done, answer).await
        }
        WriteOutcome::Rejected(error) => read_back::explain_rejection(session, &done, &error).await,
        WriteOutcome::Unconfirmed(words) => {
            read_back::search_unconfirmed(session, &done, words).await
        }
    }
}

async fn build_request(
    session: &WriteSession<'_>,
    operation: &Operation,
    fresh: &Incident,
) -> Result<WriteRequest, OutcomeDetail> {
    match operation {
        Operation::Snooze(span) => Ok(requests::snooze(&fresh.id, *span)),
        _ => Ok(requests::put(
            &fresh.id,
            &requests::changed_fields(session, operation).await?,
        )),
    }
}

/// The incident in an answer; `None` if the answer contains none.
pub(super) fn incident_in(response: &Response) -> Option<Arc<Incident>> {
    let wire: WireIncident = read_one(&response.body, "incident").ok()?;
    wire.into_incident().ok().map(Arc::new)
}
