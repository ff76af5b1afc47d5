//! Follows one hub through a wait.

use std::time::Duration;

use super::baseline::HubBefore;
use super::observation::{HubObservation, HubState};
use super::options::WaitOptions;
use super::outcome::{Doubt, HubOutcome, StartTimesCompared, Worsening};
use super::run::LongestRun;
use super::start_rules;
use super::start_times::HubTimes;
use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::domain::starts::StartCounts;

/// The least number of probes for a meaningful median.
const MIN_PROBES: usize = 3;

/// A median latency above this many times the baseline's latency is worse.
const LATENCY_FACTOR: f64 = 3.0;

/// The largest number of latencies kept per hub: a week of probes, one a minute.
const MAX_LATENCIES: usize = 10_000;

#[derive(Clone, Debug)]
pub(super) struct HubCourse {
    before: Option<HubBefore>,
    latest: HubObservation,
    /// Whether the present failure began before the wait. Such a failure is not new.
    is_old_trouble: bool,
    /// Whether the hub was seen working, in the wait or before it.
    has_worked: bool,
    failing: LongestRun,
    /// The evidence of the longest run of failures.
    failing_evidence: Vec<String>,
    unknown: LongestRun,
    was_known: bool,
    latencies: Vec<Duration>,
    last_probe: Option<Duration>,
    counts: Option<StartCounts>,
}

impl HubCourse {
    pub(super) fn new(before: Option<HubBefore>, first: HubObservation) -> Self {
        let state = before.as_ref().map(|before| before.state);
        Self {
            is_old_trouble: matches!(state, Some(HubState::Failing { .. })),
            has_worked: state == Some(HubState::Works),
            before,
            latest: first,
            failing: LongestRun::default(),
            failing_evidence: Vec::new(),
            unknown: LongestRun::default(),
            was_known: false,
            latencies: Vec::new(),
            last_probe: None,
            counts: None,
        }
    }

    /// Records an observation made `elapsed` after the start of the wait.
    pub(super) fn record(&mut self, seen: HubObservation, elapsed: Duration) {
        match seen.state {
            HubState::Works => {
                self.failing.end();
                (self.is_old_trouble, self.has_worked) = (false, true);
            }
            HubState::Failing { first, latest } => {
                let since_start = |ago| elapsed.saturating_sub(ago);
                self.record_failure(&seen, since_start(first), since_start(latest));
            }
            // A hub without fresh evidence does not count as recovered.
            HubState::NotSeen => {}
        }
        match seen.health {
            Health::Unknown => {
                self.unknown.extend(elapsed, elapsed);
            }
            _ => {
                self.unknown.end();
                self.was_known = true;
            }
        }
        self.record_probe(&seen);
        self.latest = seen;
    }

    fn record_failure(&mut self, seen: &HubObservation, from: Duration, until: Duration) {
        if self.is_old_trouble {
            return;
        }
        if self.failing.extend(from, until) {
            self.failing_evidence.clone_from(&seen.evidence);
        }
    }

    fn record_probe(&mut self, seen: &HubObservation) {
        let Some(probe) = seen.probe else { return };
        // The steady clock identifies a probe. The wall clock could be corrected differently at each observation.
        let is_new = self.last_probe != Some(probe.at.mono);
        if is_new && self.latencies.len() < MAX_LATENCIES {
            self.latencies.push(probe.latency);
        }
        self.last_probe = Some(probe.at.mono);
    }

    /// Records how many servers have started since the beginning of the wait. A figure that is not known keeps its
    /// earlier value: Prometheus may refuse one query of several.
    pub(super) fn record_counts(&mut self, counts: StartCounts) {
        self.counts = Some(match self.counts.take() {
            Some(earlier) => counts.or(earlier),
            None => counts,
        });
    }

