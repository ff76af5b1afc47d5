//! Reads an incident after a write. The outcome depends on what is then read, never on the answer to the write.

use std::sync::Arc;
use std::time::Duration;

use super::preconditions;
use super::requests::{self, SentOperation, Verified};
use super::write_session::{IncidentOutcome, WriteSession, write_failure};
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::operation::{Operation, OutcomeDetail};
use crate::sources::error::SourceError;
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::writer::WriteRequest;

/// The delays before the reads that follow an accepted write, one for each read. PagerDuty may show the change a little
/// later.
pub(super) const READ_BACK_DELAYS: [Duration; 5] = millis([0, 200, 300, 500, 1000]);
/// The delays before the reads that follow a write whose answer was lost, one for each read. The write may still be on
/// its way.
pub(super) const UNCONFIRMED_DELAYS: [Duration; 5] = millis([0, 500, 1000, 1500, 3000]);

const fn millis(all: [u64; 5]) -> [Duration; 5] {
    let [a, b, c, d, e] = all;
    [
        Duration::from_millis(a),
        Duration::from_millis(b),
        Duration::from_millis(c),
        Duration::from_millis(d),
        Duration::from_millis(e),
    ]
}

/// The outcome of reading an incident after a write.
enum VerifyResult {
    Verified(Arc<Incident>, Verified),
    /// The incident's last read state, which does not show the change.
    NotVerified(Arc<Incident>),
    /// The incident could not be read, for this reason.
    Unreadable(String),
}

/// Verifies an accepted write; `answer` is the incident in PagerDuty's response.
pub(super) async fn verify_accepted(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    answer: Option<Arc<Incident>>,
) -> IncidentOutcome {
    match verify_with_retries(session, done, &READ_BACK_DELAYS).await {
        VerifyResult::Verified(fresh, seen) => {
            verified_outcome(session, done, fresh, seen, false).await
        }
        VerifyResult::NotVerified(fresh) if done.lacks_acknowledgement(&fresh) => {
            send_missing_acknowledgement(session, done, fresh).await
        }
        VerifyResult::NotVerified(fresh) => diverged_outcome(done, &fresh),
        VerifyResult::Unreadable(why) => match answer {
            Some(answer) if let Some(seen) = done.verify(&answer) => {
                verified_outcome(session, done, answer, seen, false).await
            }
            _ => IncidentOutcome::new(OutcomeDetail::Unverified(why), None),
        },
    }
}

/// Searches for the change of a write whose answer was lost. The write is not sent again.
pub(super) async fn search_unconfirmed(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    words: String,
) -> IncidentOutcome {
    match verify_with_retries(session, done, &UNCONFIRMED_DELAYS).await {
        VerifyResult::Verified(fresh, _) if is_resolved_by_other(done, &fresh) => {
            let why =
                preconditions::reason_not_to_send(done.operation, done.before, &fresh, done.me);
            IncidentOutcome::new(
                why.unwrap_or(OutcomeDetail::NotVisibleYet(words)),
                Some(&fresh),
            )
        }
        VerifyResult::Verified(fresh, seen) => {
            verified_outcome(session, done, fresh, seen, true).await
        }
        VerifyResult::NotVerified(fresh) => {
            IncidentOutcome::new(OutcomeDetail::NotVisibleYet(words), Some(&fresh))
        }
        VerifyResult::Unreadable(why) => IncidentOutcome::new(
            OutcomeDetail::Unverified(format!("{words}; then {why}")),
            None,
        ),
    }
}

/// The outcome of a write that PagerDuty rejected or that did not reach PagerDuty. After a 400, the incident is read
/// again, since a change between our read and our write may be the reason.
pub(super) async fn explain_rejection(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    error: &SourceError,
) -> IncidentOutcome {
    let no = || write_failure(error);
    if error.status != Some(400) {
        return IncidentOutcome::new(no(), None);
    }
    let Ok(fresh) = session.read_incident(&done.before.id).await else {
        return IncidentOutcome::new(no(), None);
    };
    let why = preconditions::reason_not_to_send(done.operation, done.before, &fresh, done.me)
        .unwrap_or_else(|| {
            if error.code == Some(CODE_INCIDENT_CHANGED) {
                OutcomeDetail::Changed(Vec::new())
            } else {
                no()
            }
        });
    IncidentOutcome::new(why, Some(&fresh))
}

/// PagerDuty's code for "Incident Data Has Changed Since Last Request".
const CODE_INCIDENT_CHANGED: u32 = 1005;

