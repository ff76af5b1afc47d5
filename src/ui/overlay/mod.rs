//! What lies over the panes: a page in a frame, scrolled.

pub mod frame;

#[cfg(test)]
mod tests;

pub use frame::OverlayExtent;

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::ui::pages;
use crate::ui::widgets::painter::Painter;

/// Draws what lies on top, if anything does, in `place`.
pub fn draw(
    pen: &mut Painter<'_>,
    place: Rect,
    boxed: bool,
    model: &Model,
) -> Option<OverlayExtent> {
    let overlay = model.overlay()?;
    let room = frame::page_size(place, boxed);
    let page = pages::build(&overlay.kind, model, &pen.ctx, room);
    Some(frame::draw(pen, place, boxed, page, overlay.scroll))
}
