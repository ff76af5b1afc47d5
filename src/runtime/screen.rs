//! Draws on the terminal with ratatui, and gives the terminal back at the end.

use std::fs::File;
use std::io::{self, Write};

use ratatui::Terminal;
use ratatui::layout::Size;

use crate::app::model::Model;
use crate::domain::now::Now;
use crate::terminal::backend::{self, FrameBackend};
use crate::terminal::background;
use crate::terminal::guard::Guard;
use crate::ui::theme::Theme;
use crate::ui::view::{self, ViewOutcome};

/// The terminal that the dashboard draws on.
pub struct Screen {
    // Fields are dropped in this order: the guard restores the terminal after ratatui's last write.
    terminal: Terminal<FrameBackend<File>>,
    guard: Guard,
}

impl Screen {
    /// Takes over the terminal (raw mode, alternate screen), and with `has_title` also the window's title.
    ///
    /// # Errors
    /// When standard output is not a terminal, or raw mode is refused.
    pub fn open(has_title: bool) -> io::Result<Self> {
        let guard = Guard::enter(has_title)?;
        let terminal = Terminal::new(backend::stdout_backend()?)?;
        Ok(Self { terminal, guard })
    }

    /// Draws a frame. Writes only the cells that differ from the last frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, model: &Model, theme: &Theme, now: Now) -> io::Result<ViewOutcome> {
        let mut outcome = None;
        self.terminal.draw(|frame| {
            outcome = Some(view::draw(frame.buffer_mut(), model, theme, now));
        })?;
        outcome.ok_or_else(|| io::Error::other("nothing was drawn"))
    }

    /// Asks the terminal for the colour of its background; the answer arrives in the input.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn ask_background(&mut self) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(background::QUERY)?;
        out.flush()
    }

    /// Gives the terminal back and stops the process, as `^Z` does. Returns once the process is continued.
    ///
    /// # Errors
    /// When the terminal is gone once the process is continued.
    pub async fn suspend(&mut self) -> io::Result<()> {
        self.guard.suspend().await
    }

    /// Gives the terminal to another program until [`Self::resume`] is called.
    pub fn leave(&mut self) {
        self.guard.leave();
    }

    /// Takes the terminal back after [`Self::leave`], or after another process stopped hubwatch and it was continued.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        self.guard.resume()
    }

    /// Forgets what the terminal shows, so that the next frame is drawn in full.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn invalidate(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// The terminal's size.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Writes an escape sequence that draws nothing, such as a copy to the clipboard.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn write_sequence(&mut self, sequence: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(sequence.as_bytes())?;
        out.flush()
    }
}
