//! Draws the whole screen from a model. The event loop calls `draw`.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::model::{Model, Pane, Viewport};
use crate::domain::now::Now;

use super::layout::{ScreenLayout, Tier, layout};
use super::overlay::{self, hides_panes, overlay_area};
use super::panes::{PaneExtent, cases, header, hints, hubs, owed, owners, status, tiny};
use super::theme::Theme;
use super::widgets::painter::Painter;

/// The result of drawing a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewOutcome {
    /// How long until the first text on the screen expires; never zero. `None` if no text expires.
    pub next_change: Option<Duration>,
    /// Sizes and scroll limits, for [`Model::set_viewport`].
    pub extent: Viewport,
}

/// Draws the model on a buffer of any size.
pub fn draw(buffer: &mut Buffer, model: &Model, theme: &Theme, now: Now) -> ViewOutcome {
    let area = buffer.area;
    let mut painter = Painter::new(buffer, theme, model.session.zone, now);
    let layout = layout(area, model.focus, model.owed.is_some());
    let extent = match layout.tier {
        Tier::Word => {
            tiny::draw_word(&mut painter, area, model);
            Viewport::default()
        }
        Tier::Tiny => {
            let rows = Some(tiny::draw(&mut painter, area, model));
            Viewport {
                visible_case_rows: rows,
                ..Viewport::default()
            }
        }
        _ => draw_panes(&mut painter, model, &layout),
    };
    let extent = Viewport {
        width: area.width,
        ..draw_overlay(&mut painter, model, &layout, area, extent)
    };
    painter.schedule_change(
        model
            .unseen
            .next_expiry(now, model.user_selected_row())
            .map(at_least_1ms),
    );
    ViewOutcome {
        next_change: painter.next_change(),
        extent,
    }
}

// Lengthens a wait to at least 1 ms. So a text that expired while the frame was drawn is replaced in the next frame,
// not at once.
fn at_least_1ms(wait: Duration) -> Duration {
    wait.max(Duration::from_millis(1))
}

fn draw_panes(painter: &mut Painter<'_>, model: &Model, layout: &ScreenLayout) -> Viewport {
    header::draw(painter, layout.header, model);
    let mut extent = Viewport::default();
    let hidden = model.overlay().is_some() && hides_panes(layout);
    for (pane, area) in layout.panes.iter().filter(|_| !hidden) {
        let boxed = layout.tier.is_boxed();
        let drawn = match pane {
            Pane::Cases => cases::draw(painter, *area, model, boxed),
            Pane::Hubs => hubs::draw(painter, *area, model, boxed),
            Pane::Owners => owners::draw(painter, *area, model, boxed),
            Pane::Status => status::draw(painter, *area, model, boxed),
            Pane::Owed => owed::draw(painter, *area, model, boxed),
        };
        record_extent(&mut extent, *pane, drawn, model.focus);
    }
    let keys = header::draw_markers_below(painter, layout.hints, model);
    hints::draw(painter, keys, model);
    extent
}

fn draw_overlay(
    painter: &mut Painter<'_>,
    model: &Model,
    layout: &ScreenLayout,
    area: Rect,
    extent: Viewport,
) -> Viewport {
    let place = overlay_area(area, layout);
    match overlay::draw(painter, place, layout.tier.is_boxed(), model) {
        None => extent,
        Some(shown) => Viewport {
            page_lines: shown.visible_lines,
            visible_case_rows: None,
            max_overlay_scroll: Some(shown.max_scroll),
            ..extent
        },
    }
}

fn record_extent(extent: &mut Viewport, pane: Pane, drawn: PaneExtent, focus: Pane) {
    if pane == Pane::Cases {
        extent.visible_case_rows = drawn.visible_rows;
    }
    let limit = drawn.max_scroll.map(|limit| (pane, limit));
    extent.max_pane_scrolls.extend(limit);
    if pane == focus {
        extent.page_lines = drawn.visible_lines;
    }
}
