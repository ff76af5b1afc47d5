//! What PagerDuty's headers say of our request budget: `ratelimit-limit`, `-remaining` and `-reset`,
//! the last in seconds from now. Any of them may be missing, on a 429 too.

use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::domain::now::{Now, time_after};
use crate::domain::source::RateBudget;

/// How long to leave PagerDuty alone after a 429 that does not say.
const UNTOLD_PAUSE: Duration = Duration::from_secs(30);
/// Whatever it says, not longer than this: a budget's window is a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// Below one part in so many, what can wait waits.
const THRIFTY_PART: u32 = 5;

/// The budget after an answer, where its headers tell.
pub(super) fn budget(headers: &HeaderMap, now: Now) -> Option<RateBudget> {
    Some(RateBudget {
        limit: number(headers, "ratelimit-limit")?,
        remaining: number(headers, "ratelimit-remaining")?,
        resets_at: time_after(now.wall, reset(headers).unwrap_or(LONGEST_PAUSE)),
    })
}

/// How long a 429 asks to be left alone.
pub(super) fn pause(headers: &HeaderMap) -> Duration {
    let told = || number(headers, "retry-after").map(|seconds| Duration::from_secs(seconds.into()));
    let pause = reset(headers).or_else(told).unwrap_or(UNTOLD_PAUSE);
    pause.clamp(Duration::from_secs(1), LONGEST_PAUSE)
}

/// Whether so little is left that only what must be asked should be.
pub(super) fn is_scarce(budget: RateBudget, now: Now) -> bool {
    budget.remaining < budget.limit / THRIFTY_PART && now.wall < budget.resets_at
}

fn reset(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u32 = number(headers, "ratelimit-reset")?;
    Some(Duration::from_secs(seconds.into()))
}

fn number(headers: &HeaderMap, name: &str) -> Option<u32> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const NOW: Now = Now {
        wall: DateTime::UNIX_EPOCH,
        mono: Duration::ZERO,
    };

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_window_ends_so_many_seconds_from_now() {
        let headers = headers(&[
            ("ratelimit-limit", "960"),
            ("ratelimit-remaining", "191"),
            ("ratelimit-reset", "40"),
        ]);
        let budget = budget(&headers, NOW).unwrap();
        assert_eq!(budget.resets_at.timestamp(), 40);
        assert!(is_scarce(budget, NOW));
        assert!(!is_scarce(budget, NOW.plus(Duration::from_secs(40))));
        assert!(!is_scarce(
            RateBudget {
                remaining: 192,
                ..budget
            },
            NOW
        ));
    }

    #[test]
    fn a_refusal_without_headers_still_pauses() {
        assert_eq!(budget(&headers(&[]), NOW), None);
        assert_eq!(pause(&headers(&[])), UNTOLD_PAUSE);
        assert_eq!(pause(&headers(&[("ratelimit-reset", "7")])).as_secs(), 7);
        assert_eq!(pause(&headers(&[("retry-after", "9")])).as_secs(), 9);
        assert_eq!(
            pause(&headers(&[("ratelimit-reset", "999999")])),
            LONGEST_PAUSE
        );
        assert_eq!(
            pause(&headers(&[("ratelimit-reset", "soon")])),
            UNTOLD_PAUSE
        );
    }
}
