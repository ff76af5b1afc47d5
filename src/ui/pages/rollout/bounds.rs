//! Ages that are bounds. They are rounded so that the bound stays true.

use chrono::{DateTime, TimeDelta, Utc};

use crate::text::{ExpiringText, TextContext, durations};

const SECOND: TimeDelta = TimeDelta::seconds(1);
const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HOUR: TimeDelta = TimeDelta::hours(1);
const DAY: TimeDelta = TimeDelta::days(1);

/// A lower bound: "≥4m". It never exceeds the true age.
pub(super) fn at_least(since: DateTime<Utc>, ctx: &TextContext) -> ExpiringText {
    let age = ctx.now.wall - since;
    // `age_since` may show up to almost a minute too much. So a minute is subtracted.
    let shown = match age {
        _ if age < MINUTE || age > HOUR + MINUTE => since,
        _ if age < MINUTE * 2 => ctx.now.wall - MINUTE,
        _ => since + MINUTE - SECOND,
    };
    let mark = ctx.symbols.at_least;
    durations::age_since(shown, ctx.now).map(|age| format!("{mark}{age}"))
}

/// An upper bound: "≤22d". It is never less than the true age.
pub(super) fn at_most(since: DateTime<Utc>, ctx: &TextContext) -> ExpiringText {
    let age = ctx.now.wall - since;
    let unit = match age {
        _ if age >= DAY * 2 => DAY,
        _ if age >= HOUR => HOUR,
        _ => MINUTE,
    };
    let mark = ctx.symbols.at_most;
    durations::age_since(since - unit + SECOND, ctx.now).map(|age| format!("{mark}{age}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::now;
    use crate::text::symbols::UNICODE;

    // Converts the text of an age to seconds.
    fn seconds(text: &str) -> i64 {
        let (number, unit) = text.split_at(text.len() - 1);
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => 86_400,
        };
        number.parse::<i64>().unwrap() * unit
    }

    #[test]
    fn a_bound_is_true_at_every_second() {
        for second in 0..60 {
            let mut now = now();
            now.wall += TimeDelta::seconds(second);
            let ctx = TextContext {
                now,
                zone: crate::domain::zone::Zone::UTC,
                symbols: &UNICODE,
            };
            for age in (0..400).chain([3_599, 3_600, 3_659, 3_661, 7_300, 172_000, 190_000]) {
                let since = now.wall - TimeDelta::seconds(age);
                let (least, most) = (at_least(since, &ctx).text, at_most(since, &ctx).text);
                let least = least.strip_prefix('≥').unwrap();
                let most = most.strip_prefix('≤').unwrap();
                assert!(seconds(least) <= age, "{least} {age}");
                assert!(seconds(most) >= age, "{most} {age}");
                assert!(seconds(least) >= age - 120 || age > 3_600, "{least} {age}");
            }
        }
    }
}
