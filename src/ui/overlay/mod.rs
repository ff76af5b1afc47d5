//! What lies over the panes: case and hub detail, the sources, the help.

mod action_flow;
mod case;
mod copy_by_hand;
pub mod frame;
mod freshness;
mod help;
mod history;
mod hub;
mod page;
mod probe;
mod sources;

#[cfg(test)]
mod tests;

pub use frame::OverlayExtent;

use ratatui::layout::Rect;

use crate::app::model::{Model, OverlayKind};
use crate::ui::widgets::painter::Painter;

/// Draws what lies on top, if anything does, in `place`.
pub fn draw(
    pen: &mut Painter<'_>,
    place: Rect,
    boxed: bool,
    model: &Model,
) -> Option<OverlayExtent> {
    let overlay = model.overlay()?;
    let ctx = pen.ctx;
    let room = frame::page_size(place, boxed);
    let page = match &overlay.kind {
        OverlayKind::Case(case) => case::page(case, model, &ctx, room),
        OverlayKind::Hub(key) => hub::page(key, model, &ctx, room),
        OverlayKind::Sources => sources::page(model, &ctx, room.cells),
        OverlayKind::Help => help::page(model, &ctx),
        OverlayKind::ActionFlow(acting) => action_flow::page(acting, model, &ctx),
        OverlayKind::CopyByHand(copy) => copy_by_hand::page(copy),
    };
    Some(frame::draw(pen, place, boxed, page, overlay.scroll))
}
