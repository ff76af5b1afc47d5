//! The parts of an answer. Each part is read by its own requests and can fail separately.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::freshness::freshness;
use super::{Failure, FailureKind, SourceState};
use crate::domain::now::Now;

/// The names of parts, as in `sources[].parts` of the JSON output.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PartName {
    /// PagerDuty's open incidents.
    Incidents,
    /// Recently resolved incidents.
    ResolvedIncidents,
    /// The log of the account and of each incident.
    Log,
    /// The alerts of each incident.
    Alerts,
    /// The notes of each incident.
    Notes,
    /// The account's order of priorities.
    Priorities,
    /// PagerDuty's users.
    Users,
    EscalationPolicies,
    /// Services on which an incident can be opened.
    Services,
    /// The rota.
    Oncalls,
    /// Planned maintenance.
    MaintenanceWindows,
    /// The user that the API key belongs to.
    Me,
    /// The silences of an Alertmanager, with their authors and ends.
    Silences,
    /// The routes of an Alertmanager's configuration.
    Routes,
    /// The posts of a status page.
    Posts,
    /// The updates of each post.
    PostUpdates,
    /// Posts that were closed before the page was watched.
    ClosedPosts,
    /// The page's own words for statuses.
    Statuses,
    /// The page's own words for impacts.
    Impacts,
    /// The page's services.
    PageServices,
    /// The impacted business services.
    BusinessImpacts,
    /// The second tries of hubs whose probe failed. A hub counts as down only after a second failure.
    SecondTries,
}

/// A part of an answer, with the time of its last reading and its problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub name: PartName,
    /// When the request for the part's data was sent. `None` if the answer contains no data of this part.
    pub read_at: Option<Now>,
    /// The problem; `None` after a good and complete answer.
    pub problem: Option<PartProblem>,
}

/// The problem of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartProblem {
    /// The last request failed.
    Failed(Failure),
    /// The part could be read only partially.
    Partial(String),
    /// The account or the API key does not have this part.
    NotOffered(String),
    /// The part is still being read, one incident after another. The request budget limits how fast.
    NotReadYet(ReadProgress),
}

/// The progress of a part that is read piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProgress {
    /// The number of incidents whose data has been read.
    pub read: usize,
    /// The number of incidents whose data is needed.
    pub all: usize,
    /// The estimated time until all incidents are read. `None` if there is no estimate, or if no further poll reads the
    /// rest.
    pub time_left: Option<Duration>,
}

impl Part {
    /// A part that was never read.
    pub fn new(name: PartName) -> Self {
        Self {
            name,
            read_at: None,
            problem: None,
        }
    }

    /// Records a good answer to a request sent at `asked`.
    pub fn succeed(&mut self, asked: Now) {
        self.read_at = Some(asked);
        self.problem = None;
    }

    /// Records a good answer that is not complete.
    pub fn succeed_with(&mut self, asked: Now, problem: PartProblem) {
        self.read_at = Some(asked);
        self.problem = Some(problem);
    }

    /// Records that the part is being read. Data that was read earlier remains valid.
    pub fn progress(&mut self, progress: ReadProgress) {
        self.problem = Some(PartProblem::NotReadYet(progress));
    }

    /// Records a failed request. Data that was read earlier is kept.
    pub fn fail(&mut self, kind: FailureKind, text: impl Into<String>, at: Now) {
        let since = self.failure().map_or(at, |failure| failure.since);
        self.problem = Some(PartProblem::Failed(Failure {
            kind,
            text: text.into(),
            since,
            at,
        }));
    }

    /// The same part, as if read at `asked`. A part that was never read stays unread. This is used for values that
    /// hardly ever change.
    #[must_use]
    pub fn standing_at(&self, asked: Now) -> Self {
        Self {
            read_at: self.read_at.map(|_| asked),
            ..self.clone()
        }
    }

    /// The failure of the last request, if it failed.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.problem {
            Some(PartProblem::Failed(failure)) => Some(failure),
            _ => None,
        }
    }

    /// The state of the part's data, by the age limits of a source that is polled every `interval`.
    pub fn state(&self, now: Now, interval: Duration) -> SourceState {
        let age = self.read_at.map(|read| now.since(read));
        freshness(age, self.failure(), interval)
    }

    pub(super) fn shift_wall_clock(&mut self, by: TimeDelta) {
        self.read_at = self.read_at.map(|at| at.with_wall_offset(by));
        if let Some(PartProblem::Failed(failure)) = &mut self.problem {
            failure.shift_wall_clock(by);
        }
    }
}
