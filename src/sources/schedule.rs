//! When a source is asked next. Pure: moments come in, a wait goes out.
//!
//! Polls come once an interval, a little off so that many sources do not ask as one; a failing source is
//! tried again soon and then less often; what the upstream says of its limits is kept to.

mod backoff;
mod jitter;
mod rate;

use std::time::Duration;

use crate::domain::now::{Now, duration_since};
pub use rate::Spending;

use jitter::Jitter;

/// No upstream may hold us off for longer than this, whatever it says.
pub const LONGEST_HOLD: Duration = Duration::from_secs(600);

/// Between the end of a poll and the next at least this much, however slow the answer was.
const BREATH: Duration = Duration::from_secs(1);

/// The two clocks part by more than this only when the machine slept or the wall clock was set.
const JUMP: Duration = Duration::from_secs(3);

/// After a jump all sources are due; they come within this.
const AFTER_JUMP: Duration = Duration::from_secs(2);

/// Why a poll brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setback {
    /// It may mend by itself.
    Passing,
    /// It will not: credentials, configuration.
    Lasting,
    /// 429; with `Retry-After` or the window's end, where it was sent.
    RateLimited {
        /// How long to wait.
        retry_after: Option<Duration>,
    },
}

/// One source's schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    interval: Duration,
    jitter: Jitter,
    failures: u32,
    /// When the last poll began.
    asked: Option<Now>,
    due: Now,
    /// Not before this, even when asked to: the upstream said so.
    held_until: Option<Now>,
    /// The last moment heard of, to notice a jump.
    seen: Now,
}

impl Schedule {
    /// A source polled every `interval`, at once for the first time. `seed` tells it from the others.
    pub fn new(interval: Duration, seed: u64, now: Now) -> Self {
        Self {
            interval,
            jitter: Jitter::new(seed),
            failures: 0,
            asked: None,
            due: now,
            held_until: None,
            seen: now,
        }
    }

    /// How long until the next poll; zero when it is due. To be asked again at least every 15 s, and
    /// at once after a wake-up, so that a machine that slept is noticed.
    pub fn wait(&mut self, now: Now) -> Duration {
        self.notice_jump(now);
        let held = self.held_until.map_or(Duration::ZERO, |at| left(at, now));
        left(self.due, now).max(held)
    }

    /// A poll begins.
    pub fn begin(&mut self, now: Now) {
        self.notice_jump(now);
        self.asked = Some(now);
        self.due = now.plus(self.interval);
    }

    /// The poll brought an answer. `spending` is what it cost of which budget, where there is one.
    pub fn succeed(&mut self, now: Now, spending: Option<Spending>) {
        self.failures = 0;
        self.held_until = None;
        let spacing = spending.map_or(Duration::ZERO, |spent| spent.spacing(now.wall));
        let next = self.jitter.around(self.interval).max(spacing);
        self.plan(now, next);
    }

    /// The poll brought none.
    pub fn fail(&mut self, now: Now, setback: Setback) {
        self.failures = self.failures.saturating_add(1);
        let wait = backoff::delay(self.interval, self.failures, setback);
        if let Setback::RateLimited { retry_after } = setback {
            let hold = retry_after.unwrap_or(wait).clamp(BREATH, LONGEST_HOLD);
            self.held_until = Some(now.plus(hold));
        }
        let next = self.jitter.around(wait);
        self.plan_from(now, now, next);
    }

    /// It should be asked again within `span`, as a probe's second try is.
    pub fn at_the_latest(&mut self, now: Now, span: Duration) {
        let soon = now.plus(span.max(BREATH));
        if left(soon, now) < left(self.due, now) {
            self.due = soon;
        }
    }

    /// Somebody wants it now; an upstream's hold still stands.
    pub fn hurry(&mut self, now: Now) {
        self.notice_jump(now);
        self.due = now;
    }

    /// The next poll comes `span` after the last one began.
    fn plan(&mut self, now: Now, span: Duration) {
        self.plan_from(self.asked.unwrap_or(now), now, span);
    }

    fn plan_from(&mut self, start: Now, now: Now, span: Duration) {
        self.seen = now;
        let spent = now.since(start);
        self.due = now.plus(span.saturating_sub(spent).max(BREATH));
    }

    fn notice_jump(&mut self, now: Now) {
        if clocks_parted(self.seen, now) > JUMP {
            let soon = now.plus(self.jitter.up_to(AFTER_JUMP));
            if left(self.due, now) > left(soon, now) || left(self.due, now).is_zero() {
                self.due = soon;
            }
        }
        self.seen = now;
    }
}

/// How long until `at`, by whichever clock says less.
fn left(at: Now, now: Now) -> Duration {
    let mono = at.mono.saturating_sub(now.mono);
    mono.min(duration_since(at.wall, now.wall))
}

/// By how much the two clocks went differently between two moments.
fn clocks_parted(earlier: Now, later: Now) -> Duration {
    let wall = later.wall - earlier.wall;
    let mono = later.mono.saturating_sub(earlier.mono);
    let mono = chrono::TimeDelta::from_std(mono).unwrap_or(chrono::TimeDelta::MAX);
    let apart = wall.checked_sub(&mono).unwrap_or(chrono::TimeDelta::MAX);
    apart.abs().to_std().unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests;
