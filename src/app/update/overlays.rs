//! Handles keys in overlays.

use super::hubs::move_in_hubs;
use super::moves::{new_position, page_size};
use super::owed;
use super::panes::move_in_cases;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::{Model, Overlay, OverlayKind, Pane};
use crate::app::msg::CopyReason;
use crate::app::rows::RowRef;

/// Handles an action in the topmost overlay.
pub(super) fn handle_action(model: &mut Model, action: Action, key: Key) -> Vec<Effect> {
    match action {
        Action::Back => {
            model.overlays.pop();
        }
        Action::Open => jump(model),
        Action::Left => show_neighbour(model, Action::Up),
        Action::Right => show_neighbour(model, Action::Down),
        Action::CopyAll => return copy_handoff(model).into_iter().collect(),
        Action::Copy => return copy_link(model, key).into_iter().collect(),
        other => move_or_scroll(model, other),
    }
    Vec::new()
}

fn move_or_scroll(model: &mut Model, action: Action) {
    let selects = model.is_on_owed() && owed::move_selection(model, action);
    if !selects {
        scroll(model, action);
    }
}

fn scroll(model: &mut Model, action: Action) {
    let (limit, page_size) = (model.viewport.max_overlay_scroll, page_size(model));
    if let Some(overlay) = model.overlays.last_mut() {
        overlay.scroll =
            new_position(action, overlay.scroll, limit, page_size).unwrap_or(overlay.scroll);
    }
}

// Jumps from a case to its hub, or back. If the target is the overlay just below, the topmost overlay is closed
// instead.
fn jump(model: &mut Model) {
    let Some(kind) = model.jump_target() else {
        return;
    };
    let below = model.overlays.len().checked_sub(2);
    let is_below = below
        .and_then(|index| model.overlays.get(index))
        .is_some_and(|overlay| is_same_overlay(&overlay.kind, &kind));
    if is_below {
        model.overlays.pop();
    } else {
        model.overlays.push(Overlay::new(kind));
    }
}

fn is_same_overlay(one: &OverlayKind, other: &OverlayKind) -> bool {
    match (one, other) {
        (OverlayKind::Case(one), OverlayKind::Case(other)) => one.id == other.id,
        _ => one == other,
    }
}

// Shows the next or previous row's case or hub in the open overlay. This works only if the overlay was opened from the
// list below it.
fn show_neighbour(model: &mut Model, direction: Action) {
    let kind = match (model.overlays.as_slice(), model.focus) {
        ([overlay], Pane::Cases) if matches!(overlay.kind, OverlayKind::Case(_)) => {
            next_case(model, direction)
        }
        ([overlay], Pane::Hubs) if matches!(overlay.kind, OverlayKind::Hub(_)) => {
            let sideways = if direction == Action::Up {
                Action::Left
            } else {
                Action::Right
            };
            move_in_hubs(model, sideways);
            model.hubs.selected.clone().map(OverlayKind::Hub)
        }
        _ => None,
    };
    if let Some(kind) = kind
        && model
            .overlay()
            .is_some_and(|top| !is_same_overlay(&top.kind, &kind))
    {
        model.overlays = vec![Overlay::new(kind)];
    }
}

// Selects the next case. Storms are skipped, because they have no overlay.
fn next_case(model: &mut Model, direction: Action) -> Option<OverlayKind> {
    let start = model.cases.selected.clone();
    loop {
        let before = model.cases.selected.clone();
        move_in_cases(model, direction);
        if model.cases.selected == before {
            model.cases.selected = start;
            return None;
        }
        let rows = model.visible_rows();
        let index = model.selected_index_in(&rows);
        let row = index.and_then(|index| rows.get(index));
        if let Some(case) = row.filter(|row| !is_storm(row)).and_then(RowRef::case) {
            return Some(OverlayKind::Case(case.clone()));
        }
    }
}

fn is_storm(row: &&RowRef<'_>) -> bool {
    matches!(row, RowRef::Storm { .. })
}

fn copy_handoff(model: &Model) -> Option<Effect> {
    let handoff = model.text_on_top()?;
    Some(Effect::Copy(handoff.text.clone(), CopyReason::Asked))
}

fn copy_link(model: &Model, key: Key) -> Option<Effect> {
    let number = key.text()?.to_digit(10)?;
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let link = model.links().into_iter().nth(index)?;
    link.text
        .ok()
        .map(|text| Effect::Copy(text, CopyReason::Asked))
}
