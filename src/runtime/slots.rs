//! One slot per source with the source's latest answer, and one notification for a change in any slot.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::local_time_boxes::LocalTimeBoxWriter;
use crate::domain::answers::Answers;
use crate::domain::local_time_box::LocalTimeBox;
use crate::domain::source::Slot;

type AfterChange<T> = Arc<dyn Fn(&mut Slot<T>) + Send + Sync>;

/// The writing side of a slot. The slot's source owns it.
pub struct SlotWriter<T> {
    slot: watch::Sender<Slot<T>>,
    change_notify: Arc<Notify>,
    after_change: Option<AfterChange<T>>,
}

// Not derived: a derived `Clone` would require `T: Clone`.
impl<T> Clone for SlotWriter<T> {
    fn clone(&self) -> Self {
        Self {
            slot: self.slot.clone(),
            change_notify: Arc::clone(&self.change_notify),
            after_change: self.after_change.clone(),
        }
    }
}

impl<T> SlotWriter<T> {
    /// A writer that also runs `amend` on the slot after each change, before any reader sees the slot.
    pub fn with_after_change(self, amend: impl Fn(&mut Slot<T>) + Send + Sync + 'static) -> Self {
        Self {
            after_change: Some(Arc::new(amend)),
            ..self
        }
    }

    /// Changes the slot and notifies the reader.
    pub fn change(&self, change: impl FnOnce(&mut Slot<T>)) {
        self.slot.send_modify(|slot| {
            change(slot);
            if let Some(amend) = &self.after_change {
                amend(slot);
            }
        });
        self.change_notify.notify_one();
    }

    /// A copy of the slot's current content.
    pub fn slot(&self) -> Slot<T> {
        self.slot.borrow().clone()
    }

    /// The source's polling interval.
    pub fn interval(&self) -> Duration {
        self.slot.borrow().interval
    }
}

/// Adds a copy of a slot to the answers. The slot's body is shared, not copied.
type SlotReader = Arc<dyn Fn(&mut Answers) + Send + Sync>;

/// The reading side of all slots.
#[derive(Clone, Default)]
pub struct Slots {
    slots: Vec<SlotReader>,
    local_time_boxes: Option<watch::Receiver<Vec<LocalTimeBox>>>,
    change_notify: Arc<Notify>,
}

impl Slots {
    /// Adds a slot. `put` appends the slot's content to the answers. Slots are appended in the order in which they were
    /// added.
    pub fn add<T: Send + Sync + 'static>(
        &mut self,
        slot: Slot<T>,
        put: fn(&mut Answers, Slot<T>),
    ) -> SlotWriter<T> {
        let (sender, end) = watch::channel(slot);
        let reader = move |answers: &mut Answers| put(answers, end.borrow().clone());
        self.slots.push(Arc::new(reader));
        SlotWriter {
            slot: sender,
            change_notify: Arc::clone(&self.change_notify),
            after_change: None,
        }
    }

    /// Adds the time-boxes that were started on this machine.
    pub fn add_local_time_boxes(&mut self, boxes: Vec<LocalTimeBox>) -> LocalTimeBoxWriter {
        let (boxes, end) = watch::channel(boxes);
        self.local_time_boxes = Some(end);
        LocalTimeBoxWriter {
            boxes,
            change_notify: Arc::clone(&self.change_notify),
        }
    }

    /// Waits until any slot changes. A change since the last call counts too.
    pub async fn changed(&self) {
        self.change_notify.notified().await;
    }

    /// The current content of all slots.
    pub fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        self.add_to(&mut answers);
        answers
    }

    /// Adds the current content of all slots.
    pub fn add_to(&self, answers: &mut Answers) {
        for add in &self.slots {
            add(answers);
        }
        if let Some(boxes) = &self.local_time_boxes {
            answers.local_time_boxes.clone_from(&boxes.borrow());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::{SourceId, SourceKind};

    #[tokio::test]
    async fn a_change_notifies_once_and_the_latest_wins() {
        let mut slots = Slots::default();
        let id = SourceId::new(SourceKind::StatusPage, "Hubs");
        let slot = Slot::waiting(id, Duration::from_secs(60));
        let writer = slots.add(slot, |all, slot| all.status_pages.push(slot));
        writer.change(|slot| slot.interval = Duration::from_secs(1));
        writer.change(|slot| slot.interval = Duration::from_secs(2));
        slots.changed().await;
        let interval = slots
            .answers()
            .status_pages
            .first()
            .map(|slot| slot.interval);
        assert_eq!(interval, Some(Duration::from_secs(2)));
    }
}
