//! The only place that reads a clock or waits.

use std::time::Duration;

use chrono::Utc;

use crate::domain::now::{Now, TimeSource};

/// The longest single sleep. A longer sleep would notice too late that the machine was suspended.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// The machine's two clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: SteadyMoment,
}

impl SystemClock {
    /// Starts the steady clock at zero.
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

/// A moment on a clock that nobody sets. On Linux this clock also runs while the machine is suspended
/// (`CLOCK_BOOTTIME`). So if the wall clock drifts from it, the wall clock was set. On other systems this clock stops
/// while the machine is suspended.
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

/// Waits for `span`, but at most [`LONGEST_SLEEP`]. The caller must then read the clock again.
#[expect(clippy::disallowed_methods, reason = "this is where waiting is done")]
pub async fn sleep(span: Duration) {
    tokio::time::sleep(span.min(LONGEST_SLEEP)).await;
}
