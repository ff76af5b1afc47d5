//! Shows the work that is owed after outages, and opens the form for an action item of an outage.

use std::sync::Arc;

use super::moves::{new_position, page_size};
use super::notify;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::owed::Owed;
use crate::domain::now::Now;
use crate::review::follow_up_form::follow_up_form;
use crate::review::owed::{OwedOutage, OwedReading};

/// About how many lines of the page an outage takes.
const LINES_PER_OUTAGE: usize = 4;

/// Stores a reading. If the reading failed, the previous one is kept.
pub(super) fn set_reading(model: &mut Model, read: Result<Arc<OwedReading>, String>, now: Now) {
    let Some(owed) = &mut model.owed else {
        return;
    };
    match read {
        Ok(reading) => {
            owed.reading = Some(reading);
            owed.read_at = Some(now.wall);
            owed.failure = None;
        }
        Err(why) => owed.failure = Some(why),
    }
}

/// Moves the selection on the page, if the action is a move. Returns false if there is nothing to select.
pub(super) fn move_selection(model: &mut Model, action: Action) -> bool {
    let page = page_size(model).div_ceil(LINES_PER_OUTAGE);
    let Some(owed) = &mut model.owed else {
        return false;
    };
    let Some(at) = owed.selected_index() else {
        return false;
    };
    let last = owed.outages().len().saturating_sub(1);
    let to = new_position(action, at, Some(last), page);
    let selected = to.and_then(|to| owed.outages().get(to));
    let first = selected.and_then(|outage| outage.incidents.first());
    if let Some(id) = first.map(|first| first.id.clone()) {
        owed.selected = Some(id);
    }
    true
}

/// Opens the tracker's form for an action item of the selected outage.
pub(super) fn follow_up(model: &mut Model, now: Now) -> Vec<Effect> {
    let owed = model.owed.as_ref();
    let tracker = owed.and_then(|owed| owed.tracker.as_deref());
    let outage: Option<&OwedOutage> = owed.and_then(|owed| owed.selected_outage());
    match (tracker, outage) {
        (_, None) => notify(model, without_outage(owed).to_owned(), now),
        (None, _) => notify(
            model,
            "no tracker is configured: [tracker] names where action items are filed".to_owned(),
            now,
        ),
        (Some(tracker), Some(outage)) => vec![Effect::OpenLink(follow_up_form(tracker, outage))],
    }
}

// The notice if no outage is selected. It says that nothing is owed only if all outages could be read.
fn without_outage(owed: Option<&Owed>) -> &'static str {
    let reading = owed.and_then(|owed| owed.reading.as_deref());
    match reading {
        Some(reading) if reading.unread.is_empty() => "no follow-ups are owed",
        _ => "the follow-ups owed are not known",
    }
}

#[cfg(test)]
mod tests;
