//! The filter line: live while it is typed.

use tui_input::{Input, InputRequest};

use super::{panes, selection};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyCode};
use crate::app::model::Model;

/// The longest filter, in characters: a paste by mistake must not cost anything.
const LONGEST: usize = 200;

/// Whether the line takes the key before the key map does.
pub(super) fn takes(key: Key) -> bool {
    request(key).is_some()
}

fn request(key: Key) -> Option<InputRequest> {
    if let Some(char) = key.text() {
        return (!char.is_control()).then_some(InputRequest::InsertChar(char));
    }
    match (key.code, key.ctrl, key.alt) {
        (KeyCode::Backspace, false, false) => Some(InputRequest::DeletePrevChar),
        (KeyCode::Delete, false, false) => Some(InputRequest::DeleteNextChar),
        (KeyCode::Left, false, false) => Some(InputRequest::GoToPrevChar),
        (KeyCode::Right, false, false) => Some(InputRequest::GoToNextChar),
        (KeyCode::Left, _, _) | (KeyCode::Char('b'), false, true) => {
            Some(InputRequest::GoToPrevWord)
        }
        (KeyCode::Right, _, _) | (KeyCode::Char('f'), false, true) => {
            Some(InputRequest::GoToNextWord)
        }
        (KeyCode::Home, _, _) | (KeyCode::Char('a'), true, false) => Some(InputRequest::GoToStart),
        (KeyCode::End, _, _) | (KeyCode::Char('e'), true, false) => Some(InputRequest::GoToEnd),
        (KeyCode::Char('w'), true, false) | (KeyCode::Backspace, _, _) => {
            Some(InputRequest::DeletePrevWord)
        }
        (KeyCode::Char('u'), true, false) => Some(InputRequest::DeleteLine),
        (KeyCode::Char('k'), true, false) => Some(InputRequest::DeleteTillEnd),
        _ => None,
    }
}

/// Writes, deletes or moves in the line.
pub(super) fn edit(model: &mut Model, key: Key) {
    if let Some(request) = request(key) {
        selection::keeping(model, |model| handle(&mut model.filter.input, request));
    }
}

fn handle(input: &mut Input, request: InputRequest) {
    let full = input.value().chars().count() >= LONGEST;
    if !(full && matches!(request, InputRequest::InsertChar(_))) {
        input.handle(request);
    }
}

/// Text was pasted: into the line if it is open, else nowhere. Lines become words.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.filter.editing {
        selection::keeping(model, |model| {
            for char in text.chars().take(LONGEST) {
                let char = if char.is_control() { ' ' } else { char };
                handle(&mut model.filter.input, InputRequest::InsertChar(char));
            }
        });
    }
    Vec::new()
}

/// What keys do in the line that do not write.
pub(super) fn act(model: &mut Model, action: Action) {
    match action {
        Action::KeepFilter if model.filter.is_active() => model.filter.editing = false,
        // Nothing but blanks asks for nothing.
        Action::KeepFilter => clear(model),
        Action::ClearFilter => clear(model),
        moves => panes::act(model, moves),
    }
}

/// Shows everything again.
pub(super) fn clear(model: &mut Model) {
    selection::keeping(model, |model| {
        model.filter.input.reset();
        model.filter.editing = false;
    });
}
