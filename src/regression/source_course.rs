//! One source through a wait.

use std::time::Duration;

use super::observation::SourceObservation;
use super::outcome::SourceOutcome;
use super::run::LongestRun;

#[derive(Clone, Debug, Default)]
pub(super) struct SourceCourse {
    lost: LongestRun,
    was_fresh: bool,
    /// The latest problem.
    problem: Option<String>,
}

impl SourceCourse {
    pub(super) fn record(&mut self, seen: SourceObservation, elapsed: Duration) {
        if seen.is_fresh {
            self.lost.end();
            self.was_fresh = true;
        } else {
            self.lost.extend(elapsed, elapsed);
            self.problem = seen.problem;
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.current_start().is_some()
    }

    pub(super) fn problem(&self) -> Option<&String> {
        self.problem.as_ref()
    }

    /// `None` if it was never lost. A wait that is shorter than the grace ends before any loss could outlast it, so
    /// that a source which is lost at its end counts.
    pub(super) fn outcome(
        &self,
        name: &str,
        grace: Duration,
        waited: Duration,
    ) -> Option<SourceOutcome> {
        let lost = self.lost.longest();
        let was_lost = self.is_lost() || !lost.is_zero();
        let is_blind = lost > grace || !self.was_fresh || (self.is_lost() && waited <= grace);
        was_lost.then(|| SourceOutcome {
            name: name.to_owned(),
            lost,
            problem: self.problem.clone(),
            is_blind,
        })
    }
}
