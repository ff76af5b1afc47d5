//! Lines with meanings, broken to a width. What is drawn over the panes is a list of them.

use std::time::Duration;

use crate::text::context::sooner;
use crate::text::sanitize::{clean, clean_ascii, width};
use crate::text::{ExpiringText, Meaning};
use crate::ui::widgets::line::Line as Written;

/// What can stand in a line: words that time changes, and those that it does not.
pub trait IntoExpiringText {
    /// The words, with the time for which they are true.
    fn into_expiring_text(self) -> ExpiringText;
}

impl IntoExpiringText for ExpiringText {
    fn into_expiring_text(self) -> ExpiringText {
        self
    }
}

impl IntoExpiringText for &str {
    fn into_expiring_text(self) -> ExpiringText {
        ExpiringText::fixed(self)
    }
}

impl IntoExpiringText for String {
    fn into_expiring_text(self) -> ExpiringText {
        ExpiringText::fixed(self)
    }
}

/// A run of text with one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it means.
    pub meaning: Meaning,
    /// The text, safe for cells.
    pub text: String,
}

/// A line before it is broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLine {
    /// Its runs.
    pub spans: Vec<Span>,
    /// By how many cells what does not fit on the first row is indented on the next ones.
    pub hanging_indent: usize,
    /// How long its words stay true; none: until something is heard.
    pub valid_for: Option<Duration>,
}

impl PageLine {
    /// A line of one run.
    pub fn styled(meaning: Meaning, said: impl IntoExpiringText) -> Self {
        Self::default().with(meaning, said)
    }

    /// The line with one more run. Whoever wrote the text, it is made safe here.
    pub fn with(mut self, meaning: Meaning, said: impl IntoExpiringText) -> Self {
        let said = said.into_expiring_text();
        if !said.text.is_empty() {
            let text = clean(&said.text).into_owned();
            self.spans.push(Span { meaning, text });
        }
        self.valid_for = sooner(self.valid_for, said.valid_for);
        self
    }

    /// The line, hanging by so many cells.
    pub fn hanging(self, hang: usize) -> Self {
        Self {
            hanging_indent: hang,
            ..self
        }
    }

    /// The line with blanks up to a column.
    pub fn pad_to(self, at: usize) -> Self {
        let blanks = at.saturating_sub(self.width());
        self.with(Meaning::Plain, " ".repeat(blanks))
    }

    /// How many cells it fills unbroken.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|span| width(&span.text)).sum()
    }

    /// The line followed by another one.
    pub fn join(mut self, more: PageLine) -> Self {
        self.spans.extend(more.spans);
        self.valid_for = sooner(self.valid_for, more.valid_for);
        self
    }

    /// The line for terminals that show no more than ASCII.
    pub fn into_ascii(mut self) -> Self {
        for span in &mut self.spans {
            span.text = clean_ascii(&span.text).into_owned();
        }
        self
    }

    /// The line as a pen writes it.
    pub fn to_line(&self) -> Written {
        let mut valid_for = self.valid_for;
        self.spans.iter().fold(Written::new(), |line, span| {
            let text = span.text.clone();
            // One part is enough to say when the line changes.
            let said = ExpiringText {
                text,
                valid_for: valid_for.take(),
            };
            line.expiring_text(said, span.meaning)
        })
    }

    /// The line in rows of at most `cells`, broken at blanks where there are some.
    pub fn wrap(self, cells: usize) -> Vec<PageLine> {
        if self.width() <= cells {
            return vec![self];
        }
        // Beside the indent there is always room for a letter of two cells.
        let hang = self
            .hanging_indent
            .min(cells * 2 / 3)
            .min(cells.saturating_sub(2));
        let mut rows = RowBuilder::new(cells.max(1), hang, self.valid_for);
        for span in &self.spans {
            for piece in split_words(&span.text) {
                rows.push(span.meaning, piece);
            }
        }
        rows.finish()
    }
}

