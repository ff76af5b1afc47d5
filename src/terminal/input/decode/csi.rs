//! Parses control sequences: `ESC [ parameters final` and `ESC O final`.

use super::{ParseStep, key_step};
use crate::app::key::{Key, KeyCode};
use crate::terminal::input::Input;

/// The longest sequence. Longer ones are dropped, since no known sequence is so long.
const MAX_SEQUENCE_BYTES: usize = 64;

/// The largest modifier number that xterm sends. `ESC [ … R` with a larger number is a cursor report, not F3.
const MAX_XTERM_MODIFIERS: u32 = 16;

/// The largest modifier number of the kitty protocol.
const MAX_MODIFIERS: u32 = 256;

/// The kitty protocol's number for the release of a key.
const RELEASED: u32 = 3;

/// Parses the bytes after `ESC [`. Consumes 0 bytes if no byte follows.
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
        // An escape or a control character ends this sequence and begins a new input.
        _ => ParseStep::Consume(end.max(1), None),
    }
}

/// Parses the byte after `ESC O`: one letter, for arrows and F1 to F4 in application mode.
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
    if last == b'c' && parameters.starts_with(b"?") {
        return Some(Input::TerminalIdentified);
    }
    let numbers = parse_numbers(parameters)?;
    if numbers.event == RELEASED {
        return None;
    }
    let modifiers = numbers.modifiers;
    match (last, numbers.first) {
        (b'I', _) if parameters.is_empty() => Some(Input::FocusGained),
        (b'O', _) if parameters.is_empty() => Some(Input::FocusLost),
        (b'Z', _) => Some(Input::Key(Key::plain(KeyCode::Tab).with_shift())),
        (b'u', code) => encoded_key(code, modifiers),
        // xterm's modifyOtherKeys.
        (b'~', 27) => encoded_key(numbers.third, modifiers),
        (b'~', number) => key_for_number(number).map(|code| key_input(code, modifiers)),
        (b'R', _) if modifiers > MAX_XTERM_MODIFIERS => None,
        (_, first) if first > 1 || modifiers > MAX_MODIFIERS => None,
        _ => key_for_letter(last).map(|code| key_input(code, modifiers)),
    }
}

/// The parameters of a sequence; a missing parameter is 0.
struct Numbers {
    first: u32,
    modifiers: u32,
    /// 1 is pressed, 2 repeated, 3 released.
    event: u32,
    third: u32,
}

/// Parses parameters such as `1;2:3`: semicolons separate groups, colons separate numbers. `None` if there are other
/// characters, as in a terminal's reports.
fn parse_numbers(parameters: &[u8]) -> Option<Numbers> {
    let text = std::str::from_utf8(parameters).ok()?;
    let mut groups = Vec::new();
    for group in text.split(';') {
        let numbers = group.split(':').map(|number| match number {
            "" => Some(0),
            digits => digits.parse().ok(),
        });
        groups.push(numbers.collect::<Option<Vec<u32>>>()?);
    }
    let number = |group: usize, which: usize| {
        let group = groups.get(group).map(Vec::as_slice).unwrap_or_default();
        group.get(which).copied().unwrap_or_default()
    };
    Some(Numbers {
        first: number(0, 0),
        modifiers: number(1, 0),
        event: number(1, 1),
        third: number(2, 0),
    })
}

fn key_input(code: KeyCode, modifiers: u32) -> Input {
    Input::Key(with_modifiers(code, modifiers))
}

/// Decodes a key that the terminal sends as the number of a character.
fn encoded_key(number: u32, modifiers: u32) -> Option<Input> {
    let code = match keypad_key(number) {
        Some(code) => code,
        None => character_key(number)?,
    };
    let key = with_modifiers(code, modifiers);
    Some(Input::Key(match code {
        KeyCode::Char(char) => Key {
            shift: false,
            ..key_of_character(char, key)
        },
        _ => key,
    }))
}

// With control held, shift is ignored for a letter, so that the key is the same as the one that a control character
// stands for.
fn key_of_character(char: char, held: Key) -> Key {
    match held {
        Key { ctrl: true, .. } => Key {
            code: KeyCode::Char(char.to_ascii_lowercase()),
            ..held
        },
        Key { shift: true, .. } => held.with_shift(),
        _ => held,
    }
}

fn character_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        8 | 127 => KeyCode::Backspace,
        9 => KeyCode::Tab,
        10 | 13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        // These are keys without a character, such as caps lock.
        0xe000..=0xf8ff => return None,
        other => KeyCode::Char(char::from_u32(other).filter(|char| !char.is_control())?),
    })
}

/// Decodes a keypad key of the kitty protocol.
fn keypad_key(number: u32) -> Option<KeyCode> {
    const DIGITS: u32 = 57399;
    const OTHERS: [KeyCode; 18] = [
        KeyCode::Char('.'),
        KeyCode::Char('/'),
        KeyCode::Char('*'),
        KeyCode::Char('-'),
        KeyCode::Char('+'),
        KeyCode::Enter,
        KeyCode::Char('='),
        KeyCode::Char(','),
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
    ];
    let offset = number.checked_sub(DIGITS)?;
    match char::from_digit(offset, 10) {
        Some(digit) => Some(KeyCode::Char(digit)),
        None => OTHERS.get(usize::try_from(offset - 10).ok()?).copied(),
    }
}

/// Adds modifiers to a key. xterm sends them as 1 plus a sum: 1 shift, 2 alt, 4 control, 8 meta.
fn with_modifiers(code: KeyCode, held: u32) -> Key {
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

/// The keys that are sent as a number and a tilde. The numbers and their gaps are the VT220's.
fn key_for_number(number: u32) -> Option<KeyCode> {
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

fn function_key(number: u32, offset: u32) -> Option<KeyCode> {
    u8::try_from(number.checked_sub(offset)?)
        .ok()
        .map(KeyCode::F)
}
