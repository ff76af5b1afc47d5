//! The secrets of the configuration, fetched once before the screen is taken (a command may ask for a
//! passphrase), and again when an upstream refuses them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use crate::domain::settings::SecretRef;
use crate::domain::source::FailureKind;
use crate::sources::poll::PollError;
use crate::sources::secret::{Screen, SecretError, Surroundings, fetch, process_env};

type Known = HashMap<SecretRef, Result<SecretString, SecretError>>;

/// What is known of each secret. `Debug` shows none.
#[derive(Debug, Default)]
pub struct Secrets {
    known: Mutex<Known>,
    home: Option<PathBuf>,
}

impl Secrets {
    /// Fetches each once, one after the other: two commands must not ask on one terminal at once.
    /// Returns what a person should mend although it works.
    pub async fn gather(references: HashSet<&SecretRef>) -> (Self, Vec<String>) {
        let secrets = Self {
            known: Mutex::default(),
            home: directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
        };
        let mut warnings = Vec::new();
        for reference in references {
            warnings.extend(secrets.look_up(reference, Screen::Free).await);
        }
        (secrets, warnings)
    }

    /// The secret, as it was last fetched.
    ///
    /// # Errors
    /// When it could not be had: its source is down with that reason.
    pub fn get(&self, reference: &SecretRef) -> Result<SecretString, PollError> {
        match self.known().get(reference) {
            Some(Ok(secret)) => Ok(secret.clone()),
            Some(Err(error)) => Err(PollError::new(FailureKind::Credentials, error.to_string())),
            None => Err(PollError::new(
                FailureKind::Credentials,
                "the secret was not fetched",
            )),
        }
    }

    /// Fetches it again: it may have been changed meanwhile.
    pub async fn renew(&self, reference: &SecretRef) {
        self.look_up(reference, Screen::Taken).await;
    }

    async fn look_up(&self, reference: &SecretRef, screen: Screen) -> Option<String> {
        let surroundings = Surroundings {
            env: &process_env,
            home: self.home.as_deref(),
        };
        let found = fetch(reference, &surroundings, screen).await;
        let warning = found.as_ref().ok().and_then(|found| found.warning.clone());
        self.known()
            .insert(reference.clone(), found.map(|found| found.secret));
        warning
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
