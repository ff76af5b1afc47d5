//! How long alerts have fired and since when others are gone, from poll to poll: no answer tells what is over, and a
//! server that lost its state at a restart begins to count again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::alert::{Alert, AlertRule, AlertState, ResolvedAlert};
use crate::domain::ids::Fingerprint;

/// Longer ago than any incident waits for its alert to be missed.
const MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// The alerts that fired within [`MAX_AGE`].
#[derive(Debug, Default)]
pub(super) struct FiringRuns(HashMap<Fingerprint, FiringRun>);

#[derive(Debug)]
struct FiringRun {
    last_seen: ResolvedAlert,
    rule: Arc<AlertRule>,
    /// The earliest that was said of when it began to fire. None: not known, or it was seen to be over since.
    since: Option<DateTime<Utc>>,
}

impl FiringRuns {
    /// Notes what is listed at `now`, and dates alerts that fire as before by the earliest that was said of them.
    /// Returns what fired before and does not any more, in a stable order. That an alert is not listed says that it
    /// is over only where its rule `is_evaluated`.
    pub(super) fn record(
        &mut self,
        listed: &mut [Arc<Alert>],
        is_evaluated: impl Fn(&AlertRule) -> bool,
        now: DateTime<Utc>,
    ) -> Vec<ResolvedAlert> {
        self.end_runs(listed, is_evaluated);
        for alert in listed {
            if alert.state == AlertState::Firing {
                self.record_firing(alert, now);
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
            if run.since.is_some() && !listed.contains(fingerprint) && is_evaluated(&run.rule) {
                run.since = None;
            }
        }
    }

    fn record_firing(&mut self, alert: &mut Arc<Alert>, now: DateTime<Utc>) {
        let before = self.0.get(&alert.fingerprint).and_then(|run| run.since);
        let since = [before, alert.fires_since()].into_iter().flatten().min();
        if since != alert.fires_since() {
            let alert = Arc::make_mut(alert);
            alert.active_at = since.and_then(|since| {
                let hold = TimeDelta::from_std(alert.rule.hold).ok()?;
                since.checked_sub_signed(hold)
            });
        }
        let run = FiringRun {
            last_seen: ResolvedAlert {
                labels: alert.labels.clone(),
                last_firing: now,
            },
            rule: Arc::clone(&alert.rule),
            since,
        };
        self.0.insert(alert.fingerprint, run);
    }
}

#[cfg(test)]
mod tests;
