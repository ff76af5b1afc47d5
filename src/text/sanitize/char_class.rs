//! Which characters may stand in a cell, and how far a terminal's sequences reach.

use std::iter::Peekable;
use std::str::Chars;

use unicode_width::UnicodeWidthChar;

/// What a character is to a cell.
pub enum CharClass {
    /// It may stand.
    Plain,
    /// It stands on the one before.
    Mark,
    /// It breaks the line.
    Break,
    /// It begins a sequence that a terminal would obey.
    Escape,
    /// It has no place there.
    Unsafe,
}

/// What a character is.
pub fn classify(char: char) -> CharClass {
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

/// Zero-width characters, those that change the direction of reading, variation selectors and tags,
/// all of which let a name look like another one.
pub fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// How far a terminal's sequences reach.
#[derive(Default)]
pub struct Sequences {
    /// A string was looked for its terminator, and there is none up to the end of the text: no later one has
    /// to look again.
    is_unended: bool,
}

impl Sequences {
    /// After an escape character: the parameters and the final byte of a control sequence, or a string
    /// up to its terminator. What does not end is not a sequence, and only its opening is dropped.
    pub fn skip(&mut self, chars: &mut Peekable<Chars<'_>>) {
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
