//! A hub of a rollout: its batch, and its data for the figures.

use crate::domain::hub::Health;
use crate::domain::ids::HubKey;
use crate::picture::views::HubView;

/// A hub with its batch and the data for the figures.
pub(super) struct Hub<'a> {
    pub(super) view: &'a HubView,
    /// The position of the hub's batch.
    pub(super) batch: usize,
    /// Restarts of containers in the hub's namespace; `None` if unknown.
    pub(super) restarts: Option<f64>,
    /// Whether all sources of cases about the hub are fresh.
    pub(super) cases_known: bool,
}

/// A larger figure cannot be a count or a duration.
const MAX_FIGURE: f64 = 1e9;

impl Hub<'_> {
    pub(super) fn key(&self) -> &HubKey {
        &self.view.spec.key
    }

    pub(super) fn is_down(&self) -> bool {
        self.view.health == Health::Down
    }

    /// Whether the hub may be down: its health is unknown, or its probe failed and was not repeated yet.
    pub(super) fn is_health_unknown(&self) -> bool {
        self.view.health == Health::Unknown || is_failing(self.view)
    }

    pub(super) fn failed_starts(&self) -> Option<f64> {
        self.fresh(self.view.signals.spawn_failures_30m)
    }

    pub(super) fn p95_seconds(&self) -> Option<f64> {
        self.fresh(self.view.signals.spawn_p95_seconds)
    }

    // The value of a signal, unless the signals are stale: old signals say nothing about the present batch.
    fn fresh(&self, value: Option<f64>) -> Option<f64> {
        value.filter(|value| !self.view.signals_stale && is_possible(*value))
    }
}

// A figure is neither NaN nor negative.
pub(super) fn is_possible(value: f64) -> bool {
    (0.0..=MAX_FIGURE).contains(&value)
}

// Whether a probe failed but the hub is not down yet.
fn is_failing(view: &HubView) -> bool {
    let probe = view.probe.as_ref();
    view.health != Health::Down && probe.is_some_and(|probe| probe.outcome.shows_outage())
}

// Whether the hub may be down. If so, the hub's cases are not all known, since a hub that is down may be a case of its
// own. A hub that is not probed never becomes a case of its own.
pub(super) fn may_be_down(view: &HubView) -> bool {
    let is_unknown = view.health == Health::Unknown && view.spec.health_url.is_some();
    is_unknown || is_failing(view)
}
