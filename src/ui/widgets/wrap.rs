//! Wraps a sentence into lines. A mark comes before the first line. The other lines are indented to the same column.
//! In contrast to [`Line::wrap`], a pane has few lines: a sentence or word that is too long is cut, not continued.

use crate::text::sanitize::{fit, width};
use crate::text::{ExpiringText, Meaning};

use crate::text::Line;

/// The most lines of one sentence. Only a page shows a longer sentence in full.
const MAX_ROWS: usize = 4;

/// The sentence in lines of `room` cells. `mark` stands before the first line, and may be empty.
pub fn wrap(said: &ExpiringText, meaning: Meaning, mark: &str, room: usize) -> Vec<Line> {
    let indent = if mark.is_empty() { 0 } else { width(mark) + 1 };
    let rows = break_rows(&said.text, room.saturating_sub(indent).max(1));
    let line = |(index, text): (usize, String)| {
        let head = if index == 0 && indent > 0 {
            format!("{mark} ")
        } else {
            " ".repeat(indent)
        };
        let said = ExpiringText {
            text,
            valid_for: said.valid_for,
        };
        Line::styled(meaning, head).with(meaning, said)
    };
    rows.into_iter().enumerate().map(line).collect()
}

fn break_rows(text: &str, room: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = rows.len() >= MAX_ROWS;
        match rows.last_mut() {
            Some(row) if full || width(row) + 1 + width(word) <= room => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    // The painter cuts the last row with an ellipsis. It also cuts a single word that is too long.
    rows.iter().map(|row| truncate_row(row, room)).collect()
}

fn truncate_row(row: &str, room: usize) -> String {
    // The painter needs only to see that the row is too long. Twice the room is enough for that.
    fit(row, room.saturating_mul(2), "").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_on_below_the_first_word() {
        let said = ExpiringText::fixed("'NFS slow' posted since Tue, no P1 needs it: take it down");
        let lines = wrap(&said, Meaning::Mismatch, "!", 31);
        let text: Vec<String> = lines.iter().map(Line::plain_text).collect();
        assert_eq!(
            text,
            [
                "! 'NFS slow' posted since Tue,",
                "  no P1 needs it: take it down"
            ]
        );
    }

    #[test]
    fn what_is_too_long_stays_on_the_last_line() {
        let said = ExpiringText::fixed("a b c d e f");
        assert_eq!(wrap(&said, Meaning::Plain, "", 1).len(), MAX_ROWS);
    }
}
