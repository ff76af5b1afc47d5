//! A page: lines under headings, for an overlay or for the shell.

use crate::text::{IntoExpiringText, Line};
use crate::text::{Meaning, TextContext};

/// The column in which values begin.
const VALUE_COLUMN: usize = 14;

/// The text for a value that is not known. A page never shows such a value as 0 or as a blank.
pub const NOT_KNOWN: &str = "not known";

/// A page of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub title: Line,
    /// The lines, before they are wrapped.
    pub lines: Vec<Line>,
    /// The index of the line that must stay visible, if any.
    pub focus: Option<usize>,
}

impl Page {
    /// An empty page.
    pub fn new(title: Line) -> Self {
        Self {
            title,
            lines: Vec::new(),
            focus: None,
        }
    }

    /// Adds a line.
    pub fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds a line whose text has a single meaning.
    pub fn text(&mut self, meaning: Meaning, said: impl IntoExpiringText) {
        self.line(Line::styled(meaning, said));
    }

    /// Begins a section.
    pub fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.line(Line::new());
        }
        self.text(Meaning::Title, text);
    }

    /// Adds a field: a name, and the value after it.
    pub fn field(&mut self, name: &str, meaning: Meaning, value: impl IntoExpiringText) {
        self.line(field(name).with(meaning, value));
    }

    /// Adds a field. If there is no value, the field says "not known".
    pub fn field_or_unknown(&mut self, name: &str, value: Option<impl IntoExpiringText>) {
        match value {
            Some(value) => self.field(name, Meaning::Plain, value),
            None => self.field(name, Meaning::Dim, NOT_KNOWN),
        }
    }

    /// The page as text for the shell. Rows have at most `cells` cells.
    pub fn into_text(self, ctx: &TextContext, cells: usize) -> String {
        let rows = self
            .lines
            .into_iter()
            .flat_map(|line| match ctx.symbols.ascii_only {
                true => line.into_ascii().wrap(cells),
                false => line.wrap(cells),
            });
        rows.map(|row| row.plain_text().trim_end().to_owned() + "\n")
            .collect()
    }

    /// Adds a text of several lines without its blank lines.
    pub fn paragraph(&mut self, indent: usize, meaning: Meaning, text: &str) {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            self.line(Line::indented(indent).with(meaning, line.trim_end()));
        }
    }
}

/// The size of the area that a page is drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize {
    /// The cells of a line.
    pub cells: usize,
    /// The number of visible lines.
    pub rows: usize,
}

/// A line that begins with the field's name, padded to the column of values.
pub fn field(name: &str) -> Line {
    Line::styled(
        Meaning::Dim,
        format!("{name:<width$}", width = VALUE_COLUMN - 1),
    )
    .with(Meaning::Plain, " ")
    .hanging(VALUE_COLUMN)
}
