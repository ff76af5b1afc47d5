//! Words for the history of a value: its present and earlier values, its gaps, and the alert's threshold.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::history::{LOOK_BACK, Point, Series, Window};
use crate::domain::now::duration_since;
use crate::domain::source::SourceId;
use crate::domain::threshold::{CompareOp, Threshold};

use crate::text::context::{ExpiringText, TextContext};
use crate::text::dates::short_time;
use crate::text::durations::{age_since, format_duration};

/// Formats a value with its unit, which only the caller knows.
pub type FormatValue = fn(f64) -> String;

/// A bare number, short enough for a scale: "9", "0.82", "12.5k", "3.2G".
pub fn short_number(value: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")];
    let size = value.abs();
    match UNITS.iter().find(|(from, _)| size >= *from) {
        _ if size >= 1e16 || (size > 0.0 && size < 0.001) => format!("{value:.1e}"),
        Some((from, unit)) => {
            let divisor = if *from < 1e6 { 1e3 } else { *from };
            three_digits(value / divisor) + unit
        }
        None => three_digits(value),
    }
}

// Formats a value with about three significant digits, without trailing zeros.
fn three_digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// The threshold of an alert: "alerts at ≤ 10".
pub fn alert_threshold(threshold: Threshold, ctx: &TextContext) -> String {
    let ascii = ctx.symbols.ascii_only;
    let sign = match (threshold.op, ascii) {
        (CompareOp::AtMost, false) => "≤",
        (CompareOp::AtMost, true) => "<=",
        (CompareOp::Below, _) => "<",
        (CompareOp::AtLeast, false) => "≥",
        (CompareOp::AtLeast, true) => ">=",
        (CompareOp::Above, _) => ">",
        (CompareOp::Equal, _) => "=",
        (CompareOp::NotEqual, false) => "≠",
        (CompareOp::NotEqual, true) => "!=",
    };
    format!("alerts at {sign} {}", short_number(threshold.limit))
}

/// The present and the earlier values: "9 at 03:10, was 42 6h ago, lowest 8". `None` if no value is known.
pub fn describe_series(
    series: &Series,
    window: &Window,
    figure: FormatValue,
    ctx: &TextContext,
) -> Option<ExpiringText> {
    let first = series.known_points().next()?;
    let last = series.known_points().next_back()?;
    let (low, high) = series.range()?;
    // A gap at the end is not counted here: the text of the last value already says how old that value is.
    let until = last.index.saturating_add(1);
    let missing = until.saturating_sub(series.known_points().count());
    let missing = missing.saturating_sub(first.index);
    let is_unchanged = missing == 0 && figure(low) == figure(high);
    let since_first = steps_duration(window, last.index.saturating_sub(first.index));
    let at = window.time_at(first.index);
    let parts = [
        Some(latest(last, window, figure, ctx)),
        (first.index < last.index)
            .then(|| earlier(first, is_unchanged, since_first, at, figure, ctx)),
        extreme("highest", high, f64::max(first.value, last.value), figure),
        extreme("lowest", low, f64::min(first.value, last.value), figure),
        (missing > 0).then(|| {
            ExpiringText::fixed(format!(
                "no data for {}",
                format_duration(steps_duration(window, missing))
            ))
        }),
    ];
    Some(ExpiringText::join(parts.into_iter().flatten(), ", "))
}

// The window's last point may not have arrived yet. So the last known value counts as current even if the one point
// after it is missing.
fn latest(last: Point, window: &Window, figure: FormatValue, ctx: &TextContext) -> ExpiringText {
    let is_present = last.index.saturating_add(2) >= window.points;
    let at = short_time(window.time_at(last.index), ctx);
    at.map(|at| match is_present {
        true => format!("{} at {at}", figure(last.value)),
        false => format!("none since {at}, {} then", figure(last.value)),
    })
}

// "unchanged" is shown only if no point is missing: the value may have changed and come back in a gap.
fn earlier(
    first: Point,
    is_unchanged: bool,
    since_first: Duration,
    at: DateTime<Utc>,
    figure: FormatValue,
    ctx: &TextContext,
) -> ExpiringText {
    if is_unchanged {
        let lasted = format_duration(since_first);
        return ExpiringText::fixed(format!("unchanged for {lasted}"));
    }
    let ago = age_since(at, ctx.now);
    ago.map(|ago| format!("was {} {ago} ago", figure(first.value)))
}

fn extreme(name: &str, value: f64, at_an_end: f64, figure: FormatValue) -> Option<ExpiringText> {
    let (value, known) = (figure(value), figure(at_an_end));
    (value != known).then(|| ExpiringText::fixed(format!("{name} {value}")))
}

fn steps_duration(window: &Window, count: usize) -> Duration {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    window.step.saturating_mul(count)
}

