//! What lies over the panes: case and hub detail, the sources, the help; and the filter line.

mod case;
pub mod filter_line;
pub mod frame;
mod help;
mod hub;
mod page;
mod probe;
mod sources;
mod text;
mod trust;

#[cfg(test)]
mod tests;

pub use frame::{Shown, Styles};
pub use text::{Line, Span};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::model::{Model, OverlayKind};
use crate::say::Voice;

/// Draws what lies on top, if anything does.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    model: &Model,
    voice: &Voice,
    styles: Styles<'_>,
) -> Option<Shown> {
    let overlay = model.overlay()?;
    let page = match &overlay.kind {
        OverlayKind::Case(case) => case::page(case, model, voice),
        OverlayKind::Hub(key) => hub::page(key, model, voice),
        OverlayKind::Sources => sources::page(model, voice, frame::text_width(area)),
        OverlayKind::Help => help::page(model, voice),
    };
    Some(frame::draw(buf, area, page, overlay.scroll, voice, styles))
}
