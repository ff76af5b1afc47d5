//! Shows what is owed, and opens the form for an action item of an outage.

use std::sync::Arc;

use super::notify;
use super::panes::{new_position, page_size};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::owed::Owed;
use crate::domain::now::Now;
use crate::review::follow_up_form::follow_up_form;
use crate::review::owed::{OwedOutage, OwedReading};

/// An outage takes about as many lines in the view.
const LINES_PER_OUTAGE: usize = 4;

/// Takes a reading. One that failed leaves what was known.
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

/// Moves the selection of the view, if the action is a move. False where there is nothing to select.
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

// Silence about what was not read would say that all is done.
fn without_outage(owed: Option<&Owed>) -> &'static str {
    let reading = owed.and_then(|owed| owed.reading.as_deref());
    match reading {
        Some(reading) if reading.unread.is_empty() => "no outage owes anything",
        _ => "what is owed is not known",
    }
}

#[cfg(test)]
mod tests;
