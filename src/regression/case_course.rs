//! Follows one new case through a wait.

use std::time::Duration;

use super::observation::CaseObservation;
use super::outcome::CaseOutcome;
use super::run::LongestRun;

#[derive(Clone, Debug)]
pub(super) struct CaseCourse {
    latest: CaseObservation,
    open: LongestRun,
}

impl CaseCourse {
    pub(super) fn new(first: CaseObservation, elapsed: Duration) -> Self {
        let course = Self {
            latest: first.clone(),
            open: LongestRun::default(),
        };
        course.reopened_as(first, elapsed)
    }

    /// Records that the case is still open `elapsed` after the start of the wait. `seen` may have another id than the
    /// previous observation, such as the id of the case's incident.
    pub(super) fn reopened_as(mut self, seen: CaseObservation, elapsed: Duration) -> Self {
        let said_at = elapsed.saturating_sub(seen.last_seen);
        self.open.extend(said_at, said_at);
        self.latest = seen;
        self
    }

    /// Records that the case is no longer open.
    pub(super) fn close(&mut self) {
        self.open.end();
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.current_start().is_some()
    }

    pub(super) fn is_worse(&self, grace: Duration) -> bool {
        self.open.longest() > grace
    }

    pub(super) fn latest(&self) -> &CaseObservation {
        &self.latest
    }

    pub(super) fn outcome(&self, grace: Duration) -> CaseOutcome {
        CaseOutcome {
            case: self.latest.clone(),
            lasted: self.open.longest(),
            is_open: self.is_open(),
            is_worse: self.is_worse(grace),
            is_about_no_single_hub: false,
        }
    }
}
