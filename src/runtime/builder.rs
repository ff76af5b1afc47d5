//! Builds pictures on a worker: one at a time, at most four a second, always from the latest answers. Builds another
//! one when a picture expires. Reports failed builds.

use std::ops::DerefMut;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::tasks::Tasks;
use crate::domain::answers::Answers;
use crate::domain::now::{Now, TimeSource, duration_since, duration_until};
use crate::domain::policy::Policy;
use crate::picture::{self, BuildOptions, Picture};

/// The least time between two builds.
const MIN_SPACING: Duration = Duration::from_millis(250);

/// The spacing doubles with each failure in a row, but at most this many times. So the longest spacing is 4 s.
const MAX_DOUBLINGS: u32 = 4;

/// A build that takes longer than this makes the picture lag.
const BUILD_TIMEOUT: Duration = Duration::from_secs(10);

/// Builds pictures when they are wanted.
pub struct Builder {
    tasks: Tasks,
    policy: Arc<Policy>,
    time: Arc<dyn TimeSource>,
    built_tx: mpsc::Sender<Option<Arc<Picture>>>,
    built_rx: mpsc::Receiver<Option<Arc<Picture>>>,
    wanted: bool,
    is_building: bool,
    last_start: Option<Now>,
    /// The latest picture. `None` during a build, because the build owns it.
    previous: Option<Arc<Picture>>,
    /// When the latest picture expires if no new answer arrives.
    expires: Option<Now>,
    /// The start of the first build since the latest picture. `None` if no build has begun since then.
    lagging_since: Option<Now>,
    /// How many builds failed since the last successful one.
    failures: u32,
}

impl Builder {
    pub fn new(tasks: Tasks, policy: Arc<Policy>, time: Arc<dyn TimeSource>) -> Self {
        let (done, built) = mpsc::channel(1);
        Self {
            tasks,
            policy,
            time,
            built_tx: done,
            built_rx: built,
            wanted: false,
            is_building: false,
            last_start: None,
            previous: None,
            expires: None,
            lagging_since: None,
            failures: 0,
        }
    }

    /// Asks for a picture of the latest answers.
    pub fn request(&mut self) {
        self.wanted = true;
    }

    /// The time until the builder needs a call. Without a running build, this is the time until the next build may
    /// begin; `None` if no build is wanted. During a build, this is the time until the build counts as late; `None` if
    /// it is late already.
    pub fn until_due(&self, now: Now) -> Option<Duration> {
        if self.is_building {
            let under_way = now.since(self.lagging_since?);
            // A build that is late stays late, so there is nothing more to wake up for.
            return (under_way < BUILD_TIMEOUT).then(|| BUILD_TIMEOUT.saturating_sub(under_way));
        }
        let until_wanted = if self.wanted {
            Duration::ZERO
        } else {
            duration_until(self.expires?, now)
        };
        let spacing = MIN_SPACING.saturating_mul(1 << self.failures.min(MAX_DOUBLINGS));
        let since = self.last_start.map_or(spacing, |last| now.since(last));
        Some(until_wanted.max(spacing.saturating_sub(since)))
    }

    /// The time since which the picture has lagged behind the answers; `None` while it is current. The picture lags if
    /// a build fails or takes too long.
    pub fn lagging_since(&self, now: Now) -> Option<Now> {
        let lags = |owed: &Now| self.failures > 0 || now.since(*owed) >= BUILD_TIMEOUT;
        self.lagging_since.filter(lags)
    }

    /// Begins a build if one is wanted and may begin.
    pub fn start_if_due(&mut self, now: Now, answers: impl FnOnce() -> Answers) {
        if self.is_building || self.until_due(now) != Some(Duration::ZERO) {
            return;
        }
        self.wanted = false;
        self.is_building = true;
        self.lagging_since.get_or_insert(now);
        self.last_start = Some(now);
        let (answers, policy) = (answers(), Arc::clone(&self.policy));
        let (time, done) = (Arc::clone(&self.time), self.built_tx.clone());
        let previous = self.previous.take();
        self.tasks.spawn_blocking(move || {
            let mut report = send_on_drop(done);
            let options = BuildOptions {
                previous: previous.as_deref(),
                ..BuildOptions::default()
            };
            let built = picture::build(&answers, &policy, time.now(), options);
            *report = Some(Arc::new(built));
            // Drops the answers and the previous picture on the worker, so that the event loop does not wait until
            // their memory is freed.
            drop((answers, previous));
        });
    }

    /// When the latest build began. Its picture contains the answers that had arrived by then.
    pub fn last_start(&self) -> Option<Now> {
        self.last_start
    }

    /// The next finished picture; `None` if the build panicked, which makes another build wanted. Cancel-safe: no
    /// picture is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Arc<Picture>> {
        let built = self.built_rx.recv().await.flatten();
        self.record_result(built.as_deref());
        self.previous.clone_from(&built);
        built
    }

    fn record_result(&mut self, built: Option<&Picture>) {
        self.is_building = false;
        match built {
            Some(picture) => {
                self.expires = picture.valid_until.map(|at| {
                    // The expiry is set on both clocks, so that the picture expires even if the wall clock is set back.
                    let built_at = picture.at.with_wall_offset(-picture.skew);
                    built_at.plus(duration_since(at, picture.at.wall))
                });
                self.lagging_since = None;
                self.failures = 0;
            }
            None => {
                self.wanted = true;
                self.failures = self.failures.saturating_add(1);
            }
        }
    }
}

