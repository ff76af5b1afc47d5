//! A plot with labels: the scale on the left, the times below, and the alert's limit on the limit's line.

use crate::domain::history::{Series, Window};
use crate::domain::threshold::Threshold;
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::plot::{Plot, PlotCell, Scale, plot};
use crate::text::sanitize::width;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::wording::history::{alert_threshold, short_number};

/// The smallest size of a plot. A smaller plot would show no more than a line of text.
const MIN_CELLS: usize = 40;
const MIN_ROWS: usize = 10;

/// The fewest and the most rows of a plot. Between these bounds a plot takes a quarter of the page's rows.
const PLOT_ROWS: std::ops::RangeInclusive<usize> = 5..=12;

/// The plot for a page of `cells` cells and `rows` rows. `None` if the page is too small or there is no value to draw.
pub fn chart_lines(
    series: &Series,
    window: &Window,
    limit: Option<Threshold>,
    ctx: &TextContext,
    cells: usize,
    rows: usize,
) -> Option<Vec<Line>> {
    if cells < MIN_CELLS || rows < MIN_ROWS {
        return None;
    }
    let it = Plot {
        values: &series.values,
        limit: limit.map(|limit| limit.limit),
    };
    let rows = (rows / 4).clamp(*PLOT_ROWS.start(), *PLOT_ROWS.end());
    let marks = AxisLabels::new(Scale::for_plot(it)?, it.limit, rows);
    let left = marks.width().saturating_add(2);
    let cells = cells.saturating_sub(left);
    let drawn = plot(it, cells, rows, ctx.symbols.ascii_only)?;
    let words = limit.map(|limit| format!(" {} ", alert_threshold(limit, ctx)));
    let line = |(row, drawn): (usize, &Vec<PlotCell>)| {
        let mark = format!("{:>width$} ", marks.label_at(row), width = marks.width());
        let scale = Line::styled(Meaning::Dim, mark).with(Meaning::Dim, axis_glyph(ctx));
        scale.join(plot_line(drawn, words.as_deref().unwrap_or_default(), ctx))
    };
    let below = Line::indented(left).join(time_axis(window, cells, ctx));
    Some(drawn.iter().enumerate().map(line).chain([below]).collect())
}

fn axis_glyph(ctx: &TextContext) -> &'static str {
    if ctx.symbols.ascii_only { "|" } else { "│" }
}

/// The labels of the scale. Each label is the index of its row and its text.
struct AxisLabels(Vec<(usize, String)>);

impl AxisLabels {
    // If two labels belong on the same row, the row gets only one of them. The limit's label is preferred to the labels
    // of the scale's ends.
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

    fn label_at(&self, row: usize) -> &str {
        let mark = self.0.iter().find(|(at, _)| *at == row);
        mark.map_or("", |(_, text)| text)
    }

    fn width(&self) -> usize {
        let widths = self.0.iter().map(|(_, text)| width(text));
        widths.max().unwrap_or_default()
    }
}

// One row of the plot. The limit's label replaces part of the limit's line where no value is drawn.
fn plot_line(cells: &[PlotCell], words: &str, ctx: &TextContext) -> Line {
    let named = limit_label_column(cells, width(words));
    let mut line = Line::new();
    let mut column = 0;
    while let Some(cell) = cells.get(column) {
        if named == Some(column) && !words.trim().is_empty() {
            line = line.with(Meaning::Warning, words);
            column += width(words);
            continue;
        }
        line = match cell {
            PlotCell::Blank => line.with(Meaning::Plain, " "),
            PlotCell::Limit => line.with(Meaning::Warning, limit_glyph(ctx)),
            PlotCell::Value(glyph) => line.with(Meaning::Clock, glyph.to_string()),
        };
        column += 1;
    }
    line
}

fn limit_glyph(ctx: &TextContext) -> &'static str {
    if ctx.symbols.ascii_only { "-" } else { "╌" }
}

// The column of the limit's label. The label stands on the first stretch of the limit's line that has room for it and
// for two free cells on either side.
fn limit_label_column(cells: &[PlotCell], wide: usize) -> Option<usize> {
    let free = |cells: &[PlotCell]| cells.iter().all(|cell| *cell == PlotCell::Limit);
    let at = cells
        .windows(wide.saturating_add(4).max(1))
        .position(free)?;
    at.checked_add(2)
}

// The times at the left, in the middle and at the right. The middle one is left out if there is no room.
fn time_axis(window: &Window, cells: usize, ctx: &TextContext) -> Line {
    let middle = window.points / 2;
    let [first, middle, last] = [0, middle, window.points.saturating_sub(1)]
        .map(|index| short_time(window.time_at(index), ctx));
    let place =
        |line: Line, said: ExpiringText, at: usize| line.pad_to(at).with(Meaning::Dim, said);
    let line = Line::styled(Meaning::Dim, first);
    let half = (cells / 2).saturating_sub(width(&middle.text) / 2);
    let line = match line.width().saturating_add(4) < half {
        true => place(line, middle, half),
        false => line,
    };
    let end = cells.saturating_sub(width(&last.text));
    place(line, last, end)
}
