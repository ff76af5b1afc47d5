//! Spaces polls so that the rest of a request budget lasts until its window ends.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::MAX_HOLD;
use crate::domain::now::duration_since;
use crate::domain::source::RateBudget;

/// One in five of the window's requests is reserved for the user's actions, since an acknowledgement must not fail
/// because of a poll. The reserve is also for colleagues who use the same key.
const RESERVED_DIVISOR: u32 = 5;

/// The budget after a poll, and the poll's share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateUsage {
    /// The budget that the upstream reported.
    pub budget: RateBudget,
    /// The number of requests that the poll made.
    pub requests: u32,
}

impl RateUsage {
    /// The least time between polls so that the budget lasts. Zero if enough requests are left.
    pub fn min_spacing(self, now: DateTime<Utc>) -> Duration {
        let window = duration_since(self.budget.resets_at, now).min(MAX_HOLD);
        let kept = self.budget.limit / RESERVED_DIVISOR;
        let free = self.budget.remaining.saturating_sub(kept);
        match free / self.requests.max(1) {
            0 => window,
            polls => window / polls,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spacing(remaining: u32, requests: u32) -> u64 {
        let now = DateTime::from_timestamp(1_000, 0).unwrap();
        let budget = RateBudget {
            limit: 960,
            remaining,
            resets_at: DateTime::from_timestamp(1_060, 0).unwrap(),
        };
        RateUsage { budget, requests }.min_spacing(now).as_secs()
    }

    #[test]
    fn plenty_slows_nothing_down() {
        assert_eq!(spacing(950, 5), 0);
    }

    #[test]
    fn little_is_spread_over_the_window() {
        assert_eq!(spacing(192 + 30, 10), 20);
    }

    #[test]
    fn nothing_waits_for_the_window_to_end() {
        assert_eq!(spacing(192, 5), 60);
        assert_eq!(spacing(0, 0), 60);
    }
}
