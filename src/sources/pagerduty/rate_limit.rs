//! Reads the request budget from PagerDuty's headers `ratelimit-limit`, `ratelimit-remaining` and `ratelimit-reset`.
//! The last is in seconds from now. Each header may be missing, even on a 429.

use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::domain::now::{Now, time_after};
use crate::domain::source::RateBudget;

/// The pause after a 429 that names no pause.
const DEFAULT_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause. A longer pause in the headers is cut, since a rate-limit window lasts only a minute.
const MAX_PAUSE: Duration = Duration::from_secs(300);
/// The budget after an answer; `None` if its headers do not show it.
pub(super) fn parse_budget(headers: &HeaderMap, now: Now) -> Option<RateBudget> {
    Some(RateBudget {
        limit: header_number(headers, "ratelimit-limit")?,
        remaining: header_number(headers, "ratelimit-remaining")?,
        resets_at: time_after(now.wall, parse_window(headers)),
    })
}

/// The time until the present rate-limit window ends.
pub(super) fn parse_window(headers: &HeaderMap) -> Duration {
    parse_reset(headers).unwrap_or(MAX_PAUSE).min(MAX_PAUSE)
}

/// The pause that a 429 asks for.
pub(super) fn parse_pause(headers: &HeaderMap) -> Duration {
    let retry_after =
        || header_number(headers, "retry-after").map(|seconds| Duration::from_secs(seconds.into()));
    let pause = parse_reset(headers)
        .or_else(retry_after)
        .unwrap_or(DEFAULT_PAUSE);
    pause.clamp(Duration::from_secs(1), MAX_PAUSE)
}

fn parse_reset(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u32 = header_number(headers, "ratelimit-reset")?;
    Some(Duration::from_secs(seconds.into()))
}

fn header_number(headers: &HeaderMap, name: &str) -> Option<u32> {
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
        let budget = parse_budget(&headers, NOW).unwrap();
        assert_eq!(budget.resets_at.timestamp(), 40);
    }

    #[test]
    fn a_refusal_without_headers_still_pauses() {
        assert_eq!(parse_budget(&headers(&[]), NOW), None);
        assert_eq!(parse_pause(&headers(&[])), DEFAULT_PAUSE);
        assert_eq!(
            parse_pause(&headers(&[("ratelimit-reset", "7")])).as_secs(),
            7
        );
        assert_eq!(parse_pause(&headers(&[("retry-after", "9")])).as_secs(), 9);
        assert_eq!(
            parse_pause(&headers(&[("ratelimit-reset", "999999")])),
            MAX_PAUSE
        );
        assert_eq!(
            parse_pause(&headers(&[("ratelimit-reset", "soon")])),
            DEFAULT_PAUSE
        );
    }
}
