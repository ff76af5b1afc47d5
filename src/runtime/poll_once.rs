//! One look at a source, for a program that looks once.

use std::time::Duration;

use tokio::time::timeout;

use super::clock::sleep;
use super::lazy_source::LazySource;
use super::polling::store_outcome;
use super::slots::SlotWriter;
use crate::domain::now::TimeSource;
use crate::domain::source::FailureKind;
use crate::sources::source::Source;

/// A second look that is wanted later than this is not part of one look: that is the source's round.
const MAX_REPOLL_WAIT: Duration = Duration::from_secs(17);

/// A look is over after so many, whatever is wanted.
const MAX_POLLS: usize = 4;

/// Asks until the source wants nothing more soon: details that were left, a failing probe's second try. A
/// source that has said nothing within `limit` may be well: our own time is over, not its.
pub async fn poll_once<S: Source>(
    source: LazySource<S>,
    writer: SlotWriter<S::Body>,
    time: &dyn TimeSource,
    limit: Duration,
) {
    if timeout(limit, poll_until_settled(source, &writer, time, limit))
        .await
        .is_err()
    {
        writer.change(|slot| {
            if slot.answer.is_none() && slot.failure.is_none() {
                let limit = humantime::format_duration(limit);
                let text =
                    format!("it had not answered in full when the {limit} of this look ended");
                slot.fail(FailureKind::LookEnded, text, time.now());
            }
        });
    }
}

// What would come too late for this look is not waited for.
async fn poll_until_settled<S: Source>(
    mut source: LazySource<S>,
    writer: &SlotWriter<S::Body>,
    time: &dyn TimeSource,
    limit: Duration,
) {
    let started = time.now();
    for _ in 0..MAX_POLLS {
        let polled = source.poll(time).await;
        let again_in = polled.poll_again_in;
        store_outcome(polled, writer, time.now());
        match again_in {
            Some(wait) if wait <= MAX_REPOLL_WAIT && time.now().since(started) + wait < limit => {
                sleep(wait).await;
            }
            _ => return,
        }
    }
}
