//! Handles keys on the panes. `filter` and `hubs` handle their own actions.

use super::moves::{new_position, page_size};
use super::{filter, hubs, selection};
use crate::app::action::Action;
use crate::app::model::{Model, Overlay, OverlayKind, Pane};
use crate::app::rows::{RowKey, RowRef};

/// Handles an action on the focused pane.
pub(super) fn handle_action(model: &mut Model, action: Action) {
    match action {
        Action::NextPane => move_focus(model, Pane::next),
        Action::PreviousPane => move_focus(model, Pane::previous),
        Action::Filter => model.filter.editing = true,
        Action::Back if model.filter.is_active() => filter::clear(model),
        Action::Back => model.cases.marked.clear(),
        other => handle_pane_action(model, other),
    }
}

// Moves the focus. A pane for which the screen has no room is skipped.
fn move_focus(model: &mut Model, step: fn(Pane) -> Pane) {
    model.focus = step(model.focus);
    if !model.shows_pane(model.focus) {
        model.focus = step(model.focus);
    }
}

fn handle_pane_action(model: &mut Model, action: Action) {
    match model.focus {
        Pane::Cases => handle_cases_action(model, action),
        Pane::Hubs => hubs::handle_action(model, action),
        Pane::Owed if action == Action::Open => {
            model.overlays.push(Overlay::new(OverlayKind::Owed));
        }
        pane => scroll(model, pane, action),
    }
}

fn scroll(model: &mut Model, pane: Pane, action: Action) {
    let limit = model.viewport.max_pane_scrolls.get(&pane).copied();
    let at = model.pane_scroll(pane);
    let to = new_position(action, at, limit, page_size(model));
    if let Some(to) = to.filter(|to| *to != at) {
        model.pane_scrolls.insert(pane, to);
    }
}

fn handle_cases_action(model: &mut Model, action: Action) {
    match action {
        Action::Open => open_row(model),
        Action::Left => set_storm_open(model, false),
        Action::Right => set_storm_open(model, true),
        other => move_in_cases(model, other),
    }
}

/// Moves the selection of the Cases pane, if the action is a move.
pub(super) fn move_in_cases(model: &mut Model, action: Action) {
    let rows = model.visible_rows();
    let last = rows.len().saturating_sub(1);
    let at = model.selected_index_in(&rows).unwrap_or(0);
    let to = new_position(action, at, Some(last), page_size(model));
    let key = to.and_then(|to| rows.get(to)).map(RowRef::key);
    if key.is_some() {
        model.cases.selected = key;
    }
}

fn open_row(model: &mut Model) {
    let rows = model.visible_rows();
    let selected = model.selected_index_in(&rows);
    match selected.and_then(|index| rows.get(index)) {
        Some(RowRef::Storm { open, .. }) => {
            let open = !open;
            set_storm_open(model, open);
        }
        Some(RowRef::Case(case) | RowRef::Member { case, .. }) => {
            let overlay = Overlay::new(OverlayKind::Case((*case).clone()));
            model.overlays.push(overlay);
        }
        Some(row @ RowRef::Removed(_)) => {
            let case = row.case().map(|case| (*case).clone());
            let overlay = case.map(|case| Overlay::new(OverlayKind::Case(case)));
            model.overlays.extend(overlay);
        }
        None => {}
    }
}

// Opens or closes a storm. If a member is selected, closing selects its storm.
fn set_storm_open(model: &mut Model, open: bool) {
    let key = match &model.cases.selected {
        Some(RowKey::Storm(key)) => key.clone(),
        Some(RowKey::Member { storm, .. }) if !open => storm.clone(),
        _ => return,
    };
    selection::preserve(model, |model| {
        if open {
            model.cases.open_storms.insert(key);
        } else {
            model.cases.open_storms.remove(&key);
        }
    });
}
