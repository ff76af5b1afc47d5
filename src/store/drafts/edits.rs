//! Texts that are open in an editor. Each text has a directory of its own among the drafts. If a run is killed, the
//! next run finds the text and turns it into a draft again.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::run_lock;
use crate::domain::operation::Draft;
use crate::store::{state_dir, state_file};

/// The largest file that is read. Nobody types a longer text.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// The prefix of the name of an edit's directory.
pub const DIR_PREFIX: &str = "edit";

/// The text that the editor opens.
const TEXT_FILE: &str = "note.txt";
/// The text before the edit.
const ORIGINAL_FILE: &str = "before";
/// The lock of the program that waits for the editor.
const LOCK_FILE: &str = "lock";

/// An edit that is going on. The program that waits for the editor keeps this value until the edit ends.
#[derive(Debug)]
pub struct OpenEdit {
    /// The file to be edited.
    pub path: PathBuf,
    // Closing the file releases the lock.
    _lock: File,
}

/// Writes `text` into `dir` for an editor to open. `dir` is an empty directory for this text alone.
///
/// # Errors
/// When the text cannot be written.
pub fn create_edit(dir: &Path, text: &str) -> io::Result<OpenEdit> {
    let lock = create_private(&dir.join(LOCK_FILE))?;
    // Without locks in the file system, another program may take this open edit for abandoned. That program keeps the
    // text saved so far as a draft and removes the directory. A later save of the editor then fails.
    let _unknown = lock.try_lock();
    io::Write::write_all(
        &mut create_private(&dir.join(ORIGINAL_FILE))?,
        text.as_bytes(),
    )?;
    let note = dir.join(TEXT_FILE);
    // Editors expect a newline at the end of the last line.
    io::Write::write_all(&mut create_private(&note)?, format!("{text}\n").as_bytes())?;
    Ok(OpenEdit {
        path: note,
        _lock: lock,
    })
}

/// The text that the editor saved, without line breaks at its end.
///
/// # Errors
/// When the file is gone or cannot be read.
pub fn read_saved(note: &Path) -> io::Result<String> {
    // Invalid UTF-8 is replaced, so that one bad character does not lose the rest of the text.
    let bytes = state_file::read(note, MAX_TEXT_BYTES)?.ok_or(io::ErrorKind::NotFound)?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    Ok(text.trim_end_matches('\n').to_owned())
}

fn create_private(path: &Path) -> io::Result<File> {
    state_file::open(path, OpenOptions::new().write(true).create_new(true))
}

/// A text that was open in an editor when its run ended.
#[derive(Debug, PartialEq, Eq)]
pub struct AbandonedEdit {
    dir: PathBuf,
    original: String,
    /// The text that the editor saved.
    pub saved: String,
}

/// The abandoned edit in `dir`. `None` if `dir` is no edit's directory of this user, or if a run still waits for the
/// edit.
pub fn find_abandoned(dir: &Path) -> Option<AbandonedEdit> {
    let name = dir.file_name()?.to_str()?;
    if !name.starts_with(DIR_PREFIX) || run_lock::is_locked(&dir.join(LOCK_FILE)) {
        return None;
    }
    state_dir::check_own(dir).ok()?;
    let original = state_file::read(&dir.join(ORIGINAL_FILE), MAX_TEXT_BYTES).ok()??;
    Some(AbandonedEdit {
        dir: dir.to_owned(),
        original: String::from_utf8(original).ok()?,
        saved: read_saved(&dir.join(TEXT_FILE)).ok()?,
    })
}

impl AbandonedEdit {
    /// The file that holds the saved text.
    pub fn path(&self) -> PathBuf {
        self.dir.join(TEXT_FILE)
    }

    /// Whether the editor saved nothing new.
    pub fn is_unchanged(&self) -> bool {
        self.saved == self.original.trim_end_matches('\n')
    }

    /// Whether the edit may have started from this draft.
    pub fn came_from(&self, draft: &Draft) -> bool {
        draft.text == self.original && !self.original.is_empty()
    }

    /// Removes the edit; call this after its text is saved elsewhere. If the edit cannot be removed, the next run finds
    /// it again.
    pub fn remove(&self) {
        let _found_again = fs::remove_dir_all(&self.dir);
    }
}
