//! The team's working time. It is in the team's zone, so the due times are the same for every colleague.

use crate::domain::zone::Zone;
use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
    Weekday,
};

/// The longest gap that a change of a zone's offset leaves in local time: Samoa skipped a whole day in 2011.
const MAX_GAP_MINUTES: i64 = 24 * 60;

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
        let start = self.first_day_of_week();
        let mut days = self.working_days_from(day);
        let first = days.next()?;
        let last = days.take_while(|day| day.weekday() != start).last();
        Some(self.shift(last.unwrap_or(first)))
    }

    // The team's week begins after its longest run of days off. Of several such runs, the run before the first working
    // day from Monday on counts. Without days off, the week begins on Monday.
    fn first_day_of_week(&self) -> Weekday {
        let from_sunday = std::iter::successors(Some(Weekday::Sun), |day| Some(day.pred())).take(7);
        let working_days = from_sunday.filter(|day| self.days.contains(day));
        working_days
            .max_by_key(|day| self.days_off_before(*day))
            .unwrap_or(Weekday::Mon)
    }

    fn days_off_before(&self, day: Weekday) -> usize {
        let earlier = std::iter::successors(Some(day.pred()), |day| Some(day.pred())).take(6);
        earlier.take_while(|day| !self.days.contains(day)).count()
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
    zone.from_local_datetime(&wanted)
        .earliest()
        .map(|at| at.to_utc())
        .or_else(|| end_of_gap(wanted, zone))
        .unwrap_or_else(|| wanted.and_utc())
}

// The first moment after the gap that skips the time `skipped`: one minute after the last minute that the gap does not
// skip, since zones change on whole minutes.
fn end_of_gap(skipped: NaiveDateTime, zone: Zone) -> Option<DateTime<Utc>> {
    let minute = skipped.with_second(0)?.with_nanosecond(0)?;
    let last = (1..=MAX_GAP_MINUTES)
        .filter_map(|minutes| minute.checked_sub_signed(TimeDelta::minutes(minutes)))
        .find_map(|local| zone.from_local_datetime(&local).latest())?;
    Some(last.to_utc() + TimeDelta::minutes(1))
}

#[cfg(test)]
mod tests;
