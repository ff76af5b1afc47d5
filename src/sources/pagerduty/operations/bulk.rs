//! One operation on many incidents, in as few requests as PagerDuty allows.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use serde_json::{Map, Value};

use super::MAX_CONCURRENT;
use super::preconditions;
use super::requests::{self, SentOperation};
use super::write_session::{
    IncidentOutcome, WriteOutcome, WriteSession, read_failure, run_in_order, write_failure,
};
use super::{read_back, single};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::operation::Operation;
use crate::sources::http::Response;
use crate::sources::lenient::parse_page;
use crate::sources::pagerduty::filter_ids::FilterIds;
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::wire::incident::WireIncident;

/// The most incidents that PagerDuty changes in one request.
const MAX_PER_CALL: usize = 250;
/// The most reads that run at the same time.
const MAX_CONCURRENT_READS: usize = 8;

/// Runs the operation. Returns one outcome per incident, in the incidents' order.
pub(super) async fn run(
    session: &WriteSession<'_>,
    operation: &Operation,
    on: &[Arc<Incident>],
) -> Vec<IncidentOutcome> {
    let change = match requests::changed_fields(session, operation).await {
        Ok(change) => change,
        Err(why) => {
            return on
                .iter()
                .map(|_| IncidentOutcome::new(why.clone(), None))
                .collect();
        }
    };
    let mut all = Vec::new();
    for chunk in on.chunks(MAX_PER_CALL) {
        all.extend(run_chunk(session, operation, &change, chunk).await);
    }
    all
}

async fn run_chunk(
    session: &WriteSession<'_>,
    operation: &Operation,
    change: &Map<String, Value>,
    on: &[Arc<Incident>],
) -> Vec<IncidentOutcome> {
    let judged = on
        .iter()
        .map(|shown| read_and_check(session, operation, shown).boxed());
    let judged = run_in_order(judged.collect(), MAX_CONCURRENT_READS).await;
    let going: Vec<_> = judged
        .iter()
        .filter_map(|one| one.as_ref().ok().cloned())
        .collect();
    let mut sent = send(session, operation, change, &going).await.into_iter();
    // `send` returns one outcome for each incident that it gets, in the same order.
    let each = judged.into_iter().filter_map(|one| match one {
        Ok(_) => sent.next(),
        Err(outcome) => Some(outcome),
    });
    each.collect()
}

// Reads the incident. Returns an error with the outcome if the incident cannot be read or nothing must be sent.
async fn read_and_check(
    session: &WriteSession<'_>,
    operation: &Operation,
    shown: &Incident,
) -> Result<Arc<Incident>, IncidentOutcome> {
    let fresh = session.read_incident(&shown.id).await;
    let fresh = fresh.map_err(|error| IncidentOutcome::new(read_failure(&error), None))?;
    match preconditions::reason_not_to_send(operation, shown, &fresh, session.me()) {
        Some(why) => Err(IncidentOutcome::new(why, Some(&fresh))),
        None => Ok(fresh),
    }
}

async fn send(
    session: &WriteSession<'_>,
    operation: &Operation,
    change: &Map<String, Value>,
    going: &[Arc<Incident>],
) -> Vec<IncidentOutcome> {
    if going.is_empty() {
        return Vec::new();
    }
    let moment = session.earliest_send_time();
    let done = |before| SentOperation {
        operation,
        before,
        sent_at: moment,
        me: session.me(),
    };
    let all: Vec<SentOperation<'_>> = going.iter().map(|one| done(one)).collect();
    let ids = going.iter().map(|one| &one.id);
    match session.write(&requests::put_all(ids, change)).await {
        WriteOutcome::Accepted(response) => {
            let mut answers = incidents_in(&response);
            let log = read_log_if_reopened(session, &all, &answers, moment).await;
            let each = all.iter().map(|done| {
                let answer = answers.remove(&done.before.id);
                verify_answer(session, done, answer, log.as_deref()).boxed()
            });
            run_in_order(each.collect(), MAX_CONCURRENT_READS).await
        }
        WriteOutcome::Unconfirmed(words) => {
            let look = |done| read_back::search_unconfirmed(session, done, words.clone()).boxed();
            run_in_order(all.iter().map(look).collect(), MAX_CONCURRENT_READS).await
        }
        WriteOutcome::Rejected(error) if error.affects_every_incident() => {
            let no = || IncidentOutcome::new(write_failure(&error), None);
            going.iter().map(|_| no()).collect()
        }
        // PagerDuty rejects the whole request because of one incident, so each incident is sent alone.
        WriteOutcome::Rejected(_) => {
            let one = |before: &Arc<_>| single::run(session, operation, Arc::clone(before)).boxed();
            run_in_order(going.iter().map(one).collect(), MAX_CONCURRENT).await
        }
    }
}

async fn verify_answer(
    session: &WriteSession<'_>,
    done: &SentOperation<'_>,
    answer: Option<Arc<Incident>>,
    log: Option<&[LogEntry]>,
) -> IncidentOutcome {
    let Some(fresh) = answer else {
        return read_back::verify_accepted(session, done, None).await;
    };
    match (done.verify(&fresh), log) {
        (None, _) => read_back::verify_accepted(session, done, Some(fresh)).await,
        (Some(seen), Some(log)) => {
            read_back::verified_outcome_by_log(done, fresh, seen, false, log)
        }
        (Some(seen), None) => read_back::verified_outcome(session, done, fresh, seen, false).await,
    }
}

// Reads the account's log once, instead of each incident's own log. The result is empty if no incident can have been
// reopened. `None` if the log cannot be read completely: then each incident's own log must be read.
async fn read_log_if_reopened(
    session: &WriteSession<'_>,
    all: &[SentOperation<'_>],
    answers: &HashMap<IncidentId, Arc<Incident>>,
    since: DateTime<Utc>,
) -> Option<Vec<LogEntry>> {
    let may_have = |done: &SentOperation<'_>| {
        let fresh = answers.get(&done.before.id);
        fresh.is_some_and(|fresh| done.may_have_reopened(fresh))
    };
    if !all.iter().any(may_have) {
        return Some(Vec::new());
    }
    let piece =
        listings::fetch_account_log(session.client, &FilterIds::default(), since, since, || true)
            .await;
    let whole = piece
        .ok()
        .filter(|piece| piece.from <= since && piece.missing().is_none());
    whole.map(|piece| piece.entries)
}

fn incidents_in(response: &Response) -> HashMap<IncidentId, Arc<Incident>> {
    let listed = parse_page::<WireIncident>(&response.body, "incidents");
    let listed = listed.map(|page| page.items).unwrap_or_default();
    let read = listed
        .into_iter()
        .filter_map(|wire| wire.into_incident().ok());
    read.map(|one| (one.id.clone(), Arc::new(one))).collect()
}
