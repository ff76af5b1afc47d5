//! The trait that every kind of source implements.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::context::SourceContext;
use super::secret::WantedSecret;
use crate::domain::now::TimeSource;
use crate::domain::source::{Answer, Part, RateBudget, Slot, UnreadableItems};
use crate::sources::error::SourceError;

/// A kind of source. It is opened in its own task when it is first polled, so a missing secret or CA file fails only
/// that source.
pub trait Source: Sized + Send + 'static {
    /// Its configuration.
    type Settings: Send + Sync + 'static;
    /// The body of its answer.
    type Body: Send + Sync + 'static;

    /// The secrets that it needs, each by its place in the configuration.
    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret>;

    /// Its slot before the first answer.
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

    /// Takes the secrets as they are now.
    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings);
}

/// The content of a poll that combines several answers.
#[derive(Clone, Debug)]
pub struct AnswerContent<T> {
    pub body: T,
    /// The parts that can fail one by one.
    pub parts: Vec<Part>,
    /// Items that cannot be read and are not in the body.
    pub unreadable: UnreadableItems,
}

/// The outcome of a poll, and when the next may or should come.
#[derive(Clone, Debug)]
pub struct PollReport<T> {
    /// The answer, or why there is none.
    pub outcome: Result<Answer<T>, SourceError>,
    /// The upstream's report of our request budget.
    pub rate: Option<RateBudget>,
    /// How many requests it took.
    pub requests: u32,
    /// The pause that the upstream asks for.
    pub retry_after: Option<Duration>,
    /// The time after which another poll can complete the answer, such as a probe's second try. A command that polls
    /// once waits for it.
    pub poll_again_in: Option<Duration>,
    /// The time until the next regular poll, if that is sooner than an interval. A command that polls once does not
    /// wait for it.
    pub next_poll_in: Option<Duration>,
}

impl<T> PollReport<T> {
    /// A poll that says nothing about when the next should come.
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
