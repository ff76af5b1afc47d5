//! Writes files so that a power cut cannot lose them. A temporary file is written beside the target, synced and
//! renamed. Then the directory is synced too. All functions wait for the disk, so call them only on threads that may
//! block.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The extension of a file until it is complete.
pub const TEMP_EXTENSION: &str = "tmp";

const OWNER_ONLY: u32 = 0o600;

const SHARED: u32 = 0o666;

/// Replaces the file at `path` by a file that only its owner may read. A link at `path` is replaced, not followed. Once
/// this returns, the new file is on the disk.
///
/// # Errors
/// When the file cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_beside(path, bytes, OWNER_ONLY)?.persist(path)?;
    sync_parent(path)
}

/// Writes a file that other programs read too, such as a configuration. Links are followed, and an existing file keeps
/// its permissions. If `replace` is false, an existing file is an error.
///
/// # Errors
/// When the file cannot be written, or is no regular file.
pub fn write_shared(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let (path, mode) = match fs::metadata(path) {
        Ok(meta) if !meta.is_file() => return Err(io::Error::other("it is not a regular file")),
        Ok(meta) => (fs::canonicalize(path)?, meta.permissions().mode()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_owned(), SHARED),
        Err(error) => return Err(error),
    };
    let file = write_beside(&path, bytes, mode)?;
    match replace {
        true => file.persist(&path)?,
        false => file.persist_noclobber(&path)?,
    };
    sync_parent(&path)
}

// The mode is reduced by the umask.
fn write_beside(path: &Path, bytes: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .suffix(&format!(".{TEMP_EXTENSION}"))
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(parent(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes a file for good. An absent file is no error.
///
/// # Errors
/// When the file cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Syncs a directory, so that the names of its files survive a power cut.
///
/// # Errors
/// When the directory cannot be opened or synced.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    match File::open(dir)?.sync_all() {
        // Some file systems cannot sync a directory.
        Err(error) if is_unsupported(&error) => Ok(()),
        synced => synced,
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    let kind = error.kind();
    kind == io::ErrorKind::InvalidInput || kind == io::ErrorKind::Unsupported
}

/// Syncs the directory that holds `path`.
///
/// # Errors
/// Those of [`sync_dir`].
pub fn sync_parent(path: &Path) -> io::Result<()> {
    sync_dir(&parent(path))
}

// The directory of a path. A bare file name is in the current directory.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.to_owned(),
        Some(_) => PathBuf::from("."),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests;
