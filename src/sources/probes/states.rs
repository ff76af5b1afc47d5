//! The known state of every hub, and the hubs that are due. Pure.
//!
//! A round probes the hubs that are due. Each hub is due once per interval. A hub that fails is also due when
//! `confirm_after` has passed since its first failed try. The answer contains the latest state of every hub. The answer
//! is as old as its oldest try, so that a round of second tries does not make the other hubs' states look newer than
//! they are.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::probe::{
    ENDED_RUN_MAX_AGE, EndedRun, FailingRun, HubVersion, Probe, ProbeOutcome, Refusal,
    unproven_line,
};
use crate::domain::settings::ProbeTarget;
use crate::domain::source::Answer;

/// The most ended runs that are kept of one hub. If there are more, the two oldest are merged: so many runs count as
/// one long outage.
const MAX_ENDED_RUNS: usize = 64;
/// A hub is expected to send JupyterHub's header for this long after it last sent the header.
pub(super) const HEADER_REMEMBERED: TimeDelta = TimeDelta::days(30);

/// The outcome of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProbeTry {
    pub(super) at: Now,
    /// Whether the answer has JupyterHub's header.
    pub(super) is_from_hub: bool,
    /// The header's content.
    pub(super) version: Option<String>,
    pub(super) outcome: ProbeOutcome,
    pub(super) refusal: Option<Refusal>,
    pub(super) latency: Option<Duration>,
    /// The end of the certificate, from this try's handshake; `None` without a handshake.
    pub(super) certificate_ends: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug)]
struct HubState {
    probe: Probe,
    /// When the round with the hub's latest try ended.
    received_at: Now,
}

/// The states of all hubs.
#[derive(Clone, Debug)]
pub(super) struct ProbeStates {
    hubs: BTreeMap<HubKey, HubState>,
    restored_runs: BTreeMap<HubKey, FailingRun>,
    restored_ended: BTreeMap<HubKey, Vec<EndedRun>>,
    /// When each hub last sent JupyterHub's header.
    known_hubs: BTreeMap<HubKey, DateTime<Utc>>,
    interval: Duration,
    confirm_after: Duration,
}

impl ProbeStates {
    pub(super) fn new(interval: Duration, confirm: Duration) -> Self {
        Self {
            hubs: BTreeMap::new(),
            restored_runs: BTreeMap::new(),
            restored_ended: BTreeMap::new(),
            known_hubs: BTreeMap::new(),
            interval,
            confirm_after: confirm,
        }
    }

    /// Continues a run of failed tries that began before the program was started.
    pub(super) fn restore_run(&mut self, key: HubKey, run: FailingRun) {
        self.restored_runs.insert(key, run);
    }

    /// Records a run of failed tries that ended before the program was started.
    pub(super) fn restore_ended(&mut self, key: HubKey, run: EndedRun) {
        self.restored_ended.entry(key).or_default().push(run);
    }

    /// The ended runs of failed tries, for each hub that was probed. Each run has the time until which the hub stayed
    /// well afterwards: the first failed try of the hub's next run, or else the hub's latest try.
    pub(super) fn ended(&self) -> impl Iterator<Item = (&HubKey, EndedRun, Now)> {
        self.hubs.iter().flat_map(|(key, state)| {
            let probe = &state.probe;
            let present = probe.failing.map_or(probe.at, |run| run.first);
            let later = probe.ended.iter().skip(1).map(|run| run.first);
            let well_until = later.chain([present]);
            let runs = probe.ended.iter().copied().zip(well_until);
            runs.map(move |(run, until)| (key, run, until))
        })
    }

    /// Records that a hub sent JupyterHub's header in an earlier run of the program.
    pub(super) fn restore_known_hub(&mut self, key: HubKey, seen: DateTime<Utc>) {
        self.known_hubs.insert(key, seen);
    }

    /// When each hub last sent JupyterHub's header.
    pub(super) fn known_hubs(&self) -> impl Iterator<Item = (&HubKey, DateTime<Utc>)> {
        self.known_hubs.iter().map(|(key, seen)| (key, *seen))
    }

    /// The probed hubs whose latest failure shows an outage.
    pub(super) fn failing(&self) -> impl Iterator<Item = (&HubKey, FailingRun)> {
        let outages = self
            .hubs
            .iter()
            .filter(|(_, page)| page.probe.outcome.shows_outage());
        outages.filter_map(|(key, page)| Some((key, page.probe.failing?)))
    }

    /// The hubs to probe now. Usually these are the hubs that are due. All hubs are probed if none is due, since a
    /// person then requested the round. All hubs are also probed if our own network may have caused the failures, since
    /// the second try of a failing hub must be compared with new answers of the other hubs.
    pub(super) fn due(&self, all: &[ProbeTarget], now: Now) -> Vec<ProbeTarget> {
        let due = all.iter().filter(|target| self.is_due(&target.key, now));
        let due: Vec<_> = due.cloned().collect();
        if due.is_empty() || self.is_line_unproven() {
            return all.to_vec();
        }
        due
    }

    fn is_line_unproven(&self) -> bool {
        let probes = self.hubs.iter().map(|(key, page)| (key, &page.probe));
        unproven_line(probes, 1).is_some()
    }

    fn is_due(&self, key: &HubKey, now: Now) -> bool {
        self.hubs.get(key).is_none_or(|page| {
            let second = self.until_second_try(page, now);
            second.is_some_and(|left| left.is_zero())
                || now.since(page.probe.at) >= self.min_probe_age()
        })
    }

