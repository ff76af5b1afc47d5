//! A directory and files that only their owner reads.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// So many names are tried.
const MAX_NAMES: u32 = 100;

/// A directory that goes when this does.
#[derive(Debug)]
pub struct PrivateDir(PathBuf);

impl PrivateDir {
    /// A new one among the system's temporary files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create_temporary(name: &str) -> io::Result<Self> {
        Self::create_in(&std::env::temp_dir(), name)
    }

    /// A new one in `parent`.
    ///
    /// # Errors
    /// When it cannot be made.
    //
    // Names that are taken are passed over: in a container every run has the same number, and a run
    // that was killed leaves its directory behind.
    pub fn create_in(parent: &Path, name: &str) -> io::Result<Self> {
        let name = format!("{name}-{}", std::process::id());
        let mut names = (0..MAX_NAMES).map(|n| parent.join(format!("{name}-{n}")));
        loop {
            let Some(path) = names.next() else {
                return Err(io::ErrorKind::AlreadyExists.into());
            };
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Lets it stay.
    pub fn leave_behind(self) {
        std::mem::forget(self);
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        let _left_behind = fs::remove_dir_all(&self.0);
    }
}

/// Writes a file that only its owner reads, in the place of one that is there.
///
/// # Errors
/// When it cannot be written.
pub fn write_private_file(file: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?
        .write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_passed_over_and_only_ones_own_goes() {
        let parent = tempfile::tempdir().unwrap();
        let left_behind = PrivateDir::create_in(parent.path(), "demo").unwrap();
        let own = PrivateDir::create_in(parent.path(), "demo").unwrap();
        assert_ne!(own.path(), left_behind.path());
        drop(own);
        assert!(left_behind.path().is_dir());
    }
}
