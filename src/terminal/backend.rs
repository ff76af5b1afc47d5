//! A backend for ratatui that writes each frame at once, and nothing for a frame without changes.
//!
//! ratatui's own backend resets the style and hides the cursor for every frame, changed or not. This backend collects
//! the output and omits cursor commands that would change nothing. The output is written at the flush, between
//! synchronized-update marks, so that no half frame is visible.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Begins a synchronized update (DEC private mode 2026). Terminals that do not know this mode ignore it.
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// The assumed size of a terminal that reports none, such as a bare serial line.
const FALLBACK_SIZE: Size = Size {
    width: 80,
    height: 24,
};

/// The known state of the terminal's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    /// The state is not known, since another program had the screen.
    Unknown,
    Hidden,
    /// Visible, but at an unknown position, since writing cells moved the cursor.
    Moved,
    At(Position),
}

/// Draws to `out` and counts the bytes.
pub struct FrameBackend<W: Write> {
    out: W,
    size: Box<dyn Fn() -> io::Result<Size> + Send>,
    frame: Vec<u8>,
    in_update: bool,
    cursor: Cursor,
    bytes_written: u64,
}

impl<W: Write> FrameBackend<W> {
    /// Draws to `out`. `size` returns the terminal's size.
    pub fn new(out: W, size: impl Fn() -> io::Result<Size> + Send + 'static) -> Self {
        Self {
            out,
            size: Box::new(size),
            frame: Vec::new(),
            in_update: false,
            cursor: Cursor::Unknown,
            bytes_written: 0,
        }
    }

    /// The number of bytes written to the terminal so far.
    pub fn bytes_written(&self) -> u64 {
        self.bytes_written
    }

    /// Forgets the known state of the terminal, for use after another program had the terminal (suspend, `$EDITOR`).
    /// Call ratatui's `Terminal::clear` next, so that the next frame is drawn in full.
    pub fn forget(&mut self) {
        self.cursor = Cursor::Unknown;
        self.frame.clear();
        self.in_update = false;
    }

    fn begin_update(&mut self) {
        if !self.in_update {
            self.frame.extend_from_slice(BEGIN_UPDATE);
            self.in_update = true;
        }
    }

    fn crossterm_backend(&mut self) -> CrosstermBackend<&mut Vec<u8>> {
        CrosstermBackend::new(&mut self.frame)
    }

    /// Records that cells were written, which moves a visible cursor. A hidden cursor stays hidden.
    fn cursor_moved(&mut self) {
        if matches!(self.cursor, Cursor::At(_)) {
            self.cursor = Cursor::Moved;
        }
    }
}

/// The size of the terminal on standard output; an error if the terminal is gone.
///
/// crossterm's own function falls back to starting `tput`, which must not happen when the terminal is lost.
pub fn stdout_size() -> io::Result<Size> {
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stdout())?;
    Ok(size_or_fallback(size.ws_col, size.ws_row))
}

fn size_or_fallback(width: u16, height: u16) -> Size {
    match (width, height) {
        (0, _) | (_, 0) => FALLBACK_SIZE,
        _ => Size { width, height },
    }
}

impl<W: Write> Backend for FrameBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.begin_update();
        self.cursor_moved();
        self.crossterm_backend().draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        self.crossterm_backend().hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if matches!(self.cursor, Cursor::Moved | Cursor::At(_)) {
            return Ok(());
        }
        self.cursor = Cursor::Moved;
        self.crossterm_backend().show_cursor()
    }

    /// Returns the known position. Never asks the terminal, since its answer would arrive among the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(match self.cursor {
            Cursor::At(position) => position,
            _ => Position::ORIGIN,
        })
    }

    /// Does nothing for a hidden cursor, since its position does not matter.
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Cursor::At(position) || self.cursor == Cursor::Hidden {
            return Ok(());
        }
        if self.cursor == Cursor::Moved {
            self.cursor = Cursor::At(position);
        }
        self.crossterm_backend().set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.begin_update();
        self.crossterm_backend().clear_region(clear_type)
    }

    fn append_lines(&mut self, n: u16) -> io::Result<()> {
        self.cursor_moved();
        self.crossterm_backend().append_lines(n)
    }

    fn size(&self) -> io::Result<Size> {
        (self.size)()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::default(),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.in_update) {
            self.frame.extend_from_slice(END_UPDATE);
        }
        let written = self.out.write_all(&self.frame);
        self.bytes_written = self.bytes_written.saturating_add(self.frame.len() as u64);
        self.frame.clear();
        written.and_then(|()| self.out.flush())
    }
}

#[cfg(test)]
mod tests;
