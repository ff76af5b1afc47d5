//! Each overlay in each of its states, at a fixed size, moment and zone.

mod cases;
mod hubs;
mod others;
mod world;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::fixture::now;
use crate::app::model::Model;
use crate::say::{ASCII, Symbols, UNICODE, Voice};
use crate::ui::overlay::{Shown, draw, filter_line};

/// A screen's text, and what its drawing told.
struct Screen {
    text: String,
    shown: Shown,
}

fn voice(symbols: &'static Symbols) -> Voice {
    Voice {
        now: now(),
        zone: chrono_tz::UTC,
        symbols,
    }
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

fn draw_with(model: &Model, width: u16, height: u16, symbols: &'static Symbols) -> Screen {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let styles = |_| Style::new();
    let shown = draw(&mut buf, area, model, &voice(symbols), &styles).unwrap();
    Screen {
        text: text_of(&buf),
        shown,
    }
}

fn screen(model: &Model, width: u16, height: u16) -> String {
    draw_with(model, width, height, &UNICODE).text
}

fn ascii_screen(model: &Model, width: u16, height: u16) -> String {
    draw_with(model, width, height, &ASCII).text
}

fn filter_row(model: &Model, width: u16) -> String {
    let area = Rect::new(0, 0, width, 1);
    let mut buf = Buffer::empty(area);
    let styles = |_| Style::new();
    filter_line::draw(&mut buf, area, model, &voice(&UNICODE), &styles);
    text_of(&buf)
}
