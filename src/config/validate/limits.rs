//! `[limits]`: from which values on a hub counts as degraded.

use std::ops::RangeInclusive;

use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::super::raw;
use super::values::{duration, interval, or};
use crate::domain::policy::Limits;

/// The limits; when a failing probe counts stands in `[poll]`, beside the other waits.
pub(super) fn limits(raw: &raw::Limits, poll: &raw::Poll, problems: &mut Problems) -> Limits {
    let default = Limits::default();
    let starts = |value: &Spanned<f64>| within(value, 1.0..=1e6);
    let percent = |value: &Spanned<f64>| within(value, 0.0..=100.0);
    Limits {
        failed_starts: or(
            default.failed_starts,
            raw.failed_starts.as_ref(),
            starts,
            problems,
        ),
        disk_free_percent: or(
            default.disk_free_percent,
            raw.disk_free_percent.as_ref(),
            percent,
            problems,
        ),
        certificate_days: or(
            default.certificate_days,
            raw.certificate_days.as_ref(),
            days,
            problems,
        ),
        probe_slow: or(
            default.probe_slow,
            raw.probe_slow.as_ref(),
            interval,
            problems,
        ),
        probe_confirm: or(
            default.probe_confirm,
            poll.probe_confirm.as_ref(),
            duration,
            problems,
        ),
    }
}

fn within(value: &Spanned<f64>, range: RangeInclusive<f64>) -> Result<f64, Problem> {
    let number = *value.get_ref();
    if range.contains(&number) {
        return Ok(number);
    }
    let (least, most) = (range.start(), range.end());
    Err(
        Problem::new(value.span(), format!("{number} is out of range"))
            .hint(format!("from {least} to {most}")),
    )
}

fn days(value: &Spanned<i64>) -> Result<i64, Problem> {
    let number = *value.get_ref();
    if (0..=3650).contains(&number) {
        return Ok(number);
    }
    Err(Problem::new(value.span(), format!("{number} is out of range")).hint("from 0 to 3650"))
}
