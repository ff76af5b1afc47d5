//! Turns a terminal's bytes into keys. Pure: the result does not depend on how reads divide the bytes.
//!
//! Knows three kinds of sequences: those of ECMA-48, xterm's "PC-style function keys", which all common terminals send
//! by default, and the Linux console's own for F1 to F5.

mod csi;
mod osc;
mod paste;

use std::collections::VecDeque;

use super::Input;
use crate::app::key::{Key, KeyCode};

const ESC: u8 = 0x1b;

/// The result of parsing the first bytes of a buffer.
#[derive(Debug, PartialEq, Eq)]
enum ParseStep {
    /// The bytes may be the beginning of a longer sequence.
    Incomplete,
    /// This many bytes from the start are one input. The input is `None` if it is unknown.
    Consume(usize, Option<Input>),
    /// This many bytes from the start begin a paste.
    PasteStart(usize),
}

/// Collects bytes until they form complete inputs.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: VecDeque<u8>,
    paste: Option<paste::Paste>,
}

impl Decoder {
    /// Adds bytes. Returns the inputs that are now complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.bytes.extend(bytes);
        self.decode(false)
    }

    /// Whether incomplete bytes are left. A lone escape is either the key or the beginning of a sequence, and only a
    /// pause can tell which. Call [`Decoder::flush`] after the pause.
    pub fn has_pending(&self) -> bool {
        self.paste.is_none() && !self.bytes.is_empty()
    }

    /// Returns the inputs that the incomplete bytes stand for, since no more bytes have come.
    pub fn flush(&mut self) -> Vec<Input> {
        self.decode(true)
    }

    fn decode(&mut self, paused: bool) -> Vec<Input> {
        let mut inputs = Vec::new();
        while !self.bytes.is_empty() {
            if let Some(paste) = &mut self.paste {
                let end = paste.feed(&mut self.bytes, &mut inputs);
                if end == paste::PasteState::Complete {
                    self.paste = None;
                    continue;
                }
                break;
            }
            match parse(self.bytes.make_contiguous(), paused) {
                ParseStep::Incomplete => break,
                ParseStep::Consume(count, input) => {
                    self.bytes.drain(..count.min(self.bytes.len()));
                    inputs.extend(input);
                }
                ParseStep::PasteStart(count) => {
                    self.bytes.drain(..count.min(self.bytes.len()));
                    self.paste = Some(paste::Paste::default());
                }
            }
        }
        inputs
    }
}

/// Parses the first bytes. With `paused`, only a terminal's answer can be [`ParseStep::Incomplete`].
fn parse(bytes: &[u8], paused: bool) -> ParseStep {
    match bytes {
        [] => ParseStep::Incomplete,
        [ESC] if !paused => ParseStep::Incomplete,
        [ESC] | [ESC, ESC, ..] => key_step(1, Key::plain(KeyCode::Esc)),
        [ESC, b'[', rest @ ..] => with_introducer(csi::parse_csi(rest, paused), b'['),
        [ESC, b'O', rest @ ..] => with_introducer(csi::parse_ss3(rest, paused), b'O'),
        [ESC, b']', rest @ ..] if osc::begins_answer(rest) => {
            with_introducer(osc::parse_osc(rest), b']')
        }
        [ESC, b']'] if !paused => ParseStep::Incomplete,
        [ESC, rest @ ..] => alt_step(parse_plain(rest, paused)),
        _ => parse_plain(bytes, paused),
    }
}

fn key_step(count: usize, key: Key) -> ParseStep {
    ParseStep::Consume(count, Some(Input::Key(key)))
}

/// Adds the two introducing bytes to the length of a parsed sequence. If no sequence follows them, the two bytes are a
/// key with alt.
fn with_introducer(step: ParseStep, second: u8) -> ParseStep {
    match step {
        ParseStep::Consume(0, _) => key_step(2, Key::char(char::from(second)).with_alt()),
        ParseStep::Consume(count, input) => ParseStep::Consume(count + 2, input),
        ParseStep::PasteStart(count) => ParseStep::PasteStart(count + 2),
        ParseStep::Incomplete => ParseStep::Incomplete,
    }
}

/// Adds alt to a key, since an escape came before it.
fn alt_step(step: ParseStep) -> ParseStep {
    match step {
        ParseStep::Consume(count, Some(Input::Key(key))) => {
            ParseStep::Consume(count + 1, Some(Input::Key(key.with_alt())))
        }
        ParseStep::Consume(count, input) => ParseStep::Consume(count + 1, input),
        other => other,
    }
}

/// Parses a control character or a UTF-8 character.
fn parse_plain(bytes: &[u8], paused: bool) -> ParseStep {
    match bytes.first() {
        None => ParseStep::Incomplete,
        Some(byte) if byte.is_ascii_control() => {
            ParseStep::Consume(1, control_key(*byte).map(Input::Key))
        }
        Some(byte) => parse_character(bytes, utf8_length(*byte), paused),
    }
}

/// The number of bytes of a UTF-8 character whose first byte is `first`; 0 if no character begins with it.
fn utf8_length(first: u8) -> usize {
    match first {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 0,
    }
}

fn parse_character(bytes: &[u8], length: usize, paused: bool) -> ParseStep {
    let Some(whole) = bytes.get(..length) else {
        let so_far = std::str::from_utf8(bytes).map_or_else(|e| e.error_len(), |_| None);
        return match so_far {
            None if !paused => ParseStep::Incomplete,
            _ => ParseStep::Consume(1, None),
        };
    };
    match std::str::from_utf8(whole)
        .ok()
        .and_then(|text| text.chars().next())
    {
        Some(char) if !char.is_control() => key_step(length, Key::char(char)),
        Some(_) => ParseStep::Consume(length, None),
        None => ParseStep::Consume(1, None),
    }
}

/// The key that sends this control character.
pub fn control_key(byte: u8) -> Option<Key> {
    Some(match byte {
        0x00 => Key::ctrl(' '),
        // Some terminals send 0x08 for backspace. Others send 0x08 for control and backspace.
        0x08 | 0x7f => Key::plain(KeyCode::Backspace),
        0x09 => Key::plain(KeyCode::Tab),
        // Scripts and pasted lines use a line feed for enter.
        0x0a | 0x0d => Key::plain(KeyCode::Enter),
        0x01..=0x1a => Key::ctrl(char::from(byte + b'a' - 1)),
        0x1b => Key::plain(KeyCode::Esc),
        0x1c..=0x1f => Key::ctrl(char::from(byte + 0x40)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
