//! `trends` as CSV and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::json_text;
use crate::review::past_incident::FoundBy;
use crate::review::trends::{AlertTrend, Month, Spread, Trends};

const COLUMNS: &str = "month,partial,outages,found_by_alert,found_by_person,found_by_unknown,taken_back,not_known,\
                       incidents,mtta_mean_seconds,mtta_median_seconds,never_acknowledged,mttr_mean_seconds,\
                       mttr_median_seconds,escalations,unread_logs,unowned_seconds,\
                       night_pages,night_pages_zone_unknown,boxes_overrun,untold_seconds,untold_unknown\n";

/// The months, a row each. Cells are numbers and dates; one that is empty is not known.
pub fn csv(trends: &Trends) -> String {
    trends
        .months
        .iter()
        .fold(COLUMNS.to_owned(), |mut text, month| {
            let found = |by| month.found_by.get(&by).copied().unwrap_or_default();
            let seconds = |time: Option<TimeDelta>| time.map(|time| time.num_seconds().to_string());
            let count = |count: usize| (!month.is_unread).then(|| count.to_string());
            let cells = [
                Some(name(month.first)),
                Some(month.is_partial.to_string()),
                count(month.outages),
                count(found(FoundBy::Alert)),
                count(found(FoundBy::Person)),
                count(found(FoundBy::Unknown)),
                count(month.taken_back),
                count(month.not_known),
                count(month.incidents),
                seconds(month.acknowledged.mean),
                seconds(month.acknowledged.median),
                month.by_logs(month.never_acknowledged).and_then(count),
                seconds(month.resolved.mean),
                seconds(month.resolved.median),
                month.by_logs(month.escalations).and_then(count),
                count(month.unread_logs),
                seconds(month.unowned),
                count(month.night_pages.at_night),
                count(month.night_pages.not_known),
                month.overruns.map(|count| count.to_string()),
                seconds(month.untold.time),
                count(month.untold.not_known),
            ];
            let row = cells.map(Option::unwrap_or_default).join(",");
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{row}");
            text
        })
}

#[derive(Serialize)]
struct Json<'a> {
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    complete: bool,
    missing: &'a [String],
    first_incident: Option<DateTime<Utc>>,
    months: Vec<JsonMonth<'a>>,
    complete_from: Option<DateTime<Utc>>,
    mean_per_month: Option<f64>,
    alerts: Vec<JsonAlert<'a>>,
}

#[derive(Serialize)]
struct JsonMonth<'a> {
    month: String,
    partial: bool,
    outages: Option<usize>,
    found_by: &'a BTreeMap<FoundBy, usize>,
    taken_back: Option<usize>,
    not_known: Option<usize>,
    incidents: Option<usize>,
    mtta_seconds: JsonSpread,
    never_acknowledged: Option<usize>,
    mttr_seconds: JsonSpread,
    escalations: Option<usize>,
    unread_logs: Option<usize>,
    unowned_seconds: Option<i64>,
    night_pages: Option<usize>,
    night_pages_zone_unknown: Option<usize>,
    boxes_overrun: Option<usize>,
    untold_seconds: Option<i64>,
    untold_unknown: Option<usize>,
}

#[derive(Serialize)]
struct JsonAlert<'a> {
    name: &'a str,
    incidents: usize,
    in_outages: usize,
    mtta_seconds: JsonSpread,
    mttr_seconds: JsonSpread,
    open_over_3_days: usize,
}

#[derive(Serialize)]
struct JsonSpread {
    mean: Option<i64>,
    median: Option<i64>,
}

/// The whole report. `missing` lists gaps in the data.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn json(
    trends: &Trends,
    span: &Range<DateTime<Utc>>,
    missing: &[String],
) -> serde_json::Result<String> {
    json_text::to_text(&Json {
        since: span.start,
        until: span.end,
        complete: missing.is_empty(),
        missing,
        first_incident: trends.first_incident,
        months: trends.months.iter().map(json_month).collect(),
        complete_from: trends.complete_from,
        mean_per_month: trends.mean_per_month,
        alerts: trends.alerts.iter().map(json_alert).collect(),
    })
}

fn json_month(month: &Month) -> JsonMonth<'_> {
    let known = |count: usize| (!month.is_unread).then_some(count);
    JsonMonth {
        month: name(month.first),
        partial: month.is_partial,
        outages: known(month.outages),
        found_by: &month.found_by,
        taken_back: known(month.taken_back),
        not_known: known(month.not_known),
        incidents: known(month.incidents),
        mtta_seconds: spread(&month.acknowledged),
        never_acknowledged: month.by_logs(month.never_acknowledged),
        mttr_seconds: spread(&month.resolved),
        escalations: month.by_logs(month.escalations),
        unread_logs: known(month.unread_logs),
        unowned_seconds: month.unowned.map(|time| time.num_seconds()),
        night_pages: known(month.night_pages.at_night),
        night_pages_zone_unknown: known(month.night_pages.not_known),
        boxes_overrun: month.overruns,
        untold_seconds: month.untold.time.map(|time| time.num_seconds()),
        untold_unknown: known(month.untold.not_known),
    }
}

