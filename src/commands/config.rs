//! Loads a command's configuration, explains its errors, and runs `hubwatch import`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::{fail, out};
use crate::cli::{self, EXIT_USAGE};
use crate::config::{self, Config, ConfigError};

/// The hint for a person who has no configuration yet.
const NO_CONFIG_HELP: &str = "no configuration yet
  hubwatch init            writes a first one to fill in; hubwatch import DIR makes one from a fleet's files
  hubwatch demo            shows the dashboard on an embedded world, with no account";

/// Loads the configuration and prints its warnings. The file is the one that the command line or the environment names,
/// or else the file at the usual place.
///
/// # Errors
/// There is no configuration, or the configuration breaks a rule.
pub fn load(global: &cli::Global) -> Result<Config, ConfigError> {
    let file = config::find_file(global.config.as_deref())?;
    let mut config = config::load(&file)?;
    config.read_only |= global.read_only;
    for warning in &config.warnings {
        out::print_message(&format!("warning: {warning}"));
    }
    Ok(config)
}

/// The path of the configuration file, for an error text. `None` if no file is named and there is no home directory.
pub fn config_file_name(global: &cli::Global) -> Option<Arc<str>> {
    let file = config::find_file(global.config.as_deref()).ok()?;
    Some(file.display().to_string().into())
}

/// The error in a few words, for a single line of text.
pub fn explain_briefly(error: &ConfigError) -> String {
    match error {
        ConfigError::Missing(_) | ConfigError::NoHomeDirectory => "no configuration yet".to_owned(),
        ConfigError::Unreadable { .. } => "the configuration cannot be read".to_owned(),
        ConfigError::Invalid(wrong) => match wrong.problems.first() {
            Some(first) => format!("configuration, line {}: {}", first.line, first.message),
            None => "the configuration is wrong".to_owned(),
        },
    }
}

/// The error as a text for a person. If there is no configuration yet, the text says how to make one.
pub fn explain(error: &ConfigError, global: &cli::Global) -> String {
    match error {
        ConfigError::Missing(_) | ConfigError::NoHomeDirectory if global.config.is_none() => {
            NO_CONFIG_HELP.to_owned()
        }
        other => other.to_string(),
    }
}

/// `hubwatch import DIR`
pub fn import(import: &cli::Import) -> ExitCode {
    match import_dir(&config::expand_home(&import.directory)) {
        Ok(text) => out::print_and_exit(&text, 0, EXIT_USAGE),
        Err(error) => fail(&error),
    }
}

fn import_dir(directory: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let files = config::import::read_fleet_files(directory)?;
    Ok(config::import::import(&files)?)
}
