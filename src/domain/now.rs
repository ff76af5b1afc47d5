//! Time on two clocks: the wall clock and a steady clock.
//!
//! While a laptop sleeps, one clock may advance and the other may not. A wall clock can also be set back. So an age is
//! the larger of the differences on the two clocks.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Whether the steady clock continues while the machine sleeps. If so, a difference between the two clocks means that
/// the wall clock was set.
pub const STEADY_CLOCK_COUNTS_SLEEP: bool = cfg!(target_os = "linux");

/// A time on both clocks. Pure modules receive it as a parameter and never read a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// The wall clock.
    pub wall: DateTime<Utc>,
    /// Time on the steady clock since the program started.
    #[serde(default)]
    pub mono: Duration,
}

impl Now {
    /// How long ago `earlier` was: the larger of the differences on the two clocks. Never negative.
    pub fn since(self, earlier: Now) -> Duration {
        let wall = (self.wall - earlier.wall).to_std().unwrap_or_default();
        wall.max(self.mono.saturating_sub(earlier.mono))
    }

    /// The same moment on a wall clock that is ahead by `by`. If the result is out of range, the wall time stays
    /// unchanged.
    pub fn with_wall_offset(self, by: TimeDelta) -> Now {
        Now {
            wall: self.wall.checked_add_signed(by).unwrap_or(self.wall),
            mono: self.mono,
        }
    }

    /// The time `span` later, on both clocks.
    pub fn plus(self, span: Duration) -> Now {
        Now {
            wall: time_after(self.wall, span),
            mono: self.mono.saturating_add(span),
        }
    }
}

/// The source of the present time. It is passed to the modules with I/O. Tests pass their own.
pub trait TimeSource: Send + Sync {
    fn now(&self) -> Now;
}

/// Returns `at` plus `span`, or the latest possible time if that overflows.
pub fn time_after(at: DateTime<Utc>, span: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(span)
        .ok()
        .and_then(|delta| at.checked_add_signed(delta))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// How far a server's clock may be ahead of ours. A date that is further ahead of every known clock cannot be used.
pub const MAX_CLOCK_LEAD: TimeDelta = TimeDelta::minutes(5);

/// Whether `at` is too far ahead of `now` to be the date of a past event.
pub fn is_in_future(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at - now > MAX_CLOCK_LEAD
}

/// The time from `earlier` to `at`; zero if `at` is not later.
pub fn duration_since(at: DateTime<Utc>, earlier: DateTime<Utc>) -> Duration {
    (at - earlier).to_std().unwrap_or_default()
}

/// The time until `at`, on the clock that reaches `at` sooner. Zero once `at` is past on either clock.
pub fn duration_until(at: Now, now: Now) -> Duration {
    let mono = at.mono.saturating_sub(now.mono);
    mono.min(duration_since(at.wall, now.wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(wall: i64, mono: u64) -> Now {
        Now {
            wall: DateTime::from_timestamp(wall, 0).unwrap(),
            mono: Duration::from_secs(mono),
        }
    }

    #[test]
    fn a_laptop_that_slept_is_as_old_as_the_wall_says() {
        assert_eq!(now(1000, 20).since(now(100, 10)), Duration::from_secs(900));
    }

    #[test]
    fn a_wall_clock_set_back_does_not_make_data_young() {
        assert_eq!(now(50, 500).since(now(100, 10)), Duration::from_secs(490));
    }

    #[test]
    fn the_future_has_no_age() {
        assert_eq!(now(1, 1).since(now(9, 9)), Duration::ZERO);
    }
}