    /// The hub's start times, to be compared with the baseline.
    pub(super) fn times<'a>(&'a self, key: &'a HubKey) -> HubTimes<'a> {
        HubTimes {
            key,
            before: self.before.as_ref(),
            counts: self.counts.as_ref(),
        }
    }

    /// The start of the present run of failures, as a time since the start of the wait. `None` if the hub does not
    /// fail, or if the failure began before the wait.
    pub(super) fn failing_since(&self) -> Option<Duration> {
        self.failing.current_start()
    }

    /// How the hub got worse. New cases on the hub are not included.
    pub(super) fn worsenings(
        &self,
        options: &WaitOptions,
        waited: Duration,
        start_times: StartTimesCompared,
    ) -> Vec<Worsening> {
        let mut worse = Vec::new();
        let lasted = self.failing.longest();
        if lasted > options.grace && self.has_worked {
            worse.push(Worsening::Failing {
                lasted,
                evidence: self.failing_evidence.clone(),
            });
        }
        let before = self.before.as_ref();
        if let Some(counts) = &self.counts {
            worse.extend(start_rules::failed_starts(before, counts, options, waited));
        }
        if let StartTimesCompared::Slower(slow) = start_times {
            worse.push(Worsening::SlowStarts(slow));
        }
        worse.extend(self.slow_answers(options));
        worse
    }

    fn slow_answers(&self, options: &WaitOptions) -> Option<Worsening> {
        let median = self.median_latency()?;
        let before_ms = self.before.as_ref()?.probe_ms?;
        let before = Duration::try_from_secs_f64(before_ms / 1e3).ok()?;
        let is_worse = median.as_secs_f64() > before.as_secs_f64() * LATENCY_FACTOR
            && median > options.probe_slow;
        is_worse.then_some(Worsening::SlowAnswers {
            median,
            before,
            probes: self.latencies.len(),
        })
    }

    fn median_latency(&self) -> Option<Duration> {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let count = sorted.len();
        let upper = *sorted.get(count / 2)?;
        let lower = *sorted.get(count.saturating_sub(1) / 2)?;
        (count >= MIN_PROBES).then(|| (lower + upper) / 2)
    }

    fn doubts(&self, options: &WaitOptions, waited: Duration) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        let lasted = self.failing.longest();
        if lasted > options.grace && !self.has_worked {
            doubts.push(Doubt::NotKnownBefore { lasted });
        } else if lasted <= options.grace && self.failing_since().is_some() {
            let lasted = self.failing.current_length();
            doubts.push(Doubt::FailingAtTheEnd { lasted });
        }
        if self.is_unknown(options, waited) {
            let lasted = self.unknown.longest();
            doubts.push(Doubt::Unknown { lasted });
        }
        if options.require_starts && start_rules::is_not_tried(self.counts.as_ref()) {
            doubts.push(Doubt::NotTried);
        }
        doubts
    }

    // A wait that is not longer than the grace is too short for an unknown state to outlast the grace. In such a wait,
    // a hub whose state is unknown at the end counts as unknown.
    fn is_unknown(&self, options: &WaitOptions, waited: Duration) -> bool {
        let is_unknown_now = self.unknown.current_start().is_some();
        self.unknown.longest() > options.grace
            || !self.was_known
            || (is_unknown_now && waited <= options.grace)
    }

    /// The hub's outcome. New cases on the hub are not included.
    pub(super) fn outcome(
        &self,
        options: &WaitOptions,
        waited: Duration,
        start_times: StartTimesCompared,
    ) -> HubOutcome {
        HubOutcome {
            before: self.before.clone(),
            after: self.latest.clone(),
            counts: self.counts.clone(),
            median_latency: self.median_latency(),
            probes: self.latencies.len(),
            is_failing: self.failing_since().is_some(),
            failing_longest: self.failing.longest(),
            worse: self.worsenings(options, waited, start_times),
            doubts: self.doubts(options, waited),
            not_tried: start_rules::is_not_tried(self.counts.as_ref()),
            start_times,
        }
    }
}