fn json_alert(alert: &AlertTrend) -> JsonAlert<'_> {
    JsonAlert {
        name: &alert.name,
        incidents: alert.incidents,
        in_outages: alert.in_outages,
        mtta_seconds: spread(&alert.acknowledged),
        mttr_seconds: spread(&alert.resolved),
        open_over_3_days: alert.long_open,
    }
}

fn spread(spread: &Spread) -> JsonSpread {
    let seconds = |time: Option<TimeDelta>| time.map(|time| time.num_seconds());
    JsonSpread {
        mean: seconds(spread.mean),
        median: seconds(spread.median),
    }
}

fn name(first: NaiveDate) -> String {
    first.format("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::night_pages::NightPages;
    use crate::review::untold::Untold;

    fn trends() -> Trends {
        let minutes = |mean, median| Spread {
            mean: Some(TimeDelta::minutes(mean)),
            median: Some(TimeDelta::minutes(median)),
        };
        let month = |number: u32, outages, is_partial| Month {
            first: NaiveDate::from_ymd_opt(2026, number, 1).unwrap(),
            is_partial,
            is_unread: false,
            outages,
            found_by: BTreeMap::from([(FoundBy::Alert, outages)]),
            taken_back: 1,
            not_known: 0,
            incidents: 12,
            acknowledged: Spread::default(),
            never_acknowledged: 2,
            resolved: minutes(30, 20),
            escalations: 3,
            unowned: Some(TimeDelta::minutes(7)),
            night_pages: NightPages {
                at_night: 5,
                not_known: 2,
            },
            overruns: Some(4),
            untold: Untold {
                time: Some(TimeDelta::minutes(33)),
                not_known: 1,
            },
            unread_logs: 0,
        };
        Trends {
            months: vec![month(8, 7, false), month(9, 1, true)],
            mean_per_month: Some(7.0),
            first_incident: None,
            complete_from: None,
            alerts: vec![AlertTrend {
                name: "disk \u{1b}[31m full".into(),
                incidents: 9,
                in_outages: 2,
                acknowledged: Spread::default(),
                resolved: minutes(60, 50),
                long_open: 1,
            }],
        }
    }

    #[test]
    fn csv_has_a_row_a_month_and_leaves_empty_what_is_not_known() {
        let text = csv(&trends());
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0].split(',').count(), 22);
        assert_eq!(
            rows[1],
            "2026-08,false,7,7,0,0,1,0,12,,,2,1800,1200,3,0,420,5,2,4,1980,1"
        );
        assert_eq!(
            rows[2],
            "2026-09,true,1,1,0,0,1,0,12,,,2,1800,1200,3,0,420,5,2,4,1980,1"
        );
    }

    #[test]
    fn what_only_logs_tell_is_not_known_without_them() {
        let mut trends = trends();
        trends.months[0].unread_logs = 12;
        let csv = csv(&trends);
        assert!(
            csv.contains("2026-08,false,7,7,0,0,1,0,12,,,,1800,1200,,12,"),
            "{csv}"
        );
    }

    #[test]
    fn a_month_that_could_not_be_read_has_no_counts() {
        let mut trends = trends();
        let month = &mut trends.months[1];
        (month.is_unread, month.outages, month.incidents) = (true, 0, 0);
        month.overruns = None;
        (month.unowned, month.untold.time) = (None, None);
        month.resolved = Spread::default();
        let csv = csv(&trends);
        let row = csv.lines().last().unwrap();
        assert_eq!(row, format!("2026-09,true{}", ",".repeat(20)));
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let span = at("2026-08-01T00:00:00Z")..at("2026-09-10T00:00:00Z");
        let text = json(&trends, &span, &["September".to_owned()]).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        for name in ["outages", "incidents", "escalations", "night_pages"] {
            assert_eq!(read["months"][1][name], serde_json::Value::Null, "{name}");
            assert!(read["months"][0][name].is_number(), "{name}");
        }
    }

    #[test]
    fn json_is_the_contracts_and_says_what_is_missing() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let span = at("2026-08-01T00:00:00Z")..at("2026-09-10T00:00:00Z");
        let text = json(&trends(), &span, &["a page".to_owned()]).unwrap();
        assert!(!text.contains('\u{1b}'));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let month = &read["months"][0];
        assert_eq!(month["month"], "2026-08");
        assert_eq!(month["outages"], 7);
        assert_eq!(month["found_by"], serde_json::json!({ "alert": 7 }));
        assert_eq!(month["mtta_seconds"]["mean"], serde_json::Value::Null);
        assert_eq!(read["mean_per_month"], 7.0);
        assert_eq!(read["complete"], false);
        assert_eq!(read["missing"][0], "a page");
        assert_eq!(read["alerts"][0]["open_over_3_days"], 1);
    }
}
