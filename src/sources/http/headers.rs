//! Reads an answer's headers.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{AGE, CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};

/// The server's own clock.
pub fn server_clock(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    header_text(headers, &DATE).and_then(parse_http_date)
}

/// How long caches on the way have kept the answer (RFC 9111, 5.1).
pub fn age(headers: &HeaderMap) -> Option<Duration> {
    header_text(headers, &AGE).and_then(parse_seconds)
}

/// How long the upstream asks to wait. `Retry-After` counts if it is present, in seconds or as a date. Otherwise
/// PagerDuty's `ratelimit-reset` counts, which is in seconds.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = header_text(headers, &RETRY_AFTER);
    asked
        .and_then(|value| {
            parse_seconds(value).or_else(|| duration_until(parse_http_date(value)?, headers))
        })
        .or_else(|| {
            parse_seconds(header_text(
                headers,
                &HeaderName::from_static("ratelimit-reset"),
            )?)
        })
}

/// The content type without its parameters, in lower case; `None` without the header.
pub fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = header_text(headers, &CONTENT_TYPE)?;
    let essence = value.split(';').next().unwrap_or_default();
    Some(essence.trim().to_ascii_lowercase())
}

/// Where a redirect leads.
pub fn location(headers: &HeaderMap) -> Option<&str> {
    header_text(headers, &LOCATION)
}

fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn parse_seconds(value: &str) -> Option<Duration> {
    value.parse().ok().map(Duration::from_secs)
}

/// The time from the server's present time to `at`. Our own clock is not used, since it may be wrong.
fn duration_until(at: DateTime<Utc>, headers: &HeaderMap) -> Option<Duration> {
    (at - server_clock(headers)?).to_std().ok()
}

/// Parses HTTP's date format (RFC 9110, 5.6.7), which is one of the formats of RFC 2822.
fn parse_http_date(value: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    Some(date.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_servers_clock_is_read() {
        let headers = headers(&[("date", "Sun, 22 Nov 2026 03:12:09 GMT")]);
        let clock = server_clock(&headers).unwrap();
        assert_eq!(clock.to_rfc3339(), "2026-11-22T03:12:09+00:00");
    }

    #[test]
    fn a_wait_is_read_in_each_of_its_forms() {
        let wait = |pairs: &[_]| retry_after(&headers(pairs)).map(|wait| wait.as_secs());
        assert_eq!(wait(&[("retry-after", "30")]), Some(30));
        assert_eq!(wait(&[("ratelimit-reset", "12")]), Some(12));
        let dates = [
            ("date", "Sun, 22 Nov 2026 03:12:09 GMT"),
            ("retry-after", "Sun, 22 Nov 2026 03:13:09 GMT"),
        ];
        assert_eq!(wait(&dates), Some(60));
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn a_type_loses_its_parameters() {
        let found = content_type(&headers(&[(
            "content-type",
            "Application/JSON; charset=utf-8",
        )]));
        assert_eq!(found.as_deref(), Some("application/json"));
    }
}
