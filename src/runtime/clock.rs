//! The one place that reads a clock and waits.

use std::time::Duration;

use chrono::Utc;

use crate::domain::now::{Now, TimeSource};

/// No sleep is longer, so that a machine that slept is noticed soon after it woke.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// The machine's two clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: SteadyMoment,
}

impl SystemClock {
    /// Steady time counts from here.
    pub fn start() -> Self {
        Self {
            started: SteadyMoment::now(),
        }
    }
}

impl TimeSource for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where clocks are read")]
    fn now(&self) -> Now {
        Now {
            wall: Utc::now(),
            mono: self.started.elapsed(),
        }
    }
}

/// A moment on a clock that nobody sets. On Linux it goes on while the machine sleeps, so that a wall clock that
/// parts from it was set; elsewhere it stands still while the machine sleeps.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug)]
struct SteadyMoment(Duration);

#[cfg(target_os = "linux")]
impl SteadyMoment {
    fn now() -> Self {
        let since_boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Self(since_boot.try_into().unwrap_or_default())
    }

    fn elapsed(self) -> Duration {
        Self::now().0.saturating_sub(self.0)
    }
}

#[cfg(not(target_os = "linux"))]
#[derive(Clone, Copy, Debug)]
struct SteadyMoment(std::time::Instant);

#[cfg(not(target_os = "linux"))]
#[expect(clippy::disallowed_methods, reason = "this is where clocks are read")]
impl SteadyMoment {
    fn now() -> Self {
        Self(std::time::Instant::now())
    }

    fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Waits for `span`, or for the longest sleep if that is shorter: the caller looks at the clock again.
#[expect(clippy::disallowed_methods, reason = "this is where waiting is done")]
pub async fn sleep(span: Duration) {
    tokio::time::sleep(span.min(LONGEST_SLEEP)).await;
}
