//! The trait that every kind of source implements.

use std::future::Future;
use std::sync::Arc;

use super::context::SourceContext;
use super::poll_report::PollReport;
use super::secret::WantedSecret;
use crate::domain::now::TimeSource;
use crate::domain::source::Slot;
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
