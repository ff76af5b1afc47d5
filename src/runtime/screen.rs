//! Draws on the terminal with ratatui, and gives the terminal back at the end.

use std::io;

use ratatui::Terminal;
use ratatui::layout::Size;

use crate::app::model::Model;
use crate::domain::now::Now;
use crate::terminal::backend::{FrameBackend, stdout_size};
use crate::terminal::background;
use crate::terminal::guard::Guard;
use crate::terminal::output::TerminalOutput;
use crate::ui::theme::Theme;
use crate::ui::view::{self, ViewOutcome};

/// The terminal that the dashboard draws on.
pub struct Screen {
    // Fields are dropped in this order: the guard restores the terminal after ratatui's last write.
    terminal: Terminal<FrameBackend<TerminalOutput>>,
    guard: Guard,
    output: TerminalOutput,
}

impl Screen {
    /// Takes over the terminal (raw mode, alternate screen), and with `has_title` also the window's title.
    ///
    /// # Errors
    /// When standard output is not a terminal, or raw mode is refused.
    pub fn open(has_title: bool) -> io::Result<Self> {
        let output = TerminalOutput::open()?;
        let guard = Guard::enter(output.clone(), has_title)?;
        let terminal = Terminal::new(FrameBackend::new(output.clone(), stdout_size))?;
        Ok(Self {
            terminal,
            guard,
            output,
        })
    }

    /// Whether the terminal has not yet taken all bytes of the last frame. No other frame should be drawn until it has:
    /// without this limit, frames would pile up while the terminal takes no bytes.
    pub fn is_blocked(&self) -> bool {
        self.output.is_blocked()
    }

    /// Waits until a blocked terminal takes more bytes. Never returns if the terminal is not blocked. Cancel-safe.
    ///
    /// # Errors
    /// If the system cannot wait for this terminal. Must be called inside the runtime.
    pub async fn writable(&self) -> io::Result<()> {
        self.output.writable().await
    }

    /// Writes as many of the waiting bytes as the terminal takes now.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn write_unwritten(&mut self) -> io::Result<()> {
        self.output.write_unwritten()
    }

    /// Waits a short time until the terminal has taken all bytes. Returns whether it has. Called before another program
    /// gets the terminal, since the rest of a frame must not appear in that program's output.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn settle(&self) -> io::Result<bool> {
        self.output.settle().await
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
        self.output.write_sequence(background::QUERY)
    }

    /// Gives the terminal to another program or to the shell until [`Self::resume`] is called.
    pub fn leave(&mut self) {
        self.guard.leave();
    }

    /// Whether the terminal was given away and is not taken back yet.
    pub fn has_left(&self) -> bool {
        self.guard.has_left()
    }

    /// Takes the terminal back after [`Self::leave`], or after another process stopped hubwatch and it was continued.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        // The next frame is drawn in full, so the rest of the last one is not needed.
        self.output.discard_unwritten();
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
    /// When the terminal is gone, or too many bytes wait for it already.
    pub fn write_sequence(&mut self, sequence: &str) -> io::Result<()> {
        self.output.write_sequence(sequence.as_bytes())
    }
}
