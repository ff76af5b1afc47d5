//! Calculations with times and durations that neither panic nor overflow.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer};

/// A time on the wall clock.
pub type At = DateTime<Utc>;

/// The time `span` before `at`.
pub fn before(at: At, span: Duration) -> At {
    TimeDelta::from_std(span)
        .ok()
        .and_then(|delta| at.checked_sub_signed(delta))
        .unwrap_or(At::MIN_UTC)
}

/// The seconds from `from` to `to`, with their fraction. Negative if `to` is earlier.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a lifetime fit a float"
)]
pub fn seconds_between(from: At, to: At) -> f64 {
    (to - from).num_milliseconds() as f64 / 1000.0
}

/// The time as a number, as in Prometheus' API: seconds since 1970, with milliseconds.
pub fn unix(at: At) -> f64 {
    seconds_between(At::UNIX_EPOCH, at)
}

/// The time that is `seconds` after the start of 1970.
#[expect(clippy::cast_possible_truncation, reason = "saturates, as wanted")]
pub fn from_unix(seconds: f64) -> Option<At> {
    At::from_timestamp_millis((seconds * 1000.0) as i64)
}

/// The start of the hour that contains `at`.
pub fn truncate_to_hour(at: At) -> At {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(3600))
        - TimeDelta::nanoseconds(i64::from(at.timestamp_subsec_nanos()))
}

/// The time as PagerDuty writes it for incidents: whole seconds, with `Z`.
pub fn format_timestamp(at: At) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The time as status pages and Prometheus write it: with milliseconds.
pub fn format_timestamp_fraction(at: At) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads a duration such as `28m30s`.
pub fn deserialize_duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}

/// Reads a duration from a field that may be missing.
pub fn deserialize_optional_duration<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Duration>, D::Error> {
    deserialize_duration(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_each_protocol_writes_them() {
        let at = from_unix(1_700_000_000.25).unwrap();
        assert_eq!(format_timestamp(at), "2023-11-14T22:13:20Z");
        assert_eq!(format_timestamp_fraction(at), "2023-11-14T22:13:20.250Z");
        assert!((unix(at) - 1_700_000_000.25).abs() < 1e-6);
        assert_eq!(
            format_timestamp(truncate_to_hour(at)),
            "2023-11-14T22:00:00Z"
        );
    }

    #[test]
    fn before_the_beginning_of_time_is_its_beginning() {
        assert_eq!(before(At::MIN_UTC, Duration::MAX), At::MIN_UTC);
    }
}
