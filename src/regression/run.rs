//! Unbroken runs of one state: the present one and the longest.

use std::time::Duration;

/// All times are since the start of the wait. A run lasts to when its state was last seen, not to when something else
/// was: what is not looked at lasts no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LongestRun {
    from: Option<Duration>,
    longest: Duration,
}

impl LongestRun {
    /// The state is seen `elapsed` after the start, and began no later than `from`. Returns whether this run is the
    /// longest.
    pub(super) fn extend(&mut self, from: Duration, elapsed: Duration) -> bool {
        let from = self.from.map_or(from, |known| known.min(from));
        self.from = Some(from);
        let lasted = elapsed.saturating_sub(from);
        let is_longest = lasted >= self.longest;
        self.longest = self.longest.max(lasted);
        is_longest
    }

    /// Another state is seen.
    pub(super) fn end(&mut self) {
        self.from = None;
    }

    /// When the present run began; `None` between runs.
    pub(super) fn current_start(&self) -> Option<Duration> {
        self.from
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }
}
