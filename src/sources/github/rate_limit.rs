//! GitHub's rate limits: whether GitHub asks for a pause, and until when.
//!
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>: `x-ratelimit-reset` is in seconds
//! since 1970. A secondary limit answers 403 or 429 with `retry-after`. Without that header a pause of a minute is
//! expected.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::HeaderMap;

use crate::sources::http::Response;

/// The pause if the answer names none.
const DEFAULT_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// The longest pause. The window of a budget is an hour, but a header could ask for a longer wait.
const MAX_PAUSE: TimeDelta = TimeDelta::minutes(65);

/// The end of the pause that an answer asks for.
pub(super) fn paused_until(response: &Response, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let headers = &response.headers;
    let status = response.status.as_u16();
    let is_spent = header_number(headers, "x-ratelimit-remaining") == Some(0);
    let is_refused = matches!(status, 403 | 429);
    let retry_after = header_number(headers, "retry-after").map(TimeDelta::seconds);
    let asked = retry_after.map(|wait| now.checked_add_signed(wait).unwrap_or(now + MAX_PAUSE));
    let reset = header_number(headers, "x-ratelimit-reset").filter(|_| is_spent);
    let reset = reset.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let until = match (is_refused, asked.or(reset)) {
        (true, Some(until)) => until,
        (true, None) if status == 429 || is_spent || is_secondary(response) => now + DEFAULT_PAUSE,
        // This answer used up the budget; the next request would be rejected.
        (false, _) if is_spent => reset?,
        _ => return None,
    };
    Some(until.clamp(now + TimeDelta::seconds(1), now + MAX_PAUSE))
}

/// The end of a pause that is not over. `None` if that end is further away than the longest pause, since this shows
/// that the clock was set back during the pause.
pub(super) fn still_paused(
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    until.filter(|until| *until > now && *until <= now + MAX_PAUSE)
}

// Whether a secondary limit refused the request. Without headers, only the message shows that.
fn is_secondary(response: &Response) -> bool {
    let body = String::from_utf8_lossy(&response.body).to_lowercase();
    body.contains("rate limit") || body.contains("abuse detection")
}

fn header_number(headers: &HeaderMap, name: &str) -> Option<i64> {
    let value: i64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    (0..=i64::from(u32::MAX)).contains(&value).then_some(value)
}
