//! The team's working time: the same on every colleague's screen.

use std::time::Duration;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// When the team works. Days and hours are in `zone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The team's zone.
    pub zone: Tz,
    /// The start of a working day.
    pub from: NaiveTime,
    /// Its end, after the start on the same day.
    pub to: NaiveTime,
    /// Working days.
    pub days: Vec<Weekday>,
    /// The first day of any sprint.
    pub sprint_start: NaiveDate,
    /// The length of a sprint in days, at least 1.
    pub sprint_days: u64,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            zone: Tz::UTC,
            from: NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(),
            to: NaiveTime::from_hms_opt(17, 0, 0).unwrap_or_default(),
            days: vec![
                Weekday::Mon,
                Weekday::Tue,
                Weekday::Wed,
                Weekday::Thu,
                Weekday::Fri,
            ],
            sprint_start: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default(),
            sprint_days: 14,
        }
    }
}

impl Calendar {
    /// Whether the team works at `at`.
    pub fn is_working(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.zone);
        self.works_on(local.date_naive()) && (self.from..self.to).contains(&local.time())
    }

    /// When working time next begins or ends after `at`.
    pub fn next_change(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.working_days_from(self.date(at))
            .flat_map(|day| [self.instant(day, self.from), self.instant(day, self.to)])
            .find(|edge| *edge > at)
    }

    /// The end of the working day that `at` lies in, or of the next one when it lies outside.
    pub fn end_of_working_day(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let end = |day| self.instant(day, self.to);
        self.working_days_from(self.date(at))
            .map(end)
            .find(|end| *end > at)
    }

    /// The end of the last working day of the week in which that working day lies.
    pub fn end_of_working_week(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let first = self.date(self.end_of_working_day(at)?);
        let week = first.iso_week();
        self.working_days_from(first)
            .take_while(|day| day.iso_week() == week)
            .last()
            .map(|day| self.instant(day, self.to))
    }

    /// The next sprint planning after `at`: the start of the first working day of a sprint.
    pub fn next_sprint_planning(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let length = self.sprint_days.max(1);
        let passed = (self.date(at) - self.sprint_start).num_days().max(0);
        let sprints = u64::try_from(passed).unwrap_or_default() / length;
        (sprints..=sprints + 1)
            .filter_map(|n| self.sprint_start.checked_add_days(Days::new(n * length)))
            .filter_map(|day| self.working_days_from(day).next())
            .map(|day| self.instant(day, self.from))
            .find(|planning| *planning > at)
    }

    /// How long working time lasts from `at` on; zero outside of it.
    pub fn working_time_left(&self, at: DateTime<Utc>) -> Duration {
        if !self.is_working(at) {
            return Duration::ZERO;
        }
        self.end_of_working_day(at)
            .and_then(|end| (end - at).to_std().ok())
            .unwrap_or_default()
    }

    fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        self.days.contains(&day.weekday())
    }

    // Two weeks hold every weekday; without working days the iterator is empty.
    fn working_days_from(&self, first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        first.iter_days().take(15).filter(|day| self.works_on(*day))
    }

    // An hour that the change to summer time skips is taken as the first moment after the gap, one
    // that comes twice as its first.
    fn instant(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let wanted = day.and_time(time);
        (0..=4)
            .map(|half_hours| wanted + chrono::TimeDelta::minutes(30 * half_hours))
            .find_map(|local| self.zone.from_local_datetime(&local).earliest())
            .map_or_else(|| wanted.and_utc(), |at| at.to_utc())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn london() -> Calendar {
        Calendar {
            zone: Tz::Europe__London,
            ..Calendar::default()
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn hours_are_the_teams_in_summer_too() {
        let calendar = london();
        assert!(calendar.is_working(at("2026-07-01T08:30:00Z")));
        assert!(!calendar.is_working(at("2026-07-01T16:00:00Z")));
        assert!(!calendar.is_working(at("2026-01-07T08:30:00Z")));
        assert!(calendar.is_working(at("2026-01-07T16:30:00Z")));
        assert!(
            !calendar.is_working(at("2026-01-10T12:00:00Z")),
            "a Saturday"
        );
    }

    #[test]
    fn what_comes_out_of_hours_is_due_the_next_working_day() {
        let calendar = london();
        let due = |text| calendar.end_of_working_day(at(text)).unwrap();
        assert_eq!(due("2026-11-20T10:00:00Z"), at("2026-11-20T17:00:00Z"));
        assert_eq!(
            due("2026-11-20T17:00:00Z"),
            at("2026-11-23T17:00:00Z"),
            "Friday evening"
        );
        assert_eq!(
            due("2026-11-23T03:00:00Z"),
            at("2026-11-23T17:00:00Z"),
            "before hours"
        );
    }

    #[test]
    fn the_working_week_ends_on_its_last_working_day() {
        let calendar = london();
        let due = |text| calendar.end_of_working_week(at(text)).unwrap();
        assert_eq!(due("2026-11-18T10:00:00Z"), at("2026-11-20T17:00:00Z"));
        assert_eq!(
            due("2026-11-21T10:00:00Z"),
            at("2026-11-27T17:00:00Z"),
            "a Saturday"
        );
    }

    #[test]
    fn planning_is_at_the_start_of_the_next_sprint() {
        let calendar = london();
        let next = |text| calendar.next_sprint_planning(at(text)).unwrap();
        assert_eq!(next("2026-01-05T08:00:00Z"), at("2026-01-05T09:00:00Z"));
        assert_eq!(next("2026-01-05T09:00:00Z"), at("2026-01-19T09:00:00Z"));
        assert_eq!(
            next("2025-12-01T00:00:00Z"),
            at("2026-01-05T09:00:00Z"),
            "before the first"
        );
    }

    #[test]
    fn a_team_without_working_days_has_nothing_due() {
        let calendar = Calendar {
            days: vec![],
            ..london()
        };
        assert_eq!(
            calendar.end_of_working_day(at("2026-11-20T10:00:00Z")),
            None
        );
    }

    #[test]
    fn an_hour_that_does_not_exist_is_the_first_after_the_gap() {
        let calendar = Calendar {
            from: NaiveTime::from_hms_opt(1, 30, 0).unwrap(),
            days: vec![Weekday::Sun],
            ..london()
        };
        // On 2026-03-29 London's clocks go from 01:00 to 02:00.
        let next = calendar.next_change(at("2026-03-28T12:00:00Z")).unwrap();
        assert_eq!(next, at("2026-03-29T01:00:00Z"));
    }

    proptest! {
        #[test]
        fn a_due_moment_lies_ahead_and_ends_working_time(seconds in 1_700_000_000_i64..1_900_000_000) {
            let calendar = london();
            let start = DateTime::from_timestamp(seconds, 0).unwrap();
            let due = calendar.end_of_working_day(start).unwrap();
            prop_assert!(due > start);
            prop_assert!(!calendar.is_working(due));
            prop_assert!(calendar.is_working(due - chrono::TimeDelta::seconds(1)));
            prop_assert!(calendar.end_of_working_week(start).unwrap() >= due);
        }
    }
}
