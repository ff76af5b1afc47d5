//! Turns the configuration file into the domain's policy and the sources' settings. First it parses the file, then it
//! checks the rules.
//!
//! [`parse`] is pure: it gets the facts about the machine as [`ParseContext`]. Only [`load()`], [`find_file`] and
//! [`import::read_fleet_files`] touch the system. No pure module imports this one.

pub mod error;
pub mod import;
pub mod init;
mod load;
mod problem;

mod read;
mod secrets;
mod section;
mod serde_errors;
mod similar;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::zone::Zone;

use crate::domain::notify::NotifySettings;
use crate::domain::policy::Policy;
use crate::domain::settings::{SourcesConfig, TerminalBackground};

pub use error::{ConfigError, Diagnostic, InvalidConfig};
pub use load::{expand_home, find_file, load, parse_context};
pub use section::example;

/// A checked configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub file: PathBuf,
    /// Whether hubwatch must not write anything anywhere.
    pub read_only: bool,
    /// The terminal's background.
    pub background: TerminalBackground,
    /// The settings by which cases are judged.
    pub policy: Policy,
    /// The sources to poll.
    pub sources: SourcesConfig,
    /// A Markdown file with the parts of a report in their order; `None` for the built-in order.
    pub report_template: Option<PathBuf>,
    /// The settings of notifications.
    pub notify: NotifySettings,
    /// Settings that break no rule but may do harm, in the order of the file's lines.
    pub warnings: Vec<Diagnostic>,
}

/// The facts that affect the meaning of a configuration, besides its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseContext {
    /// The configuration file. Errors name this file, and relative paths in it start at its directory.
    pub file: PathBuf,
    /// The directory that replaces `~`.
    pub home: Option<PathBuf>,
    /// The zone for `zone = "local"`.
    pub local_zone: Zone,
    /// The texts of files that the configuration names, or the system's errors about them. A file that this map lacks
    /// is not checked.
    pub files: BTreeMap<PathBuf, Result<String, String>>,
}

impl ParseContext {
    /// A context in UTC, without a home directory, and without the texts of files that the configuration names.
    pub fn bare(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            home: None,
            local_zone: Zone::UTC,
            files: BTreeMap::new(),
        }
    }
}

/// Parses a configuration, and warns of settings that may do harm.
///
/// # Errors
/// Returns all problems of the first kind that occurs: broken TOML, else wrong types, else broken rules.
pub fn parse(text: &str, parse_context: &ParseContext) -> Result<Config, ConfigError> {
    let (tree, file) = read::raw_file(text);
    let diagnostics = |found| error::diagnostics(&parse_context.file, text, tree.get_ref(), found);
    match file.and_then(|file| section::validate(file, parse_context)) {
        Ok(validated) => Ok(Config {
            warnings: diagnostics(validated.warnings),
            ..validated.config
        }),
        Err(problems) => Err(ConfigError::Invalid(InvalidConfig {
            problems: diagnostics(problems),
        })),
    }
}

#[cfg(test)]
mod tests;
