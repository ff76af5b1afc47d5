//! `[limits]`: the values at which a hub begins to count as degraded.

use std::ops::RangeInclusive;

use serde::Deserialize;
use toml::Spanned;

use super::super::problem::{Problem, Problems};
use super::Text;
use super::poll::RawPoll;
use super::values::{duration, interval, value_or};
use crate::domain::policy::Limits;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# A hub counts as degraded from these values on.
[limits]
failed_starts = 2        # servers that failed to start within 30 minutes; Prometheus estimates (1.97): rounded first
disk_free_percent = 10   # of the home directories' or the hub database's disk
certificate_days = 21    # until the hub's certificate expires
probe_slow = "5s"        # a good probe that took longer
"#;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLimits {
    pub failed_starts: Option<Spanned<f64>>,
    pub disk_free_percent: Option<Spanned<f64>>,
    pub certificate_days: Option<Spanned<i64>>,
    pub probe_slow: Option<Text>,
}

/// The limits. The time after which a failing probe is confirmed comes from `[poll]`.
pub(super) fn limits(raw: &RawLimits, poll: &RawPoll, problems: &mut Problems) -> Limits {
    let default = Limits::default();
    let starts = |value: &Spanned<f64>| in_range(value, 1.0..=1e6);
    let percent = |value: &Spanned<f64>| in_range(value, 0.0..=100.0);
    Limits {
        failed_starts: value_or(
            default.failed_starts,
            raw.failed_starts.as_ref(),
            starts,
            problems,
        ),
        disk_free_percent: value_or(
            default.disk_free_percent,
            raw.disk_free_percent.as_ref(),
            percent,
            problems,
        ),
        certificate_days: value_or(
            default.certificate_days,
            raw.certificate_days.as_ref(),
            certificate_days,
            problems,
        ),
        probe_slow: value_or(
            default.probe_slow,
            raw.probe_slow.as_ref(),
            interval,
            problems,
        ),
        probe_confirm: value_or(
            default.probe_confirm,
            poll.probe_confirm.as_ref(),
            duration,
            problems,
        ),
    }
}

fn in_range(value: &Spanned<f64>, range: RangeInclusive<f64>) -> Result<f64, Problem> {
    let number = *value.get_ref();
    if range.contains(&number) {
        return Ok(number);
    }
    let (least, most) = (range.start(), range.end());
    Err(
        Problem::new(value.span(), format!("{number} is out of range"))
            .with_hint(format!("from {least} to {most}")),
    )
}

fn certificate_days(value: &Spanned<i64>) -> Result<i64, Problem> {
    let number = *value.get_ref();
    if (0..=3650).contains(&number) {
        return Ok(number);
    }
    Err(Problem::new(value.span(), format!("{number} is out of range")).with_hint("from 0 to 3650"))
}
