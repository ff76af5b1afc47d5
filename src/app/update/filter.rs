//! The filter line. Rows are filtered while the user types.

use super::{panes, selection};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::Model;

/// The longest filter, in characters, so that a paste by mistake costs nothing.
const MAX_FILTER_CHARS: usize = 200;

/// Types, deletes or moves in the line.
pub(super) fn edit(model: &mut Model, key: Key) {
    selection::preserve(model, |model| {
        model.filter.input.edit(key, MAX_FILTER_CHARS)
    });
}

/// Inserts pasted text if the line is open, otherwise drops it. Line ends become blanks.
pub(super) fn insert_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.filter.editing {
        selection::preserve(model, |model| {
            for char in text.chars().take(MAX_FILTER_CHARS) {
                let char = if char.is_control() { ' ' } else { char };
                model.filter.input.insert_char(char, MAX_FILTER_CHARS);
            }
        });
    }
    Vec::new()
}

/// Handles the keys of the filter line that type nothing.
pub(super) fn handle_action(model: &mut Model, action: Action) {
    match action {
        Action::KeepFilter if model.filter.is_active() => model.filter.editing = false,
        // A filter of blanks alone is no filter.
        Action::KeepFilter => clear(model),
        Action::ClearFilter => clear(model),
        moves => panes::handle_action(model, moves),
    }
}

/// Clears the filter, so that everything is shown.
pub(super) fn clear(model: &mut Model) {
    selection::preserve(model, |model| {
        model.filter.input.clear();
        model.filter.editing = false;
    });
}
