//! The outcome of a wait.

use std::cmp::Reverse;
use std::time::Duration;

use super::baseline::HubBefore;
use super::observation::{CaseObservation, HubObservation};
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::starts::StartCounts;

/// The reason why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// The time of the wait is over.
    Complete,
    /// A signal ended the wait.
    Interrupted,
}

/// The verdict on a wait, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitVerdict {
    NothingWorse,
    Worse,
    CannotTell,
}

/// How a hub, or the fleet, got worse.
#[derive(Clone, Debug, PartialEq)]
pub enum Worsening {
    /// The hub was down or failing for longer than the grace.
    Failing {
        lasted: Duration,
        /// The evidence during the failure, in words.
        evidence: Vec<String>,
    },
    /// Too many servers failed to start.
    FailedStarts { count: f64, before_30m: Option<f64> },
    /// Servers start more slowly.
    SlowStarts(SlowStarts),
    /// The hub answers probes more slowly.
    SlowAnswers {
        median: Duration,
        before: Duration,
        probes: usize,
    },
    /// A case opened on the hub and outlasted the grace.
    NewCase { id: CaseId, title: String },
}

/// Start times whose 95th percentile exceeds a bound. The bound follows from the baseline's percentile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlowStarts {
    pub p95_seconds: f64,
    /// Whether the true percentile may be larger than `p95_seconds`.
    pub at_least: bool,
    /// The baseline's percentile.
    pub before_seconds: f64,
    pub starts: f64,
    pub bound_seconds: f64,
    /// How many of the starts took longer than the bound; `None` without a histogram.
    pub above_bound: Option<f64>,
    /// The starts of the whole cluster, if chance may explain the hub's own slow starts, but not those of the cluster.
    pub cluster: Option<ClusterStarts>,
}

/// The starts on those hubs of a cluster for which the baseline has a percentile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterStarts {
    pub starts: f64,
    /// How many of the starts took longer than their hub's bound.
    pub above_bound: f64,
}

/// The result of comparing start times with the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StartTimesCompared {
    /// Not slower, or too few starts in the wait to judge.
    NotSlower,
    /// Five servers or more started, but the percentile of the wait or of the baseline is not known or cannot be
    /// compared.
    NotCompared,
    /// The percentile exceeds its bound, but by so few starts that chance may explain it.
    PerhapsSlower(SlowStarts),
    Slower(SlowStarts),
}

/// The reason why it cannot be judged whether a hub got worse.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// The hub was failing at the end of the wait, but not yet for longer than the grace.
    FailingAtTheEnd { lasted: Duration },
    /// The hub was failing for longer than the grace. Whether it worked before the wait is not known.
    NotKnownBefore { lasted: Duration },
    /// The hub's health was unknown for longer than the grace, or for the whole wait.
    Unknown { lasted: Duration },
    /// Nobody started a server although a start was required.
    NotTried,
    /// A case opened on the hub and was still open at the end, but had not outlasted the grace.
    YoungCase { id: CaseId, title: String },
}

/// One hub before and after the wait.
#[derive(Clone, Debug, PartialEq)]
pub struct HubOutcome {
    /// `None` if the baseline lacks the hub.
    pub before: Option<HubBefore>,
    /// The hub's latest observation.
    pub after: HubObservation,
    /// The starts since the beginning of the wait; `None` if they are not known.
    pub counts: Option<StartCounts>,
    /// The median latency of the good probes; `None` if there were too few probes.
    pub median_latency: Option<Duration>,
    pub probes: usize,
    /// Whether the hub fails now and did not fail before the wait.
    pub is_failing: bool,
    /// The longest run of failures in the wait.
    pub failing_longest: Duration,
    pub worse: Vec<Worsening>,
    pub doubts: Vec<Doubt>,
    /// Whether no start of a server is known.
    pub not_tried: bool,
    pub start_times: StartTimesCompared,
}

/// A case that opened during the wait, or reached a new place.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseOutcome {
    pub case: CaseObservation,
    /// The longest time for which the case was open in the wait.
    pub lasted: Duration,
    /// Whether the case was open at the end.
    pub is_open: bool,
    /// Whether the case outlasted the grace.
    pub is_worse: bool,
    /// Whether the case is on none of the outcome's hubs. The case is then listed on its own, since no hub's outcome
    /// includes the case.
    pub is_about_no_single_hub: bool,
}

