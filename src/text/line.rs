//! A line of text. Each part of the line has a meaning, and a time for which it stays true. A line can be wrapped into
//! rows.

use std::borrow::Cow;
use std::time::Duration;

use super::context::{ExpiringText, sooner};
use super::meaning::Meaning;
use super::sanitize::{clean, clean_ascii, width};
use super::symbols::Symbols;

mod rows;

/// Text that can be a part of a line: expiring or fixed.
pub trait IntoExpiringText {
    /// The text, with the time for which it stays true.
    fn into_expiring_text(self) -> ExpiringText;
}

impl IntoExpiringText for ExpiringText {
    fn into_expiring_text(self) -> ExpiringText {
        self
    }
}

macro_rules! timeless {
    ($($kind:ty),+) => {$(
        impl IntoExpiringText for $kind {
            fn into_expiring_text(self) -> ExpiringText {
                ExpiringText::fixed(self)
            }
        }
    )+};
}

timeless!(&str, String, &String, Cow<'_, str>);

fn is_between_clauses(text: &str, symbols: &Symbols) -> bool {
    let is_gap = text.len() >= 2 && text.bytes().all(|byte| byte == b' ');
    is_gap || text == symbols.separator
}

/// A line of text. Text from outside is made safe for a terminal as it is added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    parts: Vec<(ExpiringText, Meaning)>,
    hanging_indent: usize,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of one part.
    pub fn styled(meaning: Meaning, text: impl IntoExpiringText) -> Self {
        Self::new().with(meaning, text)
    }

    /// A line whose rows are all indented.
    pub fn indented(cells: usize) -> Self {
        Self::styled(Meaning::Plain, " ".repeat(cells)).hanging(cells)
    }

    /// Adds a part. An empty text is not shown, but the line still changes when that text expires.
    #[must_use]
    pub fn with(mut self, meaning: Meaning, text: impl IntoExpiringText) -> Self {
        let mut part = text.into_expiring_text();
        if let Cow::Owned(safe) = clean(&part.text) {
            part.text = safe;
        }
        if !part.text.is_empty() || part.valid_for.is_some() {
            self.parts.push((part, meaning));
        }
        self
    }

    /// Adds `cells` spaces, unless the line is empty.
    #[must_use]
    pub fn gap(self, cells: usize) -> Self {
        if self.is_empty() {
            return self;
        }
        self.with(Meaning::Plain, " ".repeat(cells))
    }

    /// Adds spaces up to a column.
    #[must_use]
    pub fn pad_to(self, column: usize) -> Self {
        let blanks = column.saturating_sub(self.width());
        self.with(Meaning::Plain, " ".repeat(blanks))
    }

    /// Adds another line after a gap. There is no gap if either line is empty.
    #[must_use]
    pub fn join_spaced(self, cells: usize, other: Line) -> Self {
        if other.is_empty() {
            return self;
        }
        self.gap(cells).join(other)
    }

    /// Adds another line's parts.
    #[must_use]
    pub fn join(mut self, other: Line) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Indents every row after the first by `cells`.
    #[must_use]
    pub fn hanging(self, cells: usize) -> Self {
        Self {
            hanging_indent: cells,
            ..self
        }
    }

    /// Cuts the line to at most `cells` cells, at the end of a clause. The first clause that does not fit and all later
    /// ones are left out: half a clause may mean something else ("16" of "163 up"). A clause ends at the separator or
    /// at a part of two or more blanks. If not even the first clause fits, the line stays whole.
    #[must_use]
    pub fn whole_clauses(self, cells: usize, symbols: &Symbols) -> Self {
        let line = match symbols.ascii_only {
            true => self.into_ascii(),
            false => self,
        };
        if line.width() <= cells {
            return line;
        }
        let tail = format!(" {}", symbols.ellipsis);
        let limit = cells.saturating_sub(width(&tail));
        let (mut used, mut kept) = (0, 0);
        for (at, (part, _)) in line.parts.iter().enumerate() {
            if is_between_clauses(&part.text, symbols) && used <= limit {
                kept = at;
            }
            used += width(&part.text);
        }
        if kept == 0 {
            return line;
        }
        let mut parts = line.parts;
        let valid_for = parts.split_off(kept).into_iter();
        let valid_for = valid_for.map(|(part, _)| part.valid_for).fold(None, sooner);
        let tail = ExpiringText {
            text: tail,
            valid_for,
        };
        parts.push((tail, Meaning::Dim));
        Self { parts, ..line }
    }

    /// Replaces characters that a terminal limited to ASCII cannot show.
    #[must_use]
    pub fn into_ascii(mut self) -> Self {
        for (part, _) in &mut self.parts {
            part.text = clean_ascii(&part.text).into_owned();
        }
        self
    }

    pub fn parts(&self) -> impl Iterator<Item = &(ExpiringText, Meaning)> {
        self.parts.iter()
    }

    /// Whether the line has no text.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|(part, _)| part.text.is_empty())
    }

    /// How many cells the line fills on one row.
    pub fn width(&self) -> usize {
        self.parts.iter().map(|(part, _)| width(&part.text)).sum()
    }

    /// How long the whole line stays true; `None` means until new data arrives.
    pub fn valid_for(&self) -> Option<Duration> {
        let parts = self.parts.iter().map(|(part, _)| part.valid_for);
        parts.fold(None, sooner)
    }

    /// The text of all parts.
    pub fn plain_text(&self) -> String {
        self.parts.iter().map(|(part, _)| &*part.text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::symbols::{ASCII, UNICODE};

    fn counts() -> Line {
        let each = ["3 yours", "8 ◐", "163 ●"].map(|text| Line::styled(Meaning::Plain, text));
        each.into_iter()
            .fold(Line::new(), |line, one| line.join_spaced(2, one))
    }

    #[test]
    fn a_clause_that_does_not_fit_is_left_out_whole() {
        let shown = |cells| counts().whole_clauses(cells, &UNICODE).plain_text();
        assert_eq!(shown(19), "3 yours  8 ◐  163 ●");
        assert_eq!(shown(18), "3 yours  8 ◐ …");
        assert_eq!(shown(13), "3 yours …");
        assert_eq!(shown(8), "3 yours  8 ◐  163 ●", "nothing to leave out");
        let ascii = counts().whole_clauses(18, &ASCII).plain_text();
        assert_eq!(ascii, "3 yours  8 ? ..");
    }

    #[test]
    fn what_is_left_out_counts_for_when_the_line_changes() {
        let soon = Duration::from_secs(1);
        let line = counts().join_spaced(
            2,
            Line::styled(Meaning::Plain, ExpiringText::expiring_in("9s", soon)),
        );
        assert_eq!(line.whole_clauses(13, &UNICODE).valid_for(), Some(soon));
    }
}
