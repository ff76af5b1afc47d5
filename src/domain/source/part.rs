//! The parts of an answer, each read by requests of its own and failing by itself.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::slot::freshness;
use super::{Failure, FailureKind, SourceState};
use crate::domain::now::Now;

/// The parts. Their names are those of `sources[].parts` in JSON.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PartName {
    /// PagerDuty's open incidents.
    Incidents,
    /// Incidents that were resolved lately.
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
    /// Services that an incident can be opened on.
    Services,
    /// The rota.
    Oncalls,
    /// Planned maintenance.
    MaintenanceWindows,
    /// The user that the API key belongs to.
    Me,
    /// Who silenced what in an Alertmanager, and until when.
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
    /// Which business services are impacted.
    BusinessImpacts,
    /// The second tries of hubs that failed: a hub is down only after one.
    SecondTries,
}

/// A part, when it was last read, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub name: PartName,
    /// When the request was sent whose answer the body holds. `None`: the body holds nothing of this part.
    pub read_at: Option<Now>,
    /// None after a good and whole answer.
    pub problem: Option<PartProblem>,
}

/// What is wrong with a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartProblem {
    /// The last request failed.
    Failed(Failure),
    /// Only some of it could be read.
    Partial(String),
    /// The account or the API key does not have it.
    NotOffered(String),
    /// It is read incident by incident, as fast as the request budget allows.
    NotReadYet(ReadProgress),
}

/// The progress of a part that is read piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProgress {
    /// The incidents of which it is read.
    pub read: usize,
    /// Those of which it is needed.
    pub all: usize,
    /// How long the rest takes at the present pace; `None` if reading does not continue, or the pace is not known.
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

    /// Records an answer that is good and lacks something.
    pub fn succeed_with(&mut self, asked: Now, problem: PartProblem) {
        self.read_at = Some(asked);
        self.problem = Some(problem);
    }

    /// Records that the part is being read. What was read before stays.
    pub fn progress(&mut self, progress: ReadProgress) {
        self.problem = Some(PartProblem::NotReadYet(progress));
    }

    /// Records a failed request. What was read before stays.
    pub fn fail(&mut self, kind: FailureKind, text: impl Into<String>, at: Now) {
        let since = self.failure().map_or(at, |failure| failure.since);
        self.problem = Some(PartProblem::Failed(Failure {
            kind,
            text: text.into(),
            since,
            at,
        }));
    }

    /// The same part, but read at `asked` if it was ever read: for a value that hardly changes.
    #[must_use]
    pub fn standing_at(&self, asked: Now) -> Self {
        Self {
            read_at: self.read_at.map(|_| asked),
            ..self.clone()
        }
    }

    /// Why the last request failed, if it did.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.problem {
            Some(PartProblem::Failed(failure)) => Some(failure),
            _ => None,
        }
    }

    /// How far it can be trusted, by the same limits as a source that is polled every `interval`.
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
