//! What every kind of source is.

use std::future::Future;
use std::sync::Arc;

use super::context::SourceContext;
use super::poll::PollReport;
use super::secret::WantedSecret;
use crate::domain::now::TimeSource;
use crate::sources::error::SourceError;

/// A kind of source. It is opened when it is first polled, on its own task: a missing secret or CA file is the
/// failure of that source alone.
pub trait Source: Sized + Send + 'static {
    /// What the configuration says of it.
    type Settings: Send + Sync + 'static;
    /// What it answers.
    type Body: Send + Sync + 'static;

    /// The secrets that it needs, each by its place in the configuration.
    fn secrets(settings: &Self::Settings) -> Vec<WantedSecret>;

    /// Opens it; its secrets were fetched before.
    fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<Self, SourceError>> + Send;

    /// One poll.
    fn poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> impl Future<Output = PollReport<Self::Body>> + Send;

    /// Takes the secrets as they are now.
    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings);
}
