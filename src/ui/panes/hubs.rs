//! The Hubs pane: first the hubs that are not up, one row each with the evidence, and then all hubs as a grid.

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::domain::source::SourceKind;
use crate::picture::Picture;
use crate::text::Line;
use crate::text::Meaning;
use crate::ui::widgets::columns::{row, skip_columns, skip_rows};
use crate::ui::widgets::frame::{Frame, Hidden};
use crate::ui::widgets::list::{draw_lines, visible_range};
use crate::ui::widgets::painter::Painter;
use crate::wording;
use crate::wording::outage::OutageRows;

use super::hub_grid::{self, Clusters, GridStyle};
use super::hub_rows::{self, HubRow};
use super::{PaneExtent, empty_pane};

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model, boxed: bool) -> PaneExtent {
    let frame = frame(painter, model, boxed);
    let inner = frame.draw(painter, area, Hidden::default());
    let clusters = model.hub_grid();
    if clusters.is_empty() {
        draw_lines(
            painter,
            skip_columns(inner, 1),
            &empty_lines(painter, model),
        );
    } else {
        draw_rows_and_grid(painter, inner, model, &clusters);
    }
    PaneExtent {
        visible_lines: usize::from(inner.height),
        max_scroll: None,
        visible_rows: None,
    }
}

fn draw_rows_and_grid(
    painter: &mut Painter<'_>,
    inner: Rect,
    model: &Model,
    clusters: &Clusters<'_>,
) {
    let focused = model.focus == Pane::Hubs;
    let wrong = model.hubs_not_up();
    let selected = model.hubs.selected.as_ref();
    let Some(picture) = model.picture.as_deref() else {
        return;
    };
    let rows = hub_rows::rows(&wrong, selected, &OutageRows::of_picture(picture));
    let look = GridStyle {
        cursor: selected.filter(|_| focused),
        symbols: painter.symbols(),
        width: usize::from(inner.width.saturating_sub(1)),
    };
    let height = usize::from(inner.height);
    let beside_rows = height.saturating_sub(rows.len());
    let grid = hub_grid::full_grid(clusters, look, beside_rows, height);
    let shown = rows_in_sight(rows.len(), grid.len(), height);
    draw_rows(painter, inner, &rows, shown, focused);
    let left = height - shown;
    let gap = usize::from(shown > 0 && grid.len() < left);
    let at = skip_columns(skip_rows(inner, shown + gap), 1);
    if grid.len() <= left {
        draw_lines(painter, at, &grid);
    } else {
        draw_lines(painter, at, &hub_grid::brief_grid(clusters, look, left));
    }
}

// The number of lines that the rows take. The grid is drawn in full if enough lines are left for three rows, or for all
// rows if there are only one or two. Otherwise the rows take at most half of the height.
fn rows_in_sight(rows: usize, grid: usize, height: usize) -> usize {
    const MIN_ROWS: usize = 3;
    let beside_the_grid = height.saturating_sub(grid);
    if beside_the_grid >= rows.min(MIN_ROWS) {
        rows.min(beside_the_grid)
    } else {
        rows.min(height.div_ceil(2))
    }
}

// Draws the rows. If not all fit, draws the rows around the selected one, and counts the hubs that are left out.
fn draw_rows(
    painter: &mut Painter<'_>,
    inner: Rect,
    rows: &[HubRow<'_>],
    shown: usize,
    focused: bool,
) {
    let all_fit = rows.len() <= shown;
    let whole = if all_fit {
        shown
    } else {
        shown.saturating_sub(1)
    };
    let selected = rows.iter().position(|row| row.selected).filter(|_| focused);
    let window = visible_range(&vec![1; rows.len()], selected, whole);
    let seen = rows.get(window).unwrap_or_default();
    hub_rows::draw(painter, inner, seen, focused);
    if !all_fit && shown > 0 {
        let count = |rows: &[HubRow<'_>]| rows.iter().map(|row| row.count).sum::<usize>();
        let hidden = count(rows).saturating_sub(count(seen));
        let text = format!("{} {hidden} more not up", painter.symbols().more_below);
        painter.text(skip_columns(row(inner, whole), 1), Meaning::Unknown, &text);
    }
}

fn frame(painter: &Painter<'_>, model: &Model, boxed: bool) -> Frame {
    let count = model.hub_count();
    let title = if model.filter.is_active() {
        format!("Hubs {} of {}", count.shown, count.total)
    } else {
        format!("Hubs {}", count.total)
    };
    let focused = model.focus == Pane::Hubs;
    let selected = model.selected_hub().filter(|_| focused);
    let footer = selected.map_or_else(Line::new, |hub| {
        Line::new().with(Meaning::Plain, wording::hub::summary(hub, &painter.ctx))
    });
    Frame::titled(&title, focused, boxed).footer(footer)
}

fn empty_lines(painter: &Painter<'_>, model: &Model) -> Vec<Line> {
    match model.picture.as_deref() {
        None => empty_pane::before_first_picture(),
        Some(picture) if picture.hubs().next().is_some() => {
            vec![Line::styled(Meaning::Dim, "no hub matches the filter")]
        }
        Some(picture) => no_hub_lines(painter, picture),
    }
}

fn no_hub_lines(painter: &Painter<'_>, picture: &Picture) -> Vec<Line> {
    let sees_hubs = |kind| matches!(kind, SourceKind::Prometheus | SourceKind::Probes);
    let lacking = empty_pane::sources_not_fresh(picture, sees_hubs);
    empty_pane::lines(
        &lacking,
        "no hubs are configured",
        "no hubs known",
        &painter.ctx,
    )
}
