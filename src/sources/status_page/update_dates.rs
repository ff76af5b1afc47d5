//! When the public was told by the updates of a post.

use chrono::{DateTime, Utc};

use crate::domain::now::is_in_future;

/// The dates of a post's updates, of those that are dated and not ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct UpdateDates {
    /// The earliest of them.
    pub first: Option<DateTime<Utc>>,
    /// The latest of them.
    pub last: Option<DateTime<Utc>>,
    /// What is wrong with another: with it the latest update may be another one.
    pub problem: Option<&'static str>,
}

impl UpdateDates {
    /// The dates at `now`; `None` stands for one that is missing or cannot be read. A date ahead is no date.
    pub(super) fn new(
        dates: impl Iterator<Item = Option<DateTime<Utc>>>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut found = Self::default();
        for date in dates {
            match date {
                Some(at) if is_in_future(at, now) => {
                    found.problem = Some("the time of an update is still to come");
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

    /// `at`, as the time since when the post is closed: not known if another update may be the one that closed it.
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
            Some("the time of an update is still to come"),
            Some("an update has no readable time"),
        );
        assert_eq!(of(&[at(60)]), (None, None, ahead));
        assert_eq!(of(&[at(-5), None]), (at(-5), at(-5), missing));
        assert_eq!(of(&[None, at(60), at(-5)]), (at(-5), at(-5), ahead));
    }
}
