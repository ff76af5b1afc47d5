//! Reads regular files up to a limit. Reading may block the calling thread, but opening never waits for a FIFO.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

/// The bytes of a file, with its metadata.
#[derive(Debug)]
pub struct FileContent {
    pub bytes: Vec<u8>,
    /// The owner, the mode and the size of the file.
    pub metadata: Metadata,
}

/// Reads a regular file. Follows links.
///
/// # Errors
/// When the file cannot be read, is a directory, a FIFO or a device, or is longer than `max_bytes`
/// ([`io::ErrorKind::FileTooLarge`]).
pub fn read(path: &Path, max_bytes: u64) -> io::Result<FileContent> {
    // Without `NONBLOCK`, opening a FIFO without a writer would never return.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let bytes = read_open(file, max_bytes)?;
    Ok(FileContent { bytes, metadata })
}

/// Reads an open file to its end.
///
/// # Errors
/// When the file cannot be read, or is longer than `max_bytes` ([`io::ErrorKind::FileTooLarge`]).
pub fn read_open(file: File, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)?;
    match bytes.len() as u64 > max_bytes {
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {} KiB", max_bytes / 1024),
        )),
        false => Ok(bytes),
    }
}

/// Reads a regular file that contains UTF-8.
///
/// # Errors
/// As for [`read`], and when the file is not UTF-8.
pub fn read_text(path: &Path, max_bytes: u64) -> io::Result<String> {
    let bytes = read(path, max_bytes)?.bytes;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
}

/// Makes a FIFO, for tests of code that must not wait for a FIFO.
#[cfg(test)]
pub fn make_fifo(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).unwrap();
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_regular_file_is_read_through_links_and_within_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&file, "four").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(read_text(&link, 4).unwrap(), "four");
        let error = read(&link, 3).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        std::fs::write(&file, b"\xff").unwrap();
        assert_eq!(read_text(&file, 4).unwrap_err().to_string(), "not UTF-8");
    }

    #[test]
    fn what_is_no_file_is_an_error_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        make_fifo(&fifo);
        let refused = read(&fifo, 4).unwrap_err();
        assert_eq!(refused.to_string(), "not a regular file");
        let refused = read(Path::new("/dev/zero"), 4).unwrap_err();
        assert_eq!(refused.to_string(), "not a regular file");
        let refused = read(folder.path(), 4).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::IsADirectory);
    }
}
