//! One look at a source, for a program that looks once.

use std::time::Duration;

use super::clock::sleep;
use super::feeds::Feed;
use super::polling::{Source, keep};
use crate::domain::now::TimeSource;

/// A second look that is wanted later than this is not part of one look: that is the source's round.
const PART_OF_IT: Duration = Duration::from_secs(17);

/// A look is over after so many, whatever is wanted.
const LOOKS: usize = 4;

/// Asks until the source wants nothing more soon: details that were left, a failing probe's second try.
pub async fn look<S: Source>(mut source: S, feed: Feed<S::Body>, time: &dyn TimeSource) {
    for _ in 0..LOOKS {
        let polled = source.poll(time).await;
        let again_in = polled.again_in;
        keep(polled, &feed, time.now());
        match again_in {
            Some(wait) if wait <= PART_OF_IT => sleep(wait).await,
            _ => return,
        }
    }
}
