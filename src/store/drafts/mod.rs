//! Drafts on disk: typed texts that PagerDuty does not have yet. Each draft is a file in `drafts/` of the state
//! directory.
//!
//! Several programs may share the directory. Each program writes only its own files. A program takes over another
//! program's files after that program has ended, so that no two programs show or send the same text. Unreadable files
//! stay where they are.

pub mod edits;
mod file_names;
mod leftovers;
mod run_lock;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use self::run_lock::RunLock;
use super::{durable, state_dir, state_file};
use crate::domain::operation::{Draft, DraftKey};

/// The largest file that is read. hubwatch writes no larger draft.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// The directory of drafts in the state directory `state`.
pub fn dir(state: &Path) -> PathBuf {
    state.join("drafts")
}

/// The drafts of one run.
#[derive(Debug)]
pub struct DraftStore {
    dir: PathBuf,
    run_id: String,
    lock: Option<RunLock>,
}

/// The drafts that ended runs left in the directory.
#[derive(Debug, Default, PartialEq)]
pub struct RecoveredDrafts {
    /// The oldest draft first. If drafts have the same key, only the newest is here.
    pub drafts: Vec<Draft>,
    /// Files that cannot be read, each with the reason. They stay where they are.
    pub unreadable: Vec<(PathBuf, String)>,
}

impl DraftStore {
    /// The drafts in the directory `dir`, for the run called `run`. A run's name consists of letters, digits and `-`,
    /// and no other run ever had it. Writes nothing yet.
    pub fn new(dir: PathBuf, run: String) -> Self {
        Self {
            dir,
            run_id: run,
            lock: None,
        }
    }

    /// Takes over the drafts of runs that have ended.
    ///
    /// # Errors
    /// When the directory exists but cannot be read or must not be used.
    pub fn adopt_drafts(&mut self, now: DateTime<Utc>) -> io::Result<RecoveredDrafts> {
        let mut found = RecoveredDrafts::default();
        let mut newest = BTreeMap::new();
        let left = self.find_leftovers(now)?;
        for path in left.drafts {
            match read_draft(&path) {
                Ok(Some(draft)) => insert_if_newer(&mut newest, draft, path),
                Ok(None) => {}
                Err(why) => found.unreadable.push((path, why)),
            }
        }
        found.unreadable.sort_unstable();
        let drafts = newest.into_values();
        found.drafts = drafts
            .filter_map(|(draft, path)| self.claim(&path, draft))
            .collect();
        for edit in &left.edits {
            self.recover_edit(edit, &mut found);
        }
        found.drafts.sort_by_key(|draft| draft.at);
        Ok(found)
    }

    // Takes over the text of an editor that was open when its run ended.
    fn recover_edit(&mut self, edit: &edits::AbandonedEdit, found: &mut RecoveredDrafts) {
        let mut from = found
            .drafts
            .iter_mut()
            .filter(|draft| edit.came_from(draft));
        // If the text may have come from either of two drafts, neither draft gets the text, since it could reach the
        // wrong incident.
        if let (Some(draft), None) = (from.next(), from.next()) {
            draft.text.clone_from(&edit.saved);
            if self.save(draft).is_ok() {
                edit.remove();
            }
        } else if edit.is_unchanged() {
            edit.remove();
        } else {
            let why = "it was open in an editor, and its purpose is not known".to_owned();
            found.unreadable.push((edit.path(), why));
        }
    }

    /// Saves a draft and replaces this run's earlier draft with the same key. On return, the draft is on the disk.
    ///
    /// # Errors
    /// When the draft cannot be written. The earlier draft then stays.
    pub fn save(&mut self, draft: &Draft) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(draft).map_err(io::Error::other)?;
        self.ensure_locked()?;
        durable::replace(&self.path(&draft.key()), &bytes)
    }

    /// Removes a draft for good.
    ///
    /// # Errors
    /// When the draft cannot be removed.
    pub fn discard(&self, key: &DraftKey) -> io::Result<()> {
        durable::remove(&self.path(key))
    }

    fn path(&self, key: &DraftKey) -> PathBuf {
        self.dir.join(file_names::draft_file(key, &self.run_id))
    }

    // Creates the lock with the first write. A program that only watches never writes.
    fn ensure_locked(&mut self) -> io::Result<()> {
        if self.lock.is_none() {
            state_dir::create(&self.dir)?;
            self.lock = Some(RunLock::acquire(&self.dir, &self.run_id)?);
        }
        Ok(())
    }

    fn find_leftovers(&self, now: DateTime<Utc>) -> io::Result<Leftovers> {
        let mut left = Leftovers::default();
        match state_dir::check_own(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(left),
            checked => checked?,
        }
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            match file_names::parse_run_id(&entry.file_name()) {
                Some(run) if run == self.run_id || run_lock::is_alive(&self.dir, run) => {}
                Some(_) => left.drafts.push(entry.path()),
                None => match edits::find_abandoned(&entry.path()) {
                    Some(edit) => left.edits.push(edit),
                    None => leftovers::remove_if_leftover(&entry.path(), now),
                },
            }
        }
        Ok(left)
    }

    // Renames the draft's file, so that only one of several programs gets the draft. `None` if another program has
    // renamed the file. After any other error, the draft is still shown.
    fn claim(&mut self, path: &Path, draft: Draft) -> Option<Draft> {
        let claimed = self
            .ensure_locked()
            .and_then(|()| fs::rename(path, self.path(&draft.key())));
        match claimed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            _ => Some(draft),
        }
    }
}

/// The files of runs that have ended.
#[derive(Debug, Default, PartialEq)]
struct Leftovers {
    drafts: Vec<PathBuf>,
    edits: Vec<edits::AbandonedEdit>,
}

type NewestByKey = BTreeMap<DraftKey, (Draft, PathBuf)>;

// The older draft stays on the disk. It is found again after the newer draft was sent or discarded.
fn insert_if_newer(newest: &mut NewestByKey, draft: Draft, path: PathBuf) {
    let known = newest.get(&draft.key());
    if known.is_none_or(|(known, _)| known.at < draft.at) {
        newest.insert(draft.key(), (draft, path));
    }
}

// `None` if another process took the draft first.
fn read_draft(path: &Path) -> Result<Option<Draft>, String> {
    let bytes = state_file::read(path, MAX_FILE_BYTES).map_err(|error| error.to_string())?;
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let draft = serde_json::from_slice(&bytes);
    draft.map(Some).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