/// Sends the picture when the work ends. After a panic it sends `None`, so that the screen does not wait for ever.
fn send_on_drop(
    built_tx: mpsc::Sender<Option<Arc<Picture>>>,
) -> impl DerefMut<Target = Option<Arc<Picture>>> {
    scopeguard::guard(None, move |picture| {
        // Only one build runs at a time, so the channel has room. Sending fails only if the program has ended.
        let _ended = built_tx.try_send(picture);
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::domain::answers::IncidentsData;
    use crate::domain::source::{Answer, Slot, SourceId, SourceKind};

    /// A clock that does not move.
    struct Still;

    impl TimeSource for Still {
        fn now(&self) -> Now {
            at(0)
        }
    }

    fn at(millis: u64) -> Now {
        Now {
            wall: DateTime::UNIX_EPOCH + TimeDelta::days(1),
            mono: Duration::ZERO,
        }
        .plus(Duration::from_millis(millis))
    }

    fn builder() -> Builder {
        Builder::new(Tasks::on_current_runtime(), Arc::default(), Arc::new(Still))
    }

    /// A picture that was built at `millis` and is valid for a second.
    fn picture(millis: u64) -> Picture {
        let mut picture = picture::build(
            &Answers::default(),
            &Policy::default(),
            at(millis),
            BuildOptions::default(),
        );
        picture.valid_until = Some(at(millis + 1000).wall);
        picture
    }

    #[tokio::test]
    async fn a_picture_is_built_when_it_is_wanted() {
        let mut builder = builder();
        assert_eq!(builder.until_due(at(0)), None);
        builder.request();
        builder.start_if_due(at(0), Answers::default);
        assert_eq!(builder.next().await.map(|it| it.at), Some(at(0)));
        builder.request();
        assert_eq!(builder.until_due(at(100)), Some(Duration::from_millis(150)));
    }

    #[tokio::test]
    async fn a_picture_that_ran_out_is_built_anew_but_waited_for_once() {
        let mut builder = builder();
        builder.last_start = Some(at(0));
        builder.record_result(Some(&picture(0)));
        assert_eq!(builder.until_due(at(400)), Some(Duration::from_millis(600)));
        builder.start_if_due(at(1000), Answers::default);
        assert!(builder.is_building);
        // The running build is late already, so there is no reason to wake up again and again.
        assert_eq!(
            builder.until_due(at(1100)),
            Some(Duration::from_millis(9900))
        );
        builder.record_result(Some(&picture(100)));
        assert_eq!(
            builder.until_due(at(1101)),
            Some(Duration::from_millis(149))
        );
    }

    #[tokio::test]
    async fn a_wall_clock_set_back_makes_no_picture_last() {
        let mut builder = builder();
        builder.record_result(Some(&picture(0)));
        let mut now = at(1000);
        now.wall -= TimeDelta::hours(1);
        assert_eq!(builder.until_due(now), Some(Duration::ZERO));
    }

    #[tokio::test]
    async fn failures_are_owned_up_to_at_once_and_tried_again_ever_later() {
        let mut builder = builder();
        builder.request();
        let mut waits = Vec::new();
        for _ in 0..6 {
            (builder.last_start, builder.lagging_since) = (Some(at(0)), Some(at(0)));
            builder.record_result(None);
            assert_eq!(builder.lagging_since(at(0)), Some(at(0)));
            waits.extend(builder.until_due(at(0)).map(|wait| wait.as_millis()));
        }
        assert_eq!(waits, [500, 1000, 2000, 4000, 4000, 4000]);
        builder.record_result(Some(&picture(0)));
        assert_eq!(builder.lagging_since(at(0)), None);
    }

    #[tokio::test]
    async fn a_build_that_does_not_end_is_owned_up_to_and_wakes_nobody_for_nothing() {
        let mut builder = builder();
        builder.request();
        builder.start_if_due(at(0), Answers::default);
        assert_eq!(builder.lagging_since(at(9999)), None);
        assert_eq!(builder.until_due(at(9999)), Some(Duration::from_millis(1)));
        assert_eq!(builder.lagging_since(at(10_000)), Some(at(0)));
        assert_eq!(builder.until_due(at(10_000)), None);
    }

    #[tokio::test]
    async fn a_picture_is_built_after_the_one_before() {
        let mut builder = builder();
        let case_since = |seconds: u64| {
            let mut slot = Slot::waiting(SourceId::new(SourceKind::Pagerduty, ""), BUILD_TIMEOUT);
            let mut incident = crate::app::fixture::incident("Q1");
            incident.created_at = at(1000 * seconds).wall;
            let body = IncidentsData {
                incidents: vec![Arc::new(incident)],
                log: Vec::new(),
            };
            slot.succeed(Answer::new(at(0), at(0), None, body));
            Answers {
                incidents: Some(slot),
                ..Answers::default()
            }
        };
        let mut since = Vec::new();
        for (millis, seconds) in [(0, 7), (1000, 9), (2000, 5)] {
            builder.request();
            builder.start_if_due(at(millis), || case_since(seconds));
            since.extend(builder.next().await.map(|it| it.cases[0].since));
        }
        assert_eq!(since, [at(7000).wall, at(7000).wall, at(5000).wall]);
    }

    #[tokio::test]
    async fn a_panic_in_a_build_is_its_end() {
        let mut builder = builder();
        let done = builder.built_tx.clone();
        let tasks = builder.tasks.clone();
        tasks.spawn_blocking(move || {
            let _report = send_on_drop(done);
            panic!("a build that fails");
        });
        assert_eq!(builder.next().await, None);
        assert_eq!((builder.wanted, builder.failures), (true, 1));
    }
}
