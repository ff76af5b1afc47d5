//! Draws an overlay over the panes, as a page in a frame. The page scrolls. The frame shows how many lines are hidden
//! above and below.

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

/// A line may grow by this many cells when its times change. If a row has fewer cells left, the line may soon need
/// another row.
const WRAP_SLACK: usize = 8;

/// The size of a drawn overlay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverlayExtent {
    /// The number of visible lines.
    pub visible_lines: usize,
    /// How far the page can be scrolled.
    pub max_scroll: usize,
}

/// Draws the topmost overlay in `place`; `None` if no overlay is open.
pub fn draw(
    painter: &mut Painter<'_>,
    place: Rect,
    boxed: bool,
    model: &Model,
) -> Option<OverlayExtent> {
    let overlay = model.overlay()?;
    let room = page_size(place, boxed);
    let page = pages::build(&overlay.kind, model, &painter.ctx, room);
    Some(draw_page(painter, place, boxed, page, overlay.scroll))
}

/// The area of an overlay. On a full screen, the area is a part of the panes' area. On a standard or compact screen,
/// the area is the whole panes' area. On a small screen, only the hints stay visible. On a smaller screen, the overlay
/// covers everything.
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

/// Whether overlays cover all panes.
pub fn hides_panes(layout: &ScreenLayout) -> bool {
    layout.tier != Tier::Full
}

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

/// Draws the page over the contents of `place`.
fn draw_page(
    painter: &mut Painter<'_>,
    place: Rect,
    boxed: bool,
    page: Page,
    scroll: usize,
) -> OverlayExtent {
    let inner = inner_area(place, boxed);
    let (cells, height) = (usize::from(inner.width), usize::from(inner.height));
    let ctx = painter.ctx;
    let mut rows: Vec<Line> = Vec::new();
    let mut focus = None;
    for (index, line) in page.lines.into_iter().enumerate() {
        let line = ascii_if_needed(line, &ctx);
        // When the line's times change, the line may need one more row. Then the numbers of hidden rows change too, so
        // the overlay is drawn again at that time.
        if line.width() + WRAP_SLACK > cells {
            painter.schedule_change(line.valid_for());
        }
        rows.extend(line.wrap(cells));
        focus = focus.or((page.focus == Some(index)).then_some(rows.len()));
    }
    let limit = rows.len().saturating_sub(height);
    // The focused line stays visible, even if the user scrolls further.
    let scroll = match focus {
        Some(end) => scroll
            .max(end.saturating_sub(height))
            .min(end.saturating_sub(1)),
        None => scroll,
    };
    let scroll = scroll.min(limit);
    painter.clear(place);
    // The footer shows the number of hidden rows above, next to the zone.
    let hidden = Hidden {
        above: 0,
        below: limit - scroll,
    };
    frame(page.title, boxed, scroll, &ctx).draw(painter, place, hidden);
    for (index, line) in rows.iter().skip(scroll).take(height).enumerate() {
        painter.line(row(inner, index), line);
    }
    OverlayExtent {
        visible_lines: height,
        max_scroll: limit,
    }
}

// The footer names the zone of all times, since the overlay may hide the header, which also names the zone. The footer
// also shows the number of hidden rows above.
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

// The line must not be wrapped yet, because some symbols are wider in ASCII.
fn ascii_if_needed(line: Line, ctx: &TextContext) -> Line {
    if ctx.symbols.ascii_only {
        line.into_ascii()
    } else {
        line
    }
}
