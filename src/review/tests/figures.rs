//! Figures by month and by alert.

use super::*;
use crate::domain::policy::TimeBoxes;
use crate::domain::post::FirstPost;

fn figures(incidents: &[PastIncident], days: std::ops::Range<i64>, zone: Zone) -> Trends {
    figures_without(&[], incidents, days, zone)
}

fn figures_without(
    unread: &[std::ops::Range<chrono::DateTime<chrono::Utc>>],
    incidents: &[PastIncident],
    days: std::ops::Range<i64>,
    zone: Zone,
) -> Trends {
    trends(&TrendsInput {
        unread,
        incidents,
        p1: &p1(),
        span: at(days.start * DAY)..at(days.end * DAY),
        zone,
        now: at(365 * DAY),
        is_human: &|who| who.id.as_str() != "Bot",
        zone_of: &|_| None,
        time_boxes: &TimeBoxes::default(),
        first_post: &|_| FirstPost::NotKnown,
        name: &|one| one.incident.title.clone(),
    })
}

#[test]
fn the_mean_is_over_whole_months_empty_ones_included() {
    // March has 31 days and April has 30. The span ends in May.
    let p1_at = |number, day: i64| {
        incident(number, day * DAY + 60, Some(day * DAY + 120))
            .priority("P1")
            .place("leap/prod")
    };
    let incidents = [p1_at(1, 2), p1_at(2, 9), p1_at(3, 30), p1_at(4, 62)];
    let found = figures(&incidents, 0..65, Zone::UTC);
    let months: Vec<_> = found
        .months
        .iter()
        .map(|month| (month.first, month.outages, month.is_partial))
        .collect();
    let first = |month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
    assert_eq!(
        months,
        [
            (first(3), 3, false),
            (first(4), 0, false),
            (first(5), 1, true)
        ]
    );
    assert_eq!(found.mean_per_month, Some(1.5));
    assert_eq!(figures(&incidents, 1..20, Zone::UTC).mean_per_month, None);
    // A month that could not be read does not count as a month without outages.
    let april = [at(40 * DAY)..at(41 * DAY)];
    let found = figures_without(&april, &incidents, 0..65, Zone::UTC);
    assert!(found.months[1].is_partial && !found.months[1].is_unread);
    assert_eq!(found.mean_per_month, Some(3.0));
    let all_of_it = [at(31 * DAY)..at(61 * DAY)];
    let found = figures_without(&all_of_it, &incidents, 0..65, Zone::UTC);
    let unread: Vec<bool> = found.months.iter().map(|month| month.is_unread).collect();
    assert_eq!(unread, [false, true, false]);
}

#[test]
fn a_month_is_the_teams() {
    let late = incident(1, 31 * DAY - 30, Some(31 * DAY)).priority("P1");
    let of = |zone| {
        let found = figures(std::slice::from_ref(&late), -1..62, zone);
        let outages = found.months.iter().filter(|month| month.outages == 1);
        outages.map(|month| month.first).collect::<Vec<_>>()
    };
    let first = |month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
    assert_eq!(of(Zone::UTC), [first(3)]);
    assert_eq!(of("Asia/Tokyo".parse::<Zone>().unwrap()), [first(4)]);
}

#[test]
fn a_month_and_an_alert_have_their_figures() {
    let acknowledge = || LogKind::Acknowledge { timeout: None };
    let named = |mut one: PastIncident, name: &str| {
        one.incident.title = name.to_owned();
        one
    };
    let disk = |number, begin: i64, minutes| {
        named(incident(number, begin, Some(begin + minutes)), "disk full").place("leap/prod")
    };
    let incidents = [
        disk(1, 0, 10).by("Ada", 2, acknowledge()).priority("P1"),
        disk(2, 1000, 20).by("Ada", 1004, acknowledge()),
        disk(3, 2000, 90).by("Bot", 2001, acknowledge()),
        named(incident(4, 3000, None), "pod restarts").with(3010, LogKind::Escalate { to: vec![] }),
        disk(5, 4000, 5).change(4010, "P1", ""),
        disk(6, 5000, 5).log_unknown(),
    ];
    let found = figures(&incidents, 0..31, Zone::UTC);
    let [month] = &found.months[..] else {
        panic!("{:?}", found.months);
    };
    assert_eq!(
        (month.outages, month.taken_back, month.not_known),
        (1, 1, 1)
    );
    assert_eq!(month.found_by, BTreeMap::from([(FoundBy::Alert, 1)]));
    assert_eq!(
        (month.incidents, month.never_acknowledged, month.escalations),
        (6, 3, 1)
    );
    let minutes = |mean, median| Spread {
        mean: Some(TimeDelta::seconds(mean)),
        median: Some(TimeDelta::seconds(median)),
    };
    assert_eq!(month.acknowledged, minutes(180, 180));
    assert_eq!(month.resolved, minutes(26 * 60, 10 * 60));
    let alerts: Vec<_> = found
        .alerts
        .iter()
        .map(|alert| {
            (
                &*alert.name,
                alert.incidents,
                alert.in_outages,
                alert.long_open,
            )
        })
        .collect();
    assert_eq!(alerts, [("disk full", 5, 1, 0), ("pod restarts", 1, 0, 1)]);
}

#[test]
fn the_time_that_nobody_owned_is_added_up_by_month() {
    let of = |number, minutes: i64| {
        let start = i64::from(number) * 100;
        incident(u64::from(number), start, Some(start + 60))
            .with(
                start,
                LogKind::Assign {
                    to: vec![person("Bot")],
                },
            )
            .by(
                "Ada",
                start + minutes,
                LogKind::Acknowledge { timeout: None },
            )
    };
    let silent = incident(9, 900, Some(960));
    let found = figures(
        &[of(1u32, 10), of(2u32, 25), silent.clone()],
        0..40,
        Zone::UTC,
    );
    assert_eq!(
        found.months[0].unowned,
        Some(chrono::TimeDelta::minutes(35))
    );
    let unknown = figures(&[silent], 0..40, Zone::UTC);
    assert_eq!(unknown.months[0].unowned, None);
}
