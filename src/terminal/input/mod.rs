//! The terminal's events: keys, pastes, size changes, focus changes, and the terminal's end.
//!
//! hubwatch reads the terminal itself, since crossterm's event stream neither ends nor fails when the terminal hangs
//! up. The stream would read end-of-file for ever and keep a whole core busy, and the process would never end.

mod decode;
mod stream;

pub use decode::Decoder;
pub use stream::{InputStream, open_nonblocking, open_tty};

use super::background::Rgb;
use crate::app::key::Key;

/// One event from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed, or repeats while held.
    Key(Key),
    /// Text was pasted. Its line ends are `\n`. The text is untrusted.
    Paste(String),
    /// The window has a new size. The size is read when the next frame is drawn.
    Resized,
    /// The terminal's window has the focus.
    FocusGained,
    /// The terminal's window lost the focus.
    FocusLost,
    /// The terminal reported the colour of its background, in answer to a query.
    Background(Rgb),
    /// The terminal reported its device attributes. Earlier queries have their answers by now, or will never get them.
    TerminalIdentified,
    /// The terminal hung up or ended. No more events follow.
    Closed,
}
