//! What was typed and nobody else has yet: a file for each draft in `drafts/` of the state directory.
//!
//! Several programs may share the directory. Each writes files of its own, and makes another's its own
//! only when that one has ended, so that no text is shown, or sent, by two. What cannot be read is left
//! where it is.

pub mod edits;
mod litter;
mod names;
mod run;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use self::run::Running;
use super::durable;
use crate::domain::deed::{Draft, DraftKey};

/// A file larger than this is not ours.
const FILE_AT_MOST: u64 = 4 << 20;

/// The directory of drafts in the state directory `state`.
pub fn dir(state: &Path) -> PathBuf {
    state.join("drafts")
}

/// The drafts of one run.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    run: String,
    running: Option<Running>,
}

/// What earlier runs left.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// Their drafts, the oldest first; of those with the same key the newest.
    pub drafts: Vec<Draft>,
    /// Files that cannot be read, and why. They stay.
    pub unreadable: Vec<(PathBuf, String)>,
}

impl Folder {
    /// The drafts in the directory `dir`, for the run called `run`: a name that no other run ever had,
    /// of letters, digits and `-`. Nothing is written yet.
    pub fn new(dir: PathBuf, run: String) -> Self {
        Self {
            dir,
            run,
            running: None,
        }
    }

    /// Takes over what runs that have ended left there.
    ///
    /// # Errors
    /// When there is a directory that cannot be read.
    pub fn take_over(&mut self, now: DateTime<Utc>) -> io::Result<Found> {
        let mut found = Found::default();
        let mut newest = BTreeMap::new();
        let left = self.left(now)?;
        for path in left.drafts {
            match read(&path) {
                Ok(Some(draft)) => keep_newer(&mut newest, draft, path),
                Ok(None) => {}
                Err(why) => found.unreadable.push((path, why)),
            }
        }
        found.unreadable.sort();
        let drafts = newest.into_values();
        found.drafts = drafts
            .filter_map(|(draft, path)| self.claim(&path, draft))
            .collect();
        for edit in &left.edits {
            self.go_on_with(edit, &mut found);
        }
        found.drafts.sort_by_key(|draft| draft.at);
        Ok(found)
    }

    // What a person saved in their editor when nobody waited for it any more.
    fn go_on_with(&mut self, edit: &edits::Left, found: &mut Found) {
        let mut from = found.drafts.iter_mut().filter(|draft| edit.is_of(draft));
        // Where it may be of two, it must not come to the wrong incident.
        if let (Some(draft), None) = (from.next(), from.next()) {
            draft.text.clone_from(&edit.saved);
            if self.keep(draft).is_ok() {
                edit.clear();
            }
        } else if edit.is_unchanged() {
            edit.clear();
        } else {
            let why = "it was open in an editor, and what it is for is not known".to_owned();
            found.unreadable.push((edit.note(), why));
        }
    }

    /// Keeps a draft in the place of the last of its key. It is on the disk after this.
    ///
    /// # Errors
    /// When it cannot be written; what was kept before is still there.
    pub fn keep(&mut self, draft: &Draft) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(draft).map_err(io::Error::other)?;
        self.begin()?;
        durable::replace(&self.path(&draft.key()), &bytes)
    }

    /// Removes a draft for good.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn discard(&self, key: &DraftKey) -> io::Result<()> {
        durable::remove(&self.path(key))
    }

    fn path(&self, key: &DraftKey) -> PathBuf {
        self.dir.join(names::of(key, &self.run))
    }

    // Whoever only watches writes nothing.
    fn begin(&mut self) -> io::Result<()> {
        if self.running.is_none() {
            durable::private_dir(&self.dir)?;
            self.running = Some(Running::begin(&self.dir, &self.run)?);
        }
        Ok(())
    }

    fn left(&self, now: DateTime<Utc>) -> io::Result<Left> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Left::default()),
            entries => entries?,
        };
        let mut left = Left::default();
        for entry in entries {
            let entry = entry?;
            match names::run_of(&entry.file_name()) {
                Some(run) if run == self.run || run::is_alive(&self.dir, run) => {}
                Some(_) => left.drafts.push(entry.path()),
                None => match edits::left(&entry.path()) {
                    Some(edit) => left.edits.push(edit),
                    None => litter::sweep(&entry.path(), now),
                },
            }
        }
        Ok(left)
    }

    // Of several who find it, one gets it. Where nothing can be written it is shown all the same.
    fn claim(&mut self, path: &Path, draft: Draft) -> Option<Draft> {
        let claimed = self
            .begin()
            .and_then(|()| fs::rename(path, self.path(&draft.key())));
        match claimed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            _ => Some(draft),
        }
    }
}

/// What runs that have ended left.
#[derive(Debug, Default, PartialEq)]
struct Left {
    drafts: Vec<PathBuf>,
    edits: Vec<edits::Left>,
}

type Newest = BTreeMap<DraftKey, (Draft, PathBuf)>;

// The older one is found when the newer one is done with.
fn keep_newer(newest: &mut Newest, draft: Draft, path: PathBuf) {
    let known = newest.get(&draft.key());
    if known.is_none_or(|(known, _)| known.at < draft.at) {
        newest.insert(draft.key(), (draft, path));
    }
}

// None where somebody else took it meanwhile.
fn read(path: &Path) -> Result<Option<Draft>, String> {
    let size = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        size => size.map_err(|error| error.to_string())?.len(),
    };
    if size > FILE_AT_MOST {
        return Err("it is too large to be a draft".to_owned());
    }
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes.map_err(|error| error.to_string())?,
    };
    let draft = serde_json::from_slice(&bytes);
    draft.map(Some).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
