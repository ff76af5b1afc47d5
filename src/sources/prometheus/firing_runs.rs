//! How long alerts have fired and since when others are gone, from poll to poll: no answer tells what is over, and a
//! server that lost its state at a restart begins to count again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::alert::{Alert, AlertRule, AlertState, ResolvedAlert};
use crate::domain::ids::Fingerprint;
use crate::domain::labels::Labels;
use crate::domain::now::is_in_future;

/// Longer ago than any incident waits for its alert to be missed.
const MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// This number is kept on disk, the last to fire first: a storm is no reason to write megabytes at each look.
const MAX_SAVED: usize = 1000;

/// What does not change is written again after this time, so that it does not grow too old.
const MAX_SAVED_AGE: TimeDelta = TimeDelta::hours(1);

/// The alerts that fired within [`MAX_AGE`].
#[derive(Debug, Default)]
pub(super) struct FiringRuns(HashMap<Fingerprint, FiringRun>);

#[derive(Debug)]
struct FiringRun {
    last_seen: ResolvedAlert,
    /// None: an earlier run of the program saw it.
    rule: Option<Arc<AlertRule>>,
    /// The earliest that was said of when it began to fire. None: not known, or it was seen to be over since.
    since: Option<DateTime<Utc>>,
    /// The same, as an earlier run of the program kept it. It counts only for an alert that does not say since when it
    /// is active: nobody looked in between, and another may have begun to fire again.
    saved_since: Option<DateTime<Utc>>,
}

impl FiringRuns {
    /// Notes what is listed at `now`, and dates alerts that fire as before by the earliest that was said of them.
    /// Returns what fired before and does not any more, in a stable order. That an alert is not listed says that it
    /// is over only where its rule `is_evaluated`. `clock` is the latest of ours and the server's: what fires is not
    /// younger.
    pub(super) fn record(
        &mut self,
        listed: &mut [Arc<Alert>],
        is_evaluated: impl Fn(&AlertRule) -> bool,
        now: DateTime<Utc>,
        clock: DateTime<Utc>,
    ) -> Vec<ResolvedAlert> {
        self.end_runs(listed, is_evaluated);
        for alert in listed {
            if alert.state == AlertState::Firing {
                self.record_firing(alert, now, clock);
            }
        }
        self.0
            .retain(|_, run| now - run.last_seen.last_firing < MAX_AGE);
        let seen = self.0.values().map(|run| &run.last_seen);
        let mut gone: Vec<ResolvedAlert> = seen
            .filter(|seen| seen.last_firing < now)
            .cloned()
            .collect();
        gone.sort_by(|a, b| (a.last_firing, &a.labels).cmp(&(b.last_firing, &b.labels)));
        gone
    }

    // A pending alert's condition holds: a server without its state waits the rule's `for` again.
    fn end_runs(&mut self, listed: &[Arc<Alert>], is_evaluated: impl Fn(&AlertRule) -> bool) {
        let listed: HashSet<Fingerprint> = listed.iter().map(|alert| alert.fingerprint).collect();
        for (fingerprint, run) in &mut self.0 {
            let is_over = run.rule.as_deref().is_some_and(&is_evaluated);
            if run.since.is_some() && !listed.contains(fingerprint) && is_over {
                run.since = None;
                run.saved_since = None;
            }
        }
    }

    fn record_firing(&mut self, alert: &mut Arc<Alert>, now: DateTime<Utc>, clock: DateTime<Utc>) {
        let known = self.0.get(&alert.fingerprint);
        let saved = known.and_then(|run| run.saved_since);
        let since = fires_since(alert, known.and_then(|run| run.since), saved, clock);
        if alert.fires_since() != Some(since) {
            Arc::make_mut(alert).firing_since = Some(since);
        }
        let run = FiringRun {
            last_seen: ResolvedAlert {
                labels: alert.labels.clone(),
                last_firing: now,
            },
            rule: Some(Arc::clone(&alert.rule)),
            since: Some(since),
            saved_since: saved,
        };
        self.0.insert(alert.fingerprint, run);
    }
}

/// An alert that fired, kept on disk for the next run of the program: `check` looks once a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedRun {
    labels: Labels,
    /// When it was last seen to fire.
    last_firing: DateTime<Utc>,
    /// It fired at the last look.
    fires: bool,
    /// Since when it fires, where it does.
    #[serde(default)]
    since: Option<DateTime<Utc>>,
}

/// What of it is on disk.
#[derive(Debug, Default)]
pub(super) struct SavedRuns {
    runs: Vec<(Labels, bool)>,
    at: DateTime<Utc>,
}

impl FiringRuns {
    /// What an earlier run of the program kept. Nobody looked since: what fired then may have ended at any moment, the
    /// present one at the latest, and an incident waits its whole grace from there. A missing or unreadable file is
    /// no error.
    pub(super) fn restore(bytes: &[u8], now: DateTime<Utc>) -> Self {
        let all: Vec<SavedRun> = serde_json::from_slice(bytes).unwrap_or_default();
        let recent = all
            .into_iter()
            .filter(|one| now - one.last_firing < MAX_AGE);
        let runs = recent.map(|one| {
            let last_firing = if one.fires {
                now
            } else {
                one.last_firing.min(now)
            };
            let run = FiringRun {
                last_seen: ResolvedAlert {
                    labels: one.labels,
                    last_firing,
                },
                rule: None,
                since: None,
                saved_since: one.since.filter(|_| one.fires),
            };
            (run.last_seen.labels.fingerprint(), run)
        });
        Self(runs.collect())
    }

    /// What is worth writing after the poll of `now`, where it tells what `saved` does not.
    pub(super) fn to_save(
        &self,
        saved: &mut SavedRuns,
        now: DateTime<Utc>,
    ) -> Option<Vec<SavedRun>> {
        let runs = self.0.values().map(|run| SavedRun {
            labels: run.last_seen.labels.clone(),
            last_firing: run.last_seen.last_firing,
            fires: run.last_seen.last_firing >= now,
            since: run.since,
        });
        let mut runs: Vec<SavedRun> = runs.collect();
        runs.sort_by(|a, b| (b.last_firing, &a.labels).cmp(&(a.last_firing, &b.labels)));
        runs.truncate(MAX_SAVED);
        let told = runs
            .iter()
            .map(|one| (one.labels.clone(), one.fires))
            .collect();
        let is_old = !runs.is_empty() && now - saved.at >= MAX_SAVED_AGE;
        if saved.runs == told && !is_old {
            return None;
        }
        *saved = SavedRuns {
            runs: told,
            at: now,
        };
        Some(runs)
    }
}

// An alert whose rule's `for` is not over had a shorter one when it began to fire; where no earlier look tells, it fires
// at the earliest since it is active. What does not say since when it is active fires since it was first seen.
fn fires_since(
    alert: &Alert,
    before: Option<DateTime<Utc>>,
    saved: Option<DateTime<Utc>>,
    clock: DateTime<Utc>,
) -> DateTime<Utc> {
    let end = alert.end_of_hold();
    let said = end.filter(|end| !is_in_future(*end, clock));
    let known = [before, said].into_iter().flatten().min();
    known
        .or(alert.active_at)
        .or(saved)
        .map_or(clock, |since| since.min(clock))
}

#[cfg(test)]
mod tests;
