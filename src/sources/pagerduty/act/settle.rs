//! After a write: what PagerDuty shows of it. The result is what is read, never what was answered.

use std::sync::Arc;
use std::time::Duration;

use super::after::{Done, Seen};
use super::before;
use super::bodies;
use super::desk::{Came, Desk, said_no};
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::operation::{Operation, OutcomeDetail, detect_changes};
use crate::sources::pagerduty::listings;
use crate::sources::pagerduty::refusal::Refusal;
use crate::sources::pagerduty::writer::Write;

/// When to look after a good answer: PagerDuty may show it a little later.
pub(super) const READ_BACK: [Duration; 5] = millis([0, 200, 300, 500, 1000]);
/// When to look after an answer that was lost: what was sent may still be on its way.
pub(super) const LOOK: [Duration; 5] = millis([0, 500, 1000, 1500, 3000]);

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

/// What looking came to.
enum Found {
    There(Arc<Incident>, Seen),
    /// As it was last read.
    NotThere(Arc<Incident>),
    /// It could not be read, for this reason.
    Unread(String),
}

/// After a good answer; `answer` is the incident that came with it.
pub(super) async fn read_back(
    desk: &Desk<'_>,
    done: &Done<'_>,
    answer: Option<Arc<Incident>>,
) -> Came {
    match find(desk, done, &READ_BACK).await {
        Found::There(fresh, seen) => shown(desk, done, fresh, seen, false).await,
        Found::NotThere(fresh) if done.lacks_acknowledgement(&fresh) => {
            acknowledge_too(desk, done, fresh).await
        }
        Found::NotThere(fresh) => Came::new(
            OutcomeDetail::Diverged(detect_changes(done.before, &fresh)),
            Some(&fresh),
        ),
        Found::Unread(why) => match answer {
            Some(answer) if let Some(seen) = done.seen(&answer) => {
                shown(desk, done, answer, seen, false).await
            }
            _ => Came::new(OutcomeDetail::Unverified(why), None),
        },
    }
}

/// After an answer that was lost. It is looked for, and not sent again.
pub(super) async fn look(desk: &Desk<'_>, done: &Done<'_>, words: String) -> Came {
    match find(desk, done, &LOOK).await {
        Found::There(fresh, _) if others_resolved(done, &fresh) => {
            let why = before::judge(done.deed, done.before, &fresh, done.me);
            Came::new(
                why.unwrap_or(OutcomeDetail::NotVisibleYet(words)),
                Some(&fresh),
            )
        }
        Found::There(fresh, seen) => shown(desk, done, fresh, seen, true).await,
        Found::NotThere(fresh) => Came::new(OutcomeDetail::NotVisibleYet(words), Some(&fresh)),
        Found::Unread(why) => Came::new(
            OutcomeDetail::Unverified(format!("{words}; then {why}")),
            None,
        ),
    }
}

/// After PagerDuty said no, or could not be asked. What stands in the way may have come between our look
/// and our write.
pub(super) async fn refused(desk: &Desk<'_>, done: &Done<'_>, refusal: &Refusal) -> Came {
    let no = || said_no(refusal);
    if refusal.status != Some(400) {
        return Came::new(no(), None);
    }
    let Ok(fresh) = desk.read(&done.before.id).await else {
        return Came::new(no(), None);
    };
    let why = before::judge(done.deed, done.before, &fresh, done.me).unwrap_or_else(|| {
        if refusal.code == Some(CHANGED) {
            OutcomeDetail::Changed(Vec::new())
        } else {
            no()
        }
    });
    Came::new(why, Some(&fresh))
}

/// "Incident Data Has Changed Since Last Request".
const CHANGED: u32 = 1005;

async fn find(desk: &Desk<'_>, done: &Done<'_>, when: &[Duration]) -> Found {
    let mut found = Found::Unread(String::new());
    for wait in when {
        desk.pause(*wait).await;
        match once(desk, done).await {
            Ok((fresh, Some(seen))) => return Found::There(fresh, seen),
            Ok((fresh, None)) => found = Found::NotThere(fresh),
            Err(refusal) => {
                if let Found::Unread(why) = &mut found {
                    *why = refusal.error.text;
                }
            }
        }
    }
    found
}

async fn once(desk: &Desk<'_>, done: &Done<'_>) -> Result<(Arc<Incident>, Option<Seen>), Refusal> {
    let fresh = desk.read(&done.before.id).await?;
    let seen = match done.seen(&fresh) {
        None if done.shows_in_log() => done.seen_in_log(&log(desk, done).await?),
        seen => seen,
    };
    Ok((fresh, seen))
}

/// It is there; but an acknowledgement may have reopened what somebody had just resolved.
pub(super) async fn shown(
    desk: &Desk<'_>,
    done: &Done<'_>,
    fresh: Arc<Incident>,
    seen: Seen,
    lost: bool,
) -> Came {
    let log = match done.may_have_reopened(&fresh) {
        true => log(desk, done).await.unwrap_or_default(),
        false => Vec::new(),
    };
    shown_by(done, fresh, seen, lost, &log)
}

/// The same, by a log that was read.
pub(super) fn shown_by(
    done: &Done<'_>,
    fresh: Arc<Incident>,
    seen: Seen,
    lost: bool,
    log: &[LogEntry],
) -> Came {
    if done.may_have_reopened(&fresh)
        && let Some(by) = done.reopened(log)
    {
        return Came::new(OutcomeDetail::Reopened { by }, Some(&fresh));
    }
    let Seen { at, others } = seen;
    Came::new(
        OutcomeDetail::Confirmed {
            at,
            response_lost: lost,
            other_acks: others,
        },
        Some(&fresh),
    )
}

async fn log(desk: &Desk<'_>, done: &Done<'_>) -> Result<Vec<LogEntry>, Refusal> {
    listings::log_of_since(desk.client, &done.before.id, done.sent).await
}

// PagerDuty took the assignment and left the acknowledgement.
async fn acknowledge_too(desk: &Desk<'_>, done: &Done<'_>, fresh: Arc<Incident>) -> Came {
    let otherwise = || {
        Came::new(
            OutcomeDetail::Diverged(detect_changes(done.before, &fresh)),
            Some(&fresh),
        )
    };
    let change = bodies::change(desk, &Operation::Acknowledge).await;
    let Ok(change) = change else {
        return otherwise();
    };
    let write: Write = bodies::put(&fresh.id, &change);
    let _what_is_read_counts = desk.write(&write).await;
    match find(desk, done, &READ_BACK).await {
        Found::There(fresh, seen) => shown(desk, done, fresh, seen, false).await,
        _ => otherwise(),
    }
}

fn others_resolved(done: &Done<'_>, fresh: &Incident) -> bool {
    let by_me = |incident: &Incident| {
        let by = incident.resolved_by.as_ref();
        by.is_none_or(|by| by.id == *done.me)
    };
    *done.deed == Operation::Resolve && !by_me(fresh)
}
