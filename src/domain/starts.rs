//! The server starts of a hub since a given time, as counted by Prometheus.

use serde::{Deserialize, Serialize};

/// The figures that can be queried about the starts since a given time. Their names are those in `[signals]`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StartFigure {
    /// Servers that started.
    StartsSince,
    /// Servers that failed to start.
    FailedStartsSince,
    /// The time in seconds within which 95 of 100 servers started.
    SpawnP95Since,
}

/// A 95th percentile of start times counts as worse only if it is longer than the usual one times this factor.
const P95_FACTOR: f64 = 1.5;

/// A 95th percentile counts as worse only if it is at least this many seconds longer than the usual one.
const P95_SECONDS: f64 = 30.0;

/// Whether a 95th percentile of start times is worse than the usual one. Both are in seconds.
pub fn is_p95_worse(seconds: f64, usual: f64) -> bool {
    seconds > usual * P95_FACTOR && seconds >= usual + P95_SECONDS
}

/// The smallest 95th percentile, in seconds, that is worse than the usual one.
pub fn p95_bound(usual: f64) -> f64 {
    (usual * P95_FACTOR).max(usual + P95_SECONDS)
}

/// The starts of one hub since a given time. `None` means "not known", never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StartCounts {
    /// Servers that started. `increase` gives fractions.
    pub starts: Option<f64>,
    /// Servers that failed to start. `increase` gives fractions.
    pub failed_starts: Option<f64>,
    /// The time in seconds within which 95 of 100 servers started.
    pub p95_seconds: Option<f64>,
    /// How long the starts took. Empty if a configured expression gives the percentile: the buckets are then unknown.
    pub times: StartTimes,
}

impl StartCounts {
    /// These counts; a missing count is taken from `earlier`. An earlier count is still a lower bound, since counts
    /// since a given time only grow. The percentile and the start times always come from the same counts.
    pub fn or(self, earlier: Self) -> Self {
        let (p95_seconds, times) = match self.p95_seconds {
            Some(_) => (self.p95_seconds, self.times),
            None => (earlier.p95_seconds, earlier.times),
        };
        Self {
            starts: self.starts.or(earlier.starts),
            failed_starts: self.failed_starts.or(earlier.failed_starts),
            p95_seconds,
            times,
        }
    }

    /// Whether the 95th percentile is only a lower bound: the histogram has no larger bucket.
    pub fn p95_is_lower_bound(&self) -> bool {
        let pair = self.p95_seconds.zip(self.times.largest_bound());
        pair.is_some_and(|(p95, largest)| p95 >= largest)
    }
}

/// How long servers took to start: a classic histogram of Prometheus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StartTimes {
    /// The buckets, sorted by their bounds.
    buckets: Vec<Bucket>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    /// The upper bound in seconds (the label `le`), infinite for the last bucket.
    bound: f64,
    /// The number of servers that started within the bound. `increase` gives fractions.
    count: f64,
}

impl StartTimes {
    /// Adds the number of servers that started within `bound` seconds. If a bound is added twice, the larger count is
    /// kept.
    pub fn add(&mut self, bound: f64, count: f64) {
        if bound.is_nan() {
            return;
        }
        let place = self.buckets.partition_point(|it| it.bound < bound);
        match self.buckets.get_mut(place).filter(|it| it.bound == bound) {
            Some(bucket) => bucket.count = bucket.count.max(count),
            None => self.buckets.insert(place, Bucket { bound, count }),
        }
    }

    /// The largest finite bound in seconds. The histogram does not distinguish longer times.
    pub fn largest_bound(&self) -> Option<f64> {
        let bounds = self.buckets.iter().map(|it| it.bound);
        bounds.rev().find(|bound| bound.is_finite())
    }

    /// The share of the servers that took longer than `seconds`, from 0 to 1. Assumes that the times in a bucket are
    /// evenly spread, as Prometheus' `histogram_quantile` does. `None` if there are no starts, or if the histogram
    /// lacks its last bucket.
    pub fn share_longer_than(&self, seconds: f64) -> Option<f64> {
        let last = self.buckets.last().filter(|it| it.bound.is_infinite())?;
        let total = Some(last.count).filter(|count| *count > 0.0)?;
        let longer = total - self.count_within(seconds);
        Some((longer / total).clamp(0.0, 1.0))
    }

    fn count_within(&self, seconds: f64) -> f64 {
        let mut below = Bucket {
            bound: 0.0,
            count: 0.0,
        };
        for bucket in &self.buckets {
            if bucket.bound > seconds {
                let share = (seconds - below.bound) / (bucket.bound - below.bound);
                return below.count + share * (bucket.count - below.count);
            }
            below = *bucket;
        }
        below.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(buckets: &[(f64, f64)]) -> StartTimes {
        let mut times = StartTimes::default();
        for (bound, count) in buckets {
            times.add(*bound, *count);
        }
        times
    }

    #[test]
    fn the_share_of_longer_starts_is_spread_within_a_bucket() {
        let all = times(&[(f64::INFINITY, 10.0), (30.0, 4.0), (60.0, 8.0)]);
        let longer = |seconds| all.share_longer_than(seconds);
        assert_eq!((longer(0.0), longer(15.0)), (Some(1.0), Some(0.8)));
        assert_eq!((longer(30.0), longer(45.0)), (Some(0.6), Some(0.4)));
        assert_eq!((longer(60.0), longer(900.0)), (Some(0.2), Some(0.2)));
        assert_eq!(all.largest_bound(), Some(60.0));
    }

    #[test]
    fn a_histogram_that_is_not_whole_tells_nothing() {
        let none = StartTimes::default();
        assert_eq!(
            (none.share_longer_than(5.0), none.largest_bound()),
            (None, None)
        );
        assert_eq!(times(&[(30.0, 4.0)]).share_longer_than(5.0), None);
        let empty = times(&[(30.0, 0.0), (f64::INFINITY, 0.0)]);
        assert_eq!(empty.share_longer_than(5.0), None);
        // The counter was reset after one bucket was scraped and before the other was.
        let falling = times(&[(30.0, 6.0), (f64::INFINITY, 4.0), (f64::NAN, 9.0)]);
        assert_eq!(falling.share_longer_than(30.0), Some(0.0));
    }

    #[test]
    fn of_two_counts_for_a_bound_the_larger_counts() {
        let twice = times(&[(30.0, 2.0), (f64::INFINITY, 4.0), (30.0, 3.0), (30.0, 1.0)]);
        assert_eq!(twice.share_longer_than(30.0), Some(0.25));
    }
}
