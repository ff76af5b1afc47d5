//! Pictures are built on a worker: one at a time, at most four a second, the latest answers win.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::tasks::Tasks;
use crate::domain::answer::Answers;
use crate::domain::now::{Now, TimeSource};
use crate::domain::policy::Policy;
use crate::picture::{self, Picture};

/// Two builds are at least so far apart.
const SPACING: Duration = Duration::from_millis(250);

/// Builds pictures when they are wanted.
pub struct Builder {
    tasks: Tasks,
    policy: Arc<Policy>,
    time: Arc<dyn TimeSource>,
    done: mpsc::Sender<Option<Arc<Picture>>>,
    built: mpsc::Receiver<Option<Arc<Picture>>>,
    wanted: bool,
    working: bool,
    last: Option<Now>,
}

impl Builder {
    /// Nothing is wanted yet.
    pub fn new(tasks: Tasks, policy: Arc<Policy>, time: Arc<dyn TimeSource>) -> Self {
        let (done, built) = mpsc::channel(1);
        Self {
            tasks,
            policy,
            time,
            done,
            built,
            wanted: false,
            working: false,
            last: None,
        }
    }

    /// A picture of what is known now is wanted.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// How long until the next build may begin; none while nothing is wanted or one is under way.
    pub fn wait(&self, now: Now) -> Option<Duration> {
        if !self.wanted || self.working {
            return None;
        }
        let since = self.last.map_or(SPACING, |last| now.since(last));
        Some(SPACING.saturating_sub(since))
    }

    /// Begins a build if one is wanted and may begin.
    pub fn begin(&mut self, now: Now, answers: impl FnOnce() -> Answers) {
        if self.wait(now) != Some(Duration::ZERO) {
            return;
        }
        self.wanted = false;
        self.working = true;
        self.last = Some(now);
        let (answers, policy) = (answers(), Arc::clone(&self.policy));
        let (time, done) = (Arc::clone(&self.time), self.done.clone());
        self.tasks.work(move || {
            let mut report = Report {
                done,
                picture: None,
            };
            report.picture = Some(Arc::new(picture::build(&answers, &policy, time.now())));
            // What was heard before is dropped here, where nobody waits for it.
            drop(answers);
        });
    }

    /// The next picture that is done; none where the building of it panicked, and another is wanted.
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Arc<Picture>> {
        let built = self.built.recv().await.flatten();
        self.working = false;
        self.wanted |= built.is_none();
        built
    }
}

/// Reports however the work ends, so that a panic in it does not leave the screen waiting for ever.
struct Report {
    done: mpsc::Sender<Option<Arc<Picture>>>,
    picture: Option<Arc<Picture>>,
}

impl Drop for Report {
    fn drop(&mut self) {
        // The one in flight is the only one, so there is room; the program may have ended.
        let _ended = self.done.try_send(self.picture.take());
    }
}
