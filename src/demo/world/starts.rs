//! The servers that a hub starts: its counters, and the start times within a range.

use std::time::Duration;

use strum::{EnumString, IntoStaticStr};

use super::hub::{Drift, Hub, Reading, count};
use crate::demo::clockwork::{At, before, seconds_between};

/// How many hours the hub has run when the story begins.
const HISTORY_HOURS: f64 = 240.0;
/// The upper bounds of the histogram of start times, in seconds.
pub const BOUNDS: [f64; 12] = [
    0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0,
];

/// The metrics about a hub's server starts within a range of time, named as in the dashboard's query.
#[derive(Clone, Copy, Debug, PartialEq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum StartReading {
    StartsSince,
    FailedStartsSince,
    #[strum(serialize = "spawn_p95_since")]
    SpawnP95Since,
    /// The number of starts that took at most this long, a bound of the histogram.
    StartTimesSince(Bound),
}

/// A bound of the histogram of start times, in seconds. The last bound is infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound(pub f64);

impl Default for Bound {
    fn default() -> Self {
        Self(f64::INFINITY)
    }
}

/// The starts of one release: their number, and the 95th percentile of their times in seconds.
#[derive(Clone, Copy)]
struct Starts {
    count: f64,
    p95: f64,
}

impl Hub {
    /// How many servers have failed to start by `at`, since the hub's process began.
    pub fn total_failed_starts(&self, at: At) -> f64 {
        let process = self.upgraded(at).and_then(|it| it.until);
        let counted = self.failures.iter().filter(|it| **it <= at);
        count(counted.filter(|it| process.is_none_or(|began| began <= **it)))
    }

    /// How many servers have started by `at`, since the hub's process began. The number falls only when the hub is
    /// upgraded.
    pub fn total_starts(&self, at: At, drift: Drift) -> f64 {
        let process = self.upgraded(at).and_then(|it| it.until);
        let hours = match process {
            Some(began) => seconds_between(began, at) / 3600.0,
            None => seconds_between(drift.start, at) / 3600.0 + HISTORY_HOURS,
        };
        (self.running * self.starts_per_hour * hours)
            .max(0.0)
            .floor()
    }

    /// The usual 95th percentile of the start times, in seconds, with the release that runs at time `at`.
    pub fn p95_at(&self, at: At) -> f64 {
        self.upgraded(at).map_or(self.p95, |it| it.p95)
    }

    /// A reading of the starts within `range` before `at`. `None` if the hub could not be scraped at either end of the
    /// range. A percentile is also `None` if there were no starts.
    pub fn start_reading(
        &self,
        what: StartReading,
        range: Duration,
        at: At,
        drift: Drift,
    ) -> Option<f64> {
        let starts = self.scraped_starts(range, at, drift)?;
        match what {
            StartReading::StartsSince => Some(total(&starts)),
            StartReading::FailedStartsSince => {
                let from = before(at, range);
                let failed = self.failures.iter();
                Some(count(failed.filter(|it| from < **it && **it <= at)))
            }
            StartReading::SpawnP95Since => percentile(&starts),
            StartReading::StartTimesSince(Bound(bound)) => Some(count_within(&starts, bound)),
        }
    }

    fn scraped_starts(&self, range: Duration, at: At, drift: Drift) -> Option<[Starts; 2]> {
        let from = before(at, range);
        let is_gone = |at| self.reading(Reading::Up, at, drift) == Some(0.0);
        let is_scraped = !is_gone(from) || !is_gone(at);
        is_scraped.then(|| self.starts_within(from, at, drift))
    }

