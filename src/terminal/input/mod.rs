//! What the terminal tells: keys, pastes, its size, its focus, and that it is gone.
//!
//! Read by ourselves: crossterm's event stream neither ends nor fails when the terminal hangs up, but
//! reads the same nothing again and again on a full core, and an orphan would stay behind.

mod decode;
mod stream;

pub use decode::Decoder;
pub use stream::{InputStream, open_tty};

use super::background::Rgb;
use crate::app::key::Key;

/// One event from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed, or repeats.
    Key(Key),
    /// Text was pasted; line ends are `\n`. Untrusted as any text.
    Paste(String),
    /// The window has a new size; ask for it when drawing.
    Resized,
    /// The terminal's window has the focus.
    FocusGained,
    /// It has not.
    FocusLost,
    /// The colour of its background, as it was asked for.
    Background(Rgb),
    /// Who it is: what was asked before that is answered, or never will be.
    TerminalIdentified,
    /// The terminal hung up or ended: no more events follow.
    Closed,
}
