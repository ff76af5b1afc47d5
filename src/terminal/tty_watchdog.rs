//! Handles a terminal whose output nobody reads any more, such as after a broken connection. Such a terminal takes no
//! more bytes, and a blocking write to it never returns.

use std::io;
use std::os::fd::AsFd;

use rustix::process::getpgrp;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush, tcgetpgrp};

/// Discards unread output and wakes a blocked writer. Does nothing while another program has the terminal, such as an
/// editor or a shell.
///
/// # Errors
/// If `terminal` is not the controlling terminal.
pub fn drain_output(terminal: impl AsFd) -> io::Result<()> {
    // The system would stop a background process that flushes the terminal.
    if tcgetpgrp(&terminal)? != getpgrp() {
        return Ok(());
    }
    tcflush(&terminal, QueueSelector::OFlush)?;
    // A flush alone does not wake a blocked writer, but resuming paused output does.
    tcflow(&terminal, Action::OOff)?;
    tcflow(&terminal, Action::OOn)?;
    Ok(())
}
