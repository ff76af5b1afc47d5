//! Breaks a line into rows, at blanks if there are any.

use std::time::Duration;

use super::Line;
use crate::text::context::ExpiringText;
use crate::text::meaning::Meaning;
use crate::text::sanitize::width;

impl Line {
    /// Breaks the line into rows of at most `cells` cells.
    pub fn wrap(self, cells: usize) -> Vec<Line> {
        if self.width() <= cells {
            return vec![self];
        }
        // A letter of two cells must fit beside the indent.
        let indent = self
            .hanging_indent
            .min(cells * 2 / 3)
            .min(cells.saturating_sub(2));
        let mut rows = RowBuilder::new(cells.max(1), indent, self.valid_for());
        for (part, meaning) in &self.parts {
            for piece in split_words(&part.text) {
                rows.push(*meaning, piece);
            }
        }
        rows.finish()
    }
}

// Splits a text into words and runs of blanks, in their order.
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
    /// The shortest time for which any part stays true. Each row expires then, since a changed part may move words to
    /// other rows.
    valid_for: Option<Duration>,
    done: Vec<Line>,
    row: Line,
    used: usize,
}

impl RowBuilder {
    fn new(cells: usize, hang: usize, valid_for: Option<Duration>) -> Self {
        Self {
            cells,
            hanging_indent: hang,
            valid_for,
            done: Vec::new(),
            row: Line::new(),
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
        let mut parts = self.row.parts();
        parts.any(|(part, _)| !part.text.trim().is_empty())
    }

    // A word that is longer than a row is broken at the row's end.
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
        match self.row.parts.last_mut() {
            Some((last, same)) if *same == meaning => last.text.push_str(text),
            _ => {
                let part = ExpiringText {
                    text: text.to_owned(),
                    valid_for: self.valid_for,
                };
                self.row.parts.push((part, meaning));
            }
        }
    }

    fn break_row(&mut self) {
        self.done.push(std::mem::take(&mut self.row));
        self.used = 0;
        if self.hanging_indent > 0 {
            self.append(Meaning::Plain, &" ".repeat(self.hanging_indent));
        }
    }

    fn finish(mut self) -> Vec<Line> {
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
        let line = Line::styled(Meaning::Plain, text).hanging(hang);
        line.wrap(cells)
            .iter()
            .map(|row| text_of(row).trim_end().to_owned())
            .collect()
    }

    fn text_of(line: &Line) -> String {
        line.plain_text()
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
        let line = Line::styled(Meaning::Plain, "a\u{1b}[31mb");
        assert_eq!(text_of(&line), "ab");
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_no_word_is_lost(
            text in "[a-zé日 ]{0,60}", cells in 2..30_usize, hang in 0..9_usize,
        ) {
            let broken = Line::styled(Meaning::Plain, text.as_str()).hanging(hang).wrap(cells);
            for row in &broken {
                prop_assert!(row.width() <= cells, "{row:?}");
            }
            let letters = |text: &str| text.replace(' ', "");
            let all: String = broken.iter().map(|row| letters(&text_of(row))).collect();
            prop_assert_eq!(all, letters(&text));
        }
    }
}
