//! A line of text that the user types, and the keys that edit it.

use tui_input::{Input, InputRequest};

use super::key::{Key, KeyCode};

/// A typed text with its cursor.
#[derive(Clone, Debug, Default)]
pub struct TextLine(Input);

impl PartialEq for TextLine {
    fn eq(&self, other: &Self) -> bool {
        (self.cursor(), self.text()) == (other.cursor(), other.text())
    }
}

impl TextLine {
    /// A line with this text. The cursor is at the end.
    pub fn from_text(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// The cursor's position: characters from the start.
    pub fn cursor(&self) -> usize {
        self.0.cursor()
    }

    /// The cursor's position: columns from the start.
    pub fn cursor_column(&self) -> usize {
        self.0.visual_cursor()
    }

    /// Deletes the text.
    pub fn clear(&mut self) {
        self.0.reset();
    }

    /// Whether a key types, deletes or moves the cursor in a line.
    pub fn is_edit_key(key: Key) -> bool {
        edit_request(key).is_some()
    }

    /// Applies a key. The text never grows beyond `max_chars` characters.
    pub fn edit(&mut self, key: Key, max_chars: usize) {
        if let Some(request) = edit_request(key) {
            self.apply(request, max_chars);
        }
    }

    /// Inserts a character at the cursor, if there is room for it.
    pub fn insert_char(&mut self, char: char, max_chars: usize) {
        self.apply(InputRequest::InsertChar(char), max_chars);
    }

    /// Inserts as much of a text at the cursor as there is room for. Line ends stay; other control characters become
    /// blanks.
    pub fn insert_text(&mut self, text: &str, max_chars: usize) {
        let room = max_chars.saturating_sub(self.text().chars().count());
        let clean = |char: char| match char {
            '\n' => '\n',
            char if char.is_control() => ' ',
            char => char,
        };
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let new: Vec<char> = text.chars().map(clean).take(room).collect();
        let cursor = self.cursor();
        let before = self.text().chars().take(cursor);
        let after = self.text().chars().skip(cursor);
        let all: String = before.chain(new.iter().copied()).chain(after).collect();
        self.0 = Input::new(all).with_cursor(cursor.saturating_add(new.len()));
    }

    fn apply(&mut self, request: InputRequest, max_chars: usize) {
        let writes = matches!(request, InputRequest::InsertChar(_));
        if !(writes && self.0.value().chars().count() >= max_chars) {
            self.0.handle(request);
        }
    }
}

fn edit_request(key: Key) -> Option<InputRequest> {
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
