//! The outcome of a poll.

use std::time::Duration;

use crate::domain::source::{Answer, Part, RateBudget, UnreadableItems};
use crate::sources::error::SourceError;

/// The content of a poll that combines several answers.
#[derive(Clone, Debug)]
pub struct AnswerContent<T> {
    pub body: T,
    /// The parts of the answer. Each part can fail alone.
    pub parts: Vec<Part>,
    /// Items that cannot be read and are not in the body.
    pub unreadable: UnreadableItems,
}

/// The outcome of a poll, and when the next poll may or should come.
#[derive(Clone, Debug)]
pub struct PollReport<T> {
    /// The answer, or the reason why there is none.
    pub outcome: Result<Answer<T>, SourceError>,
    /// The upstream's report of our request budget.
    pub rate: Option<RateBudget>,
    /// The number of requests that the poll took.
    pub requests: u32,
    /// The pause that the upstream asks for.
    pub retry_after: Option<Duration>,
    /// The time after which another poll can complete the answer, for example with a probe's second try. A command that
    /// polls once waits for this poll.
    pub poll_again_in: Option<Duration>,
    /// The time until the next regular poll, if that is sooner than an interval. A command that polls once does not
    /// wait for that poll.
    pub next_poll_in: Option<Duration>,
}

impl<T> PollReport<T> {
    /// A report that leaves the time of the next poll to the schedule.
    pub fn from_outcome(outcome: Result<Answer<T>, SourceError>) -> Self {
        Self {
            retry_after: outcome.as_ref().err().and_then(|error| error.retry_after),
            outcome,
            rate: None,
            requests: 1,
            poll_again_in: None,
            next_poll_in: None,
        }
    }
}
