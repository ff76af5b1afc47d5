//! How a value went, in words: where it is, where it was, where its alert begins, what is missing.

use std::time::Duration;

use crate::domain::history::{LOOK_BACK, Point, Series, Window};
use crate::domain::now::duration_since;
use crate::domain::source::SourceId;
use crate::domain::threshold::{CompareOp, Threshold};

use super::durations::{ago, span};
use super::moments::moment;
use super::voice::{Said, Voice};

/// How a value is written: what its unit is, the caller knows.
pub type Figure = fn(f64) -> String;

/// A bare number, short enough for a scale: "9", "0.82", "12.5k", "3.2G".
pub fn number(value: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")];
    let size = value.abs();
    match UNITS.iter().find(|(from, _)| size >= *from) {
        _ if size >= 1e16 || (size > 0.0 && size < 0.001) => format!("{value:.1e}"),
        Some((from, unit)) => {
            let divisor = if *from < 1e6 { 1e3 } else { *from };
            short(value / divisor) + unit
        }
        None => short(value),
    }
}

// Three digits that matter, and none that do not.
fn short(value: f64) -> String {
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

/// Where an alert begins: "alerts at ≤ 10".
pub fn threshold(threshold: Threshold, voice: &Voice) -> String {
    let ascii = voice.symbols.ascii_only;
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
    format!("alerts at {sign} {}", number(threshold.limit))
}

/// Where a value is and was: "9 at 03:10, was 42 6h ago, lowest 8". None where nothing is known of it.
pub fn course(series: &Series, window: &Window, figure: Figure, voice: &Voice) -> Option<Said> {
    let first = series.known_points().next()?;
    let last = series.known_points().next_back()?;
    let (low, high) = series.range()?;
    // What is missing at the end is told with the last value.
    let until = last.index.saturating_add(1);
    let missing = until.saturating_sub(series.known_points().count());
    let missing = missing.saturating_sub(first.index);
    let parts = [
        Some(latest(last, window, figure, voice)),
        Some(earlier(first, last, (low, high), window, figure, voice)),
        extreme("highest", high, f64::max(first.value, last.value), figure),
        extreme("lowest", low, f64::min(first.value, last.value), figure),
        (missing > 0).then(|| Said::fixed(format!("no data for {}", span(times(window, missing))))),
    ];
    Some(Said::join(parts.into_iter().flatten(), ", "))
}

// One that is missing at the end may only be on its way.
fn latest(last: Point, window: &Window, figure: Figure, voice: &Voice) -> Said {
    let is_present = last.index.saturating_add(2) >= window.points;
    let at = moment(window.time_at(last.index), voice);
    at.map(|at| match is_present {
        true => format!("{} at {at}", figure(last.value)),
        false => format!("none since {at}, {} then", figure(last.value)),
    })
}

fn earlier(
    first: Point,
    last: Point,
    (low, high): (f64, f64),
    window: &Window,
    figure: Figure,
    voice: &Voice,
) -> Said {
    let is_same = figure(low) == figure(high);
    if is_same && first.index < last.index {
        let lasted = times(window, last.index.saturating_sub(first.index));
        return Said::fixed(format!("unchanged for {}", span(lasted)));
    }
    let ago = ago(window.time_at(first.index), voice.now);
    ago.map(|ago| format!("was {} {ago} ago", figure(first.value)))
}

fn extreme(name: &str, value: f64, at_an_end: f64, figure: Figure) -> Option<Said> {
    let (value, known) = (figure(value), figure(at_an_end));
    (value != known).then(|| Said::fixed(format!("{name} {value}")))
}

fn times(window: &Window, count: usize) -> Duration {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    window.step.saturating_mul(count)
}

/// When a disk is full: "full in about 3 days at the pace of these 6h". None once it should be.
pub fn full_in(left: Duration, window: &Window, voice: &Voice) -> Option<Said> {
    const HOUR: u64 = 3600;
    let left = left.checked_sub(duration_since(voice.now.wall, window.end))?;
    let about = match left.as_secs() {
        seconds if seconds < 90 * 60 => format!("{} minutes", (seconds / 600 * 10).max(10)),
        seconds if seconds < 48 * HOUR => format!("{} hours", (seconds + HOUR / 2) / HOUR),
        seconds => format!("{} days", (seconds + 12 * HOUR) / (24 * HOUR)),
    };
    let text = format!(
        "full in about {about} at the pace of these {}",
        span(LOOK_BACK)
    );
    Some(Said::until(text, Duration::from_secs(600)))
}

/// That the answer is on its way.
pub fn asking(source: &SourceId) -> String {
    format!("asking {source} for the last {}", span(LOOK_BACK))
}

/// Why there is none.
pub fn failed(source: &SourceId, why: &str) -> String {
    format!("{source}: {why}")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::history::SeriesKey;
    use crate::domain::hub::Signal;
    use crate::domain::now::Now;
    use crate::say::{ASCII, UNICODE};

    /// 03:12 on a window that ends at 03:10.
    fn voice() -> Voice {
        Voice {
            now: Now {
                wall: DateTime::from_timestamp(1_795_317_120, 0).unwrap(),
                mono: Duration::ZERO,
            },
            zone: chrono_tz::UTC,
            symbols: &UNICODE,
        }
    }

    fn window() -> Window {
        Window::ending_at(voice().now.wall, 37)
    }

    fn said(value: impl Fn(usize) -> Option<f64>) -> Option<String> {
        let series = Series {
            key: SeriesKey::Signal(Signal::Up),
            values: (0..37).map(value).collect(),
        };
        course(&series, &window(), number, &voice()).map(|said| said.text)
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
            assert_eq!(number(value), text, "{value}");
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
        assert_eq!(
            gap.unwrap(),
            "4 at 03:10, unchanged for 6h, no data for 30m"
        );
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
        assert_eq!(threshold(limit, &voice()), "alerts at ≤ 10");
        let plain = Voice {
            symbols: &ASCII,
            ..voice()
        };
        assert_eq!(threshold(limit, &plain), "alerts at <= 10");
    }

    #[test]
    fn a_forecast_counts_from_now_and_is_rough() {
        let full = |hours: u64| {
            let left = Duration::from_secs(hours * 3600 + 120);
            full_in(left, &window(), &voice()).map(|said| said.text)
        };
        let text = |about: &str| Some(format!("full in about {about} at the pace of these 6h"));
        assert_eq!(full(70), text("3 days"));
        assert_eq!(full(14), text("14 hours"));
        assert_eq!(full(1), text("60 minutes"));
        assert_eq!(full_in(Duration::from_secs(60), &window(), &voice()), None);
    }
}
