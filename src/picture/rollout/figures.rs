//! The figures of a group of hubs.

use std::collections::BTreeSet;

use super::hub::Hub;
use crate::domain::ids::CaseId;

/// A sum over the hubs whose value is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    pub sum: f64,
    /// The number of hubs whose value is known.
    pub known: usize,
}

impl Total {
    /// `None` if no hub's value is known.
    pub fn value(self) -> Option<f64> {
        (self.known > 0).then_some(self.sum)
    }

    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.known += 1;
        }
    }
}

/// The figures of a group of hubs. A figure that is unknown for all hubs is `None`, never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub hubs: usize,
    /// Hubs that are down.
    pub down: usize,
    /// Hubs whose health is not known.
    pub health_unknown: usize,
    /// Servers that failed to start in the last 30 minutes.
    pub failed_starts: Total,
    /// The median of the hubs' 95th percentiles of the start times in the last hour, in seconds.
    pub p95_seconds: Option<f64>,
    /// The number of hubs in which servers started.
    pub p95_known: usize,
    /// Restarts of containers in the last hour.
    pub restarts: Total,
    /// Open cases. Counts only hubs whose cases are completely known.
    pub cases: Total,
    /// Open cases about at least one of these hubs.
    pub cases_seen: usize,
}

impl Figures {
    /// The number of open cases that hubwatch found. `None` if there are none and no hub's cases are completely known.
    pub fn shown_cases(&self) -> Option<usize> {
        (self.cases.known > 0 || self.cases_seen > 0).then_some(self.cases_seen)
    }
}

/// The figures of the hubs that `is_in` selects. `by_p95` contains the positions of the hubs with a percentile, the
/// fastest hub first.
pub(super) fn figures(
    hubs: &[Hub<'_>],
    by_p95: &[usize],
    is_in: impl Fn(usize) -> bool,
) -> Figures {
    let mut figures = Figures::default();
    let mut seen: BTreeSet<&CaseId> = BTreeSet::new();
    let mut known: BTreeSet<&CaseId> = BTreeSet::new();
    for (_, hub) in hubs.iter().enumerate().filter(|(index, _)| is_in(*index)) {
        figures.hubs += 1;
        figures.down += usize::from(hub.is_down());
        figures.health_unknown += usize::from(hub.is_health_unknown());
        figures.failed_starts.add(hub.failed_starts());
        figures.restarts.add(hub.restarts);
        seen.extend(&hub.view.cases);
        if hub.cases_known {
            figures.cases.known += 1;
            known.extend(&hub.view.cases);
        }
    }
    figures.cases.sum = known.len() as f64;
    figures.cases_seen = seen.len();
    let started = by_p95.iter().copied().filter(|index| is_in(*index));
    let values = started.filter_map(|index| hubs.get(index)?.p95_seconds());
    let values: Vec<f64> = values.collect();
    figures.p95_known = values.len();
    figures.p95_seconds = median(&values);
    figures
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}
