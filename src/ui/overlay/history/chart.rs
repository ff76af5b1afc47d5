//! A plot with its scale on the left, times below, and the alert's limit named on its line.

use super::super::page::indented;
use super::super::text::Line;
use super::Room;
use crate::domain::history::{Series, Window};
use crate::domain::threshold::Threshold;
use crate::say::dates::short_time;
use crate::say::history::{alert_threshold, short_number};
use crate::say::sanitize::width;
use crate::say::{ExpiringText, Meaning, TextContext};
use crate::ui::widgets::plot::{Cell, Plot, Scale, plot};

/// Below these a plot shows nothing that a line of words does not.
const FEWEST_CELLS: usize = 40;
const FEWEST_ROWS: usize = 10;

/// A plot has so many rows, by the room there is.
const ROWS: std::ops::RangeInclusive<usize> = 5..=12;

/// The plot, where there is room and anything to draw.
pub(super) fn lines(
    series: &Series,
    window: &Window,
    limit: Option<Threshold>,
    ctx: &TextContext,
    room: Room,
) -> Option<Vec<Line>> {
    if room.cells < FEWEST_CELLS || room.rows < FEWEST_ROWS {
        return None;
    }
    let it = Plot {
        values: &series.values,
        limit: limit.map(|limit| limit.limit),
    };
    let rows = (room.rows / 4).clamp(*ROWS.start(), *ROWS.end());
    let marks = Marks::new(Scale::of(it)?, it.limit, rows);
    let left = marks.width().saturating_add(2);
    let cells = room.cells.saturating_sub(left);
    let drawn = plot(it, cells, rows, ctx.symbols.ascii_only)?;
    let words = limit.map(|limit| format!(" {} ", alert_threshold(limit, ctx)));
    let line = |(row, drawn): (usize, &Vec<Cell>)| {
        let mark = format!("{:>width$} ", marks.at(row), width = marks.width());
        let scale = Line::of(Meaning::Dim, mark).with(Meaning::Dim, axis(ctx));
        scale.and(painted(drawn, words.as_deref().unwrap_or_default(), ctx))
    };
    let below = indented(left).and(times(window, cells, ctx));
    Some(drawn.iter().enumerate().map(line).chain([below]).collect())
}

fn axis(ctx: &TextContext) -> &'static str {
    if ctx.symbols.ascii_only { "|" } else { "│" }
}

/// The numbers beside the rows.
struct Marks(Vec<(usize, String)>);

impl Marks {
    // The limit's is the one that must stand.
    fn new(scale: Scale, limit: Option<f64>, rows: usize) -> Self {
        let ends = [Some(scale.high), Some(scale.low)];
        let levels = [limit].into_iter().chain(ends).flatten();
        let mut marks: Vec<(usize, String)> = Vec::new();
        for level in levels {
            let row = scale.row(level, rows);
            if marks.iter().all(|(taken, _)| *taken != row) {
                marks.push((row, short_number(level)));
            }
        }
        Self(marks)
    }

    fn at(&self, row: usize) -> &str {
        let mark = self.0.iter().find(|(at, _)| *at == row);
        mark.map_or("", |(_, text)| text)
    }

    fn width(&self) -> usize {
        let widths = self.0.iter().map(|(_, text)| width(text));
        widths.max().unwrap_or_default()
    }
}

// Runs of cells of one kind; the limit's words stand where its line is free for them.
fn painted(cells: &[Cell], words: &str, ctx: &TextContext) -> Line {
    let named = name_at(cells, width(words));
    let mut line = Line::default();
    let mut column = 0;
    while let Some(cell) = cells.get(column) {
        if named == Some(column) && !words.trim().is_empty() {
            line = line.with(Meaning::Warning, words);
            column += width(words);
            continue;
        }
        line = match cell {
            Cell::Blank => line.with(Meaning::Plain, " "),
            Cell::Limit => line.with(Meaning::Warning, dash(ctx)),
            Cell::Value(glyph) => line.with(Meaning::Clock, glyph.to_string()),
        };
        column += 1;
    }
    line
}

fn dash(ctx: &TextContext) -> &'static str {
    if ctx.symbols.ascii_only { "-" } else { "╌" }
}

// The first free stretch of the limit's line that is long enough, a little from its beginning.
fn name_at(cells: &[Cell], wide: usize) -> Option<usize> {
    let free = |cells: &[Cell]| cells.iter().all(|cell| *cell == Cell::Limit);
    let at = cells
        .windows(wide.saturating_add(4).max(1))
        .position(free)?;
    at.checked_add(2)
}

// At the left, in the middle and at the right: where there is not room for three, at both ends.
fn times(window: &Window, cells: usize, ctx: &TextContext) -> Line {
    let middle = window.points / 2;
    let [first, middle, last] = [0, middle, window.points.saturating_sub(1)]
        .map(|index| short_time(window.time_at(index), ctx));
    let place =
        |line: Line, said: ExpiringText, at: usize| line.column(at).with(Meaning::Dim, said);
    let line = Line::of(Meaning::Dim, first);
    let half = (cells / 2).saturating_sub(width(&middle.text) / 2);
    let line = match line.width().saturating_add(4) < half {
        true => place(line, middle, half),
        false => line,
    };
    let end = cells.saturating_sub(width(&last.text));
    place(line, last, end)
}
