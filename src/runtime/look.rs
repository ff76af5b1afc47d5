//! One look at a source, for a program that looks once.

use std::time::Duration;

use tokio::time::timeout;

use super::clock::sleep;
use super::feeds::Feed;
use super::polling::{Source, keep};
use crate::domain::now::TimeSource;
use crate::domain::source::FailureKind;

/// A second look that is wanted later than this is not part of one look: that is the source's round.
const PART_OF_IT: Duration = Duration::from_secs(17);

/// A look is over after so many, whatever is wanted.
const LOOKS: usize = 4;

/// Asks until the source wants nothing more soon: details that were left, a failing probe's second try. A
/// source that has said nothing within `limit` is down for that reason.
pub async fn look<S: Source>(
    source: S,
    feed: Feed<S::Body>,
    time: &dyn TimeSource,
    limit: Duration,
) {
    if timeout(limit, ask(source, &feed, time, limit))
        .await
        .is_err()
    {
        feed.change(|slot| {
            if slot.answer.is_none() && slot.failure.is_none() {
                let text = format!("no answer within {}", humantime::format_duration(limit));
                slot.fail(FailureKind::TimedOut, text, time.now());
            }
        });
    }
}

// What would come too late for this look is not waited for.
async fn ask<S: Source>(
    mut source: S,
    feed: &Feed<S::Body>,
    time: &dyn TimeSource,
    limit: Duration,
) {
    let started = time.now();
    for _ in 0..LOOKS {
        let polled = source.poll(time).await;
        let again_in = polled.poll_again_in;
        keep(polled, feed, time.now());
        match again_in {
            Some(wait) if wait <= PART_OF_IT && time.now().since(started) + wait < limit => {
                sleep(wait).await;
            }
            _ => return,
        }
    }
}
