//! The selection follows its row through whatever changes the list; where the row vanishes, it goes to
//! the one that took its place.

use super::storms::Renames;
use crate::app::model::Model;
use crate::app::rows::{RowKey, position};
use crate::domain::ids::HubKey;

/// How many neighbours of a vanished row are looked for before its bare place decides.
const NEIGHBOURS: usize = 64;

/// Changes the model and keeps both selections on what they were on.
pub(super) fn keeping(model: &mut Model, change: impl FnOnce(&mut Model)) {
    following(model, |model| {
        change(model);
        Renames::default()
    });
}

/// The same where storms may have another key after the change.
pub(super) fn following(model: &mut Model, change: impl FnOnce(&mut Model) -> Renames) {
    let rows: Vec<RowKey> = model.visible_rows().iter().map(|row| row.key()).collect();
    let row = model.selected_index();
    let hubs = walk(model);
    let hub = hub_index(model, &hubs);
    let renames = change(model);
    let rows: Vec<RowKey> = rows.iter().map(|key| renames.row(key)).collect();
    model.cases.selected = follow_row(model, &rows, row);
    model.hubs.selected = follow_hub(&walk(model), &hubs, hub);
}

fn follow_row(model: &Model, before: &[RowKey], at: Option<usize>) -> Option<RowKey> {
    let rows = model.visible_rows();
    if !model.cases.touched {
        let open = rows.iter().find(|row| row.is_open());
        return open.or(rows.first()).map(|row| row.key());
    }
    let at = at.unwrap_or(0);
    let found = neighbours(before, at).find_map(|key| position(&rows, key));
    let index = found.unwrap_or(at.min(rows.len().saturating_sub(1)));
    rows.get(index).map(|row| row.key())
}

fn walk(model: &Model) -> Vec<HubKey> {
    let hubs = model.hub_walk();
    hubs.into_iter().map(|hub| hub.spec.key.clone()).collect()
}

fn hub_index(model: &Model, walk: &[HubKey]) -> Option<usize> {
    let selected = model.hubs.selected.as_ref()?;
    walk.iter().position(|key| key == selected)
}

fn follow_hub(now: &[HubKey], before: &[HubKey], at: Option<usize>) -> Option<HubKey> {
    let at = at.unwrap_or(0);
    let found = neighbours(before, at).find(|key| now.contains(key));
    let by_place = || now.get(at.min(now.len().saturating_sub(1)));
    found.or_else(by_place).cloned()
}

// The row itself, those below it, then those above it: the nearest first.
fn neighbours<T>(rows: &[T], at: usize) -> impl Iterator<Item = &T> {
    let below = rows.iter().skip(at).take(NEIGHBOURS);
    let above = rows.iter().take(at).rev().take(NEIGHBOURS);
    below.chain(above)
}
