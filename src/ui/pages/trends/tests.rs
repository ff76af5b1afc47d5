//! Tests of the page of trends, in the form that a shell command prints.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::*;
use crate::app::fixture::now;
use crate::review::night_pages::NightPages;
use crate::review::untold::Untold;
use crate::text::symbols::{ASCII, Symbols, UNICODE};

fn spread(mean: i64, median: i64) -> Spread {
    Spread {
        mean: Some(TimeDelta::minutes(mean)),
        median: Some(TimeDelta::minutes(median)),
    }
}

fn month(number: u32, alert: usize, person: usize) -> Month {
    Month {
        first: NaiveDate::from_ymd_opt(2026, number, 1).unwrap(),
        is_partial: false,
        is_unread: false,
        outages: alert + person,
        found_by: BTreeMap::from([(FoundBy::Alert, alert), (FoundBy::Person, person)]),
        taken_back: 1,
        not_known: 0,
        incidents: 61,
        acknowledged: spread(12, 4),
        never_acknowledged: 3,
        resolved: spread(95, 40),
        unread_logs: 0,
        escalations: 9,
        unowned: Some(TimeDelta::minutes(95)),
        night_pages: NightPages {
            at_night: 5,
            not_known: 2,
        },
        overruns: Some(4),
        untold: Untold {
            time: Some(TimeDelta::minutes(33)),
            not_known: 1,
        },
    }
}

fn alert(name: &str, incidents: usize) -> AlertTrend {
    AlertTrend {
        name: name.into(),
        incidents,
        in_outages: incidents / 4,
        acknowledged: spread(12, 4),
        resolved: Spread::default(),
        long_open: 1,
    }
}

fn shown(trends: &Trends, missing: &[String], symbols: &'static Symbols, cells: usize) -> String {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let span = at("2026-03-01T00:00:00Z")..at("2026-07-10T00:00:00Z");
    let ctx = TextContext {
        now: now(),
        zone: crate::domain::zone::Zone::UTC,
        symbols,
    };
    let reading = TrendsReading {
        trends: trends.clone(),
        span,
        missing: missing.to_vec(),
    };
    page(&reading, &ctx, cells).into_text(&ctx, cells)
}

fn five_months() -> Trends {
    let months = [(3, 5, 2), (4, 6, 1), (5, 9, 0), (6, 0, 0), (7, 1, 0)];
    let mut months = months.map(|(number, alert, person)| month(number, alert, person));
    months[4].is_partial = true;
    Trends {
        first_incident: "2026-03-02T00:00:00Z".parse().ok(),
        complete_from: "2026-03-01T00:00:00Z".parse().ok(),
        months: months.into(),
        mean_per_month: Some(5.75),
        alerts: vec![
            alert("hub-db-dir has 10% of space left", 40),
            alert(
                "At least two servers failed to start within 30 minutes \u{1b}[31m",
                9,
            ),
        ],
    }
}

#[test]
fn the_page_fits_eighty_cells_and_says_more_where_there_is_room() {
    let trends = five_months();
    insta::assert_snapshot!("narrow", shown(&trends, &[], &UNICODE, 80));
    insta::assert_snapshot!("wide", shown(&trends, &[], &UNICODE, 120));
    let ascii = shown(&trends, &[], &ASCII, 80);
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn what_is_not_known_is_said() {
    let mut trends = five_months();
    trends.first_incident = "2026-05-02T00:00:00Z".parse().ok();
    trends.months[0].found_by = BTreeMap::from([(FoundBy::Unknown, 7)]);
    trends.months[0].not_known = 2;
    trends.months[0].unread_logs = 9;
    let text = shown(&trends, &["the log ends early".to_owned()], &UNICODE, 80);
    for line in [
        "? not complete: the log ends early",
        "the first recorded incident is of 2026-05-02: earlier records may be missing",
        "7 outages: who found them is not known",
        "2 incidents: whether they were outages is not known",
        "9 incidents: log unreadable; their acknowledgements and escalations are not",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
    trends.months[3].is_unread = true;
    let text = shown(&trends, &[], &UNICODE, 80);
    let rows = text.lines().filter(|line| line.starts_with("2026-06"));
    let rows: Vec<&str> = rows.collect();
    assert!(
        rows.len() == 2
            && rows
                .iter()
                .all(|row| row.contains('?') && !row.contains("none")),
        "{text}"
    );
    trends.months.truncate(1);
    trends.mean_per_month = None;
    trends.first_incident = None;
    let text = shown(&trends, &[], &UNICODE, 80);
    assert!(text.contains("no whole month, so no mean"), "{text}");
    assert!(
        text.contains("no incident is on record in this time"),
        "{text}"
    );
}