// Words and the blanks between them, in turn.
fn split_words(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let blank = first == ' ';
        let end = rest.find(|char| (char == ' ') != blank);
        let (piece, tail) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

struct RowBuilder {
    cells: usize,
    hanging_indent: usize,
    valid_for: Option<Duration>,
    done: Vec<PageLine>,
    row: PageLine,
    used: usize,
}

impl RowBuilder {
    fn new(cells: usize, hang: usize, valid_for: Option<Duration>) -> Self {
        let row = PageLine {
            valid_for,
            ..PageLine::default()
        };
        Self {
            cells,
            hanging_indent: hang,
            valid_for,
            done: Vec::new(),
            row,
            used: 0,
        }
    }

    fn push(&mut self, meaning: Meaning, piece: &str) {
        let wide = width(piece);
        if self.used + wide <= self.cells {
            self.append(meaning, piece);
        } else if piece.starts_with(' ') {
            self.break_row();
        } else {
            if self.has_text() && wide <= self.cells - self.hanging_indent {
                self.break_row();
            }
            piece
                .chars()
                .for_each(|char| self.append_char(meaning, char));
        }
    }

    fn has_text(&self) -> bool {
        let mut spans = self.row.spans.iter();
        spans.any(|span| !span.text.trim().is_empty())
    }

    // A word that no row holds is broken where the row ends.
    fn append_char(&mut self, meaning: Meaning, char: char) {
        let mut buffer = [0; 4];
        let text: &str = char.encode_utf8(&mut buffer);
        if self.used + width(text) > self.cells && self.used > self.hanging_indent {
            self.break_row();
        }
        self.append(meaning, text);
    }

    fn append(&mut self, meaning: Meaning, text: &str) {
        self.used += width(text);
        match self.row.spans.last_mut() {
            Some(last) if last.meaning == meaning => last.text.push_str(text),
            _ => self.row.spans.push(Span {
                meaning,
                text: text.to_owned(),
            }),
        }
    }

    fn break_row(&mut self) {
        let next = PageLine {
            valid_for: self.valid_for,
            ..PageLine::default()
        };
        self.done.push(std::mem::replace(&mut self.row, next));
        self.used = 0;
        if self.hanging_indent > 0 {
            self.append(Meaning::Plain, &" ".repeat(self.hanging_indent));
        }
    }

    fn finish(mut self) -> Vec<PageLine> {
        if self.has_text() || self.done.is_empty() {
            self.done.push(self.row);
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, cells: usize, hang: usize) -> Vec<String> {
        let line = PageLine::styled(Meaning::Plain, text).hanging(hang);
        line.wrap(cells)
            .iter()
            .map(|row| text_of(row).trim_end().to_owned())
            .collect()
    }

    fn text_of(line: &PageLine) -> String {
        line.spans.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn lines_break_at_blanks_and_hang() {
        assert_eq!(rows("one two three", 20, 2), ["one two three"]);
        assert_eq!(rows("one two three", 8, 2), ["one two", "  three"]);
        assert_eq!(rows("abcdefghij", 4, 0), ["abcd", "efgh", "ij"]);
        assert_eq!(rows("日本語日本語", 5, 0), ["日本", "語日", "本語"]);
        assert_eq!(rows("home  disk full", 9, 1), ["home", " disk", " full"]);
    }

    #[test]
    fn what_others_wrote_is_safe() {
        let line = PageLine::styled(Meaning::Plain, "a\u{1b}[31mb");
        assert_eq!(text_of(&line), "ab");
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_no_word_is_lost(
            text in "[a-zé日 ]{0,60}", cells in 2..30_usize, hang in 0..9_usize,
        ) {
            let broken = PageLine::styled(Meaning::Plain, text.as_str()).hanging(hang).wrap(cells);
            for row in &broken {
                prop_assert!(row.width() <= cells, "{row:?}");
            }
            let letters = |text: &str| text.replace(' ', "");
            let all: String = broken.iter().map(|row| letters(&text_of(row))).collect();
            prop_assert_eq!(all, letters(&text));
        }
    }
}
