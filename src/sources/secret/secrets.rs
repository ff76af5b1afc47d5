//! The secrets of the configuration. Secrets are fetched before the dashboard takes the terminal, since a command may
//! ask for a passphrase. A secret is fetched again when an upstream refuses it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{
    Environment, FileReader, SecretError, SecretRequest, TerminalState, fetch_secret, process_env,
};
use crate::domain::now::{Now, TimeSource};
use crate::domain::settings::{AuthSettings, SecretRef};
use crate::domain::source::FailureKind;
use crate::sources::blank;
use crate::sources::error::SourceError;
use crate::sources::http::SpawnBlocking;

/// The default time limit of a command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(20);

/// The time after which a slow command's name is shown to the person who waits.
const SLOW_COMMAND: Duration = Duration::from_secs(1);

type FetchedSecrets = HashMap<SecretRef, Result<SecretString, SecretError>>;

/// A secret that a source needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSecret {
    /// The secret's place in the configuration, such as `pagerduty.token`.
    pub name: String,
    /// The variable, file or command that provides the secret.
    pub reference: SecretRef,
}

impl WantedSecret {
    /// The secret that the configuration needs at the place `name`.
    pub fn new(name: impl Into<String>, reference: &SecretRef) -> Self {
        Self {
            name: name.into(),
            reference: reference.clone(),
        }
    }
}

/// The secrets of a source's credentials. `place` is the credentials' place in the configuration.
pub fn auth_secrets(place: &str, auth: &AuthSettings) -> Vec<WantedSecret> {
    match auth {
        AuthSettings::None => Vec::new(),
        AuthSettings::Basic { password, .. } => {
            vec![WantedSecret::new(format!("{place}.password"), password)]
        }
        AuthSettings::Bearer(token) => vec![WantedSecret::new(format!("{place}.bearer"), token)],
    }
}

/// The way in which secrets are fetched.
pub struct FetchOptions<'a> {
    /// Who uses the terminal while a command runs.
    pub screen: TerminalState,
    /// The time by which all commands must have ended. `None` if each command has its own time limit.
    pub deadline: Option<Now>,
    /// Called with the name of a secret whose command is slow.
    pub on_slow: &'a (dyn Fn(&str) + Sync),
    /// Called with problems that a person should fix although the secret could be read.
    pub on_warning: &'a (dyn Fn(&str) + Sync),
}

/// The secrets that were fetched so far.
pub struct Secrets {
    fetched: watch::Sender<FetchedSecrets>,
    requests: Vec<WantedSecret>,
    time: Arc<dyn TimeSource>,
    home: Option<PathBuf>,
    files: FileReader,
}

impl Secrets {
    /// Starts without any fetched secret. A secret that several sources need is fetched once. The secret's name is the
    /// first place in the configuration that needs the secret.
    pub fn new(
        all: impl IntoIterator<Item = WantedSecret>,
        time: Arc<dyn TimeSource>,
        run_blocking: SpawnBlocking,
    ) -> Self {
        let mut wanted: Vec<WantedSecret> = Vec::new();
        for one in all {
            if wanted.iter().all(|known| known.reference != one.reference) {
                wanted.push(one);
            }
        }
        Self {
            fetched: watch::Sender::default(),
            requests: wanted,
            time,
            home: directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
            files: FileReader::new(run_blocking),
        }
    }

    /// Fetches each secret once.
    pub async fn fetch_all(&self, options: &FetchOptions<'_>) {
        let files = self.fetch_files(options.on_warning);
        join(files, self.run_commands(options)).await;
    }

    /// Fetches the secrets in the environment and in files, all at once.
    pub async fn fetch_files(&self, on_warning: &(dyn Fn(&str) + Sync)) {
        self.fetch_at_once(|wanted| !is_command(&wanted), on_warning)
            .await;
    }

    /// Runs the commands that have not run yet, all at once and without the terminal.
    pub async fn run_remaining_commands(&self, on_warning: &(dyn Fn(&str) + Sync)) {
        self.fetch_at_once(|wanted| self.lacks(wanted), on_warning)
            .await;
    }

    fn lacks(&self, wanted: &WantedSecret) -> bool {
        is_command(&wanted) && !self.fetched.borrow().contains_key(&wanted.reference)
    }

