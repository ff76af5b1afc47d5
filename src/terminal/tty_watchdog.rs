//! Handles a terminal whose output nobody reads any more, such as after a broken connection. A write to such a terminal
//! blocks for ever.

use std::io;

use rustix::process::getpgrp;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush, tcgetpgrp};

/// Discards unread output and wakes a blocked writer. Does nothing while another program has the terminal, such as an
/// editor or a shell.
///
/// # Errors
/// If there is no terminal.
pub fn drain_output() -> io::Result<()> {
    let out = io::stdout();
    // The system would stop a background process that flushes the terminal.
    if tcgetpgrp(&out)? != getpgrp() {
        return Ok(());
    }
    tcflush(&out, QueueSelector::OFlush)?;
    // A flush alone does not wake a blocked writer, but resuming paused output does.
    tcflow(&out, Action::OOff)?;
    tcflow(&out, Action::OOn)?;
    Ok(())
}
