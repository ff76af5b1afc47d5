//! One slot a source, where the latest answer wins, and one bell that says that any of them changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::local_time_boxes::LocalTimeBoxWriter;
use crate::domain::answers::{AlertmanagerData, Answers, IncidentsData, PrometheusData};
use crate::domain::directory::Directory;
use crate::domain::ids::HubKey;
use crate::domain::local_time_box::LocalTimeBox;
use crate::domain::post::StatusPage;
use crate::domain::probe::Probe;
use crate::domain::source::Slot;

type AfterChange<T> = Arc<dyn Fn(&mut Slot<T>) + Send + Sync>;

/// A source's end of its slot.
pub struct SlotWriter<T> {
    slot: watch::Sender<Slot<T>>,
    change_notify: Arc<Notify>,
    after_change: Option<AfterChange<T>>,
}

// Not derived: that would ask the same of `T`.
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
    /// The same, whose slot is amended after each change, before anybody sees it.
    pub fn with_after_change(self, amend: impl Fn(&mut Slot<T>) + Send + Sync + 'static) -> Self {
        Self {
            after_change: Some(Arc::new(amend)),
            ..self
        }
    }

    /// Changes the slot and rings.
    pub fn change(&self, change: impl FnOnce(&mut Slot<T>)) {
        self.slot.send_modify(|slot| {
            change(slot);
            if let Some(amend) = &self.after_change {
                amend(slot);
            }
        });
        self.change_notify.notify_one();
    }

    /// The slot as it is.
    pub fn slot(&self) -> Slot<T> {
        self.slot.borrow().clone()
    }

    /// How often the source is asked.
    pub fn interval(&self) -> Duration {
        self.slot.borrow().interval
    }
}

type SlotReader<T> = watch::Receiver<Slot<T>>;

/// The reader's ends of all slots.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    prometheus: Vec<SlotReader<PrometheusData>>,
    alertmanager: Vec<SlotReader<AlertmanagerData>>,
    incidents: Option<SlotReader<IncidentsData>>,
    directory: Option<SlotReader<Directory>>,
    status_pages: Vec<SlotReader<StatusPage>>,
    probes: Option<SlotReader<BTreeMap<HubKey, Probe>>>,
    local_time_boxes: Option<watch::Receiver<Vec<LocalTimeBox>>>,
    change_notify: Arc<Notify>,
}

macro_rules! adders {
    ($($(#[$doc:meta])* $name:ident: $body:ty => |$feeds:ident, $end:ident| $keep:expr;)+) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, slot: Slot<$body>) -> SlotWriter<$body> {
            let (sender, $end) = watch::channel(slot);
            let $feeds = &mut *self;
            $keep;
            SlotWriter { slot: sender, change_notify: Arc::clone(&self.change_notify), after_change: None }
        }
    )+};
}

impl Slots {
    adders! {
        add_prometheus: PrometheusData => |feeds, end| feeds.prometheus.push(end);
        add_alertmanager: AlertmanagerData => |feeds, end| feeds.alertmanager.push(end);
        /// Adds PagerDuty's incidents.
        add_incidents: IncidentsData => |feeds, end| feeds.incidents = Some(end);
        /// Adds PagerDuty's directory.
        add_directory: Directory => |feeds, end| feeds.directory = Some(end);
        add_status_page: StatusPage => |feeds, end| feeds.status_pages.push(end);
        add_probes: BTreeMap<HubKey, Probe> => |feeds, end| feeds.probes = Some(end);
    }

    /// Adds the time-boxes that were started here.
    pub fn add_local_time_boxes(&mut self, boxes: Vec<LocalTimeBox>) -> LocalTimeBoxWriter {
        let (boxes, end) = watch::channel(boxes);
        self.local_time_boxes = Some(end);
        let bell = Arc::clone(&self.change_notify);
        LocalTimeBoxWriter {
            boxes,
            change_notify: bell,
        }
    }

    /// Waits until a slot has changed since the last call.
    pub async fn changed(&self) {
        self.change_notify.notified().await;
    }

    /// What all slots hold now. The bodies are shared, not copied.
    pub fn answers(&self) -> Answers {
        Answers {
            prometheus: self.prometheus.iter().map(current).collect(),
            alertmanager: self.alertmanager.iter().map(current).collect(),
            incidents: self.incidents.as_ref().map(current),
            directory: self.directory.as_ref().map(current),
            status_pages: self.status_pages.iter().map(current).collect(),
            probes: self.probes.as_ref().map(current),
            local_time_boxes: self
                .local_time_boxes
                .as_ref()
                .map_or_else(Vec::new, |end| end.borrow().clone()),
        }
    }
}

fn current<T>(end: &SlotReader<T>) -> Slot<T> {
    end.borrow().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::{SourceId, SourceKind};

    #[tokio::test]
    async fn a_change_rings_once_and_the_latest_wins() {
        let mut feeds = Slots::default();
        let id = SourceId::new(SourceKind::StatusPage, "Hubs");
        let feed = feeds.add_status_page(Slot::waiting(id, Duration::from_secs(60)));
        feed.change(|slot| slot.interval = Duration::from_secs(1));
        feed.change(|slot| slot.interval = Duration::from_secs(2));
        feeds.changed().await;
        let interval = feeds
            .answers()
            .status_pages
            .first()
            .map(|slot| slot.interval);
        assert_eq!(interval, Some(Duration::from_secs(2)));
    }
}
