//! Sources that are opened when they are first polled, on their own task: a missing secret or CA file is the
//! failure of that source alone.

use std::sync::Arc;

use crate::domain::now::TimeSource;
use crate::domain::source::FailureKind;
use crate::sources::context::SourceContext;
use crate::sources::poll::{PollError, PollReport};
use crate::sources::source::Source;

/// A source that is opened when it is first polled.
pub struct LazySource<S: Source> {
    context: Arc<SourceContext>,
    settings: Arc<S::Settings>,
    source: Option<S>,
    credentials_refused: bool,
}

impl<S: Source> LazySource<S> {
    /// Not opened yet.
    pub fn new(context: Arc<SourceContext>, settings: Arc<S::Settings>) -> Self {
        Self {
            context,
            settings,
            source: None,
            credentials_refused: false,
        }
    }

    /// One poll.
    pub async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<S::Body> {
        // Before the next poll, not after the one that failed: that is told at once, though a command hangs.
        if self.credentials_refused {
            self.rotate_secrets().await;
        }
        let polled = match self.open_and_poll(time).await {
            Ok(polled) => polled,
            Err(error) => PollReport::from_outcome(Err(error)),
        };
        self.credentials_refused =
            matches!(&polled.outcome, Err(error) if error.kind == FailureKind::Credentials);
        polled
    }

    async fn open_and_poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> Result<PollReport<S::Body>, PollError> {
        let secrets = S::secrets(&self.settings);
        self.context.secrets.wait_until_fetched(&secrets).await;
        let source = match &mut self.source {
            Some(source) => source,
            none => none.insert(S::open(&self.context, &self.settings).await?),
        };
        Ok(source.poll(time).await)
    }

    // They may have been changed since.
    async fn rotate_secrets(&mut self) {
        for secret in S::secrets(&self.settings) {
            self.context.secrets.refetch(&secret.reference).await;
        }
        if let Some(source) = &mut self.source {
            source.rotate_secrets(&self.context, &self.settings);
        }
    }
}
