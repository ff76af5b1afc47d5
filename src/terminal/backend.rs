//! The terminal backend of ratatui: one write for a frame, and none for a frame that changes nothing.
//!
//! ratatui's stock backend resets the style and hides the cursor for every frame, changed or not. This one collects
//! the output, compares it with the terminal's known state, and writes the difference at the flush, between
//! synchronized-update marks so that no half frame is seen.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Begins a synchronized update (DEC private mode 2026); terminals that do not know it ignore it.
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// A terminal that reports no size at all (a bare serial line) is taken to be of this one.
const FALLBACK_SIZE: Size = Size {
    width: 80,
    height: 24,
};

/// The known state of the terminal's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    /// Not known: after the screen was taken by someone else.
    Unknown,
    Hidden,
    /// Seen, but the last cells written moved it somewhere.
    Moved,
    At(Position),
}

/// Draws to `out`, and keeps count.
pub struct FrameBackend<W: Write> {
    out: W,
    size: Box<dyn Fn() -> io::Result<Size> + Send>,
    frame: Vec<u8>,
    in_update: bool,
    cursor: Cursor,
    bytes_written: u64,
}

impl<W: Write> FrameBackend<W> {
    /// Draws to `out`, whose size `size` tells.
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

    /// Bytes that went to the terminal so far.
    pub fn bytes_written(&self) -> u64 {
        self.bytes_written
    }

    /// Forgets the terminal's known state, after another program had it (suspend, `$EDITOR`). Call ratatui's
    /// `Terminal::clear` next, so that the next frame is drawn in full.
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

    /// Writing cells moves a visible cursor; a hidden one stays hidden.
    fn cursor_moved(&mut self) {
        if matches!(self.cursor, Cursor::At(_)) {
            self.cursor = Cursor::Moved;
        }
    }
}

/// The backend on standard output.
///
/// # Errors
/// When standard output cannot be duplicated.
pub fn stdout_backend() -> io::Result<FrameBackend<std::fs::File>> {
    use std::os::fd::AsFd;
    // A plain file: std's own handle splits a frame at its line ends and keeps a second buffer.
    let out = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(FrameBackend::new(std::fs::File::from(out), stdout_size))
}

/// The size of the terminal on standard output; an error when it is gone.
///
/// crossterm's own falls back to starting `tput`, which a lost terminal must not cause.
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

    /// Never asks the terminal, whose answer would have to be fished out of the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(match self.cursor {
            Cursor::At(position) => position,
            _ => Position::ORIGIN,
        })
    }

    /// A hidden cursor has no place that matters, so none is written.
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