    /// The starts of the old release until its end, and the starts of the new release.
    fn starts_within(&self, from: At, at: At, drift: Drift) -> [Starts; 2] {
        let risen = |from: At, at: At| {
            let rise = self.total_starts(at, drift) - self.total_starts(from, drift);
            rise.max(0.0)
        };
        let upgrade = self.upgrade.as_ref();
        let away = upgrade.map_or(at, |it| it.from.min(at));
        let back = upgrade.and_then(|it| it.until).filter(|it| *it <= at);
        let old = risen(from.min(away), away);
        let new = back.map_or(0.0, |back| risen(from.max(back), at));
        [
            Starts {
                count: old,
                p95: self.p95,
            },
            Starts {
                count: new,
                p95: self.p95_at(at),
            },
        ]
    }
}

/// The share of starts that take at most `bound` seconds. `p95` is their 95th percentile.
pub fn share_within(bound: f64, p95: f64) -> f64 {
    if p95 <= 0.0 {
        return 1.0;
    }
    // An exponential distribution whose 95th percentile is `p95`: exp(-3) is 0.05.
    1.0 - (-3.0 * bound / p95).exp()
}

fn total(starts: &[Starts]) -> f64 {
    starts.iter().fold(0.0, |sum, it| sum + it.count)
}

/// How many starts took at most `bound` seconds.
fn count_within(starts: &[Starts], bound: f64) -> f64 {
    let within = starts.iter();
    let within = within.map(|it| it.count * share_within(bound, it.p95));
    within.fold(0.0, |sum, it| sum + it)
}

/// The 95th percentile of all start times in seconds, found by bisection. `None` if there were no starts.
fn percentile(starts: &[Starts]) -> Option<f64> {
    let total = total(starts);
    if total <= 0.0 {
        return None;
    }
    let (mut low, mut high) = (0.0, 600.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if count_within(starts, middle) < 0.95 * total {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::clockwork::from_unix;
    use crate::demo::rng::Rng;
    use crate::demo::world::cluster::{Cluster, Provider};
    use crate::demo::world::hub::HubUpgrade;
    use crate::demo::world::releases::NEXT;

    #[test]
    fn a_range_over_an_upgrade_has_the_starts_of_both_releases() {
        let start = from_unix(1_700_000_000.0).unwrap();
        let minute = |minutes: i64| start + chrono::TimeDelta::minutes(minutes);
        let drift = Drift {
            seed: 1,
            start,
            moves: true,
        };
        let cluster = Cluster::new("delta", Provider::Aws);
        let mut hub = Hub::new(&cluster, "prod", &mut Rng::new(2));
        (hub.running, hub.starts_per_hour, hub.p95) = (60.0, 1.0, 20.0);
        hub.failures = vec![minute(-1), minute(25)];
        hub.upgrade = Some(HubUpgrade {
            from: minute(10),
            until: Some(minute(20)),
            to: NEXT,
            p95: 100.0,
        });
        let reading = |what, minutes: u64, at| {
            hub.start_reading(what, Duration::from_secs(60 * minutes), minute(at), drift)
        };
        let starts = |minutes, at| reading(StartReading::StartsSince, minutes, at);
        assert_eq!(
            (starts(5, 10), starts(5, 20), starts(5, 30)),
            (Some(5.0), Some(0.0), Some(5.0))
        );
        assert_eq!(starts(30, 30), Some(20.0));
        let failed = |minutes| reading(StartReading::FailedStartsSince, minutes, 30);
        assert_eq!((failed(30), failed(40)), (Some(1.0), Some(2.0)));
        let p95 = |minutes, at| reading(StartReading::SpawnP95Since, minutes, at).map(f64::round);
        assert_eq!(
            (p95(5, 9), p95(5, 21), p95(5, 30)),
            (Some(20.0), Some(100.0), Some(100.0))
        );
        assert!(p95(30, 30).is_some_and(|it| (70.0..90.0).contains(&it)));
        let within = |bound| reading(StartReading::StartTimesSince(Bound(bound)), 5, 30);
        assert_eq!(within(f64::INFINITY), Some(5.0));
        assert!(within(100.0).is_some_and(|it| (it - 4.75).abs() < 0.01));
    }
}
