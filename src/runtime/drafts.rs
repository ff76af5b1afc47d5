//! Keeps what is typed: each change goes to a worker, which writes the latest of each draft and drops
//! what is done with. The screen's thread never waits for the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::tasks::Tasks;
use crate::app::msg::Msg;
use crate::domain::now::TimeSource;
use crate::domain::operation::{Draft, DraftKey};
use crate::store::drafts::{self, DraftStore, RecoveredDrafts};

/// A person reads a few complaints at most.
const ROOM: usize = 32;

/// Where drafts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping<'a> {
    /// In this state directory.
    In(&'a Path),
    /// There is no place for them, and whoever types must know.
    Homeless,
    /// Nowhere: the world that they are about goes with the program.
    Nowhere,
}

/// What is typed, on its way to the disk.
pub struct Drafts {
    place: Place,
    told: mpsc::Receiver<Msg>,
    tell: mpsc::Sender<Msg>,
}

enum Place {
    Kept(Arc<Desk>),
    Homeless,
    Nowhere,
}

/// What the screen's thread and the worker share.
struct Desk {
    dir: PathBuf,
    tray: Mutex<Tray>,
    // The worker's alone: there is never more than one.
    folder: Mutex<DraftStore>,
    time: Arc<dyn TimeSource>,
    tell: mpsc::Sender<Msg>,
}

/// What is still to be written: of each draft the latest, or that it is done with.
#[derive(Default)]
struct Tray {
    waiting: BTreeMap<DraftKey, Option<Draft>>,
    has_a_worker: bool,
    /// Who waits until all of it is written.
    waiters: Vec<oneshot::Sender<()>>,
}

impl Drafts {
    /// Reads what earlier runs left; [`Self::next`] tells it.
    pub fn open(keeping: Keeping<'_>, time: Arc<dyn TimeSource>, tasks: &Tasks) -> Self {
        let (tell, told) = mpsc::channel(ROOM);
        let place = match keeping {
            Keeping::Homeless => Place::Homeless,
            Keeping::Nowhere => Place::Nowhere,
            Keeping::In(state) => {
                let dir = drafts::dir(state);
                Place::Kept(Arc::new(Desk {
                    tray: Mutex::default(),
                    folder: Mutex::new(DraftStore::new(dir.clone(), run(&*time))),
                    dir,
                    time,
                    tell: tell.clone(),
                }))
            }
        };
        if let Place::Kept(desk) = &place {
            desk.engage(tasks, Desk::take_over);
        }
        Self { place, told, tell }
    }

    /// Keeps a draft.
    pub fn keep(&self, draft: Draft, tasks: &Tasks) {
        match &self.place {
            Place::Kept(desk) => desk.put(draft.key(), Some(draft), tasks),
            Place::Homeless => complain(&self.tell, "there is no home directory".to_owned()),
            Place::Nowhere => {}
        }
    }

    /// Drops one.
    pub fn drop_one(&self, key: DraftKey, tasks: &Tasks) {
        if let Place::Kept(desk) = &self.place {
            desk.put(key, None, tasks);
        }
    }

    /// Ends once all that was put here so far is on the disk, or could not be written.
    pub fn written(&self) -> oneshot::Receiver<()> {
        let (tell, written) = oneshot::channel();
        if let Place::Kept(desk) = &self.place {
            let mut tray = desk.tray();
            if tray.has_a_worker {
                tray.waiters.push(tell);
            }
        }
        // Where nobody holds it, it has ended.
        written
    }

    /// The directory that they are in, where they are kept.
    pub fn dir(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Kept(desk) => Some(desk.dir.clone()),
            Place::Homeless | Place::Nowhere => None,
        }
    }

    /// What was found, and what could not be kept. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Msg {
        match self.told.recv().await {
            Some(msg) => msg,
            // It holds a sender itself.
            None => std::future::pending().await,
        }
    }
}

impl Desk {
    fn put(self: &Arc<Self>, key: DraftKey, change: Option<Draft>, tasks: &Tasks) {
        let mut tray = self.tray();
        tray.waiting.insert(key, change);
        let is_seen_to = tray.has_a_worker;
        drop(tray);
        if !is_seen_to {
            self.engage(tasks, |_| {});
        }
    }

    // Only the screen's thread engages, so that none comes between looking and engaging. The program's
    // end waits for the worker.
    fn engage(self: &Arc<Self>, tasks: &Tasks, first: impl FnOnce(&Self) + Send + 'static) {
        self.tray().has_a_worker = true;
        let desk = Arc::clone(self);
        tasks.work(move || {
            let leaves = Leaves(&desk);
            first(&desk);
            while let Some((key, change)) = leaves.next() {
                desk.carry_out(&key, change);
            }
        });
    }

    fn take_over(&self) {
        let now = self.time.now().wall;
        match self.folder().adopt_drafts(now) {
            Ok(found) => self.tell_found(found),
            Err(error) => self.tell(Msg::DraftsNotAdopted(format!(
                "drafts of earlier runs cannot be read: {error}"
            ))),
        }
    }

    fn tell_found(&self, found: RecoveredDrafts) {
        if !found.drafts.is_empty() {
            self.tell(Msg::DraftsLoaded(found.drafts));
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
        self.tell(Msg::DraftsNotAdopted(text));
    }

    fn carry_out(&self, key: &DraftKey, change: Option<Draft>) {
        let done = match change {
            Some(draft) => self.folder().save(&draft),
            None => self.folder().discard(key),
        };
        if let Err(error) = done {
            complain(&self.tell, error.to_string());
        }
    }

    fn tell(&self, msg: Msg) {
        let _ended = self.tell.try_send(msg);
    }

    fn tray(&self) -> MutexGuard<'_, Tray> {
        self.tray.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder(&self) -> MutexGuard<'_, DraftStore> {
        self.folder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker: when it is gone, whatever the reason, the next change engages another.
struct Leaves<'a>(&'a Desk);

impl Leaves<'_> {
    // Seen under one lock with leaving: what is put there meanwhile is never left lying.
    fn next(&self) -> Option<(DraftKey, Option<Draft>)> {
        let mut tray = self.0.tray();
        let next = tray.waiting.pop_first();
        tray.has_a_worker = next.is_some();
        if next.is_none() {
            tray.waiters.clear();
        }
        next
    }
}

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut tray = self.0.tray();
            tray.has_a_worker = false;
            tray.waiters.clear();
        }
    }
}

// Of a complaint that nobody has room for there are enough already.
fn complain(tell: &mpsc::Sender<Msg>, why: String) {
    tracing::warn!(why, "what was typed is not kept");
    let _full = tell.try_send(Msg::DraftSaveFailed(why));
}

// The number of a process comes again, and is the same in every container.
fn run(time: &dyn TimeSource) -> String {
    let since = time.now().wall.timestamp_nanos_opt().unwrap_or_default();
    format!("{}-{since:x}", std::process::id())
}

#[cfg(test)]
mod tests;
