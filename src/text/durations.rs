//! Spans of time in coarse units: seconds only where they matter. All texts change on the same wall second (minutes
//! of distant clocks and of ages on the same wall minute), so that one small write renews them all.

use std::time::Duration;

use chrono::{DateTime, Timelike, Utc};

use crate::domain::now::Now;

use super::context::{ExpiringText, sooner};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A span as it stands, for settings and limits: "30s", "12m", "3h48m", "2d".
pub fn format_duration(span: Duration) -> String {
    format_seconds(i64::try_from(span.as_secs()).unwrap_or(i64::MAX))
}

/// The time left until `at`: "1m59s" below two minutes, then "12m", "3h48m", "30h", "2d". Zero past it. For the same
/// `at` it never grows.
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

/// How old what was asked for at `then` is, on whichever clock more has passed.
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
            // Counted by the clock's minutes, from the one in which it began to the present one: it changes with the
            // clock, and is less than a minute off.
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

/// How long until the wall's seconds have advanced by `count`, at least one.
pub fn until_second(now: Now, count: i64) -> Duration {
    let count = u64::try_from(count.max(1)).unwrap_or(1);
    let into = Duration::from_nanos(u64::from(now.wall.nanosecond() % 1_000_000_000));
    Duration::from_secs(count).saturating_sub(into)
}

/// How long until the wall's next minute begins.
pub fn until_next_minute(now: Now) -> Duration {
    until_second(now, MINUTE - i64::from(now.wall.second().min(59)))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn now(millis: i64) -> Now {
        Now {
            wall: DateTime::from_timestamp_millis(1_790_000_000_000 + millis).unwrap(),
            mono: Duration::ZERO,
        }
    }

    // 1_790_000_000 is 20 seconds past a minute.
    fn left_in(seconds: i64) -> String {
        remaining(now(0).wall + TimeDelta::seconds(seconds), now(0)).text
    }

    fn since(seconds: i64) -> String {
        age_since(now(0).wall - TimeDelta::seconds(seconds), now(0)).text
    }

    #[test]
    fn what_is_left_is_coarse_and_has_seconds_only_below_two_minutes() {
        let table = [
            (0, "0s"),
            (42, "42s"),
            (60, "1m"),
            (119, "1m59s"),
            (120, "2m"),
            (761, "12m"),
            (3600, "1h"),
            (3 * 3600 + 48 * 60, "3h48m"),
            (25 * 3600, "25h"),
            (50 * 3600, "2d"),
        ];
        for (seconds, text) in table {
            assert_eq!(left_in(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn ages_are_coarser_still() {
        let table = [
            (0, "0s"),
            (42, "42s"),
            (60, "1m"),
            (300, "5m"),
            (330, "6m"),
            (3599, "59m"),
            (7300, "2h"),
            (30 * 3600, "30h"),
            (3 * 86400, "3d"),
            (-5, "0s"),
        ];
        for (seconds, text) in table {
            assert_eq!(since(seconds), text, "{seconds}");
        }
    }

    /// As somebody counts who reads both times from a clock: 19:19 to 19:43 are 24 minutes.
    #[test]
    fn an_age_in_minutes_is_never_a_whole_minute_off() {
        let at = now(46_000 - now(0).wall.timestamp_millis().rem_euclid(60_000));
        for (seconds, text) in [(1472, "24m"), (903, "15m"), (119, "2m"), (3540, "59m")] {
            let since = at.wall - TimeDelta::seconds(seconds);
            assert_eq!(age_since(since, at).text, text, "{seconds}");
        }
    }

    #[test]
    fn a_laptop_that_slept_ages_by_the_steadier_clock() {
        let later = Now {
            mono: Duration::from_secs(250),
            ..now(0)
        };
        assert_eq!(age(now(0), later).text, "4m");
    }

    fn seconds_of(text: &str) -> u64 {
        humantime::parse_duration(text).unwrap().as_secs()
    }

    proptest! {
        #[test]
        fn words_stand_exactly_as_long_as_they_say(at in -400_000_i64..400_000, millis in 0_i64..100_000) {
            let (start, target) = (now(millis), now(0).wall + TimeDelta::seconds(at));
            for say in [remaining, age_since] {
                let said = say(target, start);
                let Some(valid) = said.valid_for else { continue };
                prop_assert!(valid > Duration::ZERO);
                let almost = valid.saturating_sub(Duration::from_millis(1));
                prop_assert_eq!(say(target, start.plus(almost)).text, said.text);
            }
        }

        #[test]
        fn a_countdown_never_jumps_up(at in 0_i64..200_000, millis in 0_i64..200_000_000, step in 1_u64..100_000) {
            let target = now(0).wall + TimeDelta::seconds(at);
            let (before, after) = (now(millis), now(millis).plus(Duration::from_millis(step)));
            prop_assert!(seconds_of(&remaining(target, after).text) <= seconds_of(&remaining(target, before).text));
        }

        #[test]
        fn an_age_never_falls(at in 0_i64..200_000, millis in 0_i64..200_000_000, step in 1_u64..100_000) {
            let then = now(-at * 1000).wall;
            let (before, after) = (now(millis), now(millis).plus(Duration::from_millis(step)));
            prop_assert!(seconds_of(&age_since(then, after).text) >= seconds_of(&age_since(then, before).text));
        }
    }
}
