//! The limits for the age of a source's data.

use std::time::Duration;

use super::{Failure, FailureKind, SourceState};

/// A source's data counts as fresh for this many polling intervals.
pub const BUDGET_INTERVALS: u32 = 3;

/// The age at which the next poll is overdue. The age allows for jitter and for a slow answer.
pub(super) fn overdue_after(interval: Duration) -> Duration {
    interval * 3 / 2
}

/// The state of data with this age, for a source that is polled every `interval`.
pub(super) fn freshness(
    age: Option<Duration>,
    failure: Option<&Failure>,
    interval: Duration,
) -> SourceState {
    let budget = interval * BUDGET_INTERVALS;
    let Some(age) = age else {
        return match failure {
            None => SourceState::Waiting,
            Some(failure) if failure.kind == FailureKind::PollOnceEnded => SourceState::Waiting,
            Some(_) => SourceState::Down,
        };
    };
    match failure {
        Some(failure) if !failure.kind.is_transient() => SourceState::Down,
        Some(_) if age > budget => SourceState::Down,
        Some(_) => SourceState::Late,
        None if age > budget => SourceState::Stale,
        None if age > overdue_after(interval) => SourceState::Late,
        None => SourceState::Live,
    }
}
