//! Durations in coarse units, with seconds only where they matter. Every text changes exactly when a second of the wall
//! clock begins. Texts in minutes (ages, and remaining times of more than an hour) change when a minute begins. So one
//! small write to the terminal updates all of these texts.

use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};

use crate::domain::now::Now;

use super::context::{ExpiringText, sooner};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Formats a duration of a setting or a limit: "30s", "12m", "3h48m", "2d". The text does not change with time.
pub fn format_duration(span: Duration) -> String {
    format_seconds(i64::try_from(span.as_secs()).unwrap_or(i64::MAX))
}

/// The time left until `at`: "1m59s" below two minutes, then "12m", "3h48m", "30h", "2d". The text is zero once `at` is
/// past, and never grows for the same `at`.
pub fn remaining(at: DateTime<Utc>, now: Now) -> ExpiringText {
    let seconds = (at.timestamp() - now.wall.timestamp()).max(0);
    let until = |floor: i64| Some(until_second(now, seconds - floor + 1));
    match seconds {
        ..HOUR => {
            let step = if seconds < 2 * MINUTE { 1 } else { MINUTE };
            let valid = (seconds > 0)
                .then(|| until(seconds - seconds % step))
                .flatten();
            expiring(format_seconds(seconds), valid)
        }
        HOUR..DAY => {
            let on_the_minute = seconds + i64::from(now.wall.second().min(59));
            expiring(
                format_seconds(on_the_minute.min(DAY - 1)),
                sooner(Some(until_next_minute(now)), until(HOUR)),
            )
        }
        _ => {
            let step = if seconds < 2 * DAY { HOUR } else { DAY };
            expiring(format_seconds(seconds), until(seconds - seconds % step))
        }
    }
}

/// How long ago `since` was: "42s" in the first minute, then "4m", "2h", "3d".
pub fn age_since(since: DateTime<Utc>, now: Now) -> ExpiringText {
    format_age(now.wall.timestamp() - since.timestamp(), now)
}

/// The age of data that was requested at `then`: by the wall clock or the monotonic clock, whichever advanced more.
pub fn age(then: Now, now: Now) -> ExpiringText {
    let wall = now.wall.timestamp() - then.wall.timestamp();
    let steady = now.mono.saturating_sub(then.mono).as_secs();
    format_age(wall.max(i64::try_from(steady).unwrap_or(i64::MAX)), now)
}

fn format_age(seconds: i64, now: Now) -> ExpiringText {
    let seconds = seconds.max(0);
    let until = |limit: i64| Some(until_second(now, limit - seconds));
    match seconds {
        ..MINUTE => expiring(format!("{seconds}s"), until(seconds + 1)),
        MINUTE..HOUR => {
            // Counts in minutes of the wall clock, from the minute in which the age began to the present minute. So the
            // text changes together with the screen's clock, and is less than a minute off.
            let at_the_minute = seconds - i64::from(now.wall.second().min(59));
            let minutes = (at_the_minute + MINUTE - 1).div_euclid(MINUTE);
            expiring(
                format!("{}m", minutes.clamp(1, 59)),
                sooner(Some(until_next_minute(now)), until(HOUR)),
            )
        }
        _ if seconds < 2 * DAY => expiring(
            format!("{}h", seconds / HOUR),
            until((seconds / HOUR + 1) * HOUR),
        ),
        _ => expiring(
            format!("{}d", seconds / DAY),
            until((seconds / DAY + 1) * DAY),
        ),
    }
}

fn format_seconds(seconds: i64) -> String {
    let (hours, minutes) = (seconds / HOUR, seconds % HOUR / MINUTE);
    match seconds {
        ..MINUTE => format!("{seconds}s"),
        _ if seconds < 2 * MINUTE && seconds % MINUTE > 0 => {
            format!("1m{:02}s", seconds % MINUTE)
        }
        MINUTE..HOUR => format!("{minutes}m"),
        HOUR..DAY if minutes == 0 => format!("{hours}h"),
        HOUR..DAY => format!("{hours}h{minutes:02}m"),
        _ if seconds < 2 * DAY => format!("{hours}h"),
        _ => format!("{}d", seconds / DAY),
    }
}

fn expiring(text: String, valid_for: Option<Duration>) -> ExpiringText {
    ExpiringText { text, valid_for }
}

/// How long until `count` more seconds of the wall clock have begun. A `count` below one counts as one.
pub fn until_second(now: Now, count: i64) -> Duration {
    let count = u64::try_from(count.max(1)).unwrap_or(1);
    let into = Duration::from_nanos(u64::from(now.wall.nanosecond() % 1_000_000_000));
    Duration::from_secs(count).saturating_sub(into)
}

/// How long until the next minute of the wall clock begins.
pub fn until_next_minute(now: Now) -> Duration {
    until_second(now, MINUTE - i64::from(now.wall.second().min(59)))
}

#[cfg(test)]
mod tests;
