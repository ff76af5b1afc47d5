//! The work that is owed after outages, as the model stores it between two readings.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Model, OverlayKind, Pane};
use crate::domain::ids::IncidentId;
use crate::domain::settings::TrackerSettings;
use crate::review::owed::{OwedOutage, OwedReading};

/// A reading that is older than this counts as out of date.
const CURRENT_FOR: TimeDelta = TimeDelta::minutes(15);

/// The work that is owed, with facts about its reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Owed {
    /// The latest successful reading.
    pub reading: Option<Arc<OwedReading>>,
    /// When `reading` arrived.
    pub read_at: Option<DateTime<Utc>>,
    /// Why the latest attempt to read failed; `None` if it has not failed.
    pub failure: Option<String>,
    /// The first incident of the selected outage. `None` means that the first outage is selected.
    pub selected: Option<IncidentId>,
    /// Where action items are filed; `None` if no tracker is configured.
    pub tracker: Option<Arc<TrackerSettings>>,
}

/// The number of outages after which work has been owed for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwedCount {
    /// There has been no reading yet.
    NotKnown,
    /// The count of a reading in which everything could be read.
    Known(usize),
    /// The count of a reading in which not everything could be read.
    Incomplete(usize),
    /// The count of the latest successful reading, and the time of that reading. The reading is too old, or a later
    /// reading failed.
    AsOf(usize, DateTime<Utc>),
}

impl Owed {
    /// The outages after which work is owed, the oldest first.
    pub fn outages(&self) -> &[OwedOutage] {
        self.reading
            .as_deref()
            .map_or(&[], |reading| &reading.owed[..])
    }

    /// The count for the header.
    pub fn count(&self, now: DateTime<Utc>) -> OwedCount {
        let (Some(reading), Some(read_at)) = (self.reading.as_deref(), self.read_at) else {
            return OwedCount::NotKnown;
        };
        let count = reading.late().count();
        if self.failure.is_some() || now - read_at > CURRENT_FOR {
            OwedCount::AsOf(count, read_at)
        } else if reading.unread.is_empty() {
            OwedCount::Known(count)
        } else {
            OwedCount::Incomplete(count)
        }
    }

    /// The index of the selected outage; `None` if nothing is owed.
    pub fn selected_index(&self) -> Option<usize> {
        let outages = self.outages();
        let is_selected = |one: &OwedOutage| {
            let first = one.incidents.first();
            first.is_some_and(|first| Some(&first.id) == self.selected.as_ref())
        };
        let found = outages.iter().position(is_selected);
        found.or((!outages.is_empty()).then_some(0))
    }

    /// The selected outage.
    pub fn selected_outage(&self) -> Option<&OwedOutage> {
        self.selected_index()
            .and_then(|index| self.outages().get(index))
    }
}

impl Model {
    /// Whether the page or the pane of owed work receives the keys.
    pub fn is_on_owed(&self) -> bool {
        match self.overlay() {
            Some(overlay) => overlay.kind == OverlayKind::Owed,
            None => self.focus == Pane::Owed,
        }
    }

    /// Whether the last frame showed the pane.
    pub fn shows_pane(&self, pane: Pane) -> bool {
        pane != Pane::Owed || self.viewport.max_pane_scrolls.contains_key(&pane)
    }
}
