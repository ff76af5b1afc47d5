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

/// The months as CSV, one row each. Cells are numbers and dates; an empty cell means not known.
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

/// Renders the whole report. `missing` lists gaps in the data.
///
/// # Errors
/// The value cannot be written as JSON.
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
mod tests;
