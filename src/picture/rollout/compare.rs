//! Where the figures of a group are worse than those of the rest.
//!
//! A sum is worse if its rate is more than twice the rest's and chance does not explain it. Chance does not explain it
//! if the sum exceeds the number expected at the rest's rate by twice that number's square root and a margin, and if
//! the rest would have at least [`MIN_EXPECTED`] at the group's rate. A percentile is worse by the bounds of
//! `check --wait`.

use super::figures::{Figures, Total};
use crate::domain::chance::is_beyond_chance;

/// A percentile is worse above the rest's times this …
const P95_FACTOR: f64 = 1.5;

/// … and by at least so many seconds.
const P95_SECONDS: f64 = 30.0;

/// The least number that the rest would have at the group's rate.
const MIN_EXPECTED: f64 = 2.0;

/// The margins: this many more than at the rest's rate happen on any day.
const DOWN_MARGIN: f64 = 1.0;
const FAILED_STARTS_MARGIN: f64 = 2.0;
const RESTARTS_MARGIN: f64 = 3.0;
const CASES_MARGIN: f64 = 2.0;

/// What is compared.
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
    /// The group's value, and the number of hubs that it is from.
    pub own: f64,
    pub own_hubs: usize,
    /// The same of all other hubs.
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
    // `increase` gives fractions.
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
    let is_worse = seconds > usual * P95_FACTOR && seconds >= usual + P95_SECONDS;
    is_worse.then_some(Excess {
        measure: Measure::P95Seconds,
        own: seconds,
        own_hubs: own.p95_known,
        rest: usual,
        rest_hubs: rest.p95_known,
    })
}
