//! The rules that decide whether servers start worse than before.

use std::time::Duration;

use super::baseline::HubBefore;
use super::outcome::{SlowStarts, StartTimesCompared, Worsening};
use super::watch::WaitOptions;
use crate::domain::chance::is_beyond_chance;
use crate::domain::starts::StartCounts;

/// The least number of starts for a meaningful percentile.
const MIN_STARTS: f64 = 5.0;

/// A 95th percentile counts as worse above this many times the baseline's percentile …
const P95_FACTOR: f64 = 1.5;

/// … if it also exceeds the baseline's percentile by at least this many seconds.
const P95_SECONDS: f64 = 30.0;

/// The share of starts within the 95th percentile.
const P95: f64 = 0.95;

/// The margin for [`is_beyond_chance`], in starts above the bound. In a simulation, 171 hubs with heavy-tailed start
/// times did not change. With this margin 0 to 0.6 of these hubs counted as slower in each wait. By the percentile
/// alone, 3 to 33 hubs did.
const CHANCE_MARGIN: f64 = 2.0;

/// The time in which the baseline's failed starts were counted.
const FAILURES_WINDOW: Duration = Duration::from_secs(30 * 60);

/// Whether no start of a server is known.
pub(super) fn is_not_tried(counts: Option<&StartCounts>) -> bool {
    let is_some = |count: Option<f64>| count.is_some_and(|count| count.round() >= 1.0);
    !counts.is_some_and(|counts| is_some(counts.starts) || is_some(counts.failed_starts))
}

/// Judges the failed starts of a wait of length `waited`. Failures at the rate from before the wait are allowed in
/// addition, since that problem is not new.
pub(super) fn failed_starts(
    before: Option<&HubBefore>,
    counts: &StartCounts,
    options: &WaitOptions,
    waited: Duration,
) -> Option<Worsening> {
    let count = counts.failed_starts?.round();
    let before_30m = before.and_then(|before| before.spawn_failures_30m);
    let windows = waited.as_secs_f64() / FAILURES_WINDOW.as_secs_f64();
    let had = before_30m
        .map(f64::round)
        .filter(|had| *had >= options.failed_starts)
        .map_or(0.0, |had| had * windows.max(1.0));
    (count >= had + options.failed_starts).then_some(Worsening::FailedStarts { count, before_30m })
}

/// Compares the servers' start times with the baseline.
///
/// The 95th percentile of a few starts is the slowest of them. Among many hubs, some hub has such a slow start in any
/// half hour, although nothing changed. Even if 95 of 100 starts are usually within the bound, chance puts some starts
/// above it. So the starts count as slower only if more starts exceed the bound than chance explains. Without a
/// histogram the percentile alone decides.
pub(super) fn compare_times(
    before: Option<&HubBefore>,
    counts: &StartCounts,
) -> StartTimesCompared {
    let Some(starts) = enough_starts(counts) else {
        return StartTimesCompared::NotSlower;
    };
    let seconds = counts.p95_seconds.zip(before.and_then(p95_before));
    let Some((p95_seconds, before_seconds)) = seconds else {
        return StartTimesCompared::NotCompared;
    };
    let factor = before_seconds * P95_FACTOR;
    let more = before_seconds + P95_SECONDS;
    if p95_seconds <= factor || p95_seconds < more {
        return StartTimesCompared::NotSlower;
    }
    let bound_seconds = factor.max(more);
    let share = counts.times.share_longer_than(bound_seconds);
    let above_bound = share.map(|share| (share * starts).round());
    let slow = SlowStarts {
        p95_seconds,
        at_least: counts.p95_is_lower_bound(),
        before_seconds,
        starts,
        bound_seconds,
        above_bound,
    };
    let is_known = |above| is_beyond_chance(above, starts * (1.0 - P95), CHANCE_MARGIN);
    match above_bound.is_none_or(is_known) {
        true => StartTimesCompared::Slower(slow),
        false => StartTimesCompared::PerhapsSlower(slow),
    }
}

// The baseline's percentile; `None` if too few starts were counted for it. The percentile of two starts is just the
// slower start.
fn p95_before(before: &HubBefore) -> Option<f64> {
    let is_enough = |starts: f64| starts.round() >= MIN_STARTS;
    before
        .spawn_p95_seconds
        .filter(|_| before.starts.is_none_or(is_enough))
}

fn enough_starts(counts: &StartCounts) -> Option<f64> {
    let starts = counts.starts.map(f64::round);
    starts.filter(|starts| *starts >= MIN_STARTS)
}
