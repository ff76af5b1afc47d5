//! The team's working time. It is in the team's zone, so the due times are the same for every colleague.

use crate::domain::zone::Zone;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};

/// The team's working days and hours, in the zone `zone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The team's zone.
    pub zone: Zone,
    /// The start of a working day.
    pub from: NaiveTime,
    /// The end of a working day. If it is later than `from`, it is on the same day, else on the next day. If both are
    /// midnight, the working day is the whole day.
    pub to: NaiveTime,
    /// Working days.
    pub days: Vec<Weekday>,
    /// The first day of any sprint, past or future.
    pub sprint_start: NaiveDate,
    /// The length of a sprint in days, at least 1.
    pub sprint_days: u64,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            zone: Zone::UTC,
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

/// The working time of one day.
#[derive(Clone, Copy, Debug)]
struct Shift {
    day: NaiveDate,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Shift {
    // The start of the last eighth of the shift. Work that arrives later can hardly be done in this shift.
    fn last_eighth(&self) -> DateTime<Utc> {
        self.end - (self.end - self.start) / 8
    }
}

impl Calendar {
    /// Whether the team works at `at`.
    pub fn is_working(&self, at: DateTime<Utc>) -> bool {
        let mut shifts = self.shifts_around(at);
        shifts.any(|shift| (shift.start..shift.end).contains(&at))
    }

    /// When working time next begins or ends after `at`. Midnight between two working days without a break is neither a
    /// beginning nor an end.
    pub fn next_change(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let edges = self.shifts_around(at).flat_map(|it| [it.start, it.end]);
        let is_break = |edge: &DateTime<Utc>| {
            self.is_working(*edge) != self.is_working(*edge - TimeDelta::seconds(1))
        };
        edges.filter(|edge| *edge > at).find(is_break)
    }

    /// The due time of work that arrives at `at`: the end of that working day. Work that arrives outside working time,
    /// or in a day's last eighth, is due at the end of the next working day. `None` if the team has no working days.
    pub fn end_of_working_day(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut shifts = self.shifts_around(at);
        shifts
            .find(|shift| at < shift.last_eighth())
            .map(|it| it.end)
    }

    /// The due time, within the week, of work that arrives at `at`: the end of the week's last working day. Work that
    /// arrives in the last eighth of that day is due at the end of the next week's last working day.
    pub fn end_of_working_week(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut shifts = self.shifts_around(at);
        let first = shifts.find(|shift| at < shift.end)?;
        let last = self.last_shift_of_week(first.day)?;
        if at < last.last_eighth() {
            return Some(last.end);
        }
        let mut next = last.day.iter_days().skip(1).take(15);
        let next = next.find(|day| self.works_on(*day))?;
        self.last_shift_of_week(next).map(|shift| shift.end)
    }

    /// The next sprint planning after `at`. A sprint planning is at the start of a sprint's first working day.
    pub fn next_sprint_planning(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let length = i64::try_from(self.sprint_days.max(1)).ok()?;
        let passed = (self.date(at) - self.sprint_start).num_days();
        // The configured sprint may lie in the future, so the number of sprints since then may be negative.
        let sprints = passed.div_euclid(length);
        (sprints..=sprints + 1)
            .filter_map(|n| TimeDelta::try_days(n.checked_mul(length)?))
            .filter_map(|days| self.sprint_start.checked_add_signed(days))
            .filter_map(|day| self.working_days_from(day).next())
            .map(|day| self.instant(day, self.from))
            .find(|planning| *planning > at)
    }

    /// The number of the team's working days strictly between the days of `from` and `to`.
    pub fn working_days_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> usize {
        let last = self.date(to);
        let days = self.date(from).iter_days().skip(1);
        days.take_while(|day| *day < last)
            .filter(|day| self.works_on(*day))
            .count()
    }

    fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        self.days.contains(&day.weekday())
    }

    // Two weeks contain every weekday, so the iterator is empty only if the team has no working days.
    fn working_days_from(&self, first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        first.iter_days().take(15).filter(|day| self.works_on(*day))
    }

    // Begins with the previous day, since its shift may end after midnight.
    fn shifts_around(&self, at: DateTime<Utc>) -> impl Iterator<Item = Shift> {
        let today = self.date(at);
        let first = today.pred_opt().unwrap_or(today);
        self.working_days_from(first).map(|day| self.shift(day))
    }

    fn shift(&self, day: NaiveDate) -> Shift {
        let ends_next_day = self.to <= self.from;
        let last_day = day.succ_opt().filter(|_| ends_next_day).unwrap_or(day);
        Shift {
            day,
            start: self.instant(day, self.from),
            end: self.instant(last_day, self.to),
        }
    }

    fn last_shift_of_week(&self, day: NaiveDate) -> Option<Shift> {
        let week = day.iso_week();
        let days = self.working_days_from(day);
        let last = days.take_while(|day| day.iso_week() == week).last()?;
        Some(self.shift(last))
    }

    fn instant(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        instant(day, time, self.zone)
    }
}

/// The first moment of a day in a zone.
pub fn start_of_day(day: NaiveDate, zone: Zone) -> DateTime<Utc> {
    instant(day, NaiveTime::MIN, zone)
}

