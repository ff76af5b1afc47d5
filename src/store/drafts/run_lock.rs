//! Locks that show which drafts belong to a running program. Each run holds a lock. The operating system releases the
//! lock, however the run ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::file_names;
use crate::store::state_file;

/// The lock of the present run.
#[derive(Debug)]
pub struct RunLock {
    path: PathBuf,
    // Closing the file releases the lock.
    _lock: File,
}

impl RunLock {
    /// Locks the lock file of `run`. The lock shows other programs that `run` has not ended.
    ///
    /// # Errors
    /// When the lock file exists already or cannot be written.
    pub fn acquire(dir: &Path, run: &str) -> io::Result<Self> {
        let path = dir.join(file_names::lock_file(run));
        let lock = state_file::open(&path, OpenOptions::new().write(true).create_new(true))?;
        // On a file system without locks, locking fails, and two programs may show the same draft. That is better than
        // losing the draft.
        let _unknown = lock.try_lock();
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.path);
    }
}

/// Whether the program whose run id is `run` is still running.
pub fn is_alive(dir: &Path, run: &str) -> bool {
    is_locked(&dir.join(file_names::lock_file(run)))
}

/// Whether a running program holds the lock file `lock`.
pub fn is_locked(lock: &Path) -> bool {
    let Ok(lock) = state_file::open(lock, OpenOptions::new().read(true)) else {
        return false;
    };
    // The check takes a shared lock. If two programs check at the same time, an exclusive lock of one would look to the
    // other like the lock of the running program.
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_lives_until_it_ends() {
        let dir = tempfile::tempdir().unwrap();
        let running = RunLock::acquire(dir.path(), "1-a").unwrap();
        assert!(is_alive(dir.path(), "1-a"));
        assert!(!is_alive(dir.path(), "2-b"));
        drop(running);
        assert!(!is_alive(dir.path(), "1-a"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_lock_that_was_left_behind_is_nobodys() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(file_names::lock_file("1-a")), "").unwrap();
        assert!(!is_alive(dir.path(), "1-a"));
    }
}
