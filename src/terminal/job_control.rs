//! Job control: tells whether a shell can continue the program after a stop.

use nix::unistd::{Pid, getpgrp, getppid, getsid};

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
