//! The frame of a pane: a box with a title and a footer. A small pane has only a title line.

use ratatui::layout::Rect;

use crate::text::Meaning;

use super::columns::{row, skip_rows, trim_right};
use super::painter::Painter;
use crate::text::Line;

/// The frame of a pane.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The pane's name and count.
    pub title: Line,
    /// A note about the pane's data, at the bottom left.
    pub footer: Line,
    /// Whether the pane has the focus.
    pub focused: bool,
    /// Whether the pane has a border on all four sides. A small screen has no room for borders.
    pub boxed: bool,
}

/// How many lines of a pane are hidden by scrolling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    pub above: usize,
    pub below: usize,
}

impl Frame {
    /// A frame with a plain text as its title.
    pub fn titled(title: &str, focused: bool, boxed: bool) -> Self {
        let look = if focused {
            Meaning::TitleFocused
        } else {
            Meaning::Title
        };
        Self {
            title: Line::styled(look, title),
            footer: Line::new(),
            focused,
            boxed,
        }
    }

    /// Adds a footer.
    #[must_use]
    pub fn footer(mut self, footer: Line) -> Self {
        self.footer = footer;
        self
    }

    /// The area of the pane's content.
    pub fn inner(&self, area: Rect) -> Rect {
        if self.boxed {
            area.inner(ratatui::layout::Margin::new(1, 1))
        } else {
            skip_rows(area, 1)
        }
    }

    /// Draws the frame. Returns the area of the content.
    pub fn draw(&self, painter: &mut Painter<'_>, area: Rect, hidden: Hidden) -> Rect {
        let more = hidden_line(painter, hidden);
        if self.boxed {
            self.draw_box(painter, area, &more);
        } else {
            self.draw_bare(painter, area, more);
        }
        self.inner(area)
    }

    fn draw_bare(&self, painter: &mut Painter<'_>, area: Rect, more: Line) {
        let top = row(area, 0);
        let without_footer = self.title.clone().join_spaced(2, more.clone());
        let line = self.title.clone().join_spaced(2, self.footer.clone());
        let line = line.join_spaced(2, more.clone());
        // If not everything fits, a footer that warns about the data stays. Any other footer is replaced by the number
        // of lines below: the user must see this number before pressing enter.
        let has_room = painter.width(&line) <= top.width;
        let mut looks = self.footer.parts().map(|(_, look)| look);
        let is_caveat = looks.any(|look| *look == Meaning::Unknown);
        let line = match has_room || is_caveat {
            true => line,
            false => without_footer.clone(),
        };
        let symbols = painter.symbols();
        // A title that is too long is cut to leave room for the number of lines below, since the user must see this
        // number before pressing enter.
        if !more.is_empty() && !is_caveat && painter.width(&without_footer) > top.width {
            let taken = painter.line_right(top, &more);
            painter.line(trim_right(top, taken.saturating_add(2)), &self.title);
            return;
        }
        painter.line(top, &line.whole_clauses(usize::from(top.width), symbols));
    }

    fn draw_box(&self, painter: &mut Painter<'_>, area: Rect, more: &Line) {
        let look = if self.focused {
            Meaning::BorderFocused
        } else {
            Meaning::Border
        };
        let set = BorderGlyphs::new(painter.symbols().ascii_only);
        let last = usize::from(area.height.saturating_sub(1));
        self.edge(painter, row(area, 0), set.top, set.horizontal, look);
        self.edge(painter, row(area, last), set.bottom, set.horizontal, look);
        for index in 1..last {
            let side = row(area, index);
            painter.text(side, look, set.vertical);
            painter.line_right(side, &Line::styled(look, set.vertical));
        }
        let within = |at: Rect| Rect {
            x: at.x.saturating_add(1),
            width: at.width.saturating_sub(2),
            ..at
        };
        painter.line(within(row(area, 0)), &padded(&self.title));
        let foot = within(row(area, last));
        let taken = painter.line_right(foot, &padded(more));
        painter.line(trim_right(foot, taken), &padded(&self.footer));
    }

    fn edge(
        &self,
        painter: &mut Painter<'_>,
        at: Rect,
        ends: [&str; 2],
        fill: &str,
        look: Meaning,
    ) {
        let [left, right] = ends;
        let middle = usize::from(at.width.saturating_sub(2));
        painter.text(at, look, &format!("{left}{}{right}", fill.repeat(middle)));
    }
}

fn padded(line: &Line) -> Line {
    if line.is_empty() {
        return Line::new();
    }
    Line::styled(Meaning::Plain, " ")
        .join(line.clone())
        .with(Meaning::Plain, " ")
}

// "2 above  ↓ 3 more". The rows above are counted too, because the most urgent rows are at the top and the user must
// not forget them.
fn hidden_line(painter: &Painter<'_>, hidden: Hidden) -> Line {
    let said = |count: usize, text: String| match count {
        0 => Line::new(),
        _ => Line::styled(Meaning::Title, text),
    };
    let Hidden { above, below } = hidden;
    let below_text = format!("{} {below} more", painter.symbols().more_below);
    said(above, format!("{above} above")).join_spaced(2, said(below, below_text))
}

struct BorderGlyphs {
    top: [&'static str; 2],
    bottom: [&'static str; 2],
    horizontal: &'static str,
    vertical: &'static str,
}

impl BorderGlyphs {
    fn new(ascii: bool) -> Self {
        if ascii {
            Self {
                top: ["+", "+"],
                bottom: ["+", "+"],
                horizontal: "-",
                vertical: "|",
            }
        } else {
            Self {
                top: ["┌", "┐"],
                bottom: ["└", "┘"],
                horizontal: "─",
                vertical: "│",
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::app::fixture::now;
    use crate::ui::theme::{ColorLevel, Theme};

    fn title_row(boxed: bool, hidden: Hidden) -> String {
        rows_of("Cases", boxed, hidden)
    }

    fn rows_of(title: &str, boxed: bool, hidden: Hidden) -> String {
        let area = Rect::new(0, 0, 40, 4);
        let mut buf = Buffer::empty(area);
        let theme = Theme::new(ColorLevel::None, false);
        let mut painter = Painter::new(&mut buf, &theme, crate::domain::zone::Zone::UTC, now());
        Frame::titled(title, true, boxed).draw(&mut painter, area, hidden);
        let rows = (0..4).map(|y| {
            (0..40)
                .filter_map(|x| buf.cell((x, y)))
                .map(|cell| cell.symbol())
                .collect()
        });
        rows.collect::<Vec<String>>().join("\n")
    }

    #[test]
    fn a_long_title_gives_way_to_the_number_of_lines_below() {
        let title = "P1 leap/prod At least two servers failed to start";
        let hidden = Hidden { above: 0, below: 3 };
        for boxed in [true, false] {
            let rows = rows_of(title, boxed, hidden);
            assert!(rows.contains("↓ 3 more"), "{rows}");
            assert!(rows.contains("P1 leap/prod At"), "{rows}");
        }
    }

    #[test]
    fn what_is_scrolled_out_is_counted_on_both_sides() {
        for boxed in [true, false] {
            let both = title_row(boxed, Hidden { above: 2, below: 3 });
            assert!(both.contains("2 above  ↓ 3 more"), "{both}");
            let below = title_row(boxed, Hidden { above: 0, below: 3 });
            assert!(
                below.contains("↓ 3 more") && !below.contains("above"),
                "{below}"
            );
            let all = title_row(boxed, Hidden::default());
            assert!(!all.contains("above") && !all.contains("more"), "{all}");
        }
    }
}
