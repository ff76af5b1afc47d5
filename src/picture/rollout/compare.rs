//! Compares a group's figures with those of all other hubs (the rest), and finds the worse ones.
//!
//! A group's sum is worse if its rate is more than twice the rest's rate and the difference cannot be chance. Two
//! conditions must hold to exclude chance. The group's sum must exceed the sum expected at the rest's rate by a margin
//! plus twice the square root of the expected sum. And the rest, at the group's rate, must be expected to have a sum of
//! at least [`MIN_EXPECTED`].
//!
//! Percentiles are compared by [`is_p95_worse`], the rule that `check --wait` uses too.

use super::figures::{Figures, Total};
use crate::domain::chance::is_beyond_chance;
use crate::domain::starts::is_p95_worse;

/// The least sum that the rest must be expected to have at the group's rate. If less is expected, the rest may have a
/// low sum by chance.
const MIN_EXPECTED: f64 = 2.0;

/// The margins of the measures. A difference from the rest that is below the margin can occur on any day.
const DOWN_MARGIN: f64 = 1.0;
const FAILED_STARTS_MARGIN: f64 = 2.0;
const RESTARTS_MARGIN: f64 = 3.0;
const CASES_MARGIN: f64 = 2.0;

/// The figures that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Measure {
    /// Hubs that are down.
    Down,
    P95Seconds,
    FailedStarts,
    Restarts,
    Cases,
}

/// A figure that is worse than the rest's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    pub measure: Measure,
    /// The group's value, and the number of its hubs whose value is known.
    pub own: f64,
    pub own_hubs: usize,
    /// The value of all other hubs, and the number of these hubs whose value is known.
    pub rest: f64,
    pub rest_hubs: usize,
}

/// The figures of `own` that are worse than those of `rest`.
pub(super) fn excesses(own: &Figures, rest: &Figures) -> Vec<Excess> {
    let down = |figures: &Figures| Total {
        sum: figures.down as f64,
        known: figures.hubs.saturating_sub(figures.health_unknown),
    };
    let found = [
        more(Measure::Down, down(own), down(rest), DOWN_MARGIN),
        slower(own, rest),
        more(
            Measure::FailedStarts,
            own.failed_starts,
            rest.failed_starts,
            FAILED_STARTS_MARGIN,
        ),
        more(
            Measure::Restarts,
            own.restarts,
            rest.restarts,
            RESTARTS_MARGIN,
        ),
        more(Measure::Cases, own.cases, rest.cases, CASES_MARGIN),
    ];
    found.into_iter().flatten().collect()
}

fn more(measure: Measure, own: Total, rest: Total, margin: f64) -> Option<Excess> {
    if own.known == 0 || rest.known == 0 {
        return None;
    }
    // PromQL's `increase` returns fractions.
    let sum = own.sum.round();
    let usual = rest.sum * own.known as f64 / rest.known as f64;
    let expected = sum * rest.known as f64 / own.known as f64;
    let is_worse =
        is_beyond_chance(sum, usual, margin) && sum > 2.0 * usual && expected >= MIN_EXPECTED;
    is_worse.then_some(Excess {
        measure,
        own: sum,
        own_hubs: own.known,
        rest: rest.sum.round(),
        rest_hubs: rest.known,
    })
}

fn slower(own: &Figures, rest: &Figures) -> Option<Excess> {
    let (seconds, usual) = own.p95_seconds.zip(rest.p95_seconds)?;
    let is_worse = is_p95_worse(seconds, usual);
    is_worse.then_some(Excess {
        measure: Measure::P95Seconds,
        own: seconds,
        own_hubs: own.p95_known,
        rest: usual,
        rest_hubs: rest.p95_known,
    })
}
