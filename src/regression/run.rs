//! Unbroken runs of one state: the present one and the longest.

use std::time::Duration;

/// All times are since the start of the wait. A run lasts to when its state was last seen, not to when something else
/// was: what is not looked at lasts no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LongestRun {
    current: Option<Run>,
    longest: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    from: Duration,
    until: Duration,
}

impl LongestRun {
    /// The state is seen `until` after the start, and began no later than `from`. Returns whether this run is the
    /// longest.
    pub(super) fn extend(&mut self, from: Duration, until: Duration) -> bool {
        let run = self.current.unwrap_or(Run { from, until });
        self.current = Some(Run {
            from: run.from.min(from),
            until: run.until.max(until),
        });
        let lasted = self.current_length();
        let is_longest = lasted >= self.longest;
        self.longest = self.longest.max(lasted);
        is_longest
    }

    /// Another state is seen.
    pub(super) fn end(&mut self) {
        self.current = None;
    }

    /// When the present run began; `None` between runs.
    pub(super) fn current_start(&self) -> Option<Duration> {
        self.current.map(|run| run.from)
    }

    /// From the beginning of the present run to when its state was last seen; zero between runs.
    pub(super) fn current_length(&self) -> Duration {
        let length = |run: Run| run.until.saturating_sub(run.from);
        self.current.map(length).unwrap_or_default()
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }
}
