//! Runs the editor while it has the terminal. The editor stays in our process group, as git's does: ^Z stops both,
//! and a hang-up reaches both.

use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, waitpid};
use tokio::signal::unix::{self, SignalKind, signal};
use tokio::time::timeout;

use crate::runtime::signals::{SignalRequest, Signals};
use crate::terminal::job_control;

/// How long an editor may take to save its file after it is asked to end.
const TERMINATION_GRACE: Duration = Duration::from_secs(1);

/// The longest delay between the moments at which the editor and hubwatch receive the signal of a key such as ctrl+c
/// or ctrl+z.
const SIGNAL_LAG: Duration = Duration::from_millis(100);

/// How long hubwatch waits at a time for the editor to stop. If the editor stops hubwatch too, the current wait is over
/// when hubwatch is continued. The next wait then leaves time to receive SIGCONT.
const STOP_WAIT: Duration = Duration::from_millis(100);

/// The number of waits within which the editor must give the terminal back and stop. Together they are one second.
const STOP_WAITS: usize = 10;

/// The way in which the editor ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditorEnd {
    /// The editor ended with this exit code.
    Exited(i32),
    /// This signal killed the editor.
    Killed(i32),
    /// The editor still runs: hubwatch must end, and the editor did not end in time.
    StillRunning,
}

/// The way in which the editor ended, and whether hubwatch goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditorResult {
    pub end: EditorEnd,
    /// False if hubwatch is asked to end.
    pub keep_running: bool,
}

/// Runs the editor in the foreground until it ends or hubwatch is asked to end. Must be called inside the runtime.
///
/// # Errors
/// When the editor cannot be started.
pub async fn run(argv: &[String], signals: &mut Signals) -> io::Result<EditorResult> {
    let mut child_signal = signal(SignalKind::child())?;
    let pid = spawn(argv)?;
    loop {
        let state = match poll_child(pid)? {
            Some(ChildState::Stopped) => {
                // Received only after the stop, the signal of the same key would make hubwatch stop once more.
                signals.discard_suspend(SIGNAL_LAG).await;
                Some(ChildState::Stopped)
            }
            Some(exited) => Some(exited),
            None => match next_request(&mut child_signal, signals).await {
                Some(SignalRequest::Terminate) => break,
                Some(SignalRequest::Suspend) => {
                    wait_until_stopped(pid, &mut child_signal, signals).await?
                }
                // The interrupt was meant for the editor.
                Some(SignalRequest::Interrupt | SignalRequest::Resume) | None => None,
            },
        };
        match state {
            Some(ChildState::Exited(end)) => {
                signals.discard_interrupts(signal_lag(end)).await;
                return Ok(EditorResult {
                    end,
                    keep_running: true,
                });
            }
            Some(ChildState::Stopped) => stop_with_editor(pid, signals).await?,
            None => {}
        }
    }
    let end = terminate(pid, &mut child_signal).await?;
    Ok(EditorResult {
        end,
        keep_running: false,
    })
}

// The time to wait for the signal of a key such as ctrl+c that ended the editor. The key sends the signal to the editor
// and to hubwatch, and hubwatch may notice the editor's end before it receives the signal.
fn signal_lag(end: EditorEnd) -> Duration {
    let keys = [Signal::INT, Signal::QUIT].map(Signal::as_raw);
    match end {
        EditorEnd::Killed(signal) if keys.contains(&signal) => SIGNAL_LAG,
        EditorEnd::Exited(code) if keys.contains(&(code - 128)) => SIGNAL_LAG,
        _ => Duration::ZERO,
    }
}

fn spawn(argv: &[String]) -> io::Result<Pid> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(program);
    command.args(arguments);
    // The editor reads keys from the terminal, even if our own standard input is something else.
    if !rustix::termios::isatty(rustix::stdio::stdin()) {
        command.stdin(Stdio::from(std::fs::File::open("/dev/tty")?));
    }
    // tokio's `Command` is not used, since it reports only the end of a child. hubwatch would wait for ever for a child
    // that was stopped.
    Ok(Pid::from_child(&command.spawn()?))
}

enum ChildState {
    Exited(EditorEnd),
    Stopped,
}

fn poll_child(pid: Pid) -> io::Result<Option<ChildState>> {
    let seen = waitpid(Some(pid), WaitOptions::NOHANG | WaitOptions::UNTRACED)?;
    Ok(seen.and_then(|(_, status)| child_state(status)))
}

fn child_state(status: WaitStatus) -> Option<ChildState> {
    if status.stopped() {
        return Some(ChildState::Stopped);
    }
    let exit = status.exit_status().map(EditorEnd::Exited);
    let end = exit.or_else(|| status.terminating_signal().map(EditorEnd::Killed));
    end.map(ChildState::Exited)
}

async fn next_request(
    child_signal: &mut unix::Signal,
    signals: &mut Signals,
) -> Option<SignalRequest> {
    tokio::select! {
        biased;
        asked = signals.next() => Some(asked),
        _ = child_signal.recv() => None,
    }
}

// Waits until the editor has stopped, after hubwatch was asked to stop. hubwatch stops its process group with a signal
// that the editor cannot handle. If hubwatch sent that signal too early, the editor could not restore the terminal's
// modes, and could still read a line that was typed for the shell. Returns `None` if hubwatch must not stop now.
async fn wait_until_stopped(
    pid: Pid,
    child_signal: &mut unix::Signal,
    signals: &mut Signals,
) -> io::Result<Option<ChildState>> {
    if !job_control::has_job_control_shell() {
        return Ok(None);
    }
    for _ in 0..STOP_WAITS {
        tokio::select! {
            biased;
            // The editor stopped the process group, and the shell has already continued it.
            () = signals.resumed() => return Ok(None),
            state = timeout(STOP_WAIT, next_state(pid, child_signal)) => if let Ok(state) = state {
                return state.map(Some);
            },
        }
    }
    // The editor ignores the request, or only hubwatch received it.
    let _ended = kill_process(pid, Signal::STOP);
    timeout(STOP_WAIT, next_state(pid, child_signal))
        .await
        .unwrap_or(Ok(ChildState::Stopped))
        .map(Some)
}

async fn next_state(pid: Pid, child_signal: &mut unix::Signal) -> io::Result<ChildState> {
    loop {
        if let Some(state) = poll_child(pid)? {
            return Ok(state);
        }
        child_signal.recv().await;
    }
}

// The shell needs the terminal while the editor is stopped, so hubwatch stops too. If no shell can continue hubwatch,
// the editor is continued at once.
async fn stop_with_editor(pid: Pid, signals: &mut Signals) -> io::Result<()> {
    if job_control::has_job_control_shell() {
        signals.stop_process_group().await?;
        signals.discard_suspend(Duration::ZERO).await;
    }
    let _ended = kill_process(pid, Signal::CONT);
    Ok(())
}

async fn terminate(pid: Pid, child_signal: &mut unix::Signal) -> io::Result<EditorEnd> {
    let _ended = kill_process(pid, Signal::TERM);
    let _ended = kill_process(pid, Signal::CONT);
    let end = async {
        loop {
            if let ChildState::Exited(end) = next_state(pid, child_signal).await? {
                return Ok(end);
            }
        }
    };
    timeout(TERMINATION_GRACE, end)
        .await
        .unwrap_or(Ok(EditorEnd::StillRunning))
}
