//! Job control: stopping the program as `^Z` does, where something above can continue it.

use std::io;

use rustix::process::{Pid, Signal, getpgid, getpid, getppid, getsid, kill_current_process_group};

/// Whether a shell of our own session stands above us. A program that is the terminal's only one (`tmux
/// new-window hubwatch`) would be stopped for ever: nobody is there to continue it.
pub fn has_a_shell_above() -> bool {
    let own_session = getsid(None).ok();
    own_session.is_some() && parent_session() == own_session && own_session != Some(getpid())
}

fn parent_session() -> Option<Pid> {
    getsid(getppid()).ok()
}

/// Stops this process and what runs in its group (a wrapper script, a pipe), and returns once it is
/// continued.
///
/// # Errors
/// When the signal is refused.
pub fn stop() -> io::Result<()> {
    kill_current_process_group(Signal::STOP).map_err(io::Error::from)
}

/// Whether the terminal is ours to read and write at this moment, or we were continued by `bg`.
pub fn in_foreground() -> bool {
    let front = rustix::termios::tcgetpgrp(rustix::stdio::stdout()).ok();
    front.is_some() && front == getpgid(None).ok()
}
