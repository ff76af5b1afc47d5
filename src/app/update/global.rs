//! What keys do wherever the person is.

use super::{notify, saved_drafts};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::now::Now;
use crate::wording::operation;

/// What the action does, if it is one of those.
pub(super) fn handle_action(model: &mut Model, action: Action, now: Now) -> Option<Vec<Effect>> {
    match action {
        // What comes of it would not be told, and perhaps not even be sent.
        Action::Quit if !model.sent_batches.in_flight.is_empty() => {
            Some(notify(model, operation::QUIT_WHILE_SENDING.to_owned(), now))
        }
        Action::Quit | Action::ForceQuit => Some(saved_drafts::leave(model, now)),
        Action::Suspend => Some(vec![Effect::Suspend]),
        Action::Redraw => Some(vec![Effect::Redraw]),
        Action::Refresh => Some(refresh(model, now)),
        Action::Help => Some(toggle_overlay(model, OverlayKind::Help)),
        Action::Sources => Some(toggle_overlay(model, OverlayKind::Sources)),
        _ => None,
    }
}

fn refresh(model: &mut Model, now: Now) -> Vec<Effect> {
    model.refreshing_since = Some(now);
    model.fetch_top_histories(now);
    notify(model, "asking every source now".to_owned(), now);
    vec![Effect::RefreshNow]
}

// The key that opened it closes it; where it lies deeper it comes to the top rather than twice. Keys
// then go to it, so the filter line is left.
fn toggle_overlay(model: &mut Model, kind: OverlayKind) -> Vec<Effect> {
    model.filter.editing = false;
    let on_top = model.overlay().is_some_and(|overlay| overlay.kind == kind);
    model.overlays.retain(|overlay| overlay.kind != kind);
    if !on_top {
        model.overlays.push(Overlay::new(kind));
    }
    Vec::new()
}
