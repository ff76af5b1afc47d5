//! Texts in an editor: each lies in a directory of its own among the drafts while it is open there. One
//! whose hubwatch was killed is found by the next, and goes on as the draft that it came from.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::run;
use crate::domain::deed::Draft;

/// What such a directory's name begins with.
pub const NAME: &str = "edit";

/// The text under the editor,
const NOTE: &str = "note.txt";
/// as it was before,
const BEFORE: &str = "before";
/// and the lock of the program that waits for it.
const LOCK: &str = "lock";

/// A text as it was laid out for an editor. The program that waits holds it.
#[derive(Debug)]
pub struct Laid {
    /// The file to be edited.
    pub note: PathBuf,
    // Let go of when it is closed.
    _lock: File,
}

/// Lays `text` out in `dir`, an empty directory of its own.
///
/// # Errors
/// When it cannot be written.
pub fn lay(dir: &Path, text: &str) -> io::Result<Laid> {
    let lock = private(&dir.join(LOCK))?;
    // Where the file system knows no locks, it counts as left while it is open: nothing is lost by that.
    let _unknown = lock.lock();
    io::Write::write_all(&mut private(&dir.join(BEFORE))?, text.as_bytes())?;
    let note = dir.join(NOTE);
    // Editors want the last line ended too.
    io::Write::write_all(&mut private(&note)?, format!("{text}\n").as_bytes())?;
    Ok(Laid { note, _lock: lock })
}

/// What the editor saved, without line ends after it.
///
/// # Errors
/// When there is no file any more.
pub fn saved(note: &Path) -> io::Result<String> {
    // A letter that is no UTF-8 must not cost the rest.
    let text = String::from_utf8_lossy(&fs::read(note)?).replace("\r\n", "\n");
    Ok(text.trim_end_matches('\n').to_owned())
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// A text that nobody waits for any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    dir: PathBuf,
    before: String,
    /// What was saved.
    pub saved: String,
}

/// What `dir` holds, if it is one of ours and nobody waits for it.
pub fn left(dir: &Path) -> Option<Left> {
    let name = dir.file_name()?.to_str()?;
    if !name.starts_with(NAME) || run::is_held(&dir.join(LOCK)) {
        return None;
    }
    Some(Left {
        dir: dir.to_owned(),
        before: fs::read_to_string(dir.join(BEFORE)).ok()?,
        saved: saved(&dir.join(NOTE)).ok()?,
    })
}

impl Left {
    /// The file that holds it.
    pub fn note(&self) -> PathBuf {
        self.dir.join(NOTE)
    }

    /// Whether the editor saved nothing new.
    pub fn is_unchanged(&self) -> bool {
        self.saved == self.before.trim_end_matches('\n')
    }

    /// Whether it came from this draft.
    pub fn is_of(&self, draft: &Draft) -> bool {
        draft.text == self.before && !self.before.is_empty()
    }

    /// Removes it, when it is kept elsewhere. What cannot be removed is found again.
    pub fn clear(&self) {
        let _found_again = fs::remove_dir_all(&self.dir);
    }
}
