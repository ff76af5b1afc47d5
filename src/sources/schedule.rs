//! When a source is asked next. Pure: moments come in, a wait goes out.
//!
//! Polls come once an interval, a little off so that many sources do not ask as one; a failing source is
//! tried again soon and then less often; what the upstream says of its limits is kept to.

mod backoff;
mod jitter;
mod rate;

use std::time::Duration;

use crate::domain::now::{Now, duration_since};
use crate::domain::source::FailureKind;
use crate::sources::source::PollReport;
pub use rate::RateUsage;

use jitter::Jitter;

/// No upstream may hold us off for longer than this, whatever it says.
pub const MAX_HOLD: Duration = Duration::from_secs(600);

/// Between the end of a poll and the next at least this much, however slow the answer was.
const MIN_PAUSE: Duration = Duration::from_secs(1);

/// The two clocks part by more than this only when the machine slept or the wall clock was set.
const MAX_CLOCK_DIVERGENCE: Duration = Duration::from_secs(3);

/// After a jump all sources are due; they come within this.
const POLL_WITHIN_AFTER_JUMP: Duration = Duration::from_secs(2);

/// Why a poll brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFailure {
    /// It may mend by itself.
    Transient,
    /// Somebody must mend it, here or at the upstream: a redirect, a 404.
    Configuration,
    /// The credentials were refused, or could not be fetched.
    Credentials,
    /// 429; with `Retry-After` or the window's end, where it was sent.
    RateLimited {
        /// How long to wait.
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
    /// Not before this, even when asked to: the upstream said so.
    held_until: Option<Now>,
    /// The last moment that was passed in, to notice a jump.
    last_now: Now,
}

impl Schedule {
    /// A source polled every `interval`, at once for the first time. `seed` tells it from the others.
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

    /// How long until the next poll; zero when it is due. To be asked again at least every 15 s, and
    /// at once after a wake-up, so that a machine that slept is noticed.
    pub fn wait(&mut self, now: Now) -> Duration {
        self.handle_clock_jump(now);
        let held = self
            .held_until
            .map_or(Duration::ZERO, |at| remaining(at, now));
        remaining(self.due, now).max(held)
    }

    /// A poll begins.
    pub fn record_start(&mut self, now: Now) {
        self.handle_clock_jump(now);
        self.started_at = Some(now);
        self.due = now.plus(self.interval);
    }

    /// The poll is over: what it came to, and what it says of the next one.
    pub fn record_poll<T>(&mut self, now: Now, polled: &PollReport<T>) {
        match &polled.outcome {
            Ok(_) => {
                let spending = polled.rate.map(|budget| RateUsage {
                    budget,
                    requests: polled.requests,
                });
                self.record_success(now, spending);
                // A part was refused; asked before that time is over, the whole would be too.
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

    /// The poll brought an answer. `spending` is what it cost of which budget, where there is one.
    pub fn record_success(&mut self, now: Now, spending: Option<RateUsage>) {
        self.failures = 0;
        self.held_until = None;
        let spacing = spending.map_or(Duration::ZERO, |spent| spent.min_spacing(now.wall));
        let next = self.jitter.around(self.interval).max(spacing);
        self.schedule_next(now, next);
    }

    /// The poll brought none.
    pub fn record_failure(&mut self, now: Now, setback: PollFailure) {
        self.failures = self.failures.saturating_add(1);
        let wait = backoff::delay(self.interval, self.failures, setback);
        if let PollFailure::RateLimited { retry_after } = setback {
            self.hold(now, retry_after.unwrap_or(wait));
        }
        let next = self.jitter.around(wait);
        self.schedule_next_from(now, now, next);
    }

    /// It should be asked again within `span`, as a probe's second try is.
    pub fn make_due_within(&mut self, now: Now, span: Duration) {
        let soon = now.plus(span.max(MIN_PAUSE));
        if remaining(soon, now) < remaining(self.due, now) {
            self.due = soon;
        }
    }

    /// Somebody wants it now; an upstream's hold still stands.
    pub fn make_due(&mut self, now: Now) {
        self.handle_clock_jump(now);
        self.due = now;
    }

    fn hold(&mut self, now: Now, span: Duration) {
        self.held_until = Some(now.plus(span.clamp(MIN_PAUSE, MAX_HOLD)));
    }

    /// The next poll comes `span` after the last one began.
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

/// How long until `at`, by whichever clock says less.
fn remaining(at: Now, now: Now) -> Duration {
    let mono = at.mono.saturating_sub(now.mono);
    mono.min(duration_since(at.wall, now.wall))
}

/// By how much the two clocks went differently between two moments.
fn clock_divergence(earlier: Now, later: Now) -> Duration {
    let wall = later.wall - earlier.wall;
    let mono = later.mono.saturating_sub(earlier.mono);
    let mono = chrono::TimeDelta::from_std(mono).unwrap_or(chrono::TimeDelta::MAX);
    let apart = wall.checked_sub(&mono).unwrap_or(chrono::TimeDelta::MAX);
    apart.abs().to_std().unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests;
