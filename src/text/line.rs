//! A line of text: parts, each with its meaning and the time for which it is true; and its rows where
//! it is broken to a width.

use std::borrow::Cow;
use std::time::Duration;

use super::context::{ExpiringText, sooner};
use super::meaning::Meaning;
use super::sanitize::{clean, clean_ascii, width};

mod rows;

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

    /// A line that is indented with all of its rows.
    pub fn indented(cells: usize) -> Self {
        Self::styled(Meaning::Plain, " ".repeat(cells)).hanging(cells)
    }

    /// Adds a part. An empty text counts only for the time at which it changes.
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

    /// Adds spaces, unless the line is empty.
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

    /// Adds another line after a gap; no gap where either is empty.
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

    /// Indents by `cells` what does not fit on the first row.
    #[must_use]
    pub fn hanging(self, cells: usize) -> Self {
        Self {
            hanging_indent: cells,
            ..self
        }
    }

    /// Replaces what a terminal that shows no more than ASCII cannot show.
    #[must_use]
    pub fn into_ascii(mut self) -> Self {
        for (part, _) in &mut self.parts {
            part.text = clean_ascii(&part.text).into_owned();
        }
        self
    }

    /// The parts.
    pub fn parts(&self) -> impl Iterator<Item = &(ExpiringText, Meaning)> {
        self.parts.iter()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|(part, _)| part.text.is_empty())
    }

    /// How many cells it fills on one row.
    pub fn width(&self) -> usize {
        self.parts.iter().map(|(part, _)| width(&part.text)).sum()
    }

    /// How long all of its text stays true; `None` while time changes nothing.
    pub fn valid_for(&self) -> Option<Duration> {
        let parts = self.parts.iter().map(|(part, _)| part.valid_for);
        parts.fold(None, sooner)
    }

    /// The words alone.
    pub fn plain_text(&self) -> String {
        self.parts.iter().map(|(part, _)| &*part.text).collect()
    }
}
