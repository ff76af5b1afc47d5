//! Opens files of the state directory. Links are not followed, and only regular files are opened. The wait for a lock
//! is limited. All functions may block, so call them only on threads that may block.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::files;

/// The most tries to lock a file while another program holds the lock. [`LOCK_RETRY`] is the time between two tries.
const LOCK_TRIES: u32 = 100;

const LOCK_RETRY: Duration = Duration::from_millis(20);

/// Reads a file; `None` if there is no file.
///
/// # Errors
/// When the file cannot be read, is a link or no regular file, or is longer than `max_bytes`.
pub fn read(path: &Path, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open(path, OpenOptions::new().read(true)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match files::read_open(file, max_bytes) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(io::Error::other("it is too large to be ours"))
        }
        read => read.map(Some),
    }
}

/// Opens a file. If `options` creates it, only its owner may read and write it.
///
/// # Errors
/// When the file cannot be opened, is a link, or is no regular file.
pub fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // Without NONBLOCK, opening a FIFO waits for its other end.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let file = options.mode(0o600).custom_flags(flags).open(path);
    let file = file.map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::LOOP) => io::Error::other("it is a link"),
        Some(Errno::NXIO) => not_regular(),
        _ => error,
    })?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(not_regular()),
    }
}

fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
}

/// Locks a file against other programs until it is closed.
///
/// # Errors
/// When another program holds the lock for 2 seconds, or the file system has no locks.
pub fn lock(file: &File) -> io::Result<()> {
    lock_within(file, LOCK_TRIES)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a worker that may wait, and for 2 s at most"
)]
fn lock_within(file: &File, tries: u32) -> io::Result<()> {
    for _ in 0..tries {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_RETRY),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::other("another program holds its lock"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        assert_eq!(read(&path, 3).unwrap(), None);
        fs::write(&path, "abc").unwrap();
        assert_eq!(read(&path, 3).unwrap().unwrap(), b"abc");
        assert!(read(&path, 2).is_err());
    }

    #[test]
    fn neither_a_link_nor_a_fifo_nor_a_directory_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        fs::write(place("theirs"), "theirs").unwrap();
        symlink(place("theirs"), place("link")).unwrap();
        symlink(place("nowhere"), place("dangling")).unwrap();
        files::make_fifo(&place("fifo"));
        fs::create_dir(place("directory")).unwrap();
        for name in ["link", "dangling", "fifo", "directory"] {
            assert!(read(&place(name), 100).is_err(), "{name}");
            for options in [
                OpenOptions::new().append(true).create(true),
                OpenOptions::new().read(true).append(true).create(true),
            ] {
                assert!(open(&place(name), options).is_err(), "{name}");
            }
        }
        assert!(!place("nowhere").exists());
    }

    #[test]
    fn a_file_that_is_created_is_its_owners_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        open(&path, OpenOptions::new().append(true).create(true)).unwrap();
        assert_eq!(
            fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_lock_that_another_program_holds_is_given_up_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let open = || open(&path, OpenOptions::new().append(true).create(true)).unwrap();
        let theirs = open();
        lock_within(&theirs, 1).unwrap();
        let error = lock_within(&open(), 1).unwrap_err();
        assert!(error.to_string().contains("another program"), "{error}");
        drop(theirs);
        lock_within(&open(), 1).unwrap();
    }
}