/// The moment of a time of day. If the change to summer time skips the time, this is the first moment after the gap. If
/// the time occurs twice, this is its first occurrence.
pub fn instant(day: NaiveDate, time: NaiveTime, zone: Zone) -> DateTime<Utc> {
    let wanted = day.and_time(time);
    (0..=4)
        .map(|half_hours| wanted + TimeDelta::minutes(30 * half_hours))
        .find_map(|local| zone.from_local_datetime(&local).earliest())
        .map_or_else(|| wanted.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn london() -> Calendar {
        Calendar {
            zone: "Europe/London".parse::<Zone>().unwrap(),
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
    fn what_comes_in_the_last_eighth_is_due_at_the_end_of_the_next() {
        let calendar = london();
        let day = |text| calendar.end_of_working_day(at(text)).unwrap();
        let week = |text| calendar.end_of_working_week(at(text)).unwrap();
        assert_eq!(day("2026-11-19T15:59:00Z"), at("2026-11-19T17:00:00Z"));
        assert_eq!(day("2026-11-19T16:00:00Z"), at("2026-11-20T17:00:00Z"));
        assert_eq!(week("2026-11-19T16:30:00Z"), at("2026-11-20T17:00:00Z"));
        assert_eq!(week("2026-11-20T15:59:00Z"), at("2026-11-20T17:00:00Z"));
        assert_eq!(week("2026-11-20T16:00:00Z"), at("2026-11-27T17:00:00Z"));
    }

    fn hours(from: (u32, u32), to: (u32, u32)) -> Calendar {
        let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        Calendar {
            zone: Zone::UTC,
            from: time(from),
            to: time(to),
            ..Calendar::default()
        }
    }

    #[test]
    fn a_shift_past_midnight_belongs_to_the_day_it_begins() {
        let night = hours((22, 0), (6, 0));
        assert!(night.is_working(at("2026-11-20T23:00:00Z")), "Friday night");
        assert!(night.is_working(at("2026-11-21T05:59:00Z")), "of Friday");
        assert!(!night.is_working(at("2026-11-21T06:00:00Z")));
        assert!(!night.is_working(at("2026-11-21T23:00:00Z")), "Saturday");
        assert!(!night.is_working(at("2026-11-23T03:00:00Z")), "of Sunday");
        let day = |text| night.end_of_working_day(at(text)).unwrap();
        assert_eq!(day("2026-11-20T23:00:00Z"), at("2026-11-21T06:00:00Z"));
        assert_eq!(day("2026-11-21T04:59:00Z"), at("2026-11-21T06:00:00Z"));
        assert_eq!(day("2026-11-21T05:00:00Z"), at("2026-11-24T06:00:00Z"));
        let week = night.end_of_working_week(at("2026-11-21T01:00:00Z"));
        assert_eq!(week, Some(at("2026-11-21T06:00:00Z")), "still Friday's");
        let next = night.next_change(at("2026-11-21T01:00:00Z"));
        assert_eq!(next, Some(at("2026-11-21T06:00:00Z")));
        let next = night.next_change(at("2026-11-21T07:00:00Z"));
        assert_eq!(next, Some(at("2026-11-23T22:00:00Z")));
    }

    #[test]
    fn all_day_has_no_edge_at_midnight() {
        let days = hours((0, 0), (0, 0));
        assert!(days.is_working(at("2026-11-20T00:00:00Z")));
        assert!(days.is_working(at("2026-11-20T23:59:59Z")));
        assert!(!days.is_working(at("2026-11-21T00:00:00Z")), "a Saturday");
        let next = days.next_change(at("2026-11-18T12:00:00Z"));
        assert_eq!(next, Some(at("2026-11-21T00:00:00Z")));
        let day = |text| days.end_of_working_day(at(text)).unwrap();
        assert_eq!(day("2026-11-18T20:59:00Z"), at("2026-11-19T00:00:00Z"));
        assert_eq!(day("2026-11-18T21:00:00Z"), at("2026-11-20T00:00:00Z"));
        let always = Calendar {
            days: (0..7).map(|n| Weekday::try_from(n).unwrap()).collect(),
            ..days
        };
        assert!(always.is_working(at("2026-11-21T00:00:00Z")));
        assert_eq!(always.next_change(at("2026-11-21T00:00:00Z")), None);
    }

    #[test]
    fn planning_is_at_the_start_of_the_next_sprint() {
        let calendar = london();
        let next = |text| calendar.next_sprint_planning(at(text)).unwrap();
        assert_eq!(next("2026-01-05T08:00:00Z"), at("2026-01-05T09:00:00Z"));
        assert_eq!(next("2026-01-05T09:00:00Z"), at("2026-01-19T09:00:00Z"));
        assert_eq!(
            next("2025-12-09T00:00:00Z"),
            at("2025-12-22T09:00:00Z"),
            "the configured sprint is any one, here one to come"
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
            prop_assert!(calendar.is_working(due - TimeDelta::seconds(1)));
            prop_assert!(calendar.end_of_working_week(start).unwrap() >= due);
        }
    }
}
