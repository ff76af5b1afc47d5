//! Parses a terminal's answers: `ESC ] number ; text`, ended by `BEL` or `ESC \`.
//!
//! No part of an answer ever counts as a key, no matter how reads divide the answer or how long the pauses are: the
//! decoder waits for the end. An answer also ends at a byte that no answer contains, such as most letters.

use super::ParseStep;
use crate::terminal::background::Rgb;
use crate::terminal::input::Input;

/// The longest answer. A longer text cannot be an answer to hubwatch's query and is dropped.
const MAX_ANSWER_BYTES: usize = 64;

const BEL: u8 = 0x07;
const ESC: u8 = 0x1b;
/// The string terminator as one byte.
const ST: u8 = 0x9c;

/// Whether these bytes, which follow `ESC ]`, begin an answer. If they do not, `ESC ]` is the key alt+].
pub fn begins_answer(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(u8::is_ascii_digit)
}

/// Parses the bytes after the `ESC ]` of an answer.
pub fn parse_osc(bytes: &[u8]) -> ParseStep {
    let Some(end) = bytes.iter().position(|byte| !is_of_answer(*byte)) else {
        return match bytes.len() > MAX_ANSWER_BYTES {
            true => ParseStep::Consume(bytes.len(), None),
            false => ParseStep::Incomplete,
        };
    };
    let text = bytes.get(..end).unwrap_or_default();
    match bytes.get(end..).unwrap_or_default() {
        [BEL | ST, ..] => ParseStep::Consume(end + 1, decode(text)),
        [ESC, b'\\', ..] => ParseStep::Consume(end + 2, decode(text)),
        [ESC] => ParseStep::Incomplete,
        _ => ParseStep::Consume(end, None),
    }
}

fn is_of_answer(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || b"rgba:/;#?".contains(&byte)
}

fn decode(answer: &[u8]) -> Option<Input> {
    let answer = std::str::from_utf8(answer).ok()?;
    Rgb::parse(answer.strip_prefix("11;")?).map(Input::Background)
}
