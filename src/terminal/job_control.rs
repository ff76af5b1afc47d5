//! Job control: stopping the program as `^Z` does, where something above can continue it.

use std::io;

use nix::unistd::{Pid, getpgrp, getppid, getsid};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};

/// Whether a shell with job control can continue us after a stop. A program that is the terminal's only one (`tmux
/// new-window hubwatch`, or a script that runs it) would be stopped for ever.
pub fn has_job_control_shell() -> bool {
    let session = visible_pid(getsid(None).ok());
    // Such a shell gives each job a group of its own; without one all are in the session leader's.
    session.is_some() && parent_session() == session && session != Some(getpgrp())
}

fn parent_session() -> Option<Pid> {
    // Asked for process 0, the system would tell our own session.
    visible_pid(Some(getppid())).and_then(|parent| visible_pid(getsid(Some(parent)).ok()))
}

/// Inside a container, processes outside of it have the number 0: they exist, but cannot be identified. (rustix takes
/// 0 to be impossible, so these numbers come from nix.)
fn visible_pid(process: Option<Pid>) -> Option<Pid> {
    process.filter(|process| process.as_raw() > 0)
}

/// Stops this process and its group (a wrapper script, a pipe); returns once the process is continued.
///
/// # Errors
/// When the signal is refused. Must be called inside the runtime.
pub async fn stop_process_group() -> io::Result<()> {
    // The signal may reach another thread first, and this one would run on for a moment, long enough to take the
    // terminal before the shell has it. So it waits for the signal that continues the process.
    let mut continued = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
    kill_current_process_group(Signal::STOP)?;
    continued.recv().await;
    Ok(())
}
