//! Polls a source for a command that prints one result and ends, such as `check`.

use std::time::Duration;

use tokio::time::timeout;

use super::clock::sleep;
use super::lazy_source::LazySource;
use super::polling::store_outcome;
use super::slots::SlotWriter;
use crate::domain::now::TimeSource;
use crate::domain::source::FailureKind;
use crate::sources::source::Source;

/// The longest wait for another poll. A probe's second try comes within this time unless the configuration sets a
/// longer `probe_confirm`.
const MAX_REPOLL_WAIT: Duration = Duration::from_secs(17);

/// The most polls of one source, even if a further poll could complete the answer.
const MAX_POLLS: usize = 4;

/// Polls the source, and polls it again if another poll could soon complete the answer. Another poll may add missing
/// details or a failing probe's second try. If `limit` ends first, the slot keeps the answer or the failure that it
/// already has. A slot with neither gets a failure that blames the time limit, since the source may be well.
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
                let text = format!("no full answer within the time limit of {limit}");
                slot.fail(FailureKind::PollOnceEnded, text, time.now());
            }
        });
    }
}

// Polls until no further poll could soon complete the answer. A poll that would begin after `limit` is left out.
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
