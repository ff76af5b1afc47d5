//! What is known of every hub, and whose turn it is. Pure.
//!
//! A round asks those that are due: each hub once an interval, and once more `confirm` after the first
//! failure of a run. The answer holds the latest state of every hub; it is as old as the oldest try in
//! it, so that a round of second tries does not make the others look younger than they are.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::probe::{FailingRun, Probe, ProbeOutcome};
use crate::domain::settings::ProbeTarget;
use crate::domain::source::Answer;

/// One try, as it came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Try {
    pub(super) at: Now,
    pub(super) outcome: ProbeOutcome,
    pub(super) latency: Option<Duration>,
    /// From this try's handshake, where there was one.
    pub(super) certificate_ends: Option<DateTime<Utc>>,
}

/// A hub's page in the book.
#[derive(Clone, Debug)]
struct Page {
    probe: Probe,
    /// When the round ended in which this was heard.
    heard: Now,
}

/// The book.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pages: BTreeMap<HubKey, Page>,
    remembered: BTreeMap<HubKey, FailingRun>,
    interval: Duration,
    confirm: Duration,
}

impl Book {
    pub(super) fn new(interval: Duration, confirm: Duration) -> Self {
        Self {
            pages: BTreeMap::new(),
            remembered: BTreeMap::new(),
            interval,
            confirm,
        }
    }

    /// Goes on with a run that somebody else saw the beginning of.
    pub(super) fn remember(&mut self, key: HubKey, run: FailingRun) {
        self.remembered.insert(key, run);
    }

    /// The hubs that fail, as far as they were tried.
    pub(super) fn failing(&self) -> impl Iterator<Item = (&HubKey, FailingRun)> {
        let pages = self.pages.iter();
        pages.filter_map(|(key, page)| Some((key, page.probe.failing?)))
    }

    /// Whose turn it is, of these. Nobody's turn means that the round was asked for out of turn, by a
    /// person: then it is everyone's.
    pub(super) fn due(&self, all: &[ProbeTarget], now: Now) -> Vec<ProbeTarget> {
        let due = all.iter().filter(|target| self.is_due(&target.key, now));
        let due: Vec<_> = due.cloned().collect();
        if due.is_empty() { all.to_vec() } else { due }
    }

    fn is_due(&self, key: &HubKey, now: Now) -> bool {
        self.pages.get(key).is_none_or(|page| {
            let second = self.until_second_try(page, now);
            second.is_some_and(|left| left.is_zero()) || now.since(page.probe.at) >= self.early()
        })
    }

    /// Writes down what a round heard.
    pub(super) fn note(&mut self, tries: Vec<(HubKey, Try)>, heard: Now) {
        for (key, latest) in tries {
            let before = self.pages.get(&key).map(|page| &page.probe);
            let run = match before {
                Some(probe) => probe.failing,
                None => self.remembered.remove(&key),
            };
            let probe = follow(before, run, latest);
            self.pages.insert(key, Page { probe, heard });
        }
    }

    /// The state of every hub that was asked at least once, as old as the oldest try in it. None
    /// before the first round.
    pub(super) fn answer(&self) -> Option<Answer<BTreeMap<HubKey, Probe>>> {
        let oldest = self.pages.values().min_by_key(|page| page.probe.at.mono)?;
        let pages = self.pages.iter();
        Some(Answer {
            asked_at: oldest.probe.at,
            got_at: oldest.heard,
            server_clock: None,
            body: pages
                .map(|(key, page)| (key.clone(), page.probe.clone()))
                .collect(),
        })
    }

    /// How soon the next turn comes, if it comes well before the usual round.
    pub(super) fn again_in(&self, now: Now) -> Option<Duration> {
        let turns = self.pages.values().map(|page| {
            let usual = self.interval.saturating_sub(now.since(page.probe.at));
            let second = self.until_second_try(page, now);
            second.map_or(usual, |second| second.min(usual))
        });
        turns
            .min()
            .filter(|soonest| *soonest < self.interval * 9 / 10)
    }

    /// A round that comes a little early, by jitter or because second tries came between, still asks
    /// everyone: else a hub would be passed over and wait for nearly two intervals.
    fn early(&self) -> Duration {
        self.interval * 3 / 4
    }

    /// How long until a hub that fails is to be tried again, if that is still owed. Where the usual
    /// rounds come faster than that, they do.
    fn until_second_try(&self, page: &Page, now: Now) -> Option<Duration> {
        let run = page.probe.failing?;
        let is_owed = self.confirm <= self.interval && !page.probe.is_confirmed(self.confirm);
        is_owed.then(|| self.confirm.saturating_sub(now.since(run.first)))
    }
}

fn follow(before: Option<&Probe>, run: Option<FailingRun>, latest: Try) -> Probe {
    Probe {
        at: latest.at,
        failing: (!latest.outcome.is_good()).then(|| grown(run, latest.at)),
        outcome: latest.outcome,
        latency: latest.latency,
        certificate_ends: latest
            .certificate_ends
            .or(before.and_then(|probe| probe.certificate_ends)),
    }
}

fn grown(run: Option<FailingRun>, at: Now) -> FailingRun {
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
