//! Handles a terminal that nobody reads any more, such as after a broken connection: a write to it blocks for ever.

use std::io;

use rustix::process::getpgrp;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush, tcgetpgrp};

/// Discards unread output, and wakes a blocked writer. Does nothing while another program has the terminal: an
/// editor, a shell.
///
/// # Errors
/// There is no terminal.
pub fn drain_output() -> io::Result<()> {
    let out = io::stdout();
    // In the background the system would stop us for it.
    if tcgetpgrp(&out)? != getpgrp() {
        return Ok(());
    }
    tcflush(&out, QueueSelector::OFlush)?;
    // A flush alone wakes nobody; the end of a pause does.
    tcflow(&out, Action::OOff)?;
    tcflow(&out, Action::OOn)?;
    Ok(())
}
