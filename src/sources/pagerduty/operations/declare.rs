//! Opens a new incident with a key of its own. A search for this key comes first, so that the incident is not opened
//! twice. If the answer to the request is lost, a second search shows whether the incident was opened.

use std::sync::Arc;

use super::read_back::{READ_BACK_DELAYS, UNCONFIRMED_DELAYS};
use super::requests;
use super::single::incident_in;
use super::write_session::{
    IncidentOutcome, WriteOutcome, WriteSession, read_failure, write_failure,
};
use crate::domain::incident::Incident;
use crate::domain::operation::{Declaration, Operation, Outcome, OutcomeDetail};
use crate::sources::error::SourceError;
use crate::sources::pagerduty::listings;

/// Opens the incident if it does not exist yet.
pub(super) async fn run(
    session: &WriteSession<'_>,
    operation: &Operation,
    declaration: &Declaration,
) -> Outcome {
    let IncidentOutcome { detail: why, fresh } = open_incident(session, declaration).await;
    let id = fresh.as_ref().map(|fresh| fresh.id.clone());
    Outcome::new(operation, id.as_ref(), why, fresh)
}

async fn open_incident(session: &WriteSession<'_>, declaration: &Declaration) -> IncidentOutcome {
    match find_by_key(session, declaration).await {
        Ok(None) => {}
        Ok(Some(there)) => return already_open_outcome(&there),
        Err(error) => return IncidentOutcome::new(read_failure(&error), None),
    }
    let priority = match &declaration.priority {
        None => None,
        Some(name) => match session.find_priority_id(name).await {
            Ok(id) => Some(id),
            Err(why) => return IncidentOutcome::new(why, None),
        },
    };
    let write = requests::declare(declaration, priority.as_deref());
    match session.write(&write).await {
        WriteOutcome::Accepted(response) => {
            verify_accepted(session, declaration, incident_in(&response)).await
        }
        WriteOutcome::Rejected(error) => explain_rejection(session, declaration, &error).await,
        WriteOutcome::Unconfirmed(words) => search_unconfirmed(session, declaration, words).await,
    }
}

async fn verify_accepted(
    session: &WriteSession<'_>,
    declaration: &Declaration,
    answer: Option<Arc<Incident>>,
) -> IncidentOutcome {
    let Some(answer) = answer else {
        let words = "PagerDuty's answer about the new incident cannot be read".to_owned();
        return search_unconfirmed(session, declaration, words).await;
    };
    let mut unread = false;
    for wait in READ_BACK_DELAYS {
        session.sleep(wait).await;
        match session.read_incident(&answer.id).await {
            Ok(fresh) => return verified_outcome(&fresh, false),
            Err(error) => unread |= !error.is_not_found(),
        }
    }
    // The answer contains the incident's number. So the incident exists, though it cannot be read now.
    if unread {
        verified_outcome(&answer, false)
    } else {
        IncidentOutcome::new(OutcomeDetail::Diverged(Vec::new()), Some(&answer))
    }
}

// Explains a rejection. PagerDuty rejects a key that was used before. The outcome is then the incident that the earlier
// declaration opened.
async fn explain_rejection(
    session: &WriteSession<'_>,
    declaration: &Declaration,
    error: &SourceError,
) -> IncidentOutcome {
    if error.status == Some(400)
        && let Ok(Some(there)) = find_by_key(session, declaration).await
    {
        return already_open_outcome(&there);
    }
    IncidentOutcome::new(write_failure(error), None)
}

async fn search_unconfirmed(
    session: &WriteSession<'_>,
    declaration: &Declaration,
    words: String,
) -> IncidentOutcome {
    let mut why = OutcomeDetail::Unverified(words.clone());
    for wait in UNCONFIRMED_DELAYS {
        session.sleep(wait).await;
        match find_by_key(session, declaration).await {
            Ok(Some(there)) => return verified_outcome(&there, true),
            Ok(None) => why = OutcomeDetail::NotVisibleYet(words.clone()),
            Err(_) => {}
        }
    }
    IncidentOutcome::new(why, None)
}

async fn find_by_key(
    session: &WriteSession<'_>,
    declaration: &Declaration,
) -> Result<Option<Arc<Incident>>, SourceError> {
    session.wait_for_rate_limit().await?;
    let found = listings::fetch_by_key(session.client, &declaration.key).await?;
    let is_it = |it: &Incident| {
        let since = declaration.since;
        it.is_open() || since.is_none_or(|since| it.created_at >= since)
    };
    Ok(found.into_iter().find(is_it).map(Arc::new))
}

fn verified_outcome(fresh: &Arc<Incident>, lost: bool) -> IncidentOutcome {
    let why = OutcomeDetail::Confirmed {
        at: Some(fresh.created_at),
        response_lost: lost,
        other_acks: Vec::new(),
    };
    IncidentOutcome::new(why, Some(fresh))
}

fn already_open_outcome(there: &Arc<Incident>) -> IncidentOutcome {
    let why = OutcomeDetail::Already {
        by: Vec::new(),
        at: Some(there.created_at),
        other_acks: Vec::new(),
    };
    IncidentOutcome::new(why, Some(there))
}
