//! The dates of a post's updates: when the public was told.

use chrono::{DateTime, Utc};

use crate::domain::now::is_in_future;

/// The earliest and the latest date of a post's updates. Missing dates and dates in the future are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct UpdateDates {
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
    /// Why an update was left out; `None` if no update was left out. The update may have been the first or the last.
    pub problem: Option<&'static str>,
}

impl UpdateDates {
    /// `dates` contains `None` for each missing or unreadable date. A date after `now` does not count.
    pub(super) fn new(
        dates: impl Iterator<Item = Option<DateTime<Utc>>>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut found = Self::default();
        for date in dates {
            match date {
                Some(at) if is_in_future(at, now) => {
                    found.problem = Some("the time of an update is in the future");
                }
                Some(at) => {
                    found.first = Some(found.first.map_or(at, |first| first.min(at)));
                    found.last = found.last.max(Some(at));
                }
                None => {
                    let problem = "an update has no readable time";
                    found.problem = found.problem.or(Some(problem));
                }
            }
        }
        found
    }

    /// Returns `at` as the closing time. `None` if an update without a usable date may have closed the post.
    pub(super) fn closing(&self, at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        at.filter(|_| self.problem.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_date_ahead_and_a_missing_one_are_none_and_are_named() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let at = |minutes: i64| Some(now + TimeDelta::minutes(minutes));
        let of = |dates: &[Option<DateTime<Utc>>]| {
            let dates = UpdateDates::new(dates.iter().copied(), now);
            (dates.first, dates.last, dates.problem)
        };
        assert_eq!(of(&[]), (None, None, None));
        assert_eq!(of(&[at(-5), at(-9), at(4)]), (at(-9), at(4), None));
        let (ahead, missing) = (
            Some("the time of an update is in the future"),
            Some("an update has no readable time"),
        );
        assert_eq!(of(&[at(60)]), (None, None, ahead));
        assert_eq!(of(&[at(-5), None]), (at(-5), at(-5), missing));
        assert_eq!(of(&[None, at(60), at(-5)]), (at(-5), at(-5), ahead));
    }
}
