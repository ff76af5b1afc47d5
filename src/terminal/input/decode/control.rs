//! The control characters, which are keys with control held but for the few that have their own.

use crate::app::key::{Key, KeyCode};

/// The key that sends this control character.
pub fn key(byte: u8) -> Option<Key> {
    Some(match byte {
        0x00 => Key::ctrl(' '),
        // Some terminals send it for backspace, and some for control and backspace.
        0x08 | 0x7f => Key::plain(KeyCode::Backspace),
        0x09 => Key::plain(KeyCode::Tab),
        // A line feed is what scripts and pasted lines have for enter.
        0x0a | 0x0d => Key::plain(KeyCode::Enter),
        0x01..=0x1a => Key::ctrl(char::from(byte + b'a' - 1)),
        0x1b => Key::plain(KeyCode::Esc),
        0x1c..=0x1f => Key::ctrl(char::from(byte + 0x40)),
        _ => return None,
    })
}
