//! The load of each month on people and the public: pages at night, time-boxes that ran out, and outages without a
//! public post.

use chrono::TimeDelta;

use super::super::page::Page;
use super::super::table::{self, Column};
use super::known;
use crate::review::trends::{Month, Trends};
use crate::text::durations::format_duration;
use crate::text::{Line, Meaning};

const LOAD: [Column; 6] = [
    Column::new("month", 8),
    Column::new("pages at night", 15),
    Column::new("zone unknown", 13),
    Column::new("boxes overrun", 14),
    Column::new("untold", 8),
    Column::new("untold unknown", 15),
];

/// Adds the table of the monthly load.
pub(super) fn add_load(page: &mut Page, trends: &Trends, cells: usize) {
    page.heading("Load by month");
    page.line(table::header(&LOAD, cells));
    for month in &trends.months {
        page.line(table::row(&LOAD, cells, row(month)));
    }
    page.text(
        Meaning::Dim,
        "at night: notifications from 22:00 to 8:00 in the notified user's own zone",
    );
    page.text(
        Meaning::Dim,
        "untold: from an outage's P1 to its first post, or to its end without one",
    );
}

fn row(month: &Month) -> [Line; 6] {
    let meaning = match month.is_partial {
        true => Meaning::Dim,
        false => Meaning::Plain,
    };
    let values = [
        month.first.format("%Y-%m").to_string(),
        known(month, month.night_pages.at_night),
        known(month, month.night_pages.not_known),
        or_unknown(month.overruns.map(|count| count.to_string())),
        untold(month),
        known(month, month.untold.not_known),
    ];
    values.map(|value| Line::styled(meaning, value))
}

fn untold(month: &Month) -> String {
    let text = |time: TimeDelta| time.to_std().map(format_duration).ok();
    match month.untold.time {
        None if month.outages == 0 && !month.is_unread => "none".to_owned(),
        time => or_unknown(time.and_then(text)),
    }
}

fn or_unknown(text: Option<String>) -> String {
    text.unwrap_or_else(|| "?".to_owned())
}
