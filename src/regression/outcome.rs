//! What a wait ends with.

use std::cmp::Reverse;
use std::time::Duration;

use super::baseline::HubBefore;
use super::observation::{CaseObservation, HubObservation};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::starts::StartCounts;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// Its time is over.
    Complete,
    /// A signal ended it.
    Interrupted,
}

/// The sentence that an exit code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitVerdict {
    NothingWorse,
    Worse,
    CannotTell,
}

/// How a hub, or the fleet, got worse.
#[derive(Clone, Debug, PartialEq)]
pub enum Worsening {
    /// It was down or failing for longer than the grace.
    Failing {
        lasted: Duration,
        /// The evidence of that time, in words.
        evidence: Vec<String>,
    },
    /// Servers failed to start.
    FailedStarts { count: f64, before_30m: Option<f64> },
    /// Servers start more slowly.
    SlowStarts(SlowStarts),
    /// It answers probes more slowly.
    SlowAnswers {
        median: Duration,
        before: Duration,
        probes: usize,
    },
    /// A case opened on it and outlasted the grace.
    NewCase { id: CaseId, title: String },
}

/// Starts whose 95th percentile is above the bound for the baseline's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlowStarts {
    pub p95_seconds: f64,
    /// The percentile is only a lower bound.
    pub at_least: bool,
    /// The baseline's percentile.
    pub before_seconds: f64,
    pub starts: f64,
    pub bound_seconds: f64,
    /// How many of the starts took longer than the bound; `None` without a histogram.
    pub above_bound: Option<f64>,
}

/// How long servers take to start, beside the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StartTimesCompared {
    /// Not slower, or too few starts since the start to say.
    NotSlower,
    /// Five servers or more started, and one of the two percentiles is not known.
    NotCompared,
    /// The percentile is above its bound, by so few starts that chance may explain it.
    PerhapsSlower(SlowStarts),
    Slower(SlowStarts),
}

/// Why it cannot be told whether a hub got worse.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// It was failing at the end, for no longer than the grace.
    FailingAtTheEnd { lasted: Duration },
    /// It was failing for longer than the grace, and the baseline does not know how it was.
    NotKnownBefore { lasted: Duration },
    /// Its health was unknown for longer than the grace, or for the whole wait.
    Unknown { lasted: Duration },
    /// Nobody started a server, and one was required.
    NotTried,
    /// A case opened on it, and had not outlasted the grace at the end.
    YoungCase { id: CaseId, title: String },
}

/// One hub before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct HubOutcome {
    /// `None` where the baseline does not hold the hub.
    pub before: Option<HubBefore>,
    /// As it was seen last.
    pub after: HubObservation,
    /// The starts since the beginning of the wait; `None` where they are not known.
    pub counts: Option<StartCounts>,
    /// The median of its good probes, and how many there were.
    pub median_latency: Option<Duration>,
    pub probes: usize,
    /// It fails at present, and that is new trouble.
    pub is_failing: bool,
    /// Its longest run of failures in the wait.
    pub failing_longest: Duration,
    pub worse: Vec<Worsening>,
    pub doubts: Vec<Doubt>,
    /// Nobody started a server, or that is not known.
    pub not_tried: bool,
    pub start_times: StartTimesCompared,
}

/// A case that opened during the wait, or reached a new place.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseOutcome {
    pub case: CaseObservation,
    /// Its longest time in the wait.
    pub lasted: Duration,
    /// It was open at the end.
    pub is_open: bool,
    /// It outlasted the grace.
    pub is_worse: bool,
    /// It is about no single hub of the outcome, so that no hub's outcome holds it.
    pub is_beside_hubs: bool,
}

/// A source that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOutcome {
    pub name: String,
    /// The longest time without data that counts.
    pub lost: Duration,
    pub problem: Option<String>,
    /// Long enough that it cannot be told what happened.
    pub is_blind: bool,
}

/// The end of a wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub end: WaitEnd,
    pub waited: Duration,
    pub hubs: Vec<HubOutcome>,
    pub cases: Vec<CaseOutcome>,
    /// Those that were lost at any time.
    pub sources: Vec<SourceOutcome>,
}

