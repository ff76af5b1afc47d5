//! Watches a fleet through a wait: reports changes from one observation to the next, and the outcome at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::baseline::Baseline;
use super::blind_spot_course::BlindSpotCourse;
use super::case_course::CaseCourse;
use super::hub_course::HubCourse;
use super::observation::{
    BlindSpotObservation, CaseObservation, HubObservation, Observation, SourceObservation,
};
use super::options::WaitOptions;
use super::outcome::{
    CaseOutcome, Doubt, HubOutcome, Outcome, SourceOutcome, StartTimesCompared, WaitEnd, Worsening,
};
use super::source_course::SourceCourse;
use super::start_times;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::now::Now;
use crate::domain::starts::StartCounts;

/// A change that is shown at once during the wait.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    HubFails {
        key: HubKey,
        evidence: Vec<String>,
    },
    HubWorks {
        key: HubKey,
        /// How long the hub had failed.
        after: Duration,
    },
    HubIsWorse {
        key: HubKey,
        how: Worsening,
    },
    CaseOpened(CaseObservation),
    CaseIsWorse(CaseObservation),
    CaseClosed(CaseObservation),
    SourceLost {
        name: String,
        problem: Option<String>,
    },
    SourceBack {
        name: String,
    },
    /// With the blind spot in words.
    BlindSpotAppeared(String),
    BlindSpotGone(String),
}

/// The state of a wait.
#[derive(Clone, Debug)]
pub struct RegressionWatch {
    started: Now,
    options: WaitOptions,
    baseline: Baseline,
    hubs: BTreeMap<HubKey, HubCourse>,
    cases: BTreeMap<CaseId, CaseCourse>,
    sources: BTreeMap<String, SourceCourse>,
    /// The blind spots that were not there at the baseline, by the part of their words that does not change.
    blind_spots: BTreeMap<String, BlindSpotCourse>,
    elapsed: Duration,
    /// The longest time between two observations; it is long if the machine was suspended.
    longest_gap: Duration,
    /// The kinds of worsenings that were already reported, by hub.
    reported: BTreeSet<(HubKey, &'static str)>,
    /// The new cases that were already reported as worse.
    reported_cases: BTreeSet<CaseId>,
}

impl RegressionWatch {
    /// A wait that begins at `started`.
    pub fn new(baseline: Baseline, options: WaitOptions, started: Now) -> Self {
        Self {
            started,
            options,
            baseline,
            hubs: BTreeMap::new(),
            cases: BTreeMap::new(),
            sources: BTreeMap::new(),
            blind_spots: BTreeMap::new(),
            elapsed: Duration::ZERO,
            longest_gap: Duration::ZERO,
            reported: BTreeSet::new(),
            reported_cases: BTreeSet::new(),
        }
    }

    /// Records an observation and returns the changes.
    pub fn record(&mut self, seen: Observation) -> Vec<Change> {
        // Times are by the steady clock: setting the wall clock must not make a run of failures longer.
        let elapsed = seen.at.mono.saturating_sub(self.started.mono);
        let gap = elapsed.saturating_sub(self.elapsed);
        self.longest_gap = self.longest_gap.max(gap);
        self.elapsed = elapsed;
        let mut changes = Vec::new();
        for source in seen.sources {
            changes.extend(self.record_source(source));
        }
        self.record_blind_spots(seen.blind_spots, &mut changes);
        for hub in seen.hubs {
            self.record_hub(hub, &mut changes);
        }
        self.record_cases(seen.cases, &mut changes);
        self.report_worse(&mut changes);
        changes
    }

    /// Records how many servers have started since the beginning of the wait. A hub that is missing in `counts` keeps
    /// its earlier counts.
    pub fn record_counts(&mut self, counts: BTreeMap<HubKey, StartCounts>) -> Vec<Change> {
        for (key, counts) in counts {
            if let Some(course) = self.hubs.get_mut(&key) {
                course.record_counts(counts);
            }
        }
        let mut changes = Vec::new();
        self.report_worse(&mut changes);
        changes
    }

    /// Records the state of a source. May also be called between two observations.
    pub fn record_source(&mut self, seen: SourceObservation) -> Option<Change> {
        let name = seen.name.clone();
        let course = self.sources.entry(name.clone()).or_default();
        let was_lost = course.is_lost();
        course.record(seen, self.elapsed);
        match (was_lost, course.is_lost()) {
            (false, true) => {
                let problem = course.problem().cloned();
                Some(Change::SourceLost { name, problem })
            }
            (true, false) => Some(Change::SourceBack { name }),
            _ => None,
        }
    }

    fn record_blind_spots(&mut self, seen: Vec<BlindSpotObservation>, changes: &mut Vec<Change>) {
        let mut still_open = BTreeSet::new();
        for spot in seen {
            if !self.baseline.is_new_blind_spot(&spot) {
                continue;
            }
            still_open.insert(spot.stable.clone());
            let course = self.blind_spots.entry(spot.stable).or_default();
            if course.record(spot.text.clone(), self.elapsed) {
                changes.push(Change::BlindSpotAppeared(spot.text));
            }
        }
        for (stable, course) in &mut self.blind_spots {
            if course.is_open() && !still_open.contains(stable) {
                course.close();
                changes.push(Change::BlindSpotGone(course.text().to_owned()));
            }
        }
    }

