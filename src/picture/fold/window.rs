//! Windows: what began close together.

use chrono::{DateTime, TimeDelta, Utc};

/// Splits cases (by their indices) where nothing began for longer than `gap`. The windows come in the order
/// of time, and inside each the indices as they were; the order in which they are given changes nothing
/// but that.
pub fn split_at_gaps(
    cases: Vec<usize>,
    gap: TimeDelta,
    since: impl Fn(&usize) -> Option<DateTime<Utc>>,
) -> Vec<Vec<usize>> {
    let mut timed: Vec<(DateTime<Utc>, usize)> = cases
        .into_iter()
        .filter_map(|at| Some((since(&at)?, at)))
        .collect();
    timed.sort_unstable();
    timed
        .chunk_by(|(one, _), (next, _)| *next - *one <= gap)
        .map(|window| {
            let mut inside: Vec<usize> = window.iter().map(|(_, at)| *at).collect();
            inside.sort_unstable();
            inside
        })
        .collect()
}
