//! The fleet: hubs that are not up as rows with the evidence, then all of them as a grid.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::domain::source::SourceKind;
use crate::picture::Picture;
use crate::say::{self, Meaning};
use crate::ui::widgets::columns::{after, below, row};
use crate::ui::widgets::frame::Frame;
use crate::ui::widgets::line::Line;
use crate::ui::widgets::list::{window, write};
use crate::ui::widgets::pen::Pen;

use super::hub_grid::{self, Clusters, Look};
use super::hub_rows::{self, HubRow};
use super::{Drawn, empty};

/// Draws the pane.
pub fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, boxed: bool) -> Drawn {
    let frame = frame(pen, model, boxed);
    let inner = frame.draw(pen, area, 0);
    let clusters = model.hub_grid();
    if clusters.is_empty() {
        write(pen, after(inner, 1), &nothing(pen, model));
    } else {
        fill(pen, inner, model, &clusters);
    }
    Drawn {
        page: usize::from(inner.height),
        limit: None,
        rows: None,
    }
}

fn fill(pen: &mut Pen<'_>, inner: Rect, model: &Model, clusters: &Clusters<'_>) {
    let focused = model.focus == Pane::Hubs;
    let wrong = model.hubs_not_up();
    let selected = model.hubs.selected.as_ref();
    let rows = hub_rows::rows(&wrong, selected);
    let look = Look {
        cursor: selected.filter(|_| focused),
        symbols: pen.symbols(),
        width: usize::from(inner.width.saturating_sub(1)),
    };
    let height = usize::from(inner.height);
    let grid = hub_grid::full(clusters, look, height.saturating_sub(rows.len()));
    let shown = rows_in_sight(rows.len(), grid.len(), height);
    draw_rows(pen, inner, &rows, shown, focused);
    let left = height - shown;
    let gap = usize::from(shown > 0 && grid.len() < left);
    let at = after(below(inner, shown + gap), 1);
    if grid.len() <= left {
        write(pen, at, &grid);
    } else {
        write(pen, at, &hub_grid::brief(clusters, look, left));
    }
}

// The whole fleet at a glance comes first: the grid is whole as long as a few rows fit beside it, and
// what they leave out is counted. Where it cannot be whole, they share the room.
fn rows_in_sight(rows: usize, grid: usize, height: usize) -> usize {
    const A_FEW: usize = 3;
    let beside_the_grid = height.saturating_sub(grid);
    if beside_the_grid >= rows.min(A_FEW) {
        rows.min(beside_the_grid)
    } else {
        rows.min(height.div_ceil(2))
    }
}

// Where not all rows fit, a window that holds the selected one, and how many hubs it leaves out.
fn draw_rows(pen: &mut Pen<'_>, inner: Rect, rows: &[HubRow<'_>], shown: usize, focused: bool) {
    let all_fit = rows.len() <= shown;
    let whole = if all_fit {
        shown
    } else {
        shown.saturating_sub(1)
    };
    let selected = rows.iter().position(|row| row.selected).filter(|_| focused);
    let window = window(&vec![1; rows.len()], selected, whole);
    let seen = rows.get(window).unwrap_or_default();
    hub_rows::draw(pen, inner, seen, focused);
    if !all_fit && shown > 0 {
        let count = |rows: &[HubRow<'_>]| rows.iter().map(|row| row.count).sum::<usize>();
        let hidden = count(rows).saturating_sub(count(seen));
        let text = format!("{} {hidden} more not up", pen.symbols().more_below);
        pen.text(after(row(inner, whole), 1), &text, Meaning::Unknown);
    }
}

fn frame(pen: &Pen<'_>, model: &Model, boxed: bool) -> Frame {
    let count = model.hub_count();
    let title = if model.filter.is_active() {
        format!("Hubs {} of {}", count.shown, count.total)
    } else {
        format!("Hubs {}", count.total)
    };
    let focused = model.focus == Pane::Hubs;
    let selected = model.selected_hub().filter(|_| focused);
    let footer = selected.map_or_else(Line::new, |hub| {
        Line::new().say(say::hub::summary(hub, &pen.ctx), Meaning::Plain)
    });
    Frame::titled(&title, focused, boxed).footer(footer)
}

fn nothing(pen: &Pen<'_>, model: &Model) -> Vec<Line> {
    match model.picture.as_deref() {
        None => empty::before_the_first(),
        Some(picture) if picture.hubs().next().is_some() => {
            vec![Line::of("no hub matches the filter", Meaning::Dim)]
        }
        Some(picture) => no_hubs(pen, picture),
    }
}

fn no_hubs(pen: &Pen<'_>, picture: &Picture) -> Vec<Line> {
    let kinds = [SourceKind::Prometheus, SourceKind::Probes];
    let lacking = empty::not_fresh(picture, &kinds);
    empty::lines(
        &lacking,
        "no hubs are configured",
        "no hubs known",
        &pen.ctx,
    )
}
