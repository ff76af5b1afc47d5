//! The rules about failed starts, and about hubs on which nobody started a server.

use std::time::Duration;

use super::baseline::HubBefore;
use super::options::WaitOptions;
use super::outcome::Worsening;
use crate::domain::starts::StartCounts;

/// The time in which the baseline's failed starts were counted.
const FAILURES_WINDOW: Duration = Duration::from_secs(30 * 60);

/// Whether no start of a server is known.
pub(super) fn is_not_tried(counts: Option<&StartCounts>) -> bool {
    let is_some = |count: Option<f64>| count.is_some_and(|count| count.round() >= 1.0);
    !counts.is_some_and(|counts| is_some(counts.starts) || is_some(counts.failed_starts))
}

/// Judges the failed starts of a wait of length `waited`. If starts failed before the wait too, failures at the old
/// rate do not count, since that problem is not new.
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
