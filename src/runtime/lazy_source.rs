//! Sources that are made when they are first asked, on their own task: a secret that cannot be had, a CA
//! file that is not there, are that source's failure and nobody else's.

use std::future::Future;
use std::sync::Arc;

use super::polling::Source;
use super::source_context::SourceContext;
use crate::domain::now::TimeSource;
use crate::domain::settings::SecretRef;
use crate::domain::source::FailureKind;
use crate::sources::poll::{PollError, PollReport};

/// A kind of source.
pub trait Connectable: Sized + Send + 'static {
    /// What it is made of.
    type Settings: Send + Sync + 'static;
    /// What it answers.
    type Body: Send + Sync + 'static;

    /// The secrets that it needs.
    fn secret_refs(settings: &Self::Settings) -> Vec<&SecretRef>;

    /// Makes it.
    fn connect(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<Self, PollError>> + Send;

    /// One poll.
    fn poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> impl Future<Output = PollReport<Self::Body>> + Send;

    /// Takes the secrets as they are now.
    fn rotate_secrets(&mut self, context: &SourceContext, settings: &Self::Settings);
}

/// A source that is made when it is first asked.
pub struct LazySource<M: Connectable> {
    context: Arc<SourceContext>,
    settings: Arc<M::Settings>,
    source: Option<M>,
    credentials_refused: bool,
}

impl<M: Connectable> LazySource<M> {
    /// Not made yet.
    pub fn new(context: Arc<SourceContext>, settings: Arc<M::Settings>) -> Self {
        Self {
            context,
            settings,
            source: None,
            credentials_refused: false,
        }
    }

    async fn connect_and_poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> Result<PollReport<M::Body>, PollError> {
        self.context
            .secrets
            .wait_until_fetched(&M::secret_refs(&self.settings))
            .await;
        let made = match &mut self.source {
            Some(made) => made,
            none => none.insert(M::connect(&self.context, &self.settings).await?),
        };
        Ok(made.poll(time).await)
    }

    // They may have been changed meanwhile.
    async fn rotate_secrets(&mut self) {
        for reference in M::secret_refs(&self.settings) {
            self.context.secrets.refetch(reference).await;
        }
        if let Some(made) = &mut self.source {
            made.rotate_secrets(&self.context, &self.settings);
        }
    }
}

impl<M: Connectable> Source for LazySource<M> {
    type Body = M::Body;

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<M::Body> {
        // Before the next poll, not after the one that failed: that is told at once, though a command hangs.
        if self.credentials_refused {
            self.rotate_secrets().await;
        }
        let polled = match self.connect_and_poll(time).await {
            Ok(polled) => polled,
            Err(error) => PollReport::from_outcome(Err(error)),
        };
        self.credentials_refused =
            matches!(&polled.outcome, Err(error) if error.kind == FailureKind::Credentials);
        polled
    }
}
