//! Tracks from poll to poll since when alerts fire, and when resolved ones last fired. Prometheus lists no resolved
//! alerts, and a server that lost its state at a restart dates its alerts from then.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::alert::{Alert, AlertRule, AlertState, ResolvedAlert};
use crate::domain::ids::Fingerprint;
use crate::domain::labels::Labels;
use crate::domain::now::is_in_future;

/// How long a resolved alert is kept: longer than any grace of an incident whose alerts are gone.
const MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// The most alerts that are kept on disk: those that fired last. A storm must not write megabytes at each poll.
const MAX_SAVED: usize = 1000;

/// Unchanged runs are written again after this time, so that they do not look older than they are.
const MAX_SAVED_AGE: TimeDelta = TimeDelta::hours(1);

/// The alerts that fired within [`MAX_AGE`].
#[derive(Debug, Default)]
pub(super) struct FiringRuns(HashMap<Fingerprint, FiringRun>);

/// An alert that fires, or fired before.
#[derive(Debug)]
struct FiringRun {
    labels: Labels,
    /// When it was last seen to fire.
    last_firing: DateTime<Utc>,
    /// `None` if only an earlier run of the program saw the alert.
    rule: Option<Arc<AlertRule>>,
    /// The earliest start of its firing that an answer gave. `None`: not known, or it has resolved since.
    since: Option<DateTime<Utc>>,
    /// `since` as an earlier run of the program saved it. It counts only for an alert without `activeAt`: between the
    /// two runs an alert may have resolved and begun to fire again.
    saved_since: Option<DateTime<Utc>>,
}

impl FiringRuns {
    /// Records the alerts listed at `now`, and dates each firing one by the earliest start that is known. Returns the
    /// alerts that fired before and do not any more, in a stable order. An alert that is not listed has resolved only
    /// if its rule `is_evaluated`. `clock` is the later of our clock and the server's: no alert began after it.
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
        self.0.retain(|_, run| now - run.last_firing < MAX_AGE);
        let ended = self.0.values().filter(|run| run.last_firing < now);
        let mut resolved: Vec<ResolvedAlert> = ended.map(FiringRun::to_resolved).collect();
        resolved.sort_by(|a, b| (a.last_firing, &a.labels).cmp(&(b.last_firing, &b.labels)));
        resolved
    }

    // A pending alert that fired before counts as still firing: a server that lost its state waits for the rule's `for`
    // again.
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
            labels: alert.labels.clone(),
            last_firing: now,
            rule: Some(Arc::clone(&alert.rule)),
            since: Some(since),
            saved_since: saved,
        };
        self.0.insert(alert.fingerprint, run);
    }
}

impl FiringRun {
    fn to_resolved(&self) -> ResolvedAlert {
        ResolvedAlert {
            labels: self.labels.clone(),
            last_firing: self.last_firing,
        }
    }
}

/// A firing run on disk, for the next run of the program: `check` polls once a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedRun {
    labels: Labels,
    /// When it was last seen to fire.
    last_firing: DateTime<Utc>,
    /// Whether it fired at the last poll.
    fires: bool,
    /// Since when it fires; `None` if it does not.
    #[serde(default)]
    since: Option<DateTime<Utc>>,
}

/// The runs that are on disk, as last written.
#[derive(Debug, Default)]
pub(super) struct SavedRuns {
    runs: Vec<(Labels, bool)>,
    at: DateTime<Utc>,
}

impl FiringRuns {
    /// The runs that an earlier run of the program saved. An alert that fired then may have resolved at any time since,
    /// so it counts as seen to fire `now`: its incident gets its whole grace. A missing or unreadable file is no error.
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
                labels: one.labels,
                last_firing,
                rule: None,
                since: None,
                saved_since: one.since.filter(|_| one.fires),
            };
            (run.labels.fingerprint(), run)
        });
        Self(runs.collect())
    }

    /// The runs to write after the poll of `now`; `None` if `saved` has the same and is not old.
    pub(super) fn to_save(
        &self,
        saved: &mut SavedRuns,
        now: DateTime<Utc>,
    ) -> Option<Vec<SavedRun>> {
        let runs = self.0.values().map(|run| SavedRun {
            labels: run.labels.clone(),
            last_firing: run.last_firing,
            fires: run.last_firing >= now,
            since: run.since,
        });
        let mut runs: Vec<SavedRun> = runs.collect();
        runs.sort_by(|a, b| (b.last_firing, &a.labels).cmp(&(a.last_firing, &b.labels)));
        runs.truncate(MAX_SAVED);
        let present = runs
            .iter()
            .map(|one| (one.labels.clone(), one.fires))
            .collect();
        let is_old = !runs.is_empty() && now - saved.at >= MAX_SAVED_AGE;
        if saved.runs == present && !is_old {
            return None;
        }
        *saved = SavedRuns {
            runs: present,
            at: now,
        };
        Some(runs)
    }
}

// `activeAt` plus `for`, or an earlier start that is known. If that lies ahead, the rule's `for` was shorter when the
// alert began to fire: it then fires since `activeAt`. An alert without `activeAt` fires since it was first seen.
fn fires_since(
    alert: &Alert,
    before: Option<DateTime<Utc>>,
    saved: Option<DateTime<Utc>>,
    clock: DateTime<Utc>,
) -> DateTime<Utc> {
    let end = alert.end_of_hold();
    let dated = end.filter(|end| !is_in_future(*end, clock));
    let known = [before, dated].into_iter().flatten().min();
    known
        .or(alert.active_at)
        .or(saved)
        .map_or(clock, |since| since.min(clock))
}

#[cfg(test)]
mod tests;
