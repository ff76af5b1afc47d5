//! Handles panics. After a panic on the screen's thread, the hook gives the terminal back and reports the panic. A
//! panic on another thread is recorded; the source whose task panicked is then shown as failed and restarted.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use tokio::sync::Notify;

/// A panic on a thread other than the screen's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanicReport {
    /// The thread's name, if it has one.
    pub thread: Option<String>,
    pub message: String,
    /// `file:line`.
    pub location: Option<String>,
}

/// The most panics that are recorded. Without a limit, a task that panics on every poll would fill the memory.
const MAX_REPORTS: usize = 64;

/// The list is global, since a panic hook gets no data of the program.
static OTHER_PANICS: Mutex<Vec<PanicReport>> = Mutex::new(Vec::new());

/// Wakes a waiting task when a panic is recorded.
static PANIC_NOTIFY: Notify = Notify::const_new();

/// Installs the panic hook.
pub fn install(screen_thread: ThreadId) {
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().id() == screen_thread {
            super::guard::restore_terminal();
            // `eprintln!` would panic itself if standard error is gone.
            let _gone = writeln!(std::io::stderr(), "{info}");
            let trace = Backtrace::capture();
            if trace.status() == BacktraceStatus::Captured {
                let _gone = writeln!(std::io::stderr(), "{trace}");
            }
        } else {
            record(describe(info));
        }
    }));
}

/// Waits until another thread has panicked since the last call.
pub async fn wait_for_other_panic() {
    PANIC_NOTIFY.notified().await;
}

/// Takes the panics of other threads since the last call, oldest first.
pub fn take_other_panics() -> Vec<PanicReport> {
    std::mem::take(&mut *lock_other_panics())
}

fn record(report: PanicReport) {
    let mut others = lock_other_panics();
    if others.len() < MAX_REPORTS {
        others.push(report);
    }
    drop(others);
    PANIC_NOTIFY.notify_one();
}

fn lock_other_panics() -> MutexGuard<'static, Vec<PanicReport>> {
    OTHER_PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn describe(info: &PanicHookInfo<'_>) -> PanicReport {
    PanicReport {
        thread: thread::current().name().map(ToOwned::to_owned),
        message: info
            .payload_as_str()
            .unwrap_or("a panic without a message")
            .to_owned(),
        location: info
            .location()
            .map(|at| format!("{}:{}", at.file(), at.line())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_elsewhere_rings_and_is_taken_once() {
        record(PanicReport {
            thread: Some("worker".to_owned()),
            message: "no such label".to_owned(),
            location: None,
        });
        wait_for_other_panic().await;
        let mine = |report: &PanicReport| report.message == "no such label";
        assert_eq!(take_other_panics().iter().filter(|r| mine(r)).count(), 1);
        assert!(!take_other_panics().iter().any(mine));
    }
}
