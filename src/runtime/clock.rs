//! The one place that reads a clock and waits.

use std::time::{Duration, Instant};

use chrono::Utc;

use crate::domain::now::{Now, TimeSource};

/// No sleep is longer, so that a machine that slept is noticed soon after it woke.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// The machine's two clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Steady time counts from here.
    #[expect(clippy::disallowed_methods, reason = "this is where clocks are read")]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
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

/// Waits for `span`, or for the longest sleep if that is shorter: whoever waits looks at the clock again.
#[expect(clippy::disallowed_methods, reason = "this is where waiting is done")]
pub async fn sleep(span: Duration) {
    tokio::time::sleep(span.min(LONGEST_SLEEP)).await;
}
