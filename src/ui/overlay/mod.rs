//! What lies over the panes: a page in a frame, scrolled, with what is more above and below.

#[cfg(test)]
mod tests;

use ratatui::layout::{Margin, Rect};

use crate::app::model::Model;
use crate::text::Line;
use crate::text::{Meaning, TextContext, dates};
use crate::ui::layout::{ScreenLayout, Tier};
use crate::ui::pages;
use crate::ui::pages::page::{Page, PageSize};
use crate::ui::widgets::columns::row;
use crate::ui::widgets::frame::{Frame, Hidden};
use crate::ui::widgets::painter::Painter;

/// By so many cells words become longer or shorter as time passes.
const WRAP_SLACK: usize = 8;

/// What was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverlayExtent {
    /// Lines of the page that are visible at once.
    pub visible_lines: usize,
    /// How far it scrolls.
    pub max_scroll: usize,
}

/// Draws what lies on top, if anything does, in `place`.
pub fn draw(
    pen: &mut Painter<'_>,
    place: Rect,
    boxed: bool,
    model: &Model,
) -> Option<OverlayExtent> {
    let overlay = model.overlay()?;
    let room = page_size(place, boxed);
    let page = pages::build(&overlay.kind, model, &pen.ctx, room);
    Some(draw_page(pen, place, boxed, page, overlay.scroll))
}

/// Where an overlay lies: within the panes of a large screen, over them on others; on a small one over
/// all but the keys, and where there is no line for these over everything.
pub fn overlay_area(area: Rect, layout: &ScreenLayout) -> Rect {
    let above_hints = Rect {
        height: layout.hints.y.saturating_sub(area.y),
        ..area
    };
    let head = layout.header.height;
    match layout.tier {
        Tier::Tiny | Tier::Word => area,
        Tier::Small => above_hints,
        Tier::Compact | Tier::Standard => without_header(above_hints, head),
        Tier::Full => without_header(above_hints, head).inner(Margin::new(area.width / 12, 1)),
    }
}

fn without_header(area: Rect, head: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(head),
        height: area.height.saturating_sub(head),
        ..area
    }
}

/// Whether it leaves nothing of the panes.
pub fn hides_panes(layout: &ScreenLayout) -> bool {
    layout.tier != Tier::Full
}

/// How much room a page has.
fn page_size(place: Rect, boxed: bool) -> PageSize {
    let inner = inner_area(place, boxed);
    PageSize {
        cells: usize::from(inner.width),
        rows: usize::from(inner.height),
    }
}

fn inner_area(place: Rect, boxed: bool) -> Rect {
    let frame = Frame {
        boxed,
        ..Frame::default()
    };
    let inner = frame.inner(place);
    if boxed {
        inner.inner(Margin::new(1, 0))
    } else {
        inner
    }
}

/// Draws the page over what is in `place`.
fn draw_page(
    pen: &mut Painter<'_>,
    place: Rect,
    boxed: bool,
    page: Page,
    scroll: usize,
) -> OverlayExtent {
    let inner = inner_area(place, boxed);
    let (cells, height) = (usize::from(inner.width), usize::from(inner.height));
    let ctx = pen.ctx;
    let mut rows: Vec<Line> = Vec::new();
    let mut focus = None;
    for (index, line) in page.lines.into_iter().enumerate() {
        let line = ascii_if_needed(line, &ctx);
        // It may soon take another row, and with that how much is above and below is another number.
        if line.width() + WRAP_SLACK > cells {
            pen.schedule_change(line.valid_for());
        }
        rows.extend(line.wrap(cells));
        focus = focus.or((page.focus == Some(index)).then_some(rows.len()));
    }
    let limit = rows.len().saturating_sub(height);
    // What must be in sight pulls the window down to it, and up again.
    let scroll = match focus {
        Some(end) => scroll
            .max(end.saturating_sub(height))
            .min(end.saturating_sub(1)),
        None => scroll,
    };
    let scroll = scroll.min(limit);
    pen.clear(place);
    // How much is above stands in the footer, beside the zone.
    let hidden = Hidden {
        above: 0,
        below: limit - scroll,
    };
    frame(page.title, boxed, scroll, &ctx).draw(pen, place, hidden);
    for (index, line) in rows.iter().skip(scroll).take(height).enumerate() {
        pen.line(row(inner, index), line);
    }
    OverlayExtent {
        visible_lines: height,
        max_scroll: limit,
    }
}

// It says the zone of all times, once, since it may hide the header; and how much is above.
fn frame(title: Line, boxed: bool, scroll: usize, ctx: &TextContext) -> Frame {
    let words = if boxed { "times in " } else { "" };
    let zone = format!("{words}{}", dates::zone_name(ctx));
    let mut footer = Line::styled(Meaning::Dim, zone);
    if scroll > 0 {
        footer = footer
            .with(Meaning::Dim, ctx.symbols.separator)
            .with(Meaning::Title, format!("{scroll} above"));
    }
    Frame {
        title,
        footer,
        focused: true,
        boxed,
    }
}

// Before it is broken: some symbols are wider in ASCII.
fn ascii_if_needed(line: Line, ctx: &TextContext) -> Line {
    if ctx.symbols.ascii_only {
        line.into_ascii()
    } else {
        line
    }
}