    fn record_hub(&mut self, seen: HubObservation, changes: &mut Vec<Change>) {
        let key = seen.key.clone();
        let before = self.baseline.hubs.get(&key);
        let course = self.hubs.entry(key.clone());
        let course = course.or_insert_with(|| HubCourse::new(before.cloned(), seen.clone()));
        let failed_since = course.failing_since();
        let evidence = seen.evidence.clone();
        course.record(seen, self.elapsed);
        match (failed_since, course.failing_since()) {
            (None, Some(_)) => changes.push(Change::HubFails { key, evidence }),
            (Some(since), None) => {
                let after = self.elapsed.saturating_sub(since);
                changes.push(Change::HubWorks { key, after });
            }
            _ => {}
        }
    }

    fn record_cases(&mut self, seen: Vec<CaseObservation>, changes: &mut Vec<Change>) {
        let mut still_open = BTreeSet::new();
        for case in seen {
            if !counts(&case) || !self.baseline.is_new(&case) {
                continue;
            }
            still_open.insert(case.id.clone());
            // A case that now has another id, such as its incident's id, continues under the new id.
            let mut ids = std::iter::once(&case.id).chain(&case.aliases);
            let course = ids.find_map(|id| self.cases.remove(id));
            let course = match course {
                Some(course) => course.reopened_as(case.clone(), self.elapsed),
                None => {
                    changes.push(Change::CaseOpened(case.clone()));
                    CaseCourse::new(case.clone(), self.elapsed)
                }
            };
            self.cases.insert(case.id, course);
        }
        for (id, course) in &mut self.cases {
            if course.is_open() && !still_open.contains(id) {
                course.close();
                changes.push(Change::CaseClosed(course.latest().clone()));
            }
        }
    }

    fn report_worse(&mut self, changes: &mut Vec<Change>) {
        for (key, course, start_times) in with_start_times(&self.hubs) {
            for how in course.worsenings(&self.options, self.elapsed, start_times) {
                if self.reported.insert((key.clone(), how.kind())) {
                    let key = key.clone();
                    changes.push(Change::HubIsWorse { key, how });
                }
            }
        }
        for (id, course) in &self.cases {
            let is_worse = course.is_worse(self.options.grace);
            if is_worse && self.reported_cases.insert(id.clone()) {
                changes.push(Change::CaseIsWorse(course.latest().clone()));
            }
        }
    }

    /// The time from the start of the wait to the latest observation.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    fn own_gap(&self) -> Option<SourceOutcome> {
        (self.longest_gap > self.options.grace).then(|| SourceOutcome {
            name: "this machine".to_owned(),
            lost: self.longest_gap,
            problem: Some("no look was made in this time".to_owned()),
            is_blind: true,
        })
    }

    /// The outcome as of the latest observation.
    pub fn outcome(&self, end: WaitEnd) -> Outcome {
        let (options, waited) = (&self.options, self.elapsed);
        let hubs = with_start_times(&self.hubs);
        let mut hubs: BTreeMap<&HubKey, HubOutcome> = hubs
            .map(|(key, hub, start_times)| (key, hub.outcome(options, waited, start_times)))
            .collect();
        let cases = self.cases.values();
        let cases = cases.map(|course| {
            let case = course.outcome(options.grace);
            let is_about_no_single_hub = !attach_case(&mut hubs, &case);
            CaseOutcome {
                is_about_no_single_hub,
                ..case
            }
        });
        let cases: Vec<CaseOutcome> = cases.collect();
        let sources = self.sources.iter();
        let must_look_again = self.baseline.is_first_look && end == WaitEnd::Complete;
        let sources = sources.filter_map(|(name, source)| {
            let unseen = must_look_again.then(|| source.unseen(name, waited));
            let lost = source.outcome(name, options.grace, waited);
            lost.or(unseen.flatten())
        });
        let blind_spots = self.blind_spots.values();
        Outcome {
            end,
            waited,
            hubs: hubs.into_values().collect(),
            cases,
            sources: self.own_gap().into_iter().chain(sources).collect(),
            blind_spots: blind_spots
                .map(|spot| spot.outcome(options.grace, waited))
                .collect(),
        }
    }
}

// The hubs whose start times could be compared, with the result of the comparison.
fn with_start_times(
    hubs: &BTreeMap<HubKey, HubCourse>,
) -> impl Iterator<Item = (&HubKey, &HubCourse, StartTimesCompared)> {
    let compared = start_times::compare(hubs.iter().map(|(key, hub)| hub.times(key)));
    let compared = compared.into_iter();
    compared.filter_map(|(key, times)| Some((key, hubs.get(key)?, times)))
}

// Whether a case counts. The case of a hub that is down does not count, since the hub's own course covers it. A case
// without a place may be about any place, so it counts only with the most severe priority.
fn counts(case: &CaseObservation) -> bool {
    let is_hub_down = matches!(case.id, CaseId::Hub(_));
    let has_place = !case.places.is_empty() || case.is_most_severe;
    !case.is_silenced && !is_hub_down && has_place
}

// Adds the case to each watched hub among the case's places. Returns whether there is at least one watched hub among
// them.
fn attach_case(hubs: &mut BTreeMap<&HubKey, HubOutcome>, outcome: &CaseOutcome) -> bool {
    let case = &outcome.case;
    let mut is_on_hub = false;
    for place in case.places.iter().filter_map(|place| place.hub_key()) {
        let Some(hub) = hubs.get_mut(&place) else {
            continue;
        };
        is_on_hub = true;
        let (id, title) = (case.id.clone(), case.title.clone());
        if outcome.is_worse {
            hub.worse.push(Worsening::NewCase { id, title });
        } else if outcome.is_open {
            hub.doubts.push(Doubt::YoungCase { id, title });
        }
    }
    is_on_hub
}
