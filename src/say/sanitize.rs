//! Text that others wrote, made safe for cells: no control character, no escape sequence, no
//! invisible or direction-changing character; one line; measured in cells, never in bytes.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

// More than two marks on one letter are there to smear over the lines around it.
const MAX_MARKS: usize = 2;

/// The text without anything that could act on a terminal or mislead the eye.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let (mut safe, mut marks) = (String::with_capacity(text.len()), 0);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match judge(char) {
            Kind::Escape => skip_sequence(&mut chars),
            Kind::Break => safe.push(' '),
            Kind::Unsafe => {}
            Kind::Mark => {
                marks += 1;
                if marks <= MAX_MARKS && !safe.is_empty() {
                    safe.push(char);
                }
            }
            Kind::Plain => {
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
        Cow::Owned(text) => Cow::Owned(text.chars().map(in_ascii).collect()),
    }
}

fn in_ascii(char: char) -> &'static str {
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
    let mut cut = take(text, cells.saturating_sub(width(tail)));
    cut.truncate(cut.trim_end().len());
    cut.push_str(tail);
    Cow::Owned(cut)
}

fn take(text: &str, cells: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|char| {
            used += char.width().unwrap_or(0);
            used <= cells
        })
        .collect()
}

enum Kind {
    Plain,
    Mark,
    Break,
    Escape,
    Unsafe,
}

fn judge(char: char) -> Kind {
    match char {
        '\u{1b}' => Kind::Escape,
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Kind::Break,
        _ if char.is_control() || is_invisible(char) => Kind::Unsafe,
        _ if char.width() == Some(0) => Kind::Mark,
        _ => Kind::Plain,
    }
}

// Zero-width characters, those that change the direction of reading, variation selectors and tags,
// all of which let a name look like another one.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

// After an escape character: the parameters and the final byte of a control sequence, or a string
// up to its terminator. What does not end is not a sequence, and only its opening is dropped.
fn skip_sequence(chars: &mut Peekable<Chars<'_>>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            while chars.next_if(|c| (' '..='?').contains(c)).is_some() {}
            chars.next_if(|c| ('@'..='~').contains(c));
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            chars.next();
            skip_string(chars);
        }
        Some(' '..='~') => {
            chars.next();
        }
        _ => {}
    }
}

fn skip_string(chars: &mut Peekable<Chars<'_>>) {
    let mut ahead = chars.clone();
    while let Some(char) = ahead.next() {
        let ends = char == '\u{7}' || char == '\u{9c}';
        if ends || (char == '\u{1b}' && ahead.next_if_eq(&'\\').is_some()) {
            *chars = ahead;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sequences_go_and_their_text_stays() {
        assert_eq!(clean("\u{1b}[31mred\u{1b}[0m alert"), "red alert");
        assert_eq!(clean("a\u{1b}]0;title\u{7}b"), "ab");
        assert_eq!(clean("a\u{1b}]8;;http://x.test\u{1b}\\link"), "alink");
        assert_eq!(clean("a\u{1b}]0;never ends"), "a0;never ends");
        assert_eq!(clean("\u{9b}31mc1"), "31mc1");
    }

    #[test]
    fn what_misleads_the_eye_is_gone() {
        assert_eq!(clean("pro\u{202e}d\u{200b}\u{2066}x"), "prodx");
        assert_eq!(clean("two\nlines\tand a tab"), "two lines and a tab");
        assert_eq!(clean("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}");
        assert_eq!(clean("plain  with two spaces"), "plain  with two spaces");
    }

    #[test]
    fn truncation_counts_cells() {
        assert_eq!(fit("leap/prod", 9, "…"), "leap/prod");
        assert_eq!(fit("leap/prod", 5, "…"), "leap…");
        assert_eq!(fit("日本語", 5, "…"), "日本…");
        assert_eq!(fit("日本語", 4, "…"), "日…");
        assert_eq!(fit("leap prod", 6, "…"), "leap…");
        assert_eq!(fit("leap", 1, "…"), "l");
        assert_eq!(fit("leap", 0, "…"), "");
    }

    #[test]
    fn ascii_keeps_what_it_can() {
        assert_eq!(clean_ascii("Zoë’s “hub” – 日"), "Zo?'s \"hub\" - ??");
    }

    proptest! {
        #[test]
        fn nothing_unsafe_gets_through(text in any::<String>()) {
            let safe = clean(&text);
            prop_assert!(safe.chars().all(|c| !c.is_control() && !is_invisible(c)));
            prop_assert_eq!(clean(&safe), safe.clone(), "it is clean already");
            prop_assert!(clean_ascii(&text).bytes().all(|b| (b' '..=b'~').contains(&b)));
        }

        #[test]
        fn what_fits_fits(text in any::<String>(), cells in 0_usize..40) {
            let safe = clean(&text);
            let cut = fit(&safe, cells, "…");
            prop_assert!(width(&cut) <= cells);
            prop_assert!(cut.width() <= cells);
        }
    }
}
