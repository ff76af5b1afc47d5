//! Tracks from poll to poll since when alerts have been firing, and when resolved alerts last fired. Prometheus lists
//! no resolved alerts. A server that lost its state at a restart dates its alerts from the restart.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::alert::{Alert, AlertRule, AlertState, ResolvedAlert};
use crate::domain::ids::Fingerprint;
use crate::domain::labels::Labels;
use crate::domain::now::is_in_future;
use crate::domain::source::{ItemKind, UnreadableItems};

/// How long a resolved alert is kept. The alert's incident may stay open for a grace period after the alert resolves.
/// The end of the alert must be known for longer than that.
const MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// The most alerts that are saved, so that a storm does not write megabytes at each poll. The alerts with the latest
/// `last_firing` are saved.
const MAX_SAVED: usize = 1000;

/// The age at which unchanged runs are saved again. The saved runs would otherwise look too old.
const MAX_SAVED_AGE: TimeDelta = TimeDelta::hours(1);

/// The alerts that fired within [`MAX_AGE`].
#[derive(Debug, Default)]
pub(super) struct FiringRuns(HashMap<Fingerprint, FiringRun>);

/// The run of an alert that fires now or fired before.
#[derive(Debug)]
struct FiringRun {
    labels: Labels,
    /// When the alert was last seen firing.
    last_firing: DateTime<Utc>,
    /// `None` if only an earlier run of the program saw the alert.
    rule: Option<Arc<AlertRule>>,
    /// The earliest known start of the firing. `None` if it is not known, or if the alert has since resolved.
    since: Option<DateTime<Utc>>,
    /// `since` as an earlier run of the program saved it. It is used only for an alert without `activeAt`, since the
    /// alert may have resolved and fired again between the two runs of the program.
    saved_since: Option<DateTime<Utc>>,
}

impl FiringRuns {
    /// Records the alerts listed at `now`. Dates each firing alert by its earliest known start. Returns the alerts that
    /// no longer fire, in a stable order. An alert that is not listed has resolved only if its rule `is_evaluated`.
    /// `clock` is the later of our clock and the server's clock: no alert began after it.
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

    // Ends the runs of resolved alerts. A pending alert that fired before counts as still firing, since a server that
    // lost its state lists a firing alert as pending until the rule's `for` has passed again.
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

/// A saved run of an alert, for the next start of the program. `check` polls only once, so it depends on the runs that
/// an earlier `check` saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedRun {
    labels: Labels,
    /// When the alert was last seen firing.
    last_firing: DateTime<Utc>,
    /// Whether the alert fired at the last poll.
    fires: bool,
    /// Since when the alert has been firing; `None` if it does not fire.
    #[serde(default)]
    since: Option<DateTime<Utc>>,
}

/// The runs that were last written to the disk.
#[derive(Debug, Default)]
pub(super) struct SavedRuns {
    runs: Vec<(Labels, bool)>,
    at: DateTime<Utc>,
}

impl FiringRuns {
    /// Restores the alerts that an earlier run of the program saved. A saved alert that was firing may have resolved at
    /// any time since then. So it counts as last seen firing at `now`, and its open incident gets the full grace period
    /// from now on. A missing or unreadable file is no error.
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

    /// The runs to save after the poll of `now`; `None` if `saved` has the same runs and is not old.
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

// The start of the firing: `activeAt` plus `for`, or an earlier known start. If `activeAt` plus `for` is in the future,
// the rule's `for` was shorter when the alert began to fire. The alert then fires since `activeAt`. An alert without
// `activeAt` fires since it was first seen.
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

/// Removes `activeAt` from alerts whose date is after `now`. Otherwise such an alert would look new until that date has
/// passed. Returns these alerts as unreadable items.
pub(super) fn remove_future_dates(
    alerts: &mut [Arc<Alert>],
    now: DateTime<Utc>,
) -> UnreadableItems {
    let mut found = UnreadableItems::default();
    for alert in alerts {
        if alert.active_at.is_some_and(|at| is_in_future(at, now)) {
            let problem = "its activeAt is in the future";
            found.push(ItemKind::Alert, Some(&alert.rule.name), problem);
            Arc::make_mut(alert).active_at = None;
        }
    }
    found
}

#[cfg(test)]
mod tests;
