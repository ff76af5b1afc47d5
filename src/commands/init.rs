//! `hubwatch init`: writes a first configuration that the user fills in.

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use super::{CommandContext, fail, out};
use crate::cli;
use crate::config::{self, init::STARTER_CONFIG};
use crate::store::durable;

/// Writes [`STARTER_CONFIG`] to the place where the configuration is expected.
pub fn run(context: &CommandContext, init: &cli::Init) -> ExitCode {
    let file = match config::find_file(context.global.config.as_deref()) {
        Ok(file) => file,
        Err(error) => return fail(&error),
    };
    match write_starter(&file, init.force) {
        Ok(()) => {
            out::print_message(&format!("wrote {}; fill it in", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fail(&format!(
            "{} exists already: 'hubwatch doctor' tests it and proposes missing settings; --force replaces it",
            file.display()
        )),
        Err(error) => fail(&format!("{} cannot be written: {error}", file.display())),
    }
}

// Creates the directory if it is missing. Only with `force` is an existing file replaced.
fn write_starter(file: &Path, force: bool) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    durable::write_shared(file, STARTER_CONFIG.as_bytes(), force)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_kept_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/config.toml");
        write_starter(&file, false).unwrap();
        fs::write(&file, "mine").unwrap();
        let error = write_starter(&file, false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        write_starter(&file, true).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), STARTER_CONFIG);
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        assert!(write_starter(&folder.path().join("a/config.toml"), false).is_err());
    }
}
