//! The painter, which draws everything. It makes text safe once more, and styles text by its meaning. It never draws
//! outside its rectangle. It also records when the first of its texts expires.

use std::borrow::Cow;
use std::time::Duration;

use crate::domain::zone::Zone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::now::Now;
use crate::text::context::sooner;
use crate::text::sanitize::{clean, clean_ascii, fit, width};
use crate::text::{ExpiringText, Meaning, Symbols, TextContext};
use crate::ui::theme::Theme;

use crate::text::Line;

/// Draws text on a buffer.
pub struct Painter<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    /// The context for all texts.
    pub ctx: TextContext,
    next_change: Option<Duration>,
}

impl<'a> Painter<'a> {
    /// A painter for one frame.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, zone: Zone, now: Now) -> Self {
        let ctx = TextContext {
            now,
            zone,
            symbols: theme.symbols(),
        };
        Self {
            buffer,
            theme,
            ctx,
            next_change: None,
        }
    }

    /// The symbols of the terminal.
    pub fn symbols(&self) -> &'static Symbols {
        self.ctx.symbols
    }

    /// The time until the first of the drawn texts expires; `None` if no text expires.
    pub fn next_change(&self) -> Option<Duration> {
        self.next_change
    }

    /// Records that a part of the screen changes after `wait`; `None` means never.
    pub fn schedule_change(&mut self, wait: Option<Duration>) {
        self.next_change = sooner(self.next_change, wait);
    }

    /// How many cells a line fills.
    pub fn width(&self, line: &Line) -> u16 {
        let cells: usize = line
            .parts()
            .map(|(said, _)| width(&self.sanitize(&said.text)))
            .sum();
        u16::try_from(cells).unwrap_or(u16::MAX)
    }

    /// Draws a line from the left end of the first row of `area`. A line that is too long ends in an ellipsis. Returns
    /// the width of the drawn line in cells.
    pub fn line(&mut self, area: Rect, line: &Line) -> u16 {
        let room = usize::from(area.width);
        let symbols = self.symbols();
        let overflows = usize::from(self.width(line)) > room;
        let tail = if overflows {
            width(symbols.ellipsis)
        } else {
            0
        };
        let limit = if tail < room { room - tail } else { room };
        let (mut used, mut last) = (0, Meaning::Plain);
        for (said, meaning) in line.parts() {
            self.schedule_change(said.valid_for);
            if used >= limit {
                continue;
            }
            let text = self.sanitize(&said.text).into_owned();
            let cut = fit(&text, limit - used, "");
            self.put(area, used, &cut, *meaning);
            last = *meaning;
            used += width(&cut);
            if cut.len() < text.len() {
                break;
            }
        }
        if overflows && tail < room {
            self.put(area, used, symbols.ellipsis, last);
            used += tail;
        }
        u16::try_from(used).unwrap_or(u16::MAX)
    }

    /// Draws a line that ends at the right end of the first row of `area`. Returns the width of the drawn line in
    /// cells.
    pub fn line_right(&mut self, area: Rect, line: &Line) -> u16 {
        let cells = self.width(line).min(area.width);
        let at = Rect {
            x: area.right().saturating_sub(cells),
            width: cells,
            ..area
        };
        self.line(at, line)
    }

    /// Draws a word or symbol.
    pub fn text(&mut self, area: Rect, meaning: Meaning, text: &str) -> u16 {
        self.line(area, &Line::styled(meaning, text))
    }

    /// Draws a text that expires.
    pub fn expiring_text(&mut self, area: Rect, meaning: Meaning, said: ExpiringText) -> u16 {
        self.line(area, &Line::new().with(meaning, said))
    }

    /// Applies a meaning's style to everything in `area`.
    pub fn restyle(&mut self, area: Rect, meaning: Meaning) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, self.theme.style(meaning));
    }

    /// Blanks `area`, for an overlay.
    pub fn clear(&mut self, area: Rect) {
        for position in area.intersection(self.buffer.area).positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                cell.reset();
            }
        }
    }

    fn sanitize<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.symbols().ascii_only {
            clean_ascii(text)
        } else {
            clean(text)
        }
    }

    fn put(&mut self, area: Rect, offset: usize, text: &str, meaning: Meaning) {
        let x = area
            .x
            .saturating_add(u16::try_from(offset).unwrap_or(u16::MAX));
        let row = Rect {
            height: area.height.min(1),
            ..area
        }
        .intersection(self.buffer.area);
        if row.is_empty() || x < row.x || x >= row.right() {
            return;
        }
        let room = usize::from(row.right() - x);
        // Removes the style of the text that was drawn here before.
        let style = Style::reset().patch(self.theme.style(meaning));
        self.buffer.set_stringn(x, row.y, text, room, style);
    }
}
