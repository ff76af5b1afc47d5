//! Makes text from outside safe to show. A cleaned text is one line without control characters, escape sequences, and
//! invisible or direction-changing characters. Text is measured in cells, never in bytes.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

// One letter needs no more combining marks than this. More of them would smear over the lines around it.
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

/// The classes of characters that `clean` treats differently.
enum CharClass {
    /// A character that can be shown.
    Plain,
    /// A character that combines with the one before it.
    Mark,
    /// A line break.
    Break,
    /// The beginning of a sequence that a terminal would obey.
    Escape,
    /// A character that is dropped.
    Unsafe,
}

fn classify(char: char) -> CharClass {
    match char {
        '\u{1b}' => CharClass::Escape,
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            CharClass::Break
        }
        _ if char.is_control() || is_invisible(char) => CharClass::Unsafe,
        _ if char.width() == Some(0) => CharClass::Mark,
        _ => CharClass::Plain,
    }
}

/// Zero-width characters, direction marks, variation selectors and tags. With any of these a name can look like another
/// name.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Skips escape sequences.
#[derive(Default)]
struct Sequences {
    /// Whether the rest of the text has no string terminator. If so, later sequences do not search for a terminator
    /// again.
    is_unended: bool,
}

impl Sequences {
    /// Skips the rest of a sequence, after its escape character. A control sequence ends with its final byte, a string
    /// with its terminator. If a string has no terminator, only its opening is dropped.
    fn skip(&mut self, chars: &mut Peekable<Chars<'_>>) {
        match chars.peek() {
            Some('[') => {
                chars.next();
                while chars.next_if(|c| (' '..='?').contains(c)).is_some() {}
                chars.next_if(|c| ('@'..='~').contains(c));
            }
            Some(']' | 'P' | 'X' | '^' | '_') => {
                chars.next();
                self.skip_string(chars);
            }
            Some(' '..='~') => {
                chars.next();
            }
            _ => {}
        }
    }

    fn skip_string(&mut self, chars: &mut Peekable<Chars<'_>>) {
        if self.is_unended {
            return;
        }
        let mut ahead = chars.clone();
        while let Some(char) = ahead.next() {
            let ends = char == '\u{7}' || char == '\u{9c}';
            if ends || (char == '\u{1b}' && ahead.next_if_eq(&'\\').is_some()) {
                *chars = ahead;
                return;
            }
        }
        self.is_unended = true;
    }
}

/// Cleans the text as [`clean`] does, and replaces characters outside ASCII by as many cells of ASCII.
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

/// Cuts the text to at most `cells` cells. A cut text ends in the ellipsis if the ellipsis fits.
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
