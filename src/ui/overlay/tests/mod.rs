//! Tests of each overlay in each of its states, at a fixed screen size, time and zone.

mod acting;
mod cases;
mod histories;
mod hubs;
mod others;
mod world;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::fixture::now;
use crate::app::model::{Model, Viewport};
use crate::text::{TextContext, UNICODE};
use crate::ui::layout::Tier;
use crate::ui::overlay::{OverlayExtent, draw};
use crate::ui::panes::filter_line;
use crate::ui::theme::{ColorLevel, Theme};
use crate::ui::view;
use crate::ui::widgets::painter::Painter;

/// The text of a drawn overlay, and the results of drawing it.
struct Screen {
    text: String,
    shown: OverlayExtent,
    next_change: Option<Duration>,
}

fn text_of(buf: &Buffer) -> String {
    let mut rows = Vec::new();
    for row in buf.area.rows() {
        let cells = row.columns().filter_map(|cell| buf.cell((cell.x, cell.y)));
        let text: String = cells.map(|cell| cell.symbol()).collect();
        rows.push(text.trim_end().to_owned());
    }
    rows.join("\n")
}

fn draw_with(model: &Model, width: u16, height: u16, ascii: bool) -> Screen {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let theme = Theme::new(ColorLevel::None, ascii);
    let mut painter = Painter::new(&mut buf, &theme, crate::domain::zone::Zone::UTC, now());
    let boxed = Tier::from_area(area).is_boxed();
    let shown = draw(&mut painter, area, boxed, model).unwrap();
    let next_change = painter.next_change();
    Screen {
        text: text_of(&buf),
        shown,
        next_change,
    }
}

fn screen(model: &Model, width: u16, height: u16) -> String {
    draw_with(model, width, height, false).text
}

fn ascii_screen(model: &Model, width: u16, height: u16) -> String {
    draw_with(model, width, height, true).text
}

/// Draws the whole screen as the event loop does: a second time if the first frame changed the viewport.
fn whole_screen(model: &Model, width: u16, height: u16) -> (String, Viewport) {
    let theme = Theme::new(ColorLevel::None, false);
    let area = Rect::new(0, 0, width, height);
    let mut model = model.clone();
    let first = view::draw(&mut Buffer::empty(area), &model, &theme, now());
    model.set_viewport(first.extent);
    let mut buf = Buffer::empty(area);
    let outcome = view::draw(&mut buf, &model, &theme, now());
    (text_of(&buf), outcome.extent)
}

fn filter_row(model: &Model) -> String {
    let ctx = TextContext {
        now: now(),
        zone: crate::domain::zone::Zone::UTC,
        symbols: &UNICODE,
    };
    filter_line::line(model, &ctx).map_or(String::new(), |line| line.plain_text())
}