/// A source that was lost at some time of the wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOutcome {
    pub name: String,
    /// The longest time without a good answer.
    pub lost: Duration,
    pub problem: Option<String>,
    /// Whether the source was lost for too long. A wait with such a source is not complete.
    pub is_blind: bool,
}

/// A blind spot that was not there at the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlindSpotOutcome {
    /// The blind spot in words.
    pub text: String,
    /// The longest time for which the blind spot lasted in the wait.
    pub lasted: Duration,
    /// Whether the blind spot lasts for too long. A wait with such a blind spot is not complete.
    pub is_blind: bool,
}

/// The outcome of a wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub end: WaitEnd,
    pub waited: Duration,
    pub hubs: Vec<HubOutcome>,
    pub cases: Vec<CaseOutcome>,
    /// The sources that were lost at any time.
    pub sources: Vec<SourceOutcome>,
    /// The blind spots that appeared at any time.
    pub blind_spots: Vec<BlindSpotOutcome>,
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
    /// The slower start times, if chance may explain them.
    pub fn perhaps_slower(&self) -> Option<&SlowStarts> {
        match self {
            Self::PerhapsSlower(slow) => Some(slow),
            _ => None,
        }
    }
}

impl CaseOutcome {
    /// Whether the case may still outlast the grace.
    pub fn is_undecided(&self) -> bool {
        self.is_open && !self.is_worse
    }
}

impl Outcome {
    /// The hubs that got worse. They are sorted by whether they still fail, then by their most urgent worsening, then
    /// by the length of their longest failure.
    pub fn worse_hubs(&self) -> impl Iterator<Item = &HubOutcome> {
        let mut worse: Vec<_> = self.hubs.iter().filter(|hub| hub.is_worse()).collect();
        worse.sort_by_key(|hub| {
            let urgency = hub.worse.iter().map(Worsening::urgency).min();
            (!hub.is_failing, urgency, Reverse(hub.failing_longest))
        });
        worse.into_iter()
    }

    /// New cases that outlasted the grace and are on none of the outcome's hubs.
    pub fn worse_cases(&self) -> impl Iterator<Item = &CaseOutcome> {
        let cases = self.cases.iter().filter(|case| case.is_worse);
        cases.filter(|case| case.is_about_no_single_hub)
    }

    /// The hubs that did not surely get worse, but may have.
    pub fn doubtful_hubs(&self) -> impl Iterator<Item = &HubOutcome> {
        let hubs = self.hubs.iter();
        hubs.filter(|hub| !hub.is_worse() && !hub.doubts.is_empty())
    }

    /// New cases that may still outlast the grace and are on none of the outcome's hubs.
    pub fn undecided_cases(&self) -> impl Iterator<Item = &CaseOutcome> {
        let cases = self.cases.iter().filter(|case| case.is_undecided());
        cases.filter(|case| case.is_about_no_single_hub)
    }

    /// Sources that were lost for too long.
    pub fn blind_sources(&self) -> impl Iterator<Item = &SourceOutcome> {
        self.sources.iter().filter(|source| source.is_blind)
    }

    /// New blind spots that last for too long.
    pub fn lasting_blind_spots(&self) -> impl Iterator<Item = &BlindSpotOutcome> {
        self.blind_spots.iter().filter(|spot| spot.is_blind)
    }

    /// Hubs on which no start of a server is known.
    pub fn not_tried(&self) -> impl Iterator<Item = &HubOutcome> {
        self.hubs.iter().filter(|hub| hub.not_tried)
    }

    /// Whether the wait ran to its end and everything could be judged.
    pub fn is_complete(&self) -> bool {
        self.end == WaitEnd::Complete
            && self.hubs.iter().all(|hub| hub.doubts.is_empty())
            && self.undecided_cases().next().is_none()
            && self.blind_sources().next().is_none()
            && self.lasting_blind_spots().next().is_none()
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
    // The rank by urgency. Rank 0 is the most urgent.
    fn urgency(&self) -> u8 {
        match self {
            Self::Failing { .. } => 0,
            Self::NewCase { .. } => 1,
            Self::FailedStarts { .. } => 2,
            Self::SlowStarts(_) => 3,
            Self::SlowAnswers { .. } => 4,
        }
    }

    /// The worsening's name in JSON and JUnit.
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
    /// The doubt's name in JSON and JUnit.
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
