//! Splits a rectangle into rows and columns. They never reach beyond the rectangle.

use ratatui::layout::Rect;

/// The row of `area` at `index`. The row is empty if `area` has fewer rows.
pub fn row(area: Rect, index: usize) -> Rect {
    let down = u16::try_from(index).unwrap_or(u16::MAX);
    Rect {
        y: area.y.saturating_add(down.min(area.height)),
        height: u16::from(down < area.height),
        ..area
    }
}

/// `area` without its first rows.
pub fn skip_rows(area: Rect, rows: usize) -> Rect {
    let down = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y.saturating_add(down),
        height: area.height - down,
        ..area
    }
}

/// `area` without its first columns.
pub fn skip_columns(area: Rect, columns: u16) -> Rect {
    let right = columns.min(area.width);
    Rect {
        x: area.x.saturating_add(right),
        width: area.width - right,
        ..area
    }
}

/// `area` without its last columns.
pub fn trim_right(area: Rect, columns: u16) -> Rect {
    Rect {
        width: area.width.saturating_sub(columns),
        ..area
    }
}

/// The first columns of `area`.
pub fn take_columns(area: Rect, columns: u16) -> Rect {
    Rect {
        width: columns.min(area.width),
        ..area
    }
}

/// Takes columns off a row, from left to right, with a gap after each column.
#[derive(Debug)]
pub struct Columns {
    rest: Rect,
}

impl Columns {
    pub fn new(row: Rect) -> Self {
        Self { rest: row }
    }

    /// Takes the next column, `width` wide, and the gap after it.
    pub fn take(&mut self, width: u16, gap: u16) -> Rect {
        let column = take_columns(self.rest, width);
        self.rest = skip_columns(self.rest, width.saturating_add(gap));
        column
    }

    /// The rest of the row.
    pub fn rest(self) -> Rect {
        self.rest
    }
}
