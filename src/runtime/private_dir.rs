//! A directory that only its owner can read.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;

/// A temporary directory. Dropping this value deletes the directory.
#[derive(Debug)]
pub struct PrivateDir(TempDir);

impl PrivateDir {
    /// Creates a directory in the system's directory for temporary files. Its name begins with `name`.
    ///
    /// # Errors
    /// When the directory cannot be created.
    pub fn create_temporary(name: &str) -> io::Result<Self> {
        Self::create_in(&std::env::temp_dir(), name)
    }

    /// Creates a directory in `parent`. Its name begins with `name`.
    ///
    /// # Errors
    /// When the directory cannot be created.
    pub fn create_in(parent: &Path, name: &str) -> io::Result<Self> {
        tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .map(Self)
    }

    /// Leaves the directory on the disk.
    pub fn leave_behind(self) {
        let _path = self.0.keep();
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
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
