//! Sources that are made when they are first asked, on their own task: a secret that cannot be had, a CA
//! file that is not there, are that source's failure and nobody else's.

use std::future::Future;
use std::sync::Arc;

use super::polling::Source;
use super::shop::Shop;
use crate::domain::now::TimeSource;
use crate::domain::settings::SecretRef;
use crate::domain::source::FailureKind;
use crate::sources::poll::{PollError, PollReport};

/// A kind of source.
pub trait Made: Sized + Send + 'static {
    /// What it is made of.
    type Settings: Send + Sync + 'static;
    /// What it answers.
    type Body: Send + Sync + 'static;

    /// The secrets that it needs.
    fn secrets(settings: &Self::Settings) -> Vec<&SecretRef>;

    /// Makes it.
    fn make(
        shop: &Arc<Shop>,
        settings: &Self::Settings,
    ) -> impl Future<Output = Result<Self, PollError>> + Send;

    /// One poll.
    fn ask(&mut self, time: &dyn TimeSource)
    -> impl Future<Output = PollReport<Self::Body>> + Send;

    /// Takes the secrets as they are now.
    fn renew(&mut self, shop: &Shop, settings: &Self::Settings);
}

/// A source that is made when it is first asked.
pub struct Lazy<M: Made> {
    shop: Arc<Shop>,
    settings: Arc<M::Settings>,
    made: Option<M>,
    refused: bool,
}

impl<M: Made> Lazy<M> {
    /// Not made yet.
    pub fn new(shop: Arc<Shop>, settings: Arc<M::Settings>) -> Self {
        Self {
            shop,
            settings,
            made: None,
            refused: false,
        }
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> Result<PollReport<M::Body>, PollError> {
        self.shop.secrets.settled(&M::secrets(&self.settings)).await;
        let made = match &mut self.made {
            Some(made) => made,
            none => none.insert(M::make(&self.shop, &self.settings).await?),
        };
        Ok(made.ask(time).await)
    }

    // They may have been changed meanwhile.
    async fn renew(&mut self) {
        for reference in M::secrets(&self.settings) {
            self.shop.secrets.renew(reference).await;
        }
        if let Some(made) = &mut self.made {
            made.renew(&self.shop, &self.settings);
        }
    }
}

impl<M: Made> Source for Lazy<M> {
    type Body = M::Body;

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<M::Body> {
        // Before the next poll, not after the one that failed: that is told at once, though a command hangs.
        if self.refused {
            self.renew().await;
        }
        let polled = match Lazy::poll(self, time).await {
            Ok(polled) => polled,
            Err(error) => PollReport::from_outcome(Err(error)),
        };
        self.refused =
            matches!(&polled.outcome, Err(error) if error.kind == FailureKind::Credentials);
        polled
    }
}
