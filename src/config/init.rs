//! A first configuration, to be filled in.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Every line that does something stands behind a `#`.
pub const STARTER_CONFIG: &str = include_str!("first.toml");

/// Why none was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one, and it was not to be replaced.
    #[error("{} is there already: use --force to replace it", .0.display())]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("{} cannot be written: {reason}", .file.display())]
    Unwritable {
        /// Which.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
}

/// Writes [`STARTER_CONFIG`] to a file, whose folder is made where it is missing. One that is there is replaced
/// only by `force`.
///
/// # Errors
/// When there is one, or it cannot be written.
pub fn init(file: &Path, force: bool) -> Result<(), InitError> {
    let unwritable = |error: io::Error| InitError::Unwritable {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    match write(file, force) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(InitError::Exists(file.to_owned()))
        }
        result => result.map_err(unwritable),
    }
}

fn write(file: &Path, force: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(file)?.write_all(STARTER_CONFIG.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ParseContext, SourcesConfig, parse};

    fn read(text: &str) -> SourcesConfig {
        let around = ParseContext {
            home: Some("/home/ada".into()),
            ..ParseContext::bare("x")
        };
        parse(text, &around)
            .unwrap_or_else(|error| panic!("{error}"))
            .sources
    }

    // A `#` before a letter or bracket hides a line, one before a space begins a remark.
    fn filled_in() -> String {
        let lines = STARTER_CONFIG
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(hidden) if !hidden.starts_with(' ') || hidden.starts_with("  ") => hidden,
                _ => line,
            });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn as_written_it_polls_nothing_and_filled_in_all_of_it() {
        assert_eq!(read(STARTER_CONFIG), SourcesConfig::default());
        let sources = read(&filled_in());
        assert!(sources.pagerduty.is_some() && sources.probes.is_some());
        assert_eq!(
            (sources.prometheus.len(), sources.status_pages.len()),
            (1, 1)
        );
    }

    #[test]
    fn a_file_that_is_there_is_kept_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/config.toml");
        init(&file, false).unwrap();
        fs::write(&file, "mine").unwrap();
        assert!(matches!(init(&file, false), Err(InitError::Exists(_))));
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        init(&file, true).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), STARTER_CONFIG);
    }

    #[test]
    fn a_folder_that_is_a_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        let error = init(&folder.path().join("a/config.toml"), false).unwrap_err();
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
}
