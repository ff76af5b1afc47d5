//! The row of a removed case. The row is struck through. A word says too that the case is removed, because some
//! terminals cannot strike through, and the row must not look like an open case.

use ratatui::layout::Rect;

use crate::app::unseen::{RemovalReason, RemovedCase};
use crate::domain::case::Place;
use crate::text::Line;
use crate::text::{ExpiringText, Meaning, TextContext, TextLength};
use crate::ui::widgets::columns::{Columns, skip_columns, trim_right};
use crate::ui::widgets::painter::Painter;
use crate::wording::{case, change};

use super::case_widths::Widths;

/// Draws the row next to the selection bar and the mark.
pub fn draw(painter: &mut Painter<'_>, area: Rect, gone: &[&RemovedCase], widths: &Widths) {
    let Some(first) = gone.first() else { return };
    let ctx = painter.ctx;
    let mut columns = Columns::new(area);
    let priority = columns.take(widths.priority, 2);
    painter.text(priority, Meaning::Dim, &case::priority(&first.case));
    let column = columns.take(widths.clock, 1);
    let long = Line::new().with(
        state_meaning(first),
        gone_when(first, TextLength::Long, &ctx),
    );
    let short = || {
        Line::new().with(
            state_meaning(first),
            gone_when(first, TextLength::Short, &ctx),
        )
    };
    let fits = painter.width(&long) <= column.width;
    painter.line(column, &if fits { long } else { short() });
    painter.text(
        columns.take(widths.owner, 1),
        Meaning::Dim,
        &cleared_by_text(first),
    );
    let look = if first.is_cleared() {
        Meaning::Cleared
    } else {
        Meaning::Stale
    };
    let rest = columns.rest();
    let title = title(gone, &ctx);
    let place = places(gone);
    if widths.place == 0 {
        let line = Line::styled(look, place).gap(1).with(look, title);
        painter.line(rest, &line);
        return;
    }
    let rest = trim_right(rest, widths.age.saturating_add(1));
    let at = skip_columns(rest, rest.width.saturating_sub(widths.place));
    painter.text(at, look, &place);
    painter.text(trim_right(rest, widths.place + 1), look, &title);
}

// The places of all cases in the row.
fn places(gone: &[&RemovedCase]) -> String {
    let mut all: Vec<&Place> = Vec::new();
    for place in gone.iter().flat_map(|gone| &gone.case.places) {
        if !all.contains(&place) {
            all.push(place);
        }
    }
    case::places_of(&all)
}

fn title(gone: &[&RemovedCase], ctx: &TextContext) -> String {
    let title = gone.first().map(|gone| case::title(&gone.case));
    let times = match gone.len() {
        0 | 1 => String::new(),
        many => format!(" {}{many}", ctx.symbols.times),
    };
    format!("{}{times}", title.unwrap_or_default())
}

fn state_meaning(gone: &RemovedCase) -> Meaning {
    if gone.is_cleared() {
        Meaning::Done
    } else {
        Meaning::Unknown
    }
}

fn gone_when(gone: &RemovedCase, form: TextLength, ctx: &TextContext) -> ExpiringText {
    match gone.reason {
        RemovalReason::Cleared { .. } => change::cleared(gone.at, form, ctx),
        RemovalReason::SourceLost => change::last_seen(gone.at, form, ctx),
    }
}

fn cleared_by_text(gone: &RemovedCase) -> String {
    match &gone.reason {
        RemovalReason::Cleared { by } => change::cleared_by(by.as_deref()),
        RemovalReason::SourceLost => String::new(),
    }
}
