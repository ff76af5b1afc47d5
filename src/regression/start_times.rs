//! Compares how long servers take to start with the baseline.
//!
//! The 95th percentile of a few starts is the slowest of them. Among many hubs, some hub has such a slow start in any
//! half hour, although nothing changed. So a percentile above its bound is not enough. Usually 5 of 100 starts are
//! above the bound, and the number of starts above it must be larger than chance explains at this rate. The starts of
//! the hub alone may show this. The starts of all hubs of its cluster together may show it too, since an upgrade
//! changes a cluster. Without a histogram the percentile alone decides.
//!
//! In a simulation of 171 hubs with heavy-tailed start times that did not change, 0 to 0.7 hubs counted as slower in
//! each wait. By the percentile alone, 1 to 33 hubs did.

use std::collections::BTreeMap;

use super::baseline::HubBefore;
use super::outcome::{ClusterStarts, SlowStarts, StartTimesCompared};
use crate::domain::chance::is_beyond_chance;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::starts::{StartCounts, is_p95_worse, p95_bound};

/// The least number of starts for a meaningful percentile.
pub const MIN_STARTS: f64 = 5.0;

/// The share of starts that are usually slower than the 95th percentile.
const USUALLY_ABOVE: f64 = 0.05;

/// The margin for [`is_beyond_chance`], in starts above the bound.
const CHANCE_MARGIN: f64 = 2.0;

/// The start times of one hub.
pub(super) struct HubTimes<'a> {
    pub(super) key: &'a HubKey,
    pub(super) before: Option<&'a HubBefore>,
    pub(super) counts: Option<&'a StartCounts>,
}

/// Compares the start times of all hubs.
pub(super) fn compare<'a>(
    hubs: impl Iterator<Item = HubTimes<'a>>,
) -> BTreeMap<&'a HubKey, StartTimesCompared> {
    let hubs: Vec<HubTimes<'a>> = hubs.collect();
    let mut clusters: BTreeMap<&ClusterName, ClusterStarts> = BTreeMap::new();
    for hub in &hubs {
        if let Some(own) = hub.above_bound() {
            let cluster = clusters.entry(&hub.key.cluster).or_default();
            cluster.starts += own.starts;
            cluster.above_bound += own.above_bound;
        }
    }
    let compared = hubs.iter().map(|hub| {
        let cluster = clusters.get(&hub.key.cluster);
        (hub.key, with_cluster(hub.compare_alone(), cluster))
    });
    compared.collect()
}

fn with_cluster(own: StartTimesCompared, cluster: Option<&ClusterStarts>) -> StartTimesCompared {
    match (own, cluster) {
        (StartTimesCompared::PerhapsSlower(slow), Some(cluster))
            if slow.starts >= MIN_STARTS
                && is_more_than_chance(cluster.above_bound, cluster.starts) =>
        {
            let cluster = Some(*cluster);
            StartTimesCompared::Slower(SlowStarts { cluster, ..slow })
        }
        (own, _) => own,
    }
}

fn is_more_than_chance(above_bound: f64, starts: f64) -> bool {
    is_beyond_chance(above_bound, starts * USUALLY_ABOVE, CHANCE_MARGIN)
}

impl HubTimes<'_> {
    fn compare_alone(&self) -> StartTimesCompared {
        let Some(starts) = self.starts() else {
            return StartTimesCompared::NotSlower;
        };
        if starts < MIN_STARTS {
            return self.compare_few(starts);
        }
        let p95_seconds = self.counts.and_then(|counts| counts.p95_seconds);
        let Some((p95_seconds, before_seconds)) = p95_seconds.zip(self.p95_before()) else {
            return StartTimesCompared::NotCompared;
        };
        if self.is_bound_beyond_histogram(before_seconds) {
            return StartTimesCompared::NotCompared;
        }
        if !is_p95_worse(p95_seconds, before_seconds) {
            return StartTimesCompared::NotSlower;
        }
        let slow = self.slow_starts(starts, p95_seconds, before_seconds);
        let above_bound = slow.above_bound;
        match above_bound.is_none_or(|above| is_more_than_chance(above, starts)) {
            true => StartTimesCompared::Slower(slow),
            false => StartTimesCompared::PerhapsSlower(slow),
        }
    }

    // A hub with fewer than five starts never counts as slower. It counts as perhaps slower if more of its starts are
    // above the bound than chance explains.
    fn compare_few(&self, starts: f64) -> StartTimesCompared {
        let p95_seconds = self.counts.and_then(|counts| counts.p95_seconds);
        let above = self.above_bound().map_or(0.0, |own| own.above_bound);
        match p95_seconds.zip(self.p95_before()) {
            Some((p95_seconds, before_seconds)) if is_more_than_chance(above, starts) => {
                let slow = self.slow_starts(starts, p95_seconds, before_seconds);
                StartTimesCompared::PerhapsSlower(slow)
            }
            _ => StartTimesCompared::NotSlower,
        }
    }

    fn slow_starts(&self, starts: f64, p95_seconds: f64, before_seconds: f64) -> SlowStarts {
        SlowStarts {
            p95_seconds,
            at_least: self.counts.is_some_and(StartCounts::p95_is_lower_bound),
            before_seconds,
            starts,
            bound_seconds: p95_bound(before_seconds),
            above_bound: self.above_bound().map(|own| own.above_bound),
            cluster: None,
        }
    }

    // Whether the histogram ends at or below the bound. A percentile is at most the largest bound of its histogram, so
    // such a histogram cannot show that starts got slower.
    fn is_bound_beyond_histogram(&self, before_seconds: f64) -> bool {
        let largest = self.counts.and_then(|counts| counts.times.largest_bound());
        largest.is_some_and(|largest| largest <= p95_bound(before_seconds))
    }

    // The starts, and how many of them took longer than the bound. Has no minimum number of starts, since the hubs of a
    // cluster are summed.
    fn above_bound(&self) -> Option<ClusterStarts> {
        let starts = self.starts()?;
        let times = &self.counts?.times;
        let share = times.share_longer_than(p95_bound(self.p95_before()?))?;
        Some(ClusterStarts {
            starts,
            above_bound: (share * starts).round(),
        })
    }

    fn starts(&self) -> Option<f64> {
        self.counts?.starts.map(f64::round)
    }

    // The baseline's percentile; `None` if too few starts were counted for it. The percentile of two starts is just the
    // slower start.
    fn p95_before(&self) -> Option<f64> {
        let before = self.before?;
        let is_enough = |starts: f64| starts.round() >= MIN_STARTS;
        before
            .spawn_p95_seconds
            .filter(|_| before.starts.is_none_or(is_enough))
    }
}
