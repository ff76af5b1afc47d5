//! Control sequences: `ESC [ parameters final` and `ESC O final`.

use super::{ParseStep, key_step};
use crate::app::key::{Key, KeyCode};
use crate::terminal::input::Input;

/// No sequence that means something to us is longer; what is, is thrown away.
const MAX_SEQUENCE_BYTES: usize = 64;

/// Shift, alt, control and meta, as xterm counts them.
const MAX_MODIFIERS: u16 = 16;

/// What follows `ESC [`. Taking 0 bytes says that nothing did.
pub fn parse_csi(bytes: &[u8], paused: bool) -> ParseStep {
    if let [b'[', rest @ ..] = bytes {
        return linux_console(rest, paused);
    }
    let Some(end) = bytes.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return unfinished(bytes, paused);
    };
    let (parameters, last) = (bytes.get(..end), bytes.get(end).copied());
    match (parameters, last) {
        (Some(b"200"), Some(b'~')) => ParseStep::PasteStart(end + 1),
        (Some(parameters), Some(last @ 0x40..=0x7e)) => {
            ParseStep::Consume(end + 1, decode_sequence(parameters, last))
        }
        // Another escape or a control character cuts a sequence off, and begins anew itself.
        _ => ParseStep::Consume(end.max(1), None),
    }
}

/// What follows `ESC O`: one letter, as arrows and F1 to F4 in application mode.
pub fn parse_ss3(bytes: &[u8], paused: bool) -> ParseStep {
    match bytes.first() {
        None => unfinished(bytes, paused),
        Some(last) => match key_for_letter(*last) {
            Some(code) => key_step(1, Key::plain(code)),
            None => ParseStep::Consume(1, None),
        },
    }
}

fn unfinished(bytes: &[u8], paused: bool) -> ParseStep {
    if paused || bytes.len() > MAX_SEQUENCE_BYTES {
        ParseStep::Consume(bytes.len(), None)
    } else {
        ParseStep::Incomplete
    }
}

/// The Linux console sends F1 to F5 as `ESC [ [ A` to `E`.
fn linux_console(rest: &[u8], paused: bool) -> ParseStep {
    match rest.first() {
        Some(last @ b'A'..=b'E') => key_step(2, Key::plain(KeyCode::F(last - b'A' + 1))),
        Some(_) => ParseStep::Consume(1, None),
        None if paused => ParseStep::Consume(1, None),
        None => ParseStep::Incomplete,
    }
}

fn decode_sequence(parameters: &[u8], last: u8) -> Option<Input> {
    let numbers = parse_numbers(parameters)?;
    let first = numbers.first().copied().unwrap_or_default();
    let modifiers = numbers.get(1).copied().unwrap_or_default();
    match last {
        b'I' if parameters.is_empty() => Some(Input::FocusGained),
        b'O' if parameters.is_empty() => Some(Input::FocusLost),
        b'Z' => Some(Input::Key(Key::plain(KeyCode::Tab).with_shift())),
        b'~' => key_for_number(first).map(|code| Input::Key(with_modifiers(code, modifiers))),
        // Larger numbers are a report of where the cursor stands.
        _ if first > 1 || modifiers > MAX_MODIFIERS => None,
        _ => key_for_letter(last).map(|code| Input::Key(with_modifiers(code, modifiers))),
    }
}

/// Decimal numbers between semicolons; `None` where it is anything else, as in a terminal's reports.
fn parse_numbers(parameters: &[u8]) -> Option<Vec<u16>> {
    let text = std::str::from_utf8(parameters).ok()?;
    text.split(';')
        .map(|number| match number {
            "" => Some(0),
            digits => digits.parse().ok(),
        })
        .collect()
}

/// xterm says what is held as 1 plus a sum: 1 shift, 2 alt, 4 control, 8 meta.
fn with_modifiers(code: KeyCode, held: u16) -> Key {
    let bits = held.saturating_sub(1);
    Key {
        code,
        shift: bits & 1 != 0,
        alt: bits & 10 != 0,
        ctrl: bits & 4 != 0,
    }
}

fn key_for_letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// The keys that send a number and a tilde, as the VT220 did, gaps included.
fn key_for_number(number: u16) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => function_key(number, 10)?,
        17..=21 => function_key(number, 11)?,
        23..=26 => function_key(number, 12)?,
        28 | 29 => function_key(number, 13)?,
        31..=34 => function_key(number, 14)?,
        _ => return None,
    })
}

fn function_key(number: u16, offset: u16) -> Option<KeyCode> {
    u8::try_from(number.checked_sub(offset)?)
        .ok()
        .map(KeyCode::F)
}
