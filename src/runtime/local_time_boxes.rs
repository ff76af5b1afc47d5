//! The time-boxes of cases without an incident. Changes show at once, and a worker writes them to a file.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use super::inbox::InboxSender;
use super::tasks::Tasks;
use crate::domain::local_time_box::{LocalTimeBox, LocalTimeBoxChange};
use crate::domain::now::TimeSource;
use crate::store::local_time_boxes;

/// Changes the local time-boxes, and wakes the builder of pictures, which show the time-boxes.
#[derive(Clone)]
pub struct LocalTimeBoxWriter {
    pub boxes: watch::Sender<Vec<LocalTimeBox>>,
    /// Wakes the picture builder.
    pub change_notify: Arc<Notify>,
}

/// Applies changes to local time-boxes, and saves them in a file.
pub struct LocalTimeBoxStore {
    writer: LocalTimeBoxWriter,
    dir: Option<PathBuf>,
    time: Arc<dyn TimeSource>,
    change_tx: Sender<LocalTimeBoxChange>,
    // One writer takes all waiting changes in order, so that the file ends up with the last one.
    change_rx: Arc<Mutex<Receiver<LocalTimeBoxChange>>>,
    inbox: InboxSender,
}

impl LocalTimeBoxStore {
    /// Saves changes in this state directory. Without a directory they are lost when the program ends. `inbox` receives
    /// write errors.
    pub fn new(
        writer: LocalTimeBoxWriter,
        dir: Option<PathBuf>,
        time: Arc<dyn TimeSource>,
        inbox: InboxSender,
    ) -> Self {
        let (change_tx, change_rx) = channel();
        Self {
            writer,
            dir,
            time,
            change_tx,
            change_rx: Arc::new(Mutex::new(change_rx)),
            inbox,
        }
    }

    /// Applies a change to the time-boxes that pictures use, and saves the change.
    pub fn change(&mut self, change: LocalTimeBoxChange, tasks: &Tasks) {
        self.writer.boxes.send_modify(|boxes| change.apply(boxes));
        self.writer.change_notify.notify_one();
        let Some(dir) = self.dir.clone() else {
            return;
        };
        let _it_holds_the_other_end = self.change_tx.send(change);
        let (waiting, inbox) = (Arc::clone(&self.change_rx), self.inbox.clone());
        let now = self.time.now().wall;
        tasks.spawn_blocking(move || {
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let all: Vec<LocalTimeBoxChange> = waiting.try_iter().collect();
            if all.is_empty() {
                return;
            }
            if let Err(error) = local_time_boxes::apply_changes(&dir, &all, now) {
                inbox.complain(format!("the time-box is lost when hubwatch quits: {error}"));
            }
        });
    }
}

/// Loads the time-boxes from the file. `report` receives a sentence if the file cannot be read.
pub fn load(dir: Option<&Path>, report: impl FnOnce(&str)) -> Vec<LocalTimeBox> {
    let Some(dir) = dir else {
        return Vec::new();
    };
    local_time_boxes::load(dir).unwrap_or_else(|error| {
        let file = local_time_boxes::path(dir);
        report(&format!(
            "{} cannot be read, and stays as it is: {error}",
            file.display()
        ));
        Vec::new()
    })
}
