//! Turns the configuration file into the domain's policy and the sources' settings: parses it as written, then checks
//! its rules.
//!
//! [`parse`] is pure: what it must know about the machine is passed in as [`ParseContext`]. Only [`load()`],
//! [`find_file`] and [`import::read_fleet_files`] touch the system. Nothing pure imports this module.

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
    /// Whether hubwatch may write nothing anywhere.
    pub read_only: bool,
    /// The terminal's background.
    pub background: TerminalBackground,
    /// The settings that judging depends on.
    pub policy: Policy,
    /// The sources to poll.
    pub sources: SourcesConfig,
    /// A Markdown file with the order of a report's parts; `None` for the shipped order.
    pub report_template: Option<PathBuf>,
    /// What rings, and when.
    pub notify: NotifySettings,
    /// Settings that break no rule and may do harm, in the order of the file's lines.
    pub warnings: Vec<Diagnostic>,
}

/// What the meaning of a configuration depends on, besides its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseContext {
    /// The file: named in errors; paths in it are relative to its directory.
    pub file: PathBuf,
    /// The directory that `~` stands for.
    pub home: Option<PathBuf>,
    /// The zone that `zone = "local"` stands for.
    pub local_zone: Zone,
    /// The texts of files that the configuration names, or the system's errors about them. A file that is missing
    /// here is not checked.
    pub files: BTreeMap<PathBuf, Result<String, String>>,
}

impl ParseContext {
    /// A context without a home directory or other files, in UTC.
    pub fn bare(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            home: None,
            local_zone: Zone::UTC,
            files: BTreeMap::new(),
        }
    }
}

/// Reads a configuration from its text, and warns of settings that may do harm.
///
/// # Errors
/// Everything that is wrong with the text at once: first what is no TOML, then what has the wrong shape, then what
/// contradicts a rule.
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
