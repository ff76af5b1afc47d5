//! A table on a page: columns with titles and widths. A narrow page shows only the first columns.

use crate::text::{Line, Meaning};

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub title: &'static str,
    /// The width in cells, with the gap to the next column. If a value is longer, the values after it move to the
    /// right.
    pub width: usize,
    /// The narrowest page that shows the column, in cells.
    pub shown_from: usize,
}

impl Column {
    /// A column that every page shows.
    pub const fn new(title: &'static str, width: usize) -> Self {
        Self {
            title,
            width,
            shown_from: 0,
        }
    }

    /// The same column, but only on pages of at least `cells` cells.
    #[must_use]
    pub const fn shown_from(self, cells: usize) -> Self {
        Self {
            shown_from: cells,
            ..self
        }
    }
}

/// The line of column titles.
pub fn header(columns: &[Column], cells: usize) -> Line {
    let titles = columns
        .iter()
        .map(|column| Line::styled(Meaning::Dim, column.title));
    row(columns, cells, titles)
}

/// A row of the table. `values` are in the order of the columns.
pub fn row(columns: &[Column], cells: usize, values: impl IntoIterator<Item = Line>) -> Line {
    let mut line = Line::new();
    let mut begin = 0;
    let shown = columns.iter().zip(values);
    for (column, value) in shown.take_while(|(column, _)| column.shown_from <= cells) {
        // A value that fills its column is followed by a blank.
        line = match line.width() {
            width if begin > 0 && width >= begin => line.with(Meaning::Plain, " ").join(value),
            _ => line.pad_to(begin).join(value),
        };
        begin += column.width;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::new("name", 6),
        Column::new("state", 7),
        Column::new("age", 5).shown_from(20),
    ];

    fn shown(cells: usize, values: [&str; 3]) -> String {
        let values = values.map(|value| Line::styled(Meaning::Plain, value));
        row(&COLUMNS, cells, values).plain_text()
    }

    #[test]
    fn columns_stand_below_their_titles() {
        assert_eq!(header(&COLUMNS, 20).plain_text(), "name  state  age");
        assert_eq!(shown(20, ["leap", "up", "4m"]), "leap  up     4m");
    }

    #[test]
    fn a_narrow_page_leaves_the_last_columns_out() {
        assert_eq!(header(&COLUMNS, 19).plain_text(), "name  state");
        assert_eq!(shown(19, ["leap", "up", "4m"]), "leap  up");
    }

    #[test]
    fn a_long_cell_moves_the_rest_and_touches_nothing() {
        assert_eq!(shown(20, ["opensci", "down", "4m"]), "opensci down 4m");
        assert_eq!(shown(20, ["leap", "", "4m"]), "leap         4m");
    }
}
