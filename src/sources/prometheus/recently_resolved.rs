//! Since when alerts are gone: no answer tells, so what fired at an earlier poll is remembered.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::alert::{Alert, AlertState, ResolvedAlert};
use crate::domain::ids::Fingerprint;

/// Longer ago than any incident waits for its alert to be missed.
const MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// When each alert was last seen to fire.
#[derive(Debug, Default)]
pub(super) struct LastFired(HashMap<Fingerprint, ResolvedAlert>);

impl LastFired {
    /// Notes what fires at `now`, and tells what fired before and does not any more, in a stable order.
    pub(super) fn record_firing(
        &mut self,
        alerts: &[Arc<Alert>],
        now: DateTime<Utc>,
    ) -> Vec<ResolvedAlert> {
        let firing = alerts
            .iter()
            .filter(|alert| alert.state == AlertState::Firing);
        for alert in firing {
            let seen = ResolvedAlert {
                labels: alert.labels.clone(),
                last_firing: now,
            };
            self.0.insert(alert.fingerprint, seen);
        }
        self.0.retain(|_, seen| now - seen.last_firing < MAX_AGE);
        let gone = self.0.values().filter(|seen| seen.last_firing < now);
        let mut gone: Vec<ResolvedAlert> = gone.cloned().collect();
        gone.sort_by(|a, b| (a.last_firing, &a.labels).cmp(&(b.last_firing, &b.labels)));
        gone
    }
}
