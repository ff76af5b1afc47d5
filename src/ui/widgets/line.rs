//! A line of text: parts, each with its meaning and the time for which it is true.

use crate::text::{ExpiringText, Meaning};

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    parts: Vec<(ExpiringText, Meaning)>,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of one part.
    pub fn styled(text: impl Into<String>, meaning: Meaning) -> Self {
        Self::new().text(text, meaning)
    }

    /// Adds words that time does not change.
    #[must_use]
    pub fn text(self, text: impl Into<String>, meaning: Meaning) -> Self {
        self.expiring_text(ExpiringText::fixed(text), meaning)
    }

    /// Adds words that are true for a while.
    #[must_use]
    pub fn expiring_text(mut self, said: ExpiringText, meaning: Meaning) -> Self {
        if !said.text.is_empty() {
            self.parts.push((said, meaning));
        }
        self
    }

    /// Adds spaces, unless the line is empty.
    #[must_use]
    pub fn gap(self, cells: usize) -> Self {
        if self.is_empty() {
            return self;
        }
        self.text(" ".repeat(cells), Meaning::Plain)
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

    /// The parts.
    pub fn parts(&self) -> impl Iterator<Item = &(ExpiringText, Meaning)> {
        self.parts.iter()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The words alone.
    pub fn plain_text(&self) -> String {
        self.parts.iter().map(|(said, _)| &*said.text).collect()
    }
}
