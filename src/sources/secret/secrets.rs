//! The secrets of the configuration, fetched once before the screen is taken (a command may ask for a
//! passphrase), and again when an upstream refuses them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Environment, SecretError, SecretRequest, TerminalState, fetch_secret, process_env};
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::{AuthSettings, SecretRef};
use crate::domain::source::FailureKind;
use crate::sources::poll::PollError;

/// A command that takes longer waits for something that will not come.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(20);

/// A command that takes longer is named to whoever waits for it.
const SLOW_COMMAND: Duration = Duration::from_secs(1);

type FetchedSecrets = HashMap<SecretRef, Result<SecretString, SecretError>>;

/// A secret that a source needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSecret {
    /// Where it stands in the configuration: `pagerduty.token`.
    pub name: String,
    /// From where it comes.
    pub reference: SecretRef,
}

impl WantedSecret {
    /// A secret that stands at this place of the configuration.
    pub fn new(name: impl Into<String>, reference: &SecretRef) -> Self {
        Self {
            name: name.into(),
            reference: reference.clone(),
        }
    }
}

/// The secrets of a source's credentials, which stand at this place of the configuration.
pub fn auth_secrets(place: &str, auth: &AuthSettings) -> Vec<WantedSecret> {
    match auth {
        AuthSettings::None => Vec::new(),
        AuthSettings::Basic { password, .. } => {
            vec![WantedSecret::new(format!("{place}.password"), password)]
        }
        AuthSettings::Bearer(token) => vec![WantedSecret::new(format!("{place}.bearer"), token)],
    }
}

/// How secrets are fetched.
pub struct FetchOptions<'a> {
    /// Who has the terminal meanwhile.
    pub screen: TerminalState,
    /// When everything must be over; none: each command has its own time.
    pub deadline: Option<Now>,
    /// Hears the name of a secret whose command takes long.
    pub on_slow: &'a (dyn Fn(&str) + Sync),
    /// Hears what a person should mend although it works.
    pub on_warning: &'a (dyn Fn(&str) + Sync),
}

/// What is known of each secret.
pub struct Secrets {
    fetched: watch::Sender<FetchedSecrets>,
    requests: Vec<WantedSecret>,
    time: Arc<dyn TimeSource>,
    home: Option<PathBuf>,
}

impl Secrets {
    /// Secrets that were not fetched yet; each is wanted once, by its first name.
    pub fn new(all: impl IntoIterator<Item = WantedSecret>, time: Arc<dyn TimeSource>) -> Self {
        let mut wanted: Vec<WantedSecret> = Vec::new();
        for one in all {
            if wanted.iter().all(|known| known.reference != one.reference) {
                wanted.push(one);
            }
        }
        // One command that hangs must not keep the others' secrets from being there.
        wanted.sort_by_key(|one| matches!(one.reference, SecretRef::Command(_)));
        Self {
            fetched: watch::Sender::default(),
            requests: wanted,
            time,
            home: directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
        }
    }

    /// Fetches each once, one after the other: two commands must not ask on one terminal at once.
    pub async fn fetch_all(&self, options: &FetchOptions<'_>) {
        for wanted in &self.requests {
            let fetching = self.fetch_one(wanted, options.screen, self.command_timeout(options));
            tokio::pin!(fetching);
            let warning = match timeout(SLOW_COMMAND, &mut fetching).await {
                Ok(warning) => warning,
                Err(_) => {
                    (options.on_slow)(&wanted.name);
                    fetching.await
                }
            };
            if let Some(warning) = warning {
                (options.on_warning)(&warning);
            }
        }
    }

    // Half of what is left: the other half is for asking with what was had.
    fn command_timeout(&self, options: &FetchOptions<'_>) -> Duration {
        let left = options
            .deadline
            .map(|deadline| deadline.mono.saturating_sub(self.time.now().mono));
        left.map_or(COMMAND_TIMEOUT, |left| {
            round_for_display(left / 2).min(COMMAND_TIMEOUT)
        })
    }

    /// Waits until each of these was fetched, or could not be had.
    pub async fn wait_until_fetched(&self, wanted: &[WantedSecret]) {
        let is_there =
            |known: &FetchedSecrets| wanted.iter().all(|one| known.contains_key(&one.reference));
        // The sender is ours: it cannot be gone.
        let _ = self.fetched.subscribe().wait_for(is_there).await;
    }

    /// The secret, as it was last fetched.
    ///
    /// # Errors
    /// When it could not be had: its source is down with that reason.
    pub fn get(&self, reference: &SecretRef) -> Result<SecretString, PollError> {
        match self.fetched.borrow().get(reference) {
            Some(Ok(secret)) => Ok(secret.clone()),
            Some(Err(error)) => Err(PollError::new(FailureKind::Credentials, error.to_string())),
            None => Err(PollError::new(
                FailureKind::Credentials,
                "the secret was not fetched",
            )),
        }
    }

    /// Fetches it again: it may have been changed meanwhile.
    pub async fn refetch(&self, reference: &SecretRef) {
        if let Some(wanted) = self.requests.iter().find(|one| one.reference == *reference) {
            self.fetch_one(wanted, TerminalState::Taken, COMMAND_TIMEOUT)
                .await;
        }
    }

    async fn fetch_one(
        &self,
        wanted: &WantedSecret,
        terminal: TerminalState,
        timeout_after: Duration,
    ) -> Option<String> {
        let environment = Environment {
            env: &process_env,
            home: self.home.as_deref(),
        };
        let request = SecretRequest {
            name: &wanted.name,
            terminal,
            timeout: timeout_after,
        };
        let found = fetch_secret(&wanted.reference, &environment, request).await;
        let warning = found.as_ref().ok().and_then(|found| found.warning.clone());
        self.fetched.send_modify(|known| {
            known.insert(wanted.reference.clone(), found.map(|found| found.secret));
        });
        warning
    }
}

// It is told to people: "within 10s", not "within 9s 999ms 871us".
fn round_for_display(span: Duration) -> Duration {
    const STEP: u64 = 100;
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let steps = millis.saturating_add(STEP / 2) / STEP;
    Duration::from_millis(steps.max(1).saturating_mul(STEP))
}
