//! The trait that every kind of source implements.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::context::SourceContext;
use super::secret::WantedSecret;
use crate::domain::now::TimeSource;
use crate::domain::source::{Answer, Part, RateBudget, Slot, UnreadableItems};
use crate::sources::error::SourceError;

/// A kind of source. A source is opened in its own task at its first poll, so a missing secret or CA file fails only
/// that source.
pub trait Source: Sized + Send + 'static {
    /// The source's configuration.
    type Settings: Send + Sync + 'static;
    /// The body of the source's answer.
    type Body: Send + Sync + 'static;

    /// The secrets that the source needs, each with its place in the configuration.
    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret>;

    /// The source's slot before the first answer.
    fn waiting_slot(settings: &Self::Settings) -> Slot<Self::Body>;

    /// Opens the source. Its secrets have been fetched.
    fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<Self, SourceError>> + Send;

    fn poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> impl Future<Output = PollReport<Self::Body>> + Send;

    /// Replaces the source's secrets by the present ones.
    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings);
}

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
