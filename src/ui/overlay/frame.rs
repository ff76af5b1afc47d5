//! Draws a page in a frame over the panes, scrolled, with what is more above and below.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Block, Clear, Widget};

use super::page::Page;
use super::text::Line;
use crate::say::sanitize::{fit, width};
use crate::say::voice::sooner;
use crate::say::{Meaning, Voice};

/// From which size on some of the panes stays visible around an overlay.
const ROOMY: (u16, u16) = (100, 20);

/// How a meaning looks.
pub type Styles<'a> = &'a dyn Fn(Meaning) -> Style;

/// What was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Lines of the page that are visible at once.
    pub page: usize,
    /// How far it scrolls.
    pub limit: usize,
    /// How long what is visible stays true; none: until something is heard.
    pub valid_for: Option<Duration>,
}

/// Where an overlay lies: all of a small screen, most of a large one.
pub fn place(area: Rect) -> Rect {
    if area.width < ROOMY.0 || area.height < ROOMY.1 {
        return area;
    }
    area.inner(Margin::new(area.width / 20, 2))
}

/// How many cells a page has in `area`.
pub fn text_width(area: Rect) -> usize {
    usize::from(inside(place(area)).width)
}

// Too small for a frame: the words matter more.
fn has_frame(place: Rect) -> bool {
    place.width >= 20 && place.height >= 6
}

fn inside(place: Rect) -> Rect {
    if has_frame(place) {
        place.inner(Margin::new(2, 1))
    } else {
        place
    }
}

/// Draws the page over what is in `area`.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    page: Page,
    scroll: usize,
    voice: &Voice,
    styles: Styles<'_>,
) -> Shown {
    let place = place(area);
    Clear.render(place, buf);
    buf.set_style(place, styles(Meaning::Plain));
    let inner = inside(place);
    let (cells, height) = (usize::from(inner.width), usize::from(inner.height));
    let mut lines = page.lines;
    if !has_frame(place) {
        lines.insert(0, page.title.clone());
    }
    let rows: Vec<Line> = lines
        .into_iter()
        .map(|line| for_terminal(line, voice))
        .flat_map(|line| line.broken(cells))
        .collect();
    let limit = rows.len().saturating_sub(height);
    let scroll = scroll.min(limit);
    if has_frame(place) {
        draw_frame(
            buf,
            place,
            page.title,
            more(scroll, limit, voice),
            voice,
            styles,
        );
    }
    let mut valid_for = None;
    for (y, row) in inner.rows().zip(rows.iter().skip(scroll)) {
        valid_for = sooner(valid_for, row.valid_for);
        put(buf, y, row, voice, styles);
    }
    Shown {
        page: height,
        limit,
        valid_for,
    }
}

// What the lower edge says: the zone of all times, once, and how much is above and below.
fn more(scroll: usize, limit: usize, voice: &Voice) -> Line {
    let dot = voice.symbols.dot.trim_start();
    let zone = Line::of(Meaning::Dim, format!(" times in {} ", voice.zone.name()));
    match (scroll, limit.saturating_sub(scroll)) {
        (0, 0) => zone,
        (0, below) => zone.with(Meaning::Key, format!("{dot}{below} more below ")),
        (above, 0) => zone.with(Meaning::Key, format!("{dot}{above} more above ")),
        (above, below) => zone.with(Meaning::Key, format!("{dot}{above} above, {below} below ")),
    }
}

fn draw_frame(
    buf: &mut Buffer,
    place: Rect,
    title: Line,
    foot: Line,
    voice: &Voice,
    styles: Styles<'_>,
) {
    let block = Block::bordered().border_style(styles(Meaning::BorderFocused));
    let block = if voice.symbols.ascii_only {
        block.border_set(ASCII_BORDER)
    } else {
        block
    };
    block.render(place, buf);
    let edge = place.inner(Margin::new(2, 0));
    if let Some(top) = edge.rows().next() {
        let title = Line::of(Meaning::TitleFocused, " ").and(title);
        let title = for_terminal(title.with(Meaning::Plain, " "), voice);
        put(buf, top, &title, voice, styles);
    }
    if let Some(bottom) = edge.rows().next_back() {
        put(buf, bottom, &foot, voice, styles);
    }
}

const ASCII_BORDER: ratatui::symbols::border::Set<'_> = ratatui::symbols::border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// The line as the terminal can show it.
pub fn for_terminal(line: Line, voice: &Voice) -> Line {
    if voice.symbols.ascii_only {
        line.in_ascii()
    } else {
        line
    }
}

/// Draws one row, cut off where the area ends.
pub fn put(buf: &mut Buffer, area: Rect, line: &Line, voice: &Voice, styles: Styles<'_>) {
    let mut x = area.x;
    for span in &line.spans {
        let left = area.right().saturating_sub(x);
        if left == 0 || area.height == 0 {
            return;
        }
        let text = fit(&span.text, usize::from(left), voice.symbols.ellipsis);
        buf.set_stringn(x, area.y, &text, usize::from(left), styles(span.meaning));
        x = x.saturating_add(u16::try_from(width(&text)).unwrap_or(left));
    }
}
