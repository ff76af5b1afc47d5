//! Spans of time: the months of the files and the windows of the requests.

use std::ops::Range;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

const WINDOW: TimeDelta = TimeDelta::days(30);

/// The calendar months in UTC that a span touches, each as its first day.
pub(super) fn months_of(span: &Range<DateTime<Utc>>) -> Vec<NaiveDate> {
    let first = span.start.date_naive().with_day(1);
    let months = std::iter::successors(first, |month| month.checked_add_months(Months::new(1)));
    months
        .take_while(|month| begin(*month) < span.end)
        .collect()
}

pub(super) fn begin(month: NaiveDate) -> DateTime<Utc> {
    month.and_time(NaiveTime::MIN).and_utc()
}

/// The windows that a span is split into, the earliest first.
pub(super) fn windows(span: &Range<DateTime<Utc>>) -> Vec<Range<DateTime<Utc>>> {
    let starts = std::iter::successors(Some(span.start), |start| start.checked_add_signed(WINDOW));
    let starts = starts.take_while(|start| *start < span.end);
    starts
        .map(|start| {
            let end = start.checked_add_signed(WINDOW).unwrap_or(span.end);
            start..span.end.min(end)
        })
        .collect()
}
