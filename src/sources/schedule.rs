//! When a source is polled next. Pure: the input is times, the result is a wait.
//!
//! A source is polled once per interval. Jitter keeps the sources from all polling at once. A failing source is polled
//! again soon, and then less and less often. The upstream's rate limits are respected.

mod backoff;
mod jitter;
mod rate;

use std::time::Duration;

use crate::domain::now::{Now, duration_since};
use crate::domain::source::FailureKind;
use crate::sources::poll_report::PollReport;
pub use rate::RateUsage;

use jitter::Jitter;

/// The longest pause that an upstream can ask for. Longer pauses are cut to this length.
pub const MAX_HOLD: Duration = Duration::from_secs(600);

/// The shortest pause between the end of a poll and the next poll, even after a slow answer.
const MIN_PAUSE: Duration = Duration::from_secs(1);

/// The largest normal difference between the wall clock and the steady clock. A larger one shows that the machine slept
/// or the wall clock was set.
const MAX_CLOCK_DIVERGENCE: Duration = Duration::from_secs(3);

/// The time over which polls are spread after a clock jump, when all sources are due.
const POLL_WITHIN_AFTER_JUMP: Duration = Duration::from_secs(2);

/// Why a poll failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFailure {
    /// The failure may pass by itself.
    Transient,
    /// The failure lasts until a person mends its cause, here or at the upstream. Examples: a redirect, a wrong path
    /// (404).
    Configuration,
    /// The credentials were refused, or could not be fetched.
    Credentials,
    /// The upstream answered 429. The answer may have `Retry-After` or the window's end.
    RateLimited {
        /// The time to wait.
        retry_after: Option<Duration>,
    },
}

impl PollFailure {
    fn new(kind: FailureKind, retry_after: Option<Duration>) -> Self {
        match kind {
            FailureKind::RateLimited => Self::RateLimited { retry_after },
            FailureKind::Configuration => Self::Configuration,
            FailureKind::Credentials => Self::Credentials,
            _ => Self::Transient,
        }
    }
}

/// One source's schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    interval: Duration,
    jitter: Jitter,
    failures: u32,
    /// When the last poll began.
    started_at: Option<Now>,
    due: Now,
    /// The end of a pause that the upstream asked for. No poll comes earlier, even if a person asks for a poll.
    held_until: Option<Now>,
    /// The time of the last call, to detect a clock jump.
    last_now: Now,
}

impl Schedule {
    /// The schedule of a source that is polled every `interval`, beginning now. `seed` is the seed of the jitter.
    pub fn new(interval: Duration, seed: u64, now: Now) -> Self {
        Self {
            interval,
            jitter: Jitter::new(seed),
            failures: 0,
            started_at: None,
            due: now,
            held_until: None,
            last_now: now,
        }
    }

    /// The time until the next poll; zero when a poll is due. The caller must call this at least every 15 s, and at
    /// once after a wake-up. Otherwise a sleep of the machine would not be noticed.
    pub fn wait(&mut self, now: Now) -> Duration {
        self.handle_clock_jump(now);
        let held = self
            .held_until
            .map_or(Duration::ZERO, |at| remaining(at, now));
        remaining(self.due, now).max(held)
    }

    /// Records that a poll begins.
    pub fn record_start(&mut self, now: Now) {
        self.handle_clock_jump(now);
        self.started_at = Some(now);
        self.due = now.plus(self.interval);
    }

    /// Records the end of a poll: its outcome, and when the next poll may come.
    pub fn record_poll<T>(&mut self, now: Now, polled: &PollReport<T>) {
        match &polled.outcome {
            Ok(_) => {
                let spending = polled.rate.map(|budget| RateUsage {
                    budget,
                    requests: polled.requests,
                });
                self.record_success(now, spending);
                // The upstream refused a part of the poll. It would refuse a whole poll during the pause, so the next
                // poll waits for the end of the pause.
                if let Some(pause) = polled.retry_after {
                    self.hold(now, pause);
                }
            }
            Err(error) => {
                self.record_failure(now, PollFailure::new(error.kind(), polled.retry_after));
            }
        }
        for soon in [polled.poll_again_in, polled.next_poll_in]
            .into_iter()
            .flatten()
        {
            self.make_due_within(now, soon);
        }
    }

    /// Records a good poll. `spending` is the upstream's request budget, if it has one, and the poll's share of it.
    pub fn record_success(&mut self, now: Now, spending: Option<RateUsage>) {
        self.failures = 0;
        self.held_until = None;
        let spacing = spending.map_or(Duration::ZERO, |spent| spent.min_spacing(now.wall));
        let next = self.jitter.around(self.interval).max(spacing);
        self.schedule_next(now, next);
    }

    /// Records a failed poll.
    pub fn record_failure(&mut self, now: Now, setback: PollFailure) {
        self.failures = self.failures.saturating_add(1);
        let wait = backoff::delay(self.interval, self.failures, setback);
        if let PollFailure::RateLimited { retry_after } = setback {
            self.hold(now, retry_after.unwrap_or(wait));
        }
        let next = self.jitter.around(wait);
        self.schedule_next_from(now, now, next);
    }

    /// Makes the source due within `span`, for example for a probe's second try.
    pub fn make_due_within(&mut self, now: Now, span: Duration) {
        let soon = now.plus(span.max(MIN_PAUSE));
        if remaining(soon, now) < remaining(self.due, now) {
            self.due = soon;
        }
    }

    /// Makes the source due now, since a person asked for a poll. A pause that the upstream asked for still applies.
    pub fn make_due(&mut self, now: Now) {
        self.handle_clock_jump(now);
        self.due = now;
    }

    fn hold(&mut self, now: Now, span: Duration) {
        self.held_until = Some(now.plus(span.clamp(MIN_PAUSE, MAX_HOLD)));
    }

    /// Schedules the next poll `span` after the beginning of the last poll.
    fn schedule_next(&mut self, now: Now, span: Duration) {
        self.schedule_next_from(self.started_at.unwrap_or(now), now, span);
    }

    fn schedule_next_from(&mut self, start: Now, now: Now, span: Duration) {
        self.last_now = now;
        let spent = now.since(start);
        self.due = now.plus(span.saturating_sub(spent).max(MIN_PAUSE));
    }

    fn handle_clock_jump(&mut self, now: Now) {
        if clock_divergence(self.last_now, now) > MAX_CLOCK_DIVERGENCE {
            let soon = now.plus(self.jitter.up_to(POLL_WITHIN_AFTER_JUMP));
            if remaining(self.due, now) > remaining(soon, now) || remaining(self.due, now).is_zero()
            {
                self.due = soon;
            }
        }
        self.last_now = now;
    }
}

/// The time until `at`. If the clocks differ, the shorter time counts.
fn remaining(at: Now, now: Now) -> Duration {
    let mono = at.mono.saturating_sub(now.mono);
    mono.min(duration_since(at.wall, now.wall))
}

/// How far the two clocks diverged between two times.
fn clock_divergence(earlier: Now, later: Now) -> Duration {
    let wall = later.wall - earlier.wall;
    let mono = later.mono.saturating_sub(earlier.mono);
    let mono = chrono::TimeDelta::from_std(mono).unwrap_or(chrono::TimeDelta::MAX);
    let apart = wall.checked_sub(&mono).unwrap_or(chrono::TimeDelta::MAX);
    apart.abs().to_std().unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests;
