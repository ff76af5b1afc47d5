//! `count_over_time((QUERY)[RANGE:STEP])`: how many times a series had a value within a range.

use std::time::Duration;

use crate::demo::clockwork::{At, before};

/// The range and the step of a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CountWindow {
    range: Duration,
    step: Duration,
}

impl CountWindow {
    /// The range and the step of the first `count_over_time` in a query.
    pub(super) fn parse(query: &str) -> Option<Self> {
        let (_, counted) = query.split_once("count_over_time(")?;
        let mut brackets = counted.split('[').skip(1);
        brackets.find_map(|rest| {
            let (inside, _) = rest.split_once(']')?;
            let (range, step) = inside.split_once(':')?;
            let duration = |text: &str| humantime::parse_duration(text.trim()).ok();
            let step = duration(step).filter(|step| !step.is_zero())?;
            Some(Self {
                range: duration(range)?,
                step,
            })
        })
    }

    /// The number of steps in the range before `at` for which `value` gives a value; `None` if there are none.
    pub(super) fn count(self, at: At, value: impl Fn(At) -> Option<f64>) -> Option<f64> {
        let start = before(at, self.range);
        let moments = std::iter::successors(Some(at), |later| Some(before(*later, self.step)));
        let found = moments.take_while(|moment| *moment > start);
        let found = u32::try_from(found.filter_map(value).count()).ok()?;
        (found > 0).then_some(f64::from(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_had_a_value_within_the_window_is_counted() {
        let window = CountWindow::parse(
            "label_replace((count_over_time((up[30m]\n)[15m:1m])\n), \"signal\"",
        );
        let window = window.unwrap();
        assert_eq!(CountWindow::parse("max(rate(x[5m]))"), None);
        let now = At::UNIX_EPOCH + chrono::TimeDelta::hours(1);
        let ended = now - chrono::TimeDelta::minutes(10);
        let until = |end: At| move |at: At| (at <= end).then_some(1.0);
        assert_eq!(window.count(now, until(ended)), Some(5.0));
        assert_eq!(window.count(now, until(before(now, window.range))), None);
        assert_eq!(window.count(now, until(now)), Some(15.0));
    }
}
