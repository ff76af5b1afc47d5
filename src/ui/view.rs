//! The whole screen from a model: the one function that the loop calls to draw.

use std::time::Duration;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::model::{Model, Pane, Viewport};
use crate::domain::now::Now;

use super::layout::{Layout, Tier, layout};
use super::overlay;
use super::overlay::frame::{hides_panes, place};
use super::panes::{Drawn, cases, header, hints, hubs, owners, status, tiny};
use super::theme::Theme;
use super::widgets::pen::Pen;

/// What a drawing came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewOutcome {
    /// In how long the first of the words on the screen changes by itself; none: never. Never zero.
    pub next_change: Option<Duration>,
    /// What moving about needs to know: [`Model::learn`] takes it.
    pub extent: Viewport,
}

/// Draws the model.
pub fn view(frame: &mut Frame<'_>, model: &Model, theme: &Theme, now: Now) -> ViewOutcome {
    draw(frame.buffer_mut(), model, theme, now)
}

/// Draws the model on a buffer of any size.
pub fn draw(buffer: &mut Buffer, model: &Model, theme: &Theme, now: Now) -> ViewOutcome {
    let area = buffer.area;
    let mut pen = Pen::new(buffer, theme, model.session.zone, now);
    let layout = layout(area, model.focus);
    let extent = match layout.tier {
        Tier::Word => {
            tiny::word(&mut pen, area, model);
            Viewport::default()
        }
        Tier::Tiny => {
            let rows = Some(tiny::draw(&mut pen, area, model));
            Viewport {
                visible_case_rows: rows,
                ..Viewport::default()
            }
        }
        _ => screen(&mut pen, model, &layout),
    };
    let extent = Viewport {
        width: area.width,
        ..lay_over(&mut pen, model, &layout, area, extent)
    };
    pen.changes_in(
        model
            .unseen
            .next_expiry(now, model.user_selected_row())
            .map(at_least),
    );
    ViewOutcome {
        next_change: pen.next_change(),
        extent,
    }
}

// What is over already goes with the next frame.
fn at_least(wait: Duration) -> Duration {
    wait.max(Duration::from_millis(1))
}

fn screen(pen: &mut Pen<'_>, model: &Model, layout: &Layout) -> Viewport {
    header::draw(pen, layout.header, model);
    let mut extent = Viewport::default();
    let hidden = model.overlay().is_some() && hides_panes(layout);
    for (pane, area) in layout.panes.iter().filter(|_| !hidden) {
        let boxed = layout.tier.is_boxed();
        let drawn = match pane {
            Pane::Cases => cases::draw(pen, *area, model, boxed),
            Pane::Hubs => hubs::draw(pen, *area, model, boxed),
            Pane::Owners => owners::draw(pen, *area, model, boxed),
            Pane::Status => status::draw(pen, *area, model, boxed),
        };
        learn(&mut extent, *pane, drawn, model.focus);
    }
    let keys = header::markers_below(pen, layout.hints, model);
    hints::draw(pen, keys, model);
    extent
}

fn lay_over(
    pen: &mut Pen<'_>,
    model: &Model,
    layout: &Layout,
    area: Rect,
    extent: Viewport,
) -> Viewport {
    let place = place(area, layout);
    match overlay::draw(pen, place, layout.tier.is_boxed(), model) {
        None => extent,
        Some(shown) => Viewport {
            page_lines: shown.page,
            visible_case_rows: None,
            max_overlay_scroll: Some(shown.limit),
            ..extent
        },
    }
}

fn learn(extent: &mut Viewport, pane: Pane, drawn: Drawn, focus: Pane) {
    match pane {
        Pane::Cases => extent.visible_case_rows = drawn.rows,
        Pane::Owners => extent.max_owners_scroll = drawn.limit,
        Pane::Status => extent.max_status_scroll = drawn.limit,
        Pane::Hubs => {}
    }
    if pane == focus {
        extent.page_lines = drawn.page;
    }
}
