//! The page of `hubwatch trends`: outages by month and who found them, the load by month, and incidents by alert.

mod alert_names;
mod load;

use std::ops::Range;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::page::Page;
use super::table::{self, Column};
use crate::review::past_incident::FoundBy;
use crate::review::trends::{AlertTrend, Month, Spread, Trends, TrendsReading};
use crate::text::durations::format_duration;
use crate::text::sanitize::clean;
use crate::text::{Line, Meaning, TextContext};

/// At most this many alerts are listed, those with the most incidents.
const MAX_ALERTS: usize = 20;

/// The length of the longest bar, in cells.
const BAR_CELLS: usize = 8;

const MONTHS: [Column; 11] = [
    Column::new("month", 8),
    Column::new("outages", 8),
    Column::new("", BAR_CELLS + 1),
    Column::new("by alert", 9),
    Column::new("by person", 10),
    Column::new("incidents", 10),
    Column::new("acknowledged", 13).shown_from(67),
    Column::new("resolved", 13).shown_from(80),
    Column::new("no ack", 8).shown_from(88),
    Column::new("escalated", 10).shown_from(98),
    Column::new("unowned", 8).shown_from(106),
];

const NAME_CELLS: usize = 37;

const ALERTS: [Column; 6] = [
    Column::new("alert", NAME_CELLS + 1),
    Column::new("incidents", 10),
    Column::new("outages", 8),
    Column::new("acknowledged", 13).shown_from(69),
    Column::new("resolved", 14).shown_from(82),
    Column::new("over 3 days", 11).shown_from(90),
];

pub fn page(reading: &TrendsReading, ctx: &TextContext, cells: usize) -> Page {
    let TrendsReading {
        trends,
        span,
        missing,
    } = reading;
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Trends"));
    page.text(Meaning::Plain, mean(trends));
    let day = |at: DateTime<Utc>| at.with_timezone(&ctx.zone).format("%Y-%m-%d %H:%M");
    let (from, until) = (day(span.start), day(span.end));
    page.text(Meaning::Dim, format!("{from} to {until} {}", ctx.zone));
    match trends.complete_from {
        Some(from) => {
            let from = from.with_timezone(&ctx.zone).date_naive();
            let text = format!("incidents and their logs are complete from {from} on");
            page.text(Meaning::Dim, text);
        }
        None => page.text(Meaning::Unknown, "incidents or their logs are incomplete"),
    }
    for what in missing {
        let line = Line::styled(Meaning::Unknown, ctx.symbols.unknown).gap(1);
        let text = format!("not complete: {}", clean(what));
        page.line(line.with(Meaning::Unknown, text).hanging(2));
    }
    if let Some(text) = record_begins(trends, span, ctx) {
        page.text(Meaning::Unknown, text);
    }
    page.line(Line::new());
    add_months(&mut page, trends, ctx, cells);
    add_notes(&mut page, trends);
    load::add_load(&mut page, trends, cells);
    if !trends.alerts.is_empty() {
        add_alerts(&mut page, trends, cells);
    }
    page
}

// Rounds half up to one decimal. Formatting alone would round 5.25 to 5.2.
fn half_up(mean: f64) -> f64 {
    (mean * 10.0).round() / 10.0
}

fn mean(trends: &Trends) -> String {
    let whole = trends.months.iter().filter(|month| !month.is_partial);
    let (months, outages) = whole.fold((0, 0), |(months, outages), month| {
        (months + 1, outages + month.outages)
    });
    match trends.mean_per_month {
        None => "no whole month, so no mean".to_owned(),
        Some(mean) => format!(
            "{:.1} outages a month: {outages} in {months} whole {}",
            half_up(mean),
            plural(months, "month"),
        ),
    }
}

// A note if PagerDuty's first recorded incident is later than the span's first month, or if there is none. Earlier
// months may look quiet only because their records are missing.
fn record_begins(
    trends: &Trends,
    span: &Range<DateTime<Utc>>,
    ctx: &TextContext,
) -> Option<String> {
    let first = match trends.first_incident {
        None => return Some("no incident is on record in this time".to_owned()),
        Some(first) => first.with_timezone(&ctx.zone).date_naive(),
    };
    let begin = span.start.with_timezone(&ctx.zone).date_naive();
    let is_within = (first.year(), first.month()) != (begin.year(), begin.month());
    is_within.then(|| {
        format!("the first recorded incident is of {first}: earlier records may be missing")
    })
}

