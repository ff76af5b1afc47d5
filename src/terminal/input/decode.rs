//! Bytes from a terminal into keys. Pure: bytes in, inputs out, whatever way they were cut into reads.
//!
//! The sequences are those of ECMA-48 and of xterm's "PC-style function keys", which every terminal in
//! use sends by default, and the Linux console's own for F1 to F5.

mod control;
mod csi;
mod paste;

use std::collections::VecDeque;

use super::Input;
use crate::app::key::{Key, KeyCode};

const ESC: u8 = 0x1b;

/// What the first bytes of a buffer are.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// They may be the beginning of something longer.
    Wait,
    /// So many bytes are this, or nothing that is known.
    Take(usize, Option<Input>),
    /// So many bytes begin a paste.
    Paste(usize),
}

/// Gathers bytes until they are a key.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: VecDeque<u8>,
    paste: Option<paste::Paste>,
}

impl Decoder {
    /// Takes more bytes and tells what they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.bytes.extend(bytes);
        self.drain(false)
    }

    /// Whether bytes wait for more to come: a lone escape is either the key or the begin of a sequence,
    /// and only a pause can tell which. Call [`Decoder::pause`] after one.
    pub fn waits(&self) -> bool {
        self.paste.is_none() && !self.bytes.is_empty()
    }

    /// Nothing more came: what waits is what it looks like.
    pub fn pause(&mut self) -> Vec<Input> {
        self.drain(true)
    }

    fn drain(&mut self, paused: bool) -> Vec<Input> {
        let mut inputs = Vec::new();
        while !self.bytes.is_empty() {
            if let Some(paste) = &mut self.paste {
                let end = paste.feed(&mut self.bytes, &mut inputs);
                if end == paste::End::Reached {
                    self.paste = None;
                    continue;
                }
                break;
            }
            match step(self.bytes.make_contiguous(), paused) {
                Step::Wait => break,
                Step::Take(count, input) => {
                    self.bytes.drain(..count.min(self.bytes.len()));
                    inputs.extend(input);
                }
                Step::Paste(count) => {
                    self.bytes.drain(..count.min(self.bytes.len()));
                    self.paste = Some(paste::Paste::default());
                }
            }
        }
        inputs
    }
}

/// What the front of `bytes` is; with `paused` never [`Step::Wait`].
fn step(bytes: &[u8], paused: bool) -> Step {
    match bytes {
        [] => Step::Wait,
        [ESC] if !paused => Step::Wait,
        [ESC] | [ESC, ESC, ..] => key(1, Key::plain(KeyCode::Esc)),
        [ESC, b'[', rest @ ..] => or_alt(csi::step(rest, paused), b'['),
        [ESC, b'O', rest @ ..] => or_alt(csi::ss3(rest, paused), b'O'),
        [ESC, rest @ ..] => alt(plain(rest, paused)),
        _ => plain(bytes, paused),
    }
}

fn key(count: usize, key: Key) -> Step {
    Step::Take(count, Some(Input::Key(key)))
}

/// A sequence with its two leading bytes; where nothing followed them they were alt and a character.
fn or_alt(step: Step, second: u8) -> Step {
    match step {
        Step::Take(0, _) => key(2, Key::char(char::from(second)).with_alt()),
        Step::Take(count, input) => Step::Take(count + 2, input),
        Step::Paste(count) => Step::Paste(count + 2),
        Step::Wait => Step::Wait,
    }
}

/// The same key with the escape before it, which stands for alt.
fn alt(step: Step) -> Step {
    match step {
        Step::Take(count, Some(Input::Key(key))) => {
            Step::Take(count + 1, Some(Input::Key(key.with_alt())))
        }
        Step::Take(count, input) => Step::Take(count + 1, input),
        other => other,
    }
}

/// A control character or a character of UTF-8.
fn plain(bytes: &[u8], paused: bool) -> Step {
    match bytes.first() {
        None => Step::Wait,
        Some(byte) if byte.is_ascii_control() => Step::Take(1, control::key(*byte).map(Input::Key)),
        Some(byte) => character(bytes, utf8_length(*byte), paused),
    }
}

/// How many bytes a character that begins with `first` has; 0 where none begins so.
fn utf8_length(first: u8) -> usize {
    match first {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 0,
    }
}

fn character(bytes: &[u8], length: usize, paused: bool) -> Step {
    let Some(whole) = bytes.get(..length) else {
        let so_far = std::str::from_utf8(bytes).map_or_else(|e| e.error_len(), |_| None);
        return match so_far {
            None if !paused => Step::Wait,
            _ => Step::Take(1, None),
        };
    };
    match std::str::from_utf8(whole)
        .ok()
        .and_then(|text| text.chars().next())
    {
        Some(char) if !char.is_control() => key(length, Key::char(char)),
        Some(_) => Step::Take(length, None),
        None => Step::Take(1, None),
    }
}

#[cfg(test)]
mod tests;