impl HubOutcome {
    pub fn key(&self) -> &HubKey {
        &self.after.key
    }

    pub fn is_worse(&self) -> bool {
        !self.worse.is_empty()
    }
}

impl StartTimesCompared {
    /// The starts that may be slower only by chance.
    pub fn perhaps_slower(&self) -> Option<&SlowStarts> {
        match self {
            Self::PerhapsSlower(slow) => Some(slow),
            _ => None,
        }
    }
}

impl CaseOutcome {
    /// It may still outlast the grace.
    pub fn is_undecided(&self) -> bool {
        self.is_open && !self.is_worse
    }
}

impl Outcome {
    /// The hubs that got worse: those that fail still, then those that failed, the longest first.
    pub fn worse_hubs(&self) -> impl Iterator<Item = &HubOutcome> {
        let mut worse: Vec<_> = self.hubs.iter().filter(|hub| hub.is_worse()).collect();
        worse.sort_by_key(|hub| {
            let urgency = hub.worse.iter().map(Worsening::urgency).min();
            (!hub.is_failing, urgency, Reverse(hub.failing_longest))
        });
        worse.into_iter()
    }

    /// Cases that opened and outlasted the grace, and are about no single hub of the outcome.
    pub fn worse_cases(&self) -> impl Iterator<Item = &CaseOutcome> {
        let cases = self.cases.iter().filter(|case| case.is_worse);
        cases.filter(|case| case.is_beside_hubs)
    }

    /// Hubs of which it cannot be told whether they got worse.
    pub fn doubtful_hubs(&self) -> impl Iterator<Item = &HubOutcome> {
        let hubs = self.hubs.iter();
        hubs.filter(|hub| !hub.is_worse() && !hub.doubts.is_empty())
    }

    /// Cases that had not outlasted the grace at the end, and are about no single hub of the outcome.
    pub fn undecided_cases(&self) -> impl Iterator<Item = &CaseOutcome> {
        let cases = self.cases.iter().filter(|case| case.is_undecided());
        cases.filter(|case| case.is_beside_hubs)
    }

    /// Sources that were lost for too long.
    pub fn blind_sources(&self) -> impl Iterator<Item = &SourceOutcome> {
        self.sources.iter().filter(|source| source.is_blind)
    }

    /// Hubs on which nobody started a server.
    pub fn not_tried(&self) -> impl Iterator<Item = &HubOutcome> {
        self.hubs.iter().filter(|hub| hub.not_tried)
    }

    /// Whether all of it could be told.
    pub fn is_complete(&self) -> bool {
        self.end == WaitEnd::Complete
            && self.hubs.iter().all(|hub| hub.doubts.is_empty())
            && self.undecided_cases().next().is_none()
            && self.blind_sources().next().is_none()
    }

    pub fn verdict(&self) -> WaitVerdict {
        let is_worse = self.worse_hubs().next().is_some() || self.worse_cases().next().is_some();
        match (is_worse, self.is_complete()) {
            (true, _) => WaitVerdict::Worse,
            (false, true) => WaitVerdict::NothingWorse,
            (false, false) => WaitVerdict::CannotTell,
        }
    }
}

impl Worsening {
    // The lower, the sooner somebody must know.
    fn urgency(&self) -> u8 {
        match self {
            Self::Failing { .. } => 0,
            Self::NewCase { .. } => 1,
            Self::FailedStarts { .. } => 2,
            Self::SlowStarts(_) => 3,
            Self::SlowAnswers { .. } => 4,
        }
    }

    /// Its name in JSON and JUnit.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Failing { .. } => "failing",
            Self::FailedStarts { .. } => "failed_starts",
            Self::SlowStarts(_) => "slow_starts",
            Self::SlowAnswers { .. } => "slow_answers",
            Self::NewCase { .. } => "new_case",
        }
    }
}

impl Doubt {
    /// Its name in JSON and JUnit.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::FailingAtTheEnd { .. } => "failing_at_the_end",
            Self::NotKnownBefore { .. } => "not_known_before",
            Self::Unknown { .. } => "unknown",
            Self::NotTried => "not_tried",
            Self::YoungCase { .. } => "young_case",
        }
    }
}
