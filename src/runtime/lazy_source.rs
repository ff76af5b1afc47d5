//! Sources that are opened in their own task at their first poll. So a missing secret or CA file makes only that source
//! fail.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::now::TimeSource;
use crate::domain::settings::SecretRef;
use crate::domain::source::FailureKind;
use crate::sources::context::SourceContext;
use crate::sources::error::SourceError;
use crate::sources::poll_report::PollReport;
use crate::sources::source::Source;

/// A source that is opened at its first poll.
pub struct LazySource<S: Source> {
    context: Arc<SourceContext>,
    settings: Arc<S::Settings>,
    source: Option<S>,
    /// The secrets that the source refused; `None` if the last poll was not refused.
    refused: Option<Vec<KnownSecret>>,
}

/// `None` if the secret cannot be fetched.
type KnownSecret = Option<SecretString>;

impl<S: Source> LazySource<S> {
    pub fn new(context: Arc<SourceContext>, settings: Arc<S::Settings>) -> Self {
        Self {
            context,
            settings,
            source: None,
            refused: None,
        }
    }

    pub async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<S::Body> {
        // Fetches the secrets again before the next poll, not right after the refused poll. So the failure is reported
        // at once, even if a command for a secret hangs.
        if self.refused.is_some() {
            self.rotate_secrets().await;
        }
        let polled = match self.open_and_poll(time).await {
            Ok(polled) => polled,
            Err(error) => PollReport::from_outcome(Err(error)),
        };
        let is_refused =
            matches!(&polled.outcome, Err(error) if error.kind() == FailureKind::Credentials);
        self.refused = is_refused.then(|| self.known_secrets());
        polled
    }

    /// Whether the last poll failed because its credentials were refused.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// Whether a refused secret has changed after the refusal. Reads only secrets in files. A command may ask a person,
    /// so commands run only for a poll.
    pub async fn has_changed_secrets(&mut self) -> bool {
        let Some(refused) = &self.refused else {
            return false;
        };
        for secret in S::secrets(&self.settings) {
            if matches!(secret.reference, SecretRef::File(_)) {
                self.context.secrets.refetch(&secret.reference).await;
            }
        }
        let known = self.known_secrets();
        let pairs = known.iter().zip(refused);
        pairs
            .into_iter()
            .any(|(known, refused)| exposed(known) != exposed(refused))
    }

    fn known_secrets(&self) -> Vec<KnownSecret> {
        let secrets = S::secrets(&self.settings).into_iter();
        secrets
            .map(|secret| self.context.secrets.get(&secret.reference).ok())
            .collect()
    }

    async fn open_and_poll(
        &mut self,
        time: &dyn TimeSource,
    ) -> Result<PollReport<S::Body>, SourceError> {
        let secrets = S::secrets(&self.settings);
        self.context.secrets.wait_until_fetched(&secrets).await;
        let source = match &mut self.source {
            Some(source) => source,
            none => none.insert(S::open(&self.context, &self.settings).await?),
        };
        Ok(source.poll(time).await)
    }

    // Fetches the secrets again, since they may have changed after they were refused.
    async fn rotate_secrets(&mut self) {
        for secret in S::secrets(&self.settings) {
            self.context.secrets.refetch(&secret.reference).await;
        }
        if let Some(source) = &mut self.source {
            source.rotate_secrets(&self.context, &self.settings);
        }
    }
}

fn exposed(secret: &KnownSecret) -> Option<&str> {
    secret.as_ref().map(ExposeSecret::expose_secret)
}

#[cfg(test)]
mod tests;
