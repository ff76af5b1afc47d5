//! Fetches secrets from the places that the configuration names: the environment, a file, or a command's output.
//!
//! Errors name the variable, file or command, and never the secret.

mod command;
mod file;
mod secrets;

pub use file::FileReader;
pub use secrets::{FetchOptions, Secrets, WantedSecret, auth_secrets};

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use crate::domain::settings::SecretRef;

/// Who uses the terminal while a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalState {
    /// Nobody uses the terminal yet. A command may ask for a passphrase there.
    Free,
    /// The dashboard uses the terminal, or nobody is there to answer. A command that reads from the terminal is stopped
    /// and times out.
    Taken,
}

/// The parameters of fetching a secret.
#[derive(Clone, Copy, Debug)]
pub struct SecretRequest<'a> {
    /// The secret's place in the configuration, such as `pagerduty.token`.
    pub name: &'a str,
    pub terminal: TerminalState,
    /// The time after which a command is killed.
    pub timeout: Duration,
}

/// A secret that was found.
#[derive(Debug)]
pub struct FoundSecret {
    pub secret: SecretString,
    /// A problem that a person should fix although the secret could be read. One example is a file that everyone may
    /// read.
    pub warning: Option<String>,
}

/// Why a secret could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The secret is missing, unreadable or invalid.
    #[error("{0}")]
    Refused(String),
    /// The secret's command did not end in time.
    #[error("{0}")]
    TimedOut(String),
}

/// The environment in which secrets are looked up.
pub struct Environment<'a> {
    /// Reads an environment variable.
    pub env: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// The home directory.
    pub home: Option<&'a Path>,
    /// Reads files.
    pub files: &'a FileReader,
}

/// A variable of the process's environment, for [`Environment::env`]. A variable that is not UTF-8 counts as not set.
pub fn process_env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Fetches the secret. Each call runs the secret's command again.
///
/// # Errors
/// When the secret is missing or empty.
pub async fn fetch_secret(
    reference: &SecretRef,
    environment: &Environment<'_>,
    request: SecretRequest<'_>,
) -> Result<FoundSecret, SecretError> {
    match reference {
        SecretRef::Env(name) => from_env(name, environment),
        SecretRef::File(path) => {
            let path = expand_home(path, environment.home)?;
            environment.files.read(path).await
        }
        SecretRef::Command(words) => command::run(words, request).await,
    }
}

fn from_env(name: &str, surroundings: &Environment<'_>) -> Result<FoundSecret, SecretError> {
    match (surroundings.env)(name) {
        None => Err(SecretError::Refused(format!(
            "the environment variable {name} is not set"
        ))),
        Some(value) => parse_secret(&value, || {
            SecretError::Refused(format!("the environment variable {name} is empty"))
        }),
    }
}

/// The secret in `text`. A byte order mark, and a line break that an editor added, are removed.
fn parse_secret(
    text: &str,
    empty: impl FnOnce() -> SecretError,
) -> Result<FoundSecret, SecretError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(empty());
    }
    Ok(FoundSecret {
        secret: SecretString::from(secret),
        warning: None,
    })
}

/// Replaces `~` at the beginning of `path` by the home directory. A user's name, as in `~ada`, is not supported.
///
/// # Errors
/// When `~` is used and there is no home directory.
pub fn expand_home(path: &Path, home: Option<&Path>) -> Result<PathBuf, SecretError> {
    match (path.strip_prefix("~"), home) {
        (Err(_), _) => Ok(path.to_owned()),
        (Ok(rest), Some(home)) => Ok(home.join(rest)),
        (Ok(_), None) => Err(SecretError::Refused(format!(
            "{}: there is no home directory (HOME is not set)",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests;
