//! Handles a terminal whose output nobody reads any more, such as after a broken connection. A write to it blocks for
//! ever.

use std::io;

use rustix::process::getpgrp;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush, tcgetpgrp};

/// Discards unread output and wakes a blocked writer. Does nothing while another program, such as an editor or a shell,
/// has the terminal.
///
/// # Errors
/// There is no terminal.
pub fn drain_output() -> io::Result<()> {
    let out = io::stdout();
    // A background process would be stopped for flushing the terminal.
    if tcgetpgrp(&out)? != getpgrp() {
        return Ok(());
    }
    tcflush(&out, QueueSelector::OFlush)?;
    // A flush alone does not wake a blocked writer, but resuming paused output does.
    tcflow(&out, Action::OOff)?;
    tcflow(&out, Action::OOn)?;
    Ok(())
}
