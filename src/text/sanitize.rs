//! Text that others wrote, made safe for cells: no control character, no escape sequence, no
//! invisible or direction-changing character; one line; measured in cells, never in bytes.

mod char_class;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use char_class::{CharClass, Sequences, classify};

// More than two marks on one letter are there to smear over the lines around it.
const MAX_MARKS: usize = 2;

/// The text without anything that could act on a terminal or mislead the eye.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let (mut safe, mut marks) = (String::with_capacity(text.len()), 0);
    let mut chars = text.chars().peekable();
    let mut sequences = Sequences::default();
    while let Some(char) = chars.next() {
        match classify(char) {
            CharClass::Escape => sequences.skip(&mut chars),
            CharClass::Break => safe.push(' '),
            CharClass::Unsafe => {}
            CharClass::Mark => {
                marks += 1;
                if marks <= MAX_MARKS && !safe.is_empty() {
                    safe.push(char);
                }
            }
            CharClass::Plain => {
                marks = 0;
                safe.push(char);
            }
        }
    }
    Cow::Owned(safe)
}

/// The same, with what is not ASCII replaced, cell by cell.
pub fn clean_ascii(text: &str) -> Cow<'_, str> {
    match clean(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(text.chars().map(to_ascii).collect()),
    }
}

fn to_ascii(char: char) -> &'static str {
    const PRINTABLE: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    if char.is_ascii() {
        let at = usize::try_from(u32::from(char).saturating_sub(32)).unwrap_or_default();
        return PRINTABLE.get(at..=at).unwrap_or("");
    }
    match char {
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '‐'..='―' | '−' => "-",
        '·' | '•' => "*",
        '×' => "x",
        '→' => "->",
        '…' => "..",
        '\u{a0}' => " ",
        other => match other.width() {
            Some(0) | None => "",
            Some(1) => "?",
            Some(_) => "??",
        },
    }
}

/// How many cells the text fills.
pub fn width(text: &str) -> usize {
    text.chars()
        .map(|char| char.width().unwrap_or(0))
        .sum::<usize>()
        .max(text.width())
}

/// The text in at most `cells` cells; what is cut off ends in the ellipsis where that fits.
pub fn fit<'a>(text: &'a str, cells: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    let tail = if width(ellipsis) < cells {
        ellipsis
    } else {
        ""
    };
    let mut cut = take_cells(text, cells.saturating_sub(width(tail)));
    cut.truncate(cut.trim_end().len());
    cut.push_str(tail);
    Cow::Owned(cut)
}

fn take_cells(text: &str, cells: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|char| {
            used += char.width().unwrap_or(0);
            used <= cells
        })
        .collect()
}
