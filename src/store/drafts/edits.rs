//! Texts in an editor. While it is open, each lies in a directory of its own among the drafts. The text of a run that
//! was killed is found by the next run, which turns it into the draft that it came from.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::run_lock;
use crate::domain::operation::Draft;
use crate::store::{state_dir, state_file};

/// A text longer than this is none that was typed.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// The prefix of such a directory's name.
pub const DIR_PREFIX: &str = "edit";

/// The text under the editor,
const TEXT_FILE: &str = "note.txt";
/// as it was before,
const ORIGINAL_FILE: &str = "before";
/// and the lock of the program that waits for it.
const LOCK_FILE: &str = "lock";

/// A text as it was laid out for an editor. The program that waits holds it.
#[derive(Debug)]
pub struct OpenEdit {
    /// The file to be edited.
    pub path: PathBuf,
    // Let go of when it is closed.
    _lock: File,
}

/// Lays `text` out in `dir`, an empty directory of its own.
///
/// # Errors
/// When it cannot be written.
pub fn create_edit(dir: &Path, text: &str) -> io::Result<OpenEdit> {
    let lock = create_private(&dir.join(LOCK_FILE))?;
    // Where the file system knows no locks, it counts as left while it is open: nothing is lost by that.
    let _unknown = lock.try_lock();
    io::Write::write_all(
        &mut create_private(&dir.join(ORIGINAL_FILE))?,
        text.as_bytes(),
    )?;
    let note = dir.join(TEXT_FILE);
    // Editors want the last line ended too.
    io::Write::write_all(&mut create_private(&note)?, format!("{text}\n").as_bytes())?;
    Ok(OpenEdit {
        path: note,
        _lock: lock,
    })
}

/// The text that the editor saved, without line ends at its end.
///
/// # Errors
/// When there is no file any more.
pub fn read_saved(note: &Path) -> io::Result<String> {
    // One character that is not UTF-8 must not lose the rest of the text.
    let bytes = state_file::read(note, MAX_TEXT_BYTES)?.ok_or(io::ErrorKind::NotFound)?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    Ok(text.trim_end_matches('\n').to_owned())
}

fn create_private(path: &Path) -> io::Result<File> {
    state_file::open(path, OpenOptions::new().write(true).create_new(true))
}

/// A text that nobody waits for any more.
#[derive(Debug, PartialEq, Eq)]
pub struct AbandonedEdit {
    dir: PathBuf,
    original: String,
    /// The saved text.
    pub saved: String,
}

/// An edit that `dir` holds, if it is one of ours and no run waits for it.
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
    /// The file that holds it.
    pub fn path(&self) -> PathBuf {
        self.dir.join(TEXT_FILE)
    }

    /// Whether the editor saved nothing new.
    pub fn is_unchanged(&self) -> bool {
        self.saved == self.original.trim_end_matches('\n')
    }

    /// Whether it came from this draft.
    pub fn came_from(&self, draft: &Draft) -> bool {
        draft.text == self.original && !self.original.is_empty()
    }

    /// Removes it, when it is kept elsewhere. What cannot be removed is found again.
    pub fn remove(&self) {
        let _found_again = fs::remove_dir_all(&self.dir);
    }
}