    /// Whether any secret comes from a command.
    pub fn has_commands(&self) -> bool {
        self.requests.iter().any(|wanted| is_command(&wanted))
    }

    async fn fetch_at_once(
        &self,
        is_due: impl Fn(&WantedSecret) -> bool,
        on_warning: &(dyn Fn(&str) + Sync),
    ) {
        let wanted = self.requests.iter().filter(|wanted| is_due(wanted));
        let fetches = wanted.map(|wanted| async {
            let fetched = self.fetch_one(wanted, TerminalState::Taken, COMMAND_TIMEOUT);
            if let Some(warning) = fetched.await {
                on_warning(&warning);
            }
        });
        join_all(fetches).await;
    }

    /// Runs the commands. If they may ask on the terminal, they run one after another, since a person cannot answer two
    /// at once. After a command times out, the remaining commands are left to [`Self::run_remaining_commands`].
    pub async fn run_commands(&self, options: &FetchOptions<'_>) {
        let wanted = self.requests.iter().filter(is_command);
        match options.screen {
            TerminalState::Free => {
                for wanted in wanted {
                    self.run_command(wanted, options).await;
                    if self.has_timed_out(&wanted.reference) {
                        return;
                    }
                }
            }
            TerminalState::Taken => {
                join_all(wanted.map(|wanted| self.run_command(wanted, options))).await;
            }
        }
    }

    fn has_timed_out(&self, reference: &SecretRef) -> bool {
        let fetched = self.fetched.borrow();
        matches!(fetched.get(reference), Some(Err(SecretError::TimedOut(_))))
    }

    async fn run_command(&self, wanted: &WantedSecret, options: &FetchOptions<'_>) {
        let fetching = self.fetch_one(wanted, options.screen, self.command_timeout(options));
        tokio::pin!(fetching);
        if timeout(SLOW_COMMAND, &mut fetching).await.is_err() {
            (options.on_slow)(&wanted.name);
            fetching.await;
        }
    }

    // The time limit of a command, at most half of the time left. The other half is for polling with the secrets.
    fn command_timeout(&self, options: &FetchOptions<'_>) -> Duration {
        let left = options
            .deadline
            .map(|deadline| deadline.mono.saturating_sub(self.time.now().mono));
        left.map_or(COMMAND_TIMEOUT, |left| {
            round_for_display(left / 2).min(COMMAND_TIMEOUT)
        })
    }

    /// Waits until each of these secrets was fetched or has failed.
    pub async fn wait_until_fetched(&self, wanted: &[WantedSecret]) {
        let is_there =
            |known: &FetchedSecrets| wanted.iter().all(|one| known.contains_key(&one.reference));
        // `self` owns the sender, so the channel cannot be closed.
        let _ = self.fetched.subscribe().wait_for(is_there).await;
    }

    /// The secret from its last fetch.
    ///
    /// # Errors
    /// When fetching failed. The secret's source is then down for that reason.
    pub fn get(&self, reference: &SecretRef) -> Result<SecretString, SourceError> {
        match self.fetched.borrow().get(reference) {
            Some(Ok(secret)) => Ok(secret.clone()),
            Some(Err(error)) => Err(SourceError::unsent(
                FailureKind::Credentials,
                error.to_string(),
            )),
            None => Err(SourceError::unsent(
                FailureKind::Credentials,
                "the secret was not fetched",
            )),
        }
    }

    /// Fetches a secret again, since it may have changed.
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
            files: &self.files,
        };
        let request = SecretRequest {
            name: &wanted.name,
            terminal,
            timeout: timeout_after,
        };
        let found = fetch_secret(&wanted.reference, &environment, request).await;
        if let Ok(found) = &found {
            blank::remember(found.secret.expose_secret());
        }
        let warning = found.as_ref().ok().and_then(|found| found.warning.clone());
        self.fetched.send_modify(|known| {
            known.insert(wanted.reference.clone(), found.map(|found| found.secret));
        });
        warning
    }
}

fn is_command(wanted: &&WantedSecret) -> bool {
    matches!(wanted.reference, SecretRef::Command(_))
}

// Rounds a time for people to read: "within 10s" instead of "within 9s 999ms 871us".
fn round_for_display(span: Duration) -> Duration {
    const STEP: u64 = 100;
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let steps = millis.saturating_add(STEP / 2) / STEP;
    Duration::from_millis(steps.max(1).saturating_mul(STEP))
}
