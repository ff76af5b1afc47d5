//! Starts the program of `on_event` for each event. The program gets the event as JSON on its standard input, and has
//! no access to the terminal. The program's process group is killed if the program runs for too long or hubwatch ends.
//! hubwatch never waits for the program.

use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::inbox::InboxSender;
use super::tasks::Tasks;
use crate::app::events::Event;
use crate::domain::notify::HookSettings;

/// How many programs may run at the same time.
const MAX_RUNNING: usize = 4;

/// How many more programs may wait for their turn.
const MAX_WAITING: usize = 32;

/// Starts hooks, and reports the hooks that fail.
pub struct HookRunner {
    settings: Arc<HookSettings>,
    running: Arc<Semaphore>,
    started: Arc<AtomicUsize>,
    inbox: InboxSender,
}

impl HookRunner {
    /// Failures arrive in `inbox`.
    pub fn new(settings: HookSettings, inbox: InboxSender) -> Self {
        Self {
            settings: Arc::new(settings),
            running: Arc::new(Semaphore::new(MAX_RUNNING)),
            started: Arc::default(),
            inbox,
        }
    }

    /// Starts a hook for the event when its turn comes.
    pub fn start(&self, event: &Event, tasks: &Tasks) {
        let input = match serde_json::to_vec(event) {
            Ok(input) => input,
            Err(error) => return self.inbox.complain(format!("on_event: {error}")),
        };
        if self.started.fetch_add(1, Ordering::SeqCst) >= MAX_RUNNING + MAX_WAITING {
            self.started.fetch_sub(1, Ordering::SeqCst);
            let text = "on_event: too many events at once, some started no program";
            return self.inbox.complain(text);
        }
        let (settings, running) = (Arc::clone(&self.settings), Arc::clone(&self.running));
        let (started, inbox) = (Counted(Arc::clone(&self.started)), self.inbox.clone());
        tasks.spawn(async move {
            let _turn = running.acquire().await;
            if let Err(why) = run_hook(&settings, &input).await {
                inbox.complain(format!("on_event: {why}"));
            }
            drop(started);
        });
    }
}

// Counts a started hook. Dropping the value ends the count, even if the hook's task is cancelled or panics.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Runs the hook with `input` on its standard input, until the hook ends.
///
/// # Errors
/// When the hook cannot be started, fails, or is killed at its time limit. The error is a sentence.
pub async fn run_hook(settings: &HookSettings, input: &[u8]) -> Result<(), String> {
    let Some((program, arguments)) = settings.command.split_first() else {
        return Err("it names no program".to_owned());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{program} cannot be started: {error}"))?;
    let mut group = ProcessGroup::of_child(&child);
    match timeout(settings.timeout, feed(&mut child, input)).await {
        Ok(Ok(status)) => {
            // The program has ended. Processes that it left running on purpose are not killed.
            group.release();
            match status.success() {
                true => Ok(()),
                false => Err(format!("{program} failed ({status})")),
            }
        }
        Ok(Err(error)) => Err(format!("{program}: {error}")),
        Err(_) => Err(timeout_text(program, settings.timeout)),
    }
}

fn timeout_text(program: &str, limit: Duration) -> String {
    let limit = humantime::format_duration(limit);
    format!("{program} did not end within {limit} and was killed")
}

// Waits for the end of the hook. A hook that does not read its input has not failed.
async fn feed(child: &mut Child, input: &[u8]) -> std::io::Result<ExitStatus> {
    let pipe = child.stdin.take();
    let write = async {
        if let Some(mut pipe) = pipe {
            let _unread = pipe.write_all(input).await;
        }
    };
    let (status, ()) = tokio::join!(child.wait(), write);
    status
}

/// The process group of a hook. Dropping it kills the whole group, unless [`Self::release`] was called.
struct ProcessGroup(Option<Pid>);

impl ProcessGroup {
    fn of_child(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    fn release(&mut self) {
        self.0 = None;
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ended = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests;
