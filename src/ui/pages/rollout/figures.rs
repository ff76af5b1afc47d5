//! The columns of figures. Batches and versions have the same columns.

use super::super::table::{self, Column};
use crate::picture::rollout::{Excess, Figures, Measure, Total};
use crate::text::{ExpiringText, Line, Meaning, TextContext};
use crate::wording::rollout::seconds;

/// Pages of this width or more have room for long names and wide gaps.
pub(super) const WIDE: usize = 100;

/// Pages that are narrower than this have no room for the last column.
const USUAL: usize = 75;

fn columns(cells: usize) -> [Column; 8] {
    let (name, gap) = match cells {
        WIDE.. => (33, 2),
        USUAL.. => (23, 0),
        _ => (14, 0),
    };
    [
        Column::new("", name),
        Column::new("hubs", 5 + gap),
        Column::new("p95 start", 10 + gap),
        Column::new("failed", 7 + gap),
        Column::new("restarts", 9 + gap),
        Column::new("down", 5 + gap),
        Column::new("cases", 6 + gap),
        Column::new("", 10).shown_from(USUAL),
    ]
}

/// The line of column titles. The first title is `name`, the last is `last`.
pub(super) fn header(name: &str, last: &'static str, cells: usize) -> Line {
    let columns = columns(cells);
    let titles = columns
        .iter()
        .enumerate()
        .map(|(index, column)| match index {
            0 => Line::styled(Meaning::Title, name.to_owned()),
            7 => Line::styled(Meaning::Dim, last),
            _ => Line::styled(Meaning::Dim, column.title),
        });
    table::row(&columns, cells, titles)
}

/// The texts of a row's first and last column.
pub(super) struct RowName {
    pub name: String,
    pub meaning: Meaning,
    /// The text of the last column.
    pub last: Option<ExpiringText>,
}

/// A row of figures. Each figure in `worse` gets a mark. The row gets a mark too, unless `worse` is empty.
pub(super) fn row(
    name: RowName,
    figures: &Figures,
    worse: &[Excess],
    ctx: &TextContext,
    cells: usize,
) -> Line {
    let marked =
        |measure: Measure, text: String| match worse.iter().any(|excess| excess.measure == measure)
        {
            true => Line::styled(Meaning::Critical, format!("{text} {}", ctx.symbols.down)),
            false if text.starts_with('?') => Line::styled(Meaning::Unknown, text),
            false => Line::styled(Meaning::Plain, text),
        };
    let (mark, meaning) = match worse.is_empty() {
        true => (Line::indented(2), name.meaning),
        false => (
            Line::styled(Meaning::Critical, ctx.symbols.down).gap(1),
            Meaning::Critical,
        ),
    };
    let hubs = figures.hubs;
    let down = match figures.health_unknown {
        0 => figures.down.to_string(),
        unknown if unknown == hubs => "?".to_owned(),
        _ => format!("{}*", figures.down),
    };
    let values = [
        mark.with(meaning, name.name),
        Line::styled(Meaning::Plain, hubs.to_string()),
        marked(Measure::P95Seconds, p95(figures)),
        marked(Measure::FailedStarts, total(figures.failed_starts, hubs)),
        marked(Measure::Restarts, total(figures.restarts, hubs)),
        marked(Measure::Down, down),
        marked(Measure::Cases, cases(figures)),
        match name.last {
            Some(last) => Line::styled(Meaning::Dim, last),
            None => Line::new(),
        },
    ];
    table::row(&columns(cells), cells, values)
}

// The percentile of start times. "no starts" is not the same as an unknown percentile.
fn p95(figures: &Figures) -> String {
    match figures.p95_seconds {
        Some(value) => seconds(value),
        None if figures.failed_starts.known > 0 => "no starts".to_owned(),
        None => "?".to_owned(),
    }
}

fn cases(figures: &Figures) -> String {
    match figures.shown_cases() {
        None => "?".to_owned(),
        Some(seen) if figures.cases.known < figures.hubs => format!("{seen}*"),
        Some(seen) => seen.to_string(),
    }
}

fn total(total: Total, hubs: usize) -> String {
    match total.value() {
        None => "?".to_owned(),
        Some(sum) if total.known < hubs => format!("{sum:.0}*"),
        Some(sum) => format!("{sum:.0}"),
    }
}
