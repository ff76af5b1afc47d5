//! Job control: stops the program as `^Z` does, if a shell can continue it.

use std::io;

use nix::unistd::{Pid, getpgrp, getppid, getsid};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};

/// Whether a shell with job control can continue hubwatch after a stop. Without such a shell (`tmux new-window
/// hubwatch`, or a script that runs hubwatch), the program would stay stopped for ever.
pub fn has_job_control_shell() -> bool {
    let session = visible_pid(getsid(None).ok());
    // A shell with job control puts each job into its own process group. Without such a shell, all processes are in the
    // session leader's group.
    session.is_some() && parent_session() == session && session != Some(getpgrp())
}

fn parent_session() -> Option<Pid> {
    // A parent with the number 0 is skipped, since `getsid(0)` returns this process's own session.
    visible_pid(Some(getppid())).and_then(|parent| visible_pid(getsid(Some(parent)).ok()))
}

/// Drops the number 0. Inside a container, all processes outside of it have this number and cannot be identified. The
/// numbers come from nix, since rustix rules out 0.
fn visible_pid(process: Option<Pid>) -> Option<Pid> {
    process.filter(|process| process.as_raw() > 0)
}

/// Stops this process and its group (a wrapper script, a pipe). Returns once the process is continued. Must be called
/// inside the async runtime.
///
/// # Errors
/// If the signal is refused.
pub async fn stop_process_group() -> io::Result<()> {
    // Another thread may receive the signal first. The present thread would then run on for a moment, and take over the
    // terminal before the shell has it. To prevent this, the present thread waits until the process is continued.
    let mut continued = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
    kill_current_process_group(Signal::STOP)?;
    continued.recv().await;
    Ok(())
}
