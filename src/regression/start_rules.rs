//! Whether servers start worse than before.

use std::time::Duration;

use super::baseline::HubBefore;
use super::outcome::Worsening;
use super::watch::WaitOptions;
use crate::domain::starts::StartCounts;

/// With fewer starts a percentile says nothing.
const MIN_STARTS: f64 = 5.0;

/// A percentile above this share of the baseline's is worse …
const P95_FACTOR: f64 = 1.5;

/// … if it is this much larger too.
const P95_SECONDS: f64 = 30.0;

/// The window of the baseline's failed starts.
const FAILURES_WINDOW: Duration = Duration::from_secs(30 * 60);

/// How the starts within `waited` are worse.
pub(super) fn worsenings(
    before: Option<&HubBefore>,
    counts: &StartCounts,
    options: &WaitOptions,
    waited: Duration,
) -> impl Iterator<Item = Worsening> {
    let failed = failed_starts(before, counts, options, waited);
    failed.into_iter().chain(slow_starts(before, counts))
}

/// Whether nobody started a server, as far as is known.
pub(super) fn is_not_tried(counts: Option<&StartCounts>) -> bool {
    let is_some = |count: Option<f64>| count.is_some_and(|count| count.round() >= 1.0);
    !counts.is_some_and(|counts| is_some(counts.starts) || is_some(counts.failed_starts))
}

/// Whether there are enough starts for a percentile, and none to compare it with that rests on as many.
pub(super) fn is_p95_not_compared(
    before: Option<&HubBefore>,
    counts: Option<&StartCounts>,
) -> bool {
    let has_before = before.is_some_and(|before| p95_before(before).is_some());
    counts.is_some_and(|counts| enough_starts(counts).is_some()) && !has_before
}

// A hub whose starts failed before counts from as many more: that trouble is not new.
fn failed_starts(
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

fn slow_starts(before: Option<&HubBefore>, counts: &StartCounts) -> Option<Worsening> {
    let starts = enough_starts(counts)?;
    let p95_seconds = counts.p95_seconds?;
    let before_seconds = p95_before(before?)?;
    let is_worse =
        p95_seconds > before_seconds * P95_FACTOR && p95_seconds >= before_seconds + P95_SECONDS;
    is_worse.then(|| Worsening::SlowStarts {
        p95_seconds,
        at_least: counts.p95_is_lower_bound(),
        before_seconds,
        starts,
    })
}

// The percentile of two starts is the slower of them.
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
