//! What lies over the panes: case and hub detail, the sources, the help; and the filter line.

mod acting;
mod case;
pub mod filter_line;
pub mod frame;
mod help;
mod history;
mod hub;
mod page;
mod probe;
mod sources;
mod text;
mod trust;

#[cfg(test)]
mod tests;

pub use frame::Shown;

use ratatui::layout::Rect;

use crate::app::model::{Model, OverlayKind};
use crate::ui::widgets::pen::Pen;

/// Draws what lies on top, if anything does, in `place`.
pub fn draw(pen: &mut Pen<'_>, place: Rect, boxed: bool, model: &Model) -> Option<Shown> {
    let overlay = model.overlay()?;
    let ctx = pen.ctx;
    let room = frame::room(place, boxed);
    let page = match &overlay.kind {
        OverlayKind::Case(case) => case::page(case, model, &ctx, room),
        OverlayKind::Hub(key) => hub::page(key, model, &ctx, room),
        OverlayKind::Sources => sources::page(model, &ctx, room.cells),
        OverlayKind::Help => help::page(model, &ctx),
        OverlayKind::ActionFlow(acting) => acting::page(acting, model, &ctx),
    };
    Some(frame::draw(pen, place, boxed, page, overlay.scroll))
}
