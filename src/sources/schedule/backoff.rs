//! How soon a failed source is tried again.

use std::time::Duration;

use super::PollFailure;

/// The longest wait for the first retry, even for a long interval. Data counts as current for only three intervals. A
/// longer wait after one dropped connection would use up too much of this time.
const FIRST_RETRY: Duration = Duration::from_secs(15);

/// The backoff may grow to at least this wait, even for a short interval.
const MIN_BACKOFF_CAP: Duration = Duration::from_secs(60);

/// The retry interval after refused credentials. It is so long that no account gets locked.
const CREDENTIALS_RETRY: Duration = Duration::from_secs(60);

/// The wait after the `failures`th failure in a row, without jitter.
pub fn delay(interval: Duration, failures: u32, setback: PollFailure) -> Duration {
    match setback {
        PollFailure::Credentials => CREDENTIALS_RETRY,
        PollFailure::Configuration => interval,
        PollFailure::Transient | PollFailure::RateLimited { .. } => {
            let doublings = failures.saturating_sub(1).min(16);
            let wait = interval.min(FIRST_RETRY).saturating_mul(1 << doublings);
            wait.min(interval.max(MIN_BACKOFF_CAP))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(interval: u64) -> Vec<u64> {
        (1..=6)
            .map(|failures| {
                delay(
                    Duration::from_secs(interval),
                    failures,
                    PollFailure::Transient,
                )
                .as_secs()
            })
            .collect()
    }

    #[test]
    fn tries_come_soon_and_then_less_often() {
        assert_eq!(delays(30), [15, 30, 60, 60, 60, 60]);
        assert_eq!(delays(10), [10, 20, 40, 60, 60, 60]);
        assert_eq!(delays(300), [15, 30, 60, 120, 240, 300]);
    }

    #[test]
    fn a_corrected_redirect_counts_with_the_next_poll_and_a_corrected_key_after_a_minute() {
        for seconds in [2, 20, 300] {
            let wait = |setback| delay(Duration::from_secs(seconds), 3, setback).as_secs();
            assert_eq!(wait(PollFailure::Configuration), seconds);
            assert_eq!(wait(PollFailure::Credentials), 60);
        }
    }
}