    /// Records a round's outcomes.
    pub(super) fn record(&mut self, tries: Vec<(HubKey, ProbeTry)>, received_at: Now) {
        for (key, mut latest) in tries {
            self.judge_header(&key, &mut latest);
            let before = self.hubs.get(&key).map(|page| &page.probe);
            let (run, ended) = match before {
                Some(probe) => (probe.failing, probe.ended.clone()),
                None => (
                    self.restored_runs.remove(&key),
                    self.restored_ended.remove(&key).unwrap_or_default(),
                ),
            };
            // If this process has not probed the hub before, the run was restored from the disk. A restored run is an
            // outage, since only outages are saved.
            let was_outage = before.is_none_or(|probe| probe.outcome.shows_outage());
            let outage = run.filter(|_| was_outage);
            let ended = next_ended(before, outage, ended, &latest, self.confirm_after);
            let run = run.filter(|_| was_outage == latest.outcome.shows_outage());
            let probe = next_probe(before, run, ended, latest);
            self.hubs.insert(key, HubState { probe, received_at });
        }
    }

    fn judge_header(&mut self, key: &HubKey, latest: &mut ProbeTry) {
        let at = latest.at.wall;
        if latest.is_from_hub {
            self.known_hubs.insert(key.clone(), at);
        }
        if let ProbeOutcome::NotFromHub { was_hub, .. } = &mut latest.outcome {
            let seen = self.known_hubs.get(key);
            *was_hub = seen.is_some_and(|seen| at - seen <= HEADER_REMEMBERED);
        }
    }

    /// The latest try of every hub that was probed at least once. The answer is dated by the oldest of these tries.
    /// `None` before the first round.
    pub(super) fn to_answer(&self) -> Option<Answer<BTreeMap<HubKey, Probe>>> {
        let oldest = self.hubs.values().min_by_key(|page| page.probe.at.mono)?;
        let pages = self.hubs.iter();
        Some(Answer::new(
            oldest.probe.at,
            oldest.received_at,
            None,
            pages
                .map(|(key, page)| (key.clone(), page.probe.clone()))
                .collect(),
        ))
    }

    /// The time until every unconfirmed failure can be tried again; `None` if there is no such failure.
    pub(super) fn unconfirmed_for(&self, now: Now) -> Option<Duration> {
        let waits = self.hubs.values();
        waits
            .filter_map(|page| self.until_second_try(page, now))
            .max()
    }

    /// The time until the next hub is due. `None` if that time is at least nine tenths of an interval, since the usual
    /// round then comes soon enough.
    pub(super) fn next_round_in(&self, now: Now) -> Option<Duration> {
        let turns = self.hubs.values().map(|page| {
            let usual = self.interval.saturating_sub(now.since(page.probe.at));
            let second = self.until_second_try(page, now);
            second.map_or(usual, |second| second.min(usual))
        });
        turns
            .min()
            .filter(|soonest| *soonest < self.interval * 9 / 10)
    }

    /// The age of a hub's latest try at which the hub is due again. The age is less than an interval, so that a round
    /// that comes a little early still probes all hubs. Otherwise a hub would have to wait for nearly two intervals.
    fn min_probe_age(&self) -> Duration {
        self.interval * 3 / 4
    }

    /// The time until the second try of a failing hub; `None` if the hub needs no second try.
    fn until_second_try(&self, page: &HubState, now: Now) -> Option<Duration> {
        let run = page
            .probe
            .failing
            .filter(|_| page.probe.outcome.shows_outage())?;
        let is_owed = !page.probe.is_confirmed(self.confirm_after);
        is_owed.then(|| self.confirm_after.saturating_sub(now.since(run.first)))
    }
}

fn next_probe(
    before: Option<&Probe>,
    run: Option<FailingRun>,
    ended: Vec<EndedRun>,
    latest: ProbeTry,
) -> Probe {
    Probe {
        at: latest.at,
        failing: (!latest.outcome.is_good()).then(|| extend_run(run, latest.at)),
        ended,
        version: match latest.version {
            Some(text) => Some(HubVersion {
                text,
                at: latest.at,
                since: None,
            }),
            None => before.and_then(|probe| probe.version.clone()),
        },
        outcome: latest.outcome,
        refusal: latest.refusal,
        latency: latest.latency,
        certificate_ends: latest
            .certificate_ends
            .or(before.and_then(|probe| probe.certificate_ends)),
    }
}

fn next_ended(
    before: Option<&Probe>,
    run: Option<FailingRun>,
    mut ended: Vec<EndedRun>,
    latest: &ProbeTry,
    confirm_after: Duration,
) -> Vec<EndedRun> {
    ended.retain(|run| latest.at.since(run.ended) <= ENDED_RUN_MAX_AGE);
    let is_over = latest.outcome.is_good();
    if let Some(run) = run.filter(|run| is_over && run.is_confirmed(confirm_after)) {
        ended.push(EndedRun {
            first: run.first,
            ended: latest.at,
            may_be_our_network: before.is_none_or(|probe| probe.outcome.may_be_our_network()),
        });
    }
    merge_oldest_if_full(&mut ended);
    ended
}

fn merge_oldest_if_full(ended: &mut Vec<EndedRun>) {
    if ended.len() > MAX_ENDED_RUNS {
        let oldest = ended.remove(0);
        if let Some(next) = ended.first_mut() {
            next.first = oldest.first;
        }
    }
}

fn extend_run(run: Option<FailingRun>, at: Now) -> FailingRun {
    match run {
        None => FailingRun {
            first: at,
            latest: at,
            tries: 1,
        },
        Some(run) => FailingRun {
            latest: at,
            tries: run.tries.saturating_add(1),
            ..run
        },
    }
}

#[cfg(test)]
mod tests;
