//! One deed on many incidents, with as few calls as PagerDuty takes.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use serde_json::{Map, Value};

use super::AT_ONCE;
use super::after::Done;
use super::before;
use super::bodies;
use super::desk::{Came, Desk, Written, in_order, said_no, unread};
use super::{settle, single};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::operation::Operation;
use crate::sources::http::Response;
use crate::sources::lenient::parse_page;
use crate::sources::pagerduty::filters::Ids;
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::wire::incident::WireIncident;

/// As many as PagerDuty changes with one call.
const AT_MOST: usize = 250;
/// Reads at once.
const READS: usize = 8;

/// What came of it, in order.
pub(super) async fn all(desk: &Desk<'_>, deed: &Operation, on: &[Arc<Incident>]) -> Vec<Came> {
    let change = match bodies::change(desk, deed).await {
        Ok(change) => change,
        Err(why) => return on.iter().map(|_| Came::new(why.clone(), None)).collect(),
    };
    let mut all = Vec::new();
    for chunk in on.chunks(AT_MOST) {
        all.extend(some(desk, deed, &change, chunk).await);
    }
    all
}

async fn some(
    desk: &Desk<'_>,
    deed: &Operation,
    change: &Map<String, Value>,
    on: &[Arc<Incident>],
) -> Vec<Came> {
    let judged = on.iter().map(|shown| judged(desk, deed, shown).boxed());
    let judged = in_order(judged.collect(), READS).await;
    let going: Vec<_> = judged
        .iter()
        .filter_map(|one| one.as_ref().ok().cloned())
        .collect();
    let mut sent = sent(desk, deed, change, &going).await.into_iter();
    // Each that was sent has its answer.
    let each = judged.into_iter().filter_map(|one| match one {
        Ok(_) => sent.next(),
        Err(came) => Some(came),
    });
    each.collect()
}

// As it is now where it is still what was shown, else why nothing is sent.
async fn judged(
    desk: &Desk<'_>,
    deed: &Operation,
    shown: &Incident,
) -> Result<Arc<Incident>, Came> {
    let fresh = desk.read(&shown.id).await;
    let fresh = fresh.map_err(|refusal| Came::new(unread(&refusal), None))?;
    match before::judge(deed, shown, &fresh, desk.me()) {
        Some(why) => Err(Came::new(why, Some(&fresh))),
        None => Ok(fresh),
    }
}

async fn sent(
    desk: &Desk<'_>,
    deed: &Operation,
    change: &Map<String, Value>,
    going: &[Arc<Incident>],
) -> Vec<Came> {
    if going.is_empty() {
        return Vec::new();
    }
    let moment = desk.moment();
    let done = |before| Done {
        deed,
        before,
        sent: moment,
        me: desk.me(),
    };
    let all: Vec<Done<'_>> = going.iter().map(|one| done(one)).collect();
    let ids = going.iter().map(|one| &one.id);
    match desk.write(&bodies::put_all(ids, change)).await {
        Written::Good(heard) => {
            let mut answers = answers(&heard.response);
            let log = log(desk, &all, &answers, moment).await;
            let each = all.iter().map(|done| {
                let answer = answers.remove(&done.before.id);
                settled(desk, done, answer, log.as_deref()).boxed()
            });
            in_order(each.collect(), READS).await
        }
        Written::Lost(words) => {
            let look = |done| settle::look(desk, done, words.clone()).boxed();
            in_order(all.iter().map(look).collect(), READS).await
        }
        Written::No(refusal) if refusal.is_for_all() => {
            let no = || Came::new(said_no(&refusal), None);
            going.iter().map(|_| no()).collect()
        }
        // One of them stands in the way of all.
        Written::No(_) => {
            let one = |before: &Arc<_>| single::one(desk, deed, Arc::clone(before)).boxed();
            in_order(going.iter().map(one).collect(), AT_ONCE).await
        }
    }
}

async fn settled(
    desk: &Desk<'_>,
    done: &Done<'_>,
    answer: Option<Arc<Incident>>,
    log: Option<&[LogEntry]>,
) -> Came {
    let Some(fresh) = answer else {
        return settle::read_back(desk, done, None).await;
    };
    match (done.seen(&fresh), log) {
        (None, _) => settle::read_back(desk, done, Some(fresh)).await,
        (Some(seen), Some(log)) => settle::shown_by(done, fresh, seen, false, log),
        (Some(seen), None) => settle::shown(desk, done, fresh, seen, false).await,
    }
}

// The account's log in place of each incident's own, where any may have been reopened. None: each is to be
// read.
async fn log(
    desk: &Desk<'_>,
    all: &[Done<'_>],
    answers: &HashMap<IncidentId, Arc<Incident>>,
    since: DateTime<Utc>,
) -> Option<Vec<LogEntry>> {
    let may_have = |done: &Done<'_>| {
        let fresh = answers.get(&done.before.id);
        fresh.is_some_and(|fresh| done.may_have_reopened(fresh))
    };
    if !all.iter().any(may_have) {
        return Some(Vec::new());
    }
    let piece = listings::log(desk.client, &Ids::default(), since, since).await;
    let whole = piece.ok().filter(|piece| piece.from <= since);
    whole.map(|piece| piece.entries)
}

fn answers(response: &Response) -> HashMap<IncidentId, Arc<Incident>> {
    let listed = parse_page::<WireIncident>(&response.body, "incidents");
    let listed = listed.map(|page| page.items).unwrap_or_default();
    let read = listed.into_iter().filter_map(|wire| wire.read().ok());
    read.map(|one| (one.id.clone(), Arc::new(one))).collect()
}
