//! Working hours, due times and times of day in a zone.

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
fn a_working_week_ends_before_the_longest_run_of_days_off() {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    // The 15th of November 2026 is a Sunday.
    let weeks: [(&[Weekday], u32, u32); 7] = [
        (&[Sun, Mon, Tue, Wed, Thu], 14, 19),
        (&[Sun, Mon, Tue, Wed, Thu], 15, 19),
        (&[Sun, Mon, Tue, Wed, Thu], 17, 19),
        (&[Sun, Mon, Tue, Wed, Thu], 20, 26),
        (&[Mon, Tue, Thu, Fri], 17, 20),
        (&[Mon, Tue, Thu, Fri, Sat], 17, 21),
        (&[Mon, Tue, Wed, Thu, Fri, Sat, Sun], 17, 22),
    ];
    for (days, day, due) in weeks {
        let days = days.to_vec();
        let calendar = Calendar { days, ..london() };
        let seen = calendar.end_of_working_week(at(&format!("2026-11-{day}T10:00:00Z")));
        assert_eq!(seen, Some(at(&format!("2026-11-{due}T17:00:00Z"))), "{day}");
    }
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
    let day = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
    for (minute, second) in [(0, 0), (1, 0), (45, 0), (59, 59)] {
        let skipped = NaiveTime::from_hms_opt(1, minute, second).unwrap();
        let moment = instant(day, skipped, calendar.zone);
        assert_eq!(moment, at("2026-03-29T01:00:00Z"), "{skipped}");
    }
    let skipped = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
    let moment = start_of_day(skipped, "Pacific/Apia".parse().unwrap());
    assert_eq!(moment, at("2011-12-30T10:00:00Z"), "a whole day");
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
