//! Job control: stopping the program as `^Z` does, where something above can continue it.

use std::io;

use rustix::process::{Pid, Signal, getpid, getppid, getsid, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};

/// Whether a shell of our own session stands above us. A program that is the terminal's only one (`tmux
/// new-window hubwatch`) would be stopped for ever: nobody is there to continue it.
pub fn has_a_shell_above() -> bool {
    let own_session = getsid(None).ok();
    own_session.is_some() && parent_session() == own_session && own_session != Some(getpid())
}

fn parent_session() -> Option<Pid> {
    getsid(getppid()).ok()
}

/// Stops this process and what runs in its group (a wrapper script, a pipe), and is done once it is
/// continued.
///
/// # Errors
/// When the signal is refused. Must be called inside the runtime.
pub async fn stop() -> io::Result<()> {
    // The signal may reach another thread first, and this one would run on for a moment: long enough to
    // take the terminal back before the shell has it. So wait for the word that it is over.
    let mut continued = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
    kill_current_process_group(Signal::STOP)?;
    continued.recv().await;
    Ok(())
}