async fn verify_with_retries(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    when: &[Duration],
) -> VerifyResult {
    let mut found = VerifyResult::Unreadable(String::new());
    for wait in when {
        session.sleep(*wait).await;
        match verify_once(session, done).await {
            Ok((fresh, Some(seen))) => return VerifyResult::Verified(fresh, seen),
            Ok((fresh, None)) => found = VerifyResult::NotVerified(fresh),
            Err(error) => {
                if let VerifyResult::Unreadable(why) = &mut found {
                    *why = error.text;
                }
            }
        }
    }
    found
}

async fn verify_once(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
) -> Result<(Arc<Incident>, Option<Verified>), SourceError> {
    let fresh = session.read_incident(&done.before.id).await?;
    if let Some(field) = done.unread_field(&fresh) {
        let why = format!("its {field} cannot be read");
        return Err(SourceError::garbled_about("incident", why));
    }
    let seen = done.verify(&fresh);
    if seen.is_some() || !done.needs_log() {
        return Ok((fresh, seen));
    }
    let seen = done.verify_in_log(&read_log_since_sent(session, done).await?);
    // PagerDuty may have made the log's entry after the incident was read. The read incident then still has the earlier
    // assignees, so it is read again.
    let is_older = seen.is_some() && !done.has_new_assignment(&fresh);
    let fresh = match is_older {
        true => session.read_incident(&done.before.id).await?,
        false => fresh,
    };
    Ok((fresh, seen))
}

/// The outcome of a verified write. If the log shows that the incident was resolved just before the acknowledgement
/// arrived, the acknowledgement reopened it. Otherwise the write is confirmed.
pub(super) async fn verified_outcome(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    fresh: Arc<Incident>,
    seen: Verified,
    lost: bool,
) -> IncidentOutcome {
    let log = match done.may_have_reopened(&fresh) {
        true => read_log_since_sent(session, done).await.unwrap_or_default(),
        false => Vec::new(),
    };
    verified_outcome_by_log(done, fresh, seen, lost, &log)
}

/// Like [`verified_outcome`], with a log that was already read.
pub(super) fn verified_outcome_by_log(
    done: &SentOperation<'_>,
    fresh: Arc<Incident>,
    seen: Verified,
    lost: bool,
    log: &[LogEntry],
) -> IncidentOutcome {
    if done.may_have_reopened(&fresh)
        && let Some(entry) = done.resolved_before_write(log)
    {
        let by = entry.agent.clone();
        return IncidentOutcome::new(OutcomeDetail::Reopened { by }, Some(&fresh));
    }
    let Verified {
        at,
        other_acknowledgements: others,
    } = seen;
    IncidentOutcome::new(
        OutcomeDetail::Confirmed {
            at,
            response_lost: lost,
            other_acks: others,
        },
        Some(&fresh),
    )
}

async fn read_log_since_sent(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
) -> Result<Vec<LogEntry>, SourceError> {
    listings::fetch_incident_log(session.client, &done.before.id, Some(done.sent_at)).await
}

// Sends the acknowledgement alone, since PagerDuty applied only the assignment.
async fn send_missing_acknowledgement(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    fresh: Arc<Incident>,
) -> IncidentOutcome {
    let change = requests::changed_fields(session, &Operation::Acknowledge).await;
    let Ok(change) = change else {
        return diverged_outcome(done, &fresh);
    };
    let write: WriteRequest = requests::put(&fresh.id, &change);
    let _what_is_read_counts = session.write(&write).await;
    match verify_with_retries(session, done, &READ_BACK_DELAYS).await {
        VerifyResult::Verified(fresh, seen) => {
            verified_outcome(session, done, fresh, seen, false).await
        }
        VerifyResult::NotVerified(fresh) => diverged_outcome(done, &fresh),
        VerifyResult::Unreadable(_) => diverged_outcome(done, &fresh),
    }
}

fn diverged_outcome(done: &SentOperation<'_>, fresh: &Arc<Incident>) -> IncidentOutcome {
    IncidentOutcome::new(done.divergence(fresh), Some(fresh))
}

fn is_resolved_by_other(done: &SentOperation<'_>, fresh: &Incident) -> bool {
    let by_me = |incident: &Incident| {
        let by = incident.resolved_by.as_ref();
        by.is_none_or(|by| by.id == *done.me)
    };
    *done.operation == Operation::Resolve && !by_me(fresh)
}
