//! Saves drafts. Each change goes to a worker, which writes the latest text of each draft and deletes finished drafts.
//! The event loop never waits for the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::inbox::InboxSender;
use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::now::TimeSource;
use crate::domain::operation::{Draft, DraftKey};
use crate::store::drafts::{self, DraftStore, RecoveredDrafts};
use crate::store::state_dir::StateDirError;

/// Where drafts are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftStorage<'a> {
    /// Drafts are saved in this state directory.
    Dir(&'a Path),
    /// There is no usable directory, for this reason. A person who types a draft must see the reason.
    Unavailable(&'a StateDirError),
    /// Drafts are not saved, since the demo's incidents end with the program.
    Disabled,
}

/// Sends changes of drafts to the disk.
pub struct Drafts {
    backend: Backend,
    inbox: InboxSender,
}

enum Backend {
    Dir(Arc<DraftWriter>),
    Unavailable(StateDirError),
    Disabled,
}

/// The state that the event loop and the worker share.
struct DraftWriter {
    dir: PathBuf,
    pending: Mutex<PendingWrites>,
    // Only the worker uses the store, and at most one worker runs.
    store: Mutex<DraftStore>,
    time: Arc<dyn TimeSource>,
    inbox: InboxSender,
}

/// Changes to write: the latest text of each draft, or `None` to delete the draft.
#[derive(Default)]
struct PendingWrites {
    changes: BTreeMap<DraftKey, Option<Draft>>,
    has_worker: bool,
    /// Senders that are dropped once everything is written. Dropping them completes their receivers.
    waiters: Vec<oneshot::Sender<()>>,
}

impl PendingWrites {
    fn set_idle(&mut self) {
        self.has_worker = false;
        self.waiters.clear();
    }
}

impl Drafts {
    /// Starts to read the drafts of earlier runs; the inbox receives them.
    pub fn open(
        storage: DraftStorage<'_>,
        time: Arc<dyn TimeSource>,
        tasks: &Tasks,
        inbox: InboxSender,
    ) -> Self {
        let backend = match storage {
            DraftStorage::Unavailable(why) => Backend::Unavailable(why.clone()),
            DraftStorage::Disabled => Backend::Disabled,
            DraftStorage::Dir(state) => {
                let dir = drafts::dir(state);
                Backend::Dir(Arc::new(DraftWriter {
                    pending: Mutex::default(),
                    store: Mutex::new(DraftStore::new(dir.clone(), run_id(&*time))),
                    dir,
                    time,
                    inbox: inbox.clone(),
                }))
            }
        };
        if let Backend::Dir(writer) = &backend {
            writer.start_worker(tasks, DraftWriter::adopt_drafts);
        }
        Self { backend, inbox }
    }

    /// Saves a draft; the inbox receives the result.
    pub fn save(&self, draft: Draft, tasks: &Tasks) {
        match &self.backend {
            Backend::Dir(writer) => writer.enqueue(draft.key(), Some(draft), tasks),
            Backend::Unavailable(why) => {
                report_unsaved(&self.inbox, draft.key(), why.to_string());
            }
            // Nothing is written, since this draft need not outlive the program.
            Backend::Disabled => {
                self.inbox.send(Msg::DraftSaved(draft));
            }
        }
    }

    /// Deletes a draft.
    pub fn discard(&self, key: DraftKey, tasks: &Tasks) {
        if let Backend::Dir(writer) = &self.backend {
            writer.enqueue(key, None, tasks);
        }
    }

    /// Completes once all changes so far have been written or have failed.
    pub fn flushed(&self) -> oneshot::Receiver<()> {
        let (written_tx, written_rx) = oneshot::channel();
        if let Backend::Dir(writer) = &self.backend {
            let mut pending = writer.pending();
            if pending.has_worker {
                pending.waiters.push(written_tx);
            }
        }
        // If no worker runs, the sender is dropped here, which completes the receiver.
        written_rx
    }

    /// The directory of the drafts; `None` if drafts are not saved.
    pub fn dir(&self) -> Option<PathBuf> {
        match &self.backend {
            Backend::Dir(writer) => Some(writer.dir.clone()),
            Backend::Unavailable(_) | Backend::Disabled => None,
        }
    }
}

impl DraftWriter {
    fn enqueue(self: &Arc<Self>, key: DraftKey, change: Option<Draft>, tasks: &Tasks) {
        let mut pending = self.pending();
        pending.changes.insert(key, change);
        let has_worker = pending.has_worker;
        drop(pending);
        if !has_worker {
            self.start_worker(tasks, |_| {});
        }
    }

    // Only the event loop starts a worker. So no other worker can start between the check for a running worker and this
    // call. The program's end waits for the worker.
    fn start_worker(self: &Arc<Self>, tasks: &Tasks, first: impl FnOnce(&Self) + Send + 'static) {
        self.pending().has_worker = true;
        let writer = Arc::clone(self);
        tasks.spawn_blocking(move || {
            // If the worker panics, the next change starts another worker.
            let _guard = scopeguard::guard_on_unwind(&writer, |writer| {
                writer.pending().set_idle();
            });
            first(&writer);
            while let Some((key, change)) = writer.next_change() {
                writer.apply(&key, change);
            }
        });
    }

    // Takes the next change or becomes idle, under one lock. With two locks, a change that is added between them would
    // not be written.
    fn next_change(&self) -> Option<(DraftKey, Option<Draft>)> {
        let mut pending = self.pending();
        let next = pending.changes.pop_first();
        if next.is_none() {
            pending.set_idle();
        }
        next
    }

    fn adopt_drafts(&self) {
        let now = self.time.now().wall;
        match self.store().adopt_drafts(now) {
            Ok(found) => self.report_found(found),
            Err(error) => {
                let text = format!("drafts of earlier runs cannot be read: {error}");
                self.inbox.complain(text);
            }
        }
    }

    fn report_found(&self, found: RecoveredDrafts) {
        if !found.drafts.is_empty() {
            self.inbox.send(Msg::DraftsLoaded(found.drafts));
        }
        let Some((path, why)) = found.unreadable.first() else {
            return;
        };
        let others = match found.unreadable.len() - 1 {
            0 => String::new(),
            others => format!(" (and {others} more there)"),
        };
        let text = format!("a draft cannot be read: {}{others}: {why}", path.display());
        tracing::warn!(unreadable = ?found.unreadable, "drafts cannot be read");
        self.inbox.complain(text);
    }

    fn apply(&self, key: &DraftKey, change: Option<Draft>) {
        let Some(draft) = change else {
            if let Err(error) = self.store().discard(key) {
                let text = format!("a finished draft cannot be deleted: {error}");
                self.inbox.complain(text);
            }
            return;
        };
        let saved = self.store().save(&draft);
        match saved {
            Ok(()) => self.inbox.send(Msg::DraftSaved(draft)),
            Err(error) => report_unsaved(&self.inbox, draft.key(), error.to_string()),
        }
    }

    fn pending(&self) -> MutexGuard<'_, PendingWrites> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> MutexGuard<'_, DraftStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn report_unsaved(inbox: &InboxSender, key: DraftKey, why: String) {
    tracing::warn!(why, "a draft is not saved");
    inbox.send(Msg::DraftSaveFailed { key, why });
}

// A process id alone is not unique: systems reuse ids, and every container has the same ones.
fn run_id(time: &dyn TimeSource) -> String {
    let since = time.now().wall.timestamp_nanos_opt().unwrap_or_default();
    format!("{}-{since:x}", std::process::id())
}

#[cfg(test)]
mod tests;
