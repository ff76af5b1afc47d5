//! The selection in the Hubs pane. It moves over the hubs that are not up, and then over the grid. In the grid, up and
//! down move from cluster to cluster.

use super::moves::{new_position, page_size};
use crate::app::action::Action;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::hub::Health;
use crate::picture::HubView;

/// Handles an action on the hubs pane.
pub(super) fn handle_action(model: &mut Model, action: Action) {
    if action == Action::Open {
        if let Some(key) = model.selected_hub().map(|hub| hub.spec.key.clone()) {
            model.overlays.push(Overlay::new(OverlayKind::Hub(key)));
        }
        return;
    }
    move_in_hubs(model, action);
}

/// Moves the selection of the Hubs pane, if the action is a move.
pub(super) fn move_in_hubs(model: &mut Model, action: Action) {
    let walk = model.hubs_in_order();
    let selected = model.hubs.selected.as_ref();
    let at = walk
        .iter()
        .position(|hub| Some(&hub.spec.key) == selected)
        .unwrap_or(0);
    let to = match action {
        Action::Up => above(&walk, at),
        Action::Down => below(&walk, at),
        Action::Left => at.checked_sub(1),
        Action::Right => at.checked_add(1),
        other => new_position(
            other,
            at,
            Some(walk.len().saturating_sub(1)),
            page_size(model),
        ),
    };
    let key = to
        .and_then(|to| walk.get(to))
        .map(|hub| hub.spec.key.clone());
    if key.is_some() {
        model.hubs.selected = key;
    }
}

// Whether two hubs share a line. Each hub that is not up has a line of its own; in the grid, the hubs of a cluster
// share a line.
fn is_same_line(one: &HubView, other: &HubView) -> bool {
    one.health == Health::Up
        && other.health == Health::Up
        && one.spec.key.cluster == other.spec.key.cluster
}

fn below(walk: &[&HubView], at: usize) -> Option<usize> {
    let here = walk.get(at)?;
    let mut further = walk.iter().enumerate().skip(at.saturating_add(1));
    further
        .find(|(_, hub)| !is_same_line(here, hub))
        .map(|(index, _)| index)
}

fn above(walk: &[&HubView], at: usize) -> Option<usize> {
    let here = walk.get(at)?;
    let end = (0..at)
        .rev()
        .find(|index| walk.get(*index).is_some_and(|hub| !is_same_line(here, hub)))?;
    Some(line_start(walk, end))
}

fn line_start(walk: &[&HubView], at: usize) -> usize {
    let Some(here) = walk.get(at) else {
        return at;
    };
    let start = walk.iter().position(|hub| is_same_line(here, hub));
    start.unwrap_or(at)
}
