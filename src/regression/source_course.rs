//! Follows one source through a wait.

use std::time::Duration;

use super::observation::SourceObservation;
use super::outcome::SourceOutcome;
use super::run::LongestRun;

/// The problem of a source that was not polled again during the wait.
const NO_SECOND_LOOK: &str = "no look since the start: its interval is longer than the wait";

#[derive(Clone, Debug, Default)]
pub(super) struct SourceCourse {
    /// The spans without a good answer. A span begins with the first failed poll, although the source still counts as
    /// fresh at that time.
    silent: LongestRun,
    is_lost: bool,
    was_lost: bool,
    was_fresh: bool,
    first_look: Option<Duration>,
    has_looked_again: bool,
    problem: Option<String>,
}

impl SourceCourse {
    pub(super) fn record(&mut self, seen: SourceObservation, elapsed: Duration) {
        let first_look = self.first_look.or(seen.looked_at);
        self.has_looked_again |= seen.looked_at > first_look;
        self.first_look = first_look;
        self.is_lost = !seen.is_fresh;
        self.was_lost |= self.is_lost;
        self.was_fresh |= seen.is_fresh;
        match seen.silent_for.or(self.is_lost.then_some(Duration::ZERO)) {
            None => self.silent.end(),
            Some(silent_for) => {
                self.silent
                    .extend(elapsed.saturating_sub(silent_for), elapsed);
                self.problem = seen.problem;
            }
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }

    pub(super) fn problem(&self) -> Option<&String> {
        self.problem.as_ref()
    }

    /// The outcome of a source that checked the hubs at the start of the wait and never again. `None` for other
    /// sources.
    pub(super) fn unseen(&self, name: &str, waited: Duration) -> Option<SourceOutcome> {
        let is_unseen = self.first_look.is_some() && !self.has_looked_again;
        is_unseen.then(|| SourceOutcome {
            name: name.to_owned(),
            lost: waited,
            problem: Some(NO_SECOND_LOOK.to_owned()),
            is_blind: true,
        })
    }

    /// The source's outcome; `None` if the source was never lost. A source counts as blind if it was never fresh, or
    /// was lost for longer than the grace. In a wait that lasted at most as long as the grace, a source that is still
    /// lost at the end counts as blind too.
    pub(super) fn outcome(
        &self,
        name: &str,
        grace: Duration,
        waited: Duration,
    ) -> Option<SourceOutcome> {
        let lost = self.silent.longest();
        let is_silent = self.silent.current_start().is_some();
        let is_blind = lost > grace || !self.was_fresh || (is_silent && waited <= grace);
        (self.was_lost || is_blind).then(|| SourceOutcome {
            name: name.to_owned(),
            lost,
            problem: self.problem.clone(),
            is_blind,
        })
    }
}
