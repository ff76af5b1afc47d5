use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn now(millis: i64) -> Now {
    Now {
        wall: DateTime::from_timestamp_millis(1_790_000_000_000 + millis).unwrap(),
        mono: Duration::ZERO,
    }
}

// `now(0)` is 20 seconds past a minute.
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

/// The difference between the clock times 19:43 and 19:19 is 24 minutes. The age in minutes must be the same, whatever
/// the seconds are.
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
