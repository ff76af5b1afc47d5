//! Unbroken runs of one state: the present one and the longest.

use std::time::Duration;

/// The present and the longest run of a state. All times are since the start of the wait. A run ends at the last
/// observation of its state, since the time after that is not known.
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
    /// Records that the state was seen at `until` and began no later than `from`. Returns whether this run is the
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

    /// Records that another state was seen.
    pub(super) fn end(&mut self) {
        self.current = None;
    }

    /// The start of the present run; `None` between runs.
    pub(super) fn current_start(&self) -> Option<Duration> {
        self.current.map(|run| run.from)
    }

    /// The time from the start of the present run to when its state was last seen; zero between runs.
    pub(super) fn current_length(&self) -> Duration {
        let length = |run: Run| run.until.saturating_sub(run.from);
        self.current.map(length).unwrap_or_default()
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }
}
