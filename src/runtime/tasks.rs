//! The only place that spawns. Every task stops when the program does. A panic in a task does not end the program.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::sources::http::SpawnBlocking;

/// The program's tasks.
#[derive(Clone, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    handle: Handle,
}

impl Tasks {
    /// Tasks on the current runtime.
    pub fn on_current_runtime() -> Self {
        Self {
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
            handle: Handle::current(),
        }
    }

    /// Runs a task until the task or the program ends.
    #[expect(clippy::disallowed_methods, reason = "this is where tasks are spawned")]
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tracker.spawn_on(
            async move {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => {}
                    () = task => {}
                }
            },
            &self.handle,
        );
    }

    /// Runs `task`. After each panic it calls `on_panic` and, after a pause, runs a new task. The pause keeps a task
    /// that always panics from using a whole core.
    #[expect(clippy::disallowed_methods, reason = "this is where tasks are spawned")]
    pub fn supervise<F>(
        &self,
        mut task: impl FnMut() -> F + Send + 'static,
        mut on_panic: impl FnMut() + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let tracker = self.tracker.clone();
        let handle = self.handle.clone();
        self.spawn(async move {
            loop {
                match tracker.spawn_on(task(), &handle).await {
                    Err(error) if error.is_panic() => {
                        on_panic();
                        super::clock::sleep(Duration::from_secs(1)).await;
                    }
                    _ => return,
                }
            }
        });
    }

    /// Runs blocking work on a thread of its own.
    #[expect(clippy::disallowed_methods, reason = "this is where tasks are spawned")]
    pub fn spawn_blocking(&self, work: impl FnOnce() + Send + 'static) {
        self.tracker.spawn_blocking_on(work, &self.handle);
    }

    /// [`Self::spawn_blocking`] as a function, for modules that must not depend on [`Tasks`].
    pub fn blocking_runner(&self) -> SpawnBlocking {
        let tasks = self.clone();
        Arc::new(move |job| tasks.spawn_blocking(job))
    }

    /// The token that is cancelled when the program ends.
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops all tasks, and waits a short time for their end.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        let _patience_is_over = tokio::time::timeout(SHUTDOWN_TIMEOUT, self.tracker.wait()).await;
    }
}

/// How long the program's end waits for the tasks.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_is_told_of_and_started_again() {
        let tasks = Tasks::on_current_runtime();
        let (runs, stumbles) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let done = Arc::new(Notify::new());
        let (counted, told, finished) = (runs.clone(), stumbles.clone(), done.clone());
        tasks.supervise(
            move || {
                let run = counted.fetch_add(1, Ordering::SeqCst);
                let finished = finished.clone();
                async move {
                    assert!(run > 0, "the first run fails");
                    finished.notify_one();
                }
            },
            move || {
                told.fetch_add(1, Ordering::SeqCst);
            },
        );
        done.notified().await;
        assert_eq!(
            (runs.load(Ordering::SeqCst), stumbles.load(Ordering::SeqCst)),
            (2, 1)
        );
    }

    #[tokio::test]
    async fn stopping_ends_what_would_never_end() {
        let tasks = Tasks::on_current_runtime();
        tasks.spawn(std::future::pending());
        tasks.stop().await;
        assert!(tasks.tracker.is_empty());
    }
}