/// When the disk will be full: "full in about 3 days at the rate of the last 6h". `None` if that moment is past.
pub fn full_in(left: Duration, window: &Window, ctx: &TextContext) -> Option<ExpiringText> {
    const HOUR: u64 = 3600;
    let left = left.checked_sub(duration_since(ctx.now.wall, window.end))?;
    let about = match left.as_secs() {
        seconds if seconds < 90 * 60 => format!("{} minutes", (seconds / 600 * 10).max(10)),
        seconds if seconds < 48 * HOUR => format!("{} hours", (seconds + HOUR / 2) / HOUR),
        seconds => format!("{} days", (seconds + 12 * HOUR) / (24 * HOUR)),
    };
    let text = format!(
        "full in about {about} at the rate of the last {}",
        format_duration(LOOK_BACK)
    );
    Some(ExpiringText::expiring_in(text, Duration::from_secs(600)))
}

/// The text while a query runs.
pub fn query_running(source: &SourceId) -> String {
    format!(
        "asking {source} for the last {}",
        format_duration(LOOK_BACK)
    )
}

/// Why a query has no result.
pub fn query_failed(source: &SourceId, why: &str) -> String {
    format!("{source}: {why}")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::history::SeriesKey;
    use crate::domain::hub::Signal;
    use crate::domain::now::Now;
    use crate::text::{ASCII, UNICODE};

    /// Now is 03:12, and the window ends at 03:10.
    fn ctx() -> TextContext {
        TextContext {
            now: Now {
                wall: DateTime::from_timestamp(1_795_317_120, 0).unwrap(),
                mono: Duration::ZERO,
            },
            zone: crate::domain::zone::Zone::UTC,
            symbols: &UNICODE,
        }
    }

    fn window() -> Window {
        Window::ending_at(ctx().now.wall, 37)
    }

    fn said(value: impl Fn(usize) -> Option<f64>) -> Option<String> {
        let series = Series {
            key: SeriesKey::Signal(Signal::Up),
            values: (0..37).map(value).collect(),
        };
        describe_series(&series, &window(), short_number, &ctx()).map(|said| said.text)
    }

    #[test]
    fn numbers_are_short() {
        let table = [
            (0.0, "0"),
            (-0.0, "0"),
            (9.0, "9"),
            (9.34, "9.34"),
            (42.0, "42"),
            (0.8, "0.8"),
            (0.045, "0.045"),
            (1234.0, "1234"),
            (12_500.0, "12.5k"),
            (3.21e9, "3.21G"),
            (-5e6, "-5M"),
            (1e-9, "1.0e-9"),
            (1e300, "1.0e300"),
        ];
        for (value, text) in table {
            assert_eq!(short_number(value), text, "{value}");
        }
    }

    #[test]
    fn a_course_says_where_it_is_and_was() {
        let falls = said(|i| Some(45.0 - i as f64));
        assert_eq!(falls.unwrap(), "9 at 03:10, was 45 6h ago");
        let peak = said(|i| Some(if i == 5 { 3.0 } else { 0.0 }));
        assert_eq!(peak.unwrap(), "0 at 03:10, was 0 6h ago, highest 3");
        assert_eq!(said(|_| Some(7.0)).unwrap(), "7 at 03:10, unchanged for 6h");
    }

    #[test]
    fn what_is_missing_is_said() {
        let gone = said(|i| (i < 30).then_some(4.0));
        assert_eq!(
            gone.unwrap(),
            "none since 02:00, 4 then, unchanged for 4h50m"
        );
        let gap = said(|i| (!(3..6).contains(&i)).then_some(4.0));
        assert_eq!(gap.unwrap(), "4 at 03:10, was 4 6h ago, no data for 30m");
        let alone = said(|i| (i == 36).then_some(9.0));
        assert_eq!(alone.unwrap(), "9 at 03:10");
        let young = said(|i| (i > 30).then_some(i as f64));
        assert_eq!(young.unwrap(), "36 at 03:10, was 31 52m ago");
        assert_eq!(said(|_| None), None);
    }

    #[test]
    fn thresholds_are_told_in_ascii_too() {
        let limit = Threshold {
            op: CompareOp::AtMost,
            limit: 10.0,
        };
        assert_eq!(alert_threshold(limit, &ctx()), "alerts at ≤ 10");
        let plain = TextContext {
            symbols: &ASCII,
            ..ctx()
        };
        assert_eq!(alert_threshold(limit, &plain), "alerts at <= 10");
    }

    #[test]
    fn a_forecast_counts_from_now_and_is_rough() {
        let full = |hours: u64| {
            let left = Duration::from_secs(hours * 3600 + 120);
            full_in(left, &window(), &ctx()).map(|said| said.text)
        };
        let text = |about: &str| Some(format!("full in about {about} at the rate of the last 6h"));
        assert_eq!(full(70), text("3 days"));
        assert_eq!(full(14), text("14 hours"));
        assert_eq!(full(1), text("60 minutes"));
        assert_eq!(full_in(Duration::from_secs(60), &window(), &ctx()), None);
    }
}
