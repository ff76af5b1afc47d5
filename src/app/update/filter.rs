//! The filter line. Rows are filtered while the user types.

use super::selection;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::Model;

/// The most characters of a filter. The limit makes an accidental paste harmless.
const MAX_FILTER_CHARS: usize = 200;

/// Handles a key that types, deletes or moves the cursor.
pub(super) fn edit(model: &mut Model, key: Key) {
    selection::preserve(model, |model| {
        model.filter.input.edit(key, MAX_FILTER_CHARS)
    });
}

/// Inserts pasted text if the filter line is open, and otherwise drops the text. Line ends become blanks.
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

/// Handles the keys of the filter line that do not edit its text. Returns false for an action of the panes, which the
/// filter line leaves to them.
pub(super) fn handle_action(model: &mut Model, action: Action) -> bool {
    match action {
        Action::KeepFilter if model.filter.is_active() => model.filter.editing = false,
        // A filter that consists only of blanks is no filter.
        Action::KeepFilter => clear(model),
        Action::ClearFilter => clear(model),
        _ => return false,
    }
    true
}

/// Clears the filter, so that all rows are shown.
pub(super) fn clear(model: &mut Model) {
    selection::preserve(model, |model| {
        model.filter.input.clear();
        model.filter.editing = false;
    });
}
