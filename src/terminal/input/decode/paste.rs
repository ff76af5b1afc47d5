//! Bracketed paste: all bytes up to the closing mark are text, even if they look like keys.

use std::collections::VecDeque;

use crate::terminal::input::Input;

const PASTE_END: &[u8] = b"\x1b[201~";

/// The longest piece of a paste. A longer paste is returned in pieces, so that a terminal cannot fill the memory.
const PIECE_BYTES: usize = 256 * 1024;

/// Whether the closing mark has arrived.
#[derive(Debug, PartialEq, Eq)]
pub enum PasteState {
    Complete,
    Incomplete,
}

/// Collects the bytes of a paste.
#[derive(Debug, Default)]
pub struct Paste {
    text: Vec<u8>,
}

impl Paste {
    /// Takes `bytes` up to the closing mark, and adds the pasted text to `inputs`.
    pub fn feed(&mut self, bytes: &mut VecDeque<u8>, inputs: &mut Vec<Input>) -> PasteState {
        while let Some(byte) = bytes.pop_front() {
            self.text.push(byte);
            if self.text.ends_with(PASTE_END) {
                self.text.truncate(self.text.len() - PASTE_END.len());
                self.emit(inputs);
                return PasteState::Complete;
            }
            if self.text.len() >= PIECE_BYTES && byte.is_ascii_whitespace() {
                self.emit(inputs);
            }
        }
        PasteState::Incomplete
    }

    fn emit(&mut self, inputs: &mut Vec<Input>) {
        let bytes = std::mem::take(&mut self.text);
        let text = String::from_utf8_lossy(&bytes)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        inputs.push(Input::Paste(text));
    }
}