fn add_months(page: &mut Page, trends: &Trends, ctx: &TextContext, cells: usize) {
    page.line(table::header(&MONTHS, cells));
    let most = trends.months.iter().map(|month| month.outages).max();
    for month in &trends.months {
        let meaning = match month.is_partial {
            true => Meaning::Dim,
            false => Meaning::Plain,
        };
        let found = |by| month.found_by.get(&by).copied().unwrap_or_default();
        let bar = bar(month.outages, most.unwrap_or_default(), ctx);
        let values = [
            month.first.format("%Y-%m").to_string(),
            count(month),
            bar,
            known(month, found(FoundBy::Alert)),
            known(month, found(FoundBy::Person)),
            known(month, month.incidents),
            times(month, &month.acknowledged),
            times(month, &month.resolved),
            by_logs(month, month.never_acknowledged),
            by_logs(month, month.escalations),
            unowned(month.unowned),
        ];
        let values = values.map(|value| Line::styled(meaning, value));
        page.line(table::row(&MONTHS, cells, values));
    }
}

fn count(month: &Month) -> String {
    let mark = if month.is_partial { "*" } else { "" };
    format!("{}{mark}", known(month, month.outages))
}

fn by_logs(month: &Month, count: usize) -> String {
    let known = month.by_logs(count);
    known.map_or("?".to_owned(), |count| count.to_string())
}

// The count of a month; "?" if the month was not read.
fn known(month: &Month, count: usize) -> String {
    match month.is_unread {
        true => "?".to_owned(),
        false => count.to_string(),
    }
}

// One block per outage. If the busiest month has too many outages, all bars are scaled down.
fn bar(outages: usize, most: usize, ctx: &TextContext) -> String {
    let cells = match most > BAR_CELLS {
        true => (outages * BAR_CELLS).div_ceil(most),
        false => outages,
    };
    let block = if ctx.symbols.ascii_only { "#" } else { "▇" };
    block.repeat(cells)
}

fn add_notes(page: &mut Page, trends: &Trends) {
    let sum = |of: &dyn Fn(&Month) -> usize| trends.months.iter().map(of).sum::<usize>();
    let found_unknown = |month: &Month| month.found_by.get(&FoundBy::Unknown).copied();
    let unknown = sum(&|month| found_unknown(month).unwrap_or_default());
    let (taken_back, not_known) = (sum(&|it| it.taken_back), sum(&|it| it.not_known));
    page.text(
        Meaning::Dim,
        "times are mean/median, from the incident's creation",
    );
    if trends.months.iter().any(|month| month.is_partial) {
        page.text(
            Meaning::Dim,
            "* a partial month, or one not read in full: not in the mean",
        );
    }
    if taken_back > 0 {
        let text = format!("{taken_back} P1 taken back: not counted as outages");
        page.text(Meaning::Dim, text);
    }
    if unknown > 0 {
        let text = format!("{unknown} outages: who found them is not known");
        page.text(Meaning::Unknown, text);
    }
    if not_known > 0 {
        let text = format!("{not_known} incidents: whether they were outages is not known");
        page.text(Meaning::Unknown, text);
    }
    let unread = sum(&|month| month.unread_logs);
    if unread > 0 {
        let text = format!(
            "{unread} incidents: log unreadable; their acknowledgements and escalations are not counted"
        );
        page.text(Meaning::Unknown, text);
    }
}

fn add_alerts(page: &mut Page, trends: &Trends, cells: usize) {
    page.heading("By alert");
    page.line(table::header(&ALERTS, cells));
    let shown: Vec<&AlertTrend> = trends.alerts.iter().take(MAX_ALERTS).collect();
    let names: Vec<String> = shown
        .iter()
        .map(|alert| clean(&alert.name).into_owned())
        .collect();
    let names = alert_names::distinct(&names, NAME_CELLS);
    for (alert, name) in shown.into_iter().zip(names) {
        page.line(table::row(&ALERTS, cells, alert_row(alert, name)));
    }
    let more = trends.alerts.len().saturating_sub(MAX_ALERTS);
    if more > 0 {
        page.text(Meaning::Dim, format!("and {more} more: see --format json"));
    }
}

fn alert_row(alert: &AlertTrend, name: String) -> [Line; 6] {
    let share = format!(
        "{:.0}%",
        alert.in_outages as f64 * 100.0 / alert.incidents.max(1) as f64
    );
    let values = [
        alert.incidents.to_string(),
        share,
        spread(&alert.acknowledged),
        spread(&alert.resolved),
        alert.long_open.to_string(),
    ];
    let [incidents, outages, acknowledged, resolved, long_open] =
        values.map(|value| Line::styled(Meaning::Plain, value));
    let name = Line::styled(Meaning::Plain, name);
    [name, incidents, outages, acknowledged, resolved, long_open]
}

fn times(month: &Month, times: &Spread) -> String {
    match month.is_unread {
        true => "?".to_owned(),
        false => spread(times),
    }
}

fn spread(spread: &Spread) -> String {
    let text = |time: TimeDelta| time.to_std().map(format_duration).ok();
    let both = spread.mean.and_then(text).zip(spread.median.and_then(text));
    match both {
        Some((mean, median)) => format!("{mean}/{median}"),
        None => "none".to_owned(),
    }
}

fn unowned(time: Option<TimeDelta>) -> String {
    let time = time.and_then(|time| time.to_std().ok());
    time.map_or("?".to_owned(), format_duration)
}

fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests;
