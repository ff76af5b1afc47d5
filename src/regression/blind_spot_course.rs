//! Follows one new blind spot through a wait.

use std::time::Duration;

use super::outcome::BlindSpotOutcome;
use super::run::LongestRun;

#[derive(Clone, Debug, Default)]
pub(super) struct BlindSpotCourse {
    text: String,
    open: LongestRun,
}

impl BlindSpotCourse {
    /// Records that the blind spot was seen `elapsed` after the start of the wait. Returns whether the blind spot was
    /// absent before.
    pub(super) fn record(&mut self, text: String, elapsed: Duration) -> bool {
        let is_back = !self.is_open();
        self.open.extend(elapsed, elapsed);
        self.text = text;
        is_back
    }

    /// Records that the blind spot is over.
    pub(super) fn close(&mut self) {
        self.open.end();
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.current_start().is_some()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The blind spot's outcome. A blind spot that is over does not count, since alerts that still fire are seen again.
    /// In a wait that lasted at most as long as the grace, every blind spot at the end counts.
    pub(super) fn outcome(&self, grace: Duration, waited: Duration) -> BlindSpotOutcome {
        let is_long = self.open.current_length() > grace || waited <= grace;
        BlindSpotOutcome {
            text: self.text.clone(),
            lasted: self.open.longest(),
            is_blind: self.is_open() && is_long,
        }
    }
}
