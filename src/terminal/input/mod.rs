//! The terminal's events: keys, pastes, its size, its focus, and its end.
//!
//! hubwatch reads them itself: crossterm's event stream neither ends nor fails when the terminal hangs up. It would
//! read an empty file for ever with a whole core, and the process would stay behind.

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
    /// Text was pasted; its line ends are `\n`. It is untrusted.
    Paste(String),
    /// The window has a new size; ask for it when drawing.
    Resized,
    /// The terminal's window has the focus.
    FocusGained,
    /// The terminal's window lost the focus.
    FocusLost,
    /// The colour of its background, in answer to a query.
    Background(Rgb),
    /// Its device attributes: every earlier query is answered by now, or never will be.
    TerminalIdentified,
    /// The terminal hung up or ended: no more events follow.
    Closed,
}
