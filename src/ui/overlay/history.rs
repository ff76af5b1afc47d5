//! How values went over the last hours, in a case's or a hub's detail: one line each, and a plot of what
//! the case's alert looks at. What is not known is said in words, never drawn as an empty plot.
//!
//! ```text
//!   42 │⠒⠢⢄⡀
//!      │   ⠈⠉⠒⠤⣀
//!   10 │ alerts at ≤ 10 ╌╌╌⠑⠢⢄╌╌
//!    9 │                     ⠉⠉
//!       21:10      00:10     03:10
//! ```

mod chart;
pub mod signals;

use super::page::{Page, field};
use super::text::Line;
use crate::app::history::{HistoryFetch, LoadedHistory};
use crate::app::model::Model;
use crate::domain::history::{AlertQuery, HistorySubject, Series, SeriesKey, Window};
use crate::domain::labels::Labels;
use crate::domain::threshold::CompareOp;
use crate::say::dates::short_time;
use crate::say::history::{
    FormatValue, alert_threshold, describe_series, query_failed, query_running, short_number,
};
use crate::say::sanitize::clean;
use crate::say::{ExpiringText, Meaning, TextContext};
use crate::ui::widgets::plot::{Plot, Scale, spark};

/// Cells of a course in one row.
const SPARK: usize = 24;

/// How much room a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Cells of a line.
    pub cells: usize,
    /// Lines that are visible at once.
    pub rows: usize,
}

impl Room {
    /// Cells for a course in one row.
    fn spark(self) -> usize {
        SPARK.min(self.cells / 4)
    }
}

/// An alert that was asked about.
struct AskedAlert<'a> {
    inquiry: &'a HistoryFetch,
    watched: &'a AlertQuery,
}

impl<'a> AskedAlert<'a> {
    fn of(inquiry: &'a HistoryFetch) -> Option<Self> {
        match &inquiry.query.subject {
            HistorySubject::Alert(watched) => Some(Self { inquiry, watched }),
            HistorySubject::Hub(_) => None,
        }
    }
}

fn alerts(model: &Model) -> Vec<AskedAlert<'_>> {
    let all = model.history_fetches().iter();
    all.filter_map(AskedAlert::of).collect()
}

/// The line at the top of a case: where the first alert's value is, was, and where it fires.
pub fn add_line(page: &mut Page, model: &Model, ctx: &TextContext, room: Room) {
    let Some(first) = alerts(model).into_iter().next() else {
        return;
    };
    let line = match (&first.inquiry.loaded, status(first.inquiry, ctx)) {
        (Some(known), _) => first.brief(known, ctx, room),
        (None, Some((meaning, said))) => Line::of(meaning, said),
        (None, None) => return,
    };
    page.line(field("history").and(line));
}

/// The plot of the first alert, and the others in a line each.
pub fn add(page: &mut Page, model: &Model, ctx: &TextContext, room: Room) {
    let alerts = alerts(model);
    let Some((first, others)) = alerts.split_first() else {
        return;
    };
    page.heading("History of what the alert compares");
    add_alert(page, first, ctx, room);
    for other in others {
        let name = other.watched.labels.get("alertname").unwrap_or_default();
        page.say(
            Meaning::Plain,
            format!("{name} {}", place(&other.watched.labels)),
        );
        if let Some(known) = &other.inquiry.loaded {
            page.line(other.brief(known, ctx, room));
        }
        add_status(page, other.inquiry, ctx);
    }
}

fn add_alert(page: &mut Page, alert: &AskedAlert<'_>, ctx: &TextContext, room: Room) {
    page.line(Line::of(Meaning::Dim, &*alert.watched.query).hanging(2));
    if let Some(known) = &alert.inquiry.loaded {
        let first = known.history.series.first();
        let limit = alert.watched.threshold;
        let chart = first.and_then(|it| chart::lines(it, &known.window, limit, ctx, room));
        let is_drawn = chart.is_some();
        chart.into_iter().flatten().for_each(|line| page.line(line));
        page.line(match is_drawn {
            true => alert.words(known, ctx),
            false => alert.brief(known, ctx, room),
        });
        add_rest(page, alert, known, ctx, room);
        if alert.watched.threshold.is_none() {
            let text = "no single limit is known: it is blank where its expression does not hold";
            page.say(Meaning::Dim, text);
        }
    }
    add_status(page, alert.inquiry, ctx);
}

impl AskedAlert<'_> {
    /// A row of blocks, and the words.
    fn brief(&self, known: &LoadedHistory, ctx: &TextContext, room: Room) -> Line {
        let series = known.history.series.first();
        let row = series.and_then(|it| Look::alert(it, self.watched).row(it, ctx, room));
        row.unwrap_or_default()
            .and(self.words(known, ctx))
            .hanging(2)
    }

    fn words(&self, known: &LoadedHistory, ctx: &TextContext) -> Line {
        let Some(series) = known.history.series.first() else {
            let text = "not known: no series with the labels of this alert";
            return Line::of(Meaning::Unknown, text);
        };
        let line = words(series, &known.window, short_number, ctx);
        match self.watched.threshold {
            None => line,
            Some(limit) => line
                .with(Meaning::Plain, ctx.symbols.separator)
                .with(Meaning::Warning, alert_threshold(limit, ctx)),
        }
    }
}

// Several series agree with the alert as well as the first: which is its own cannot be told.
fn add_rest(
    page: &mut Page,
    alert: &AskedAlert<'_>,
    known: &LoadedHistory,
    ctx: &TextContext,
    room: Room,
) {
    let [first, rest @ ..] = known.history.series.as_slice() else {
        return;
    };
    if rest.is_empty() {
        return;
    }
    let count = known
        .history
        .series
        .len()
        .saturating_add(known.history.omitted);
    let text = format!("{count} series fit this alert; above is {}", labels(first));
    page.say(Meaning::Mismatch, text);
    for series in rest {
        let look = Look::alert(series, alert.watched);
        let line = one_line(series, &known.window, look, ctx, room);
        page.line(line.with(Meaning::Dim, format!("  {}", labels(series))));
    }
}

/// Of two values the one that counts.
type Choice = fn(f64, f64) -> f64;

/// How a value is drawn in one row.
#[derive(Clone, Copy)]
pub struct Look {
    figure: FormatValue,
    scale: Option<Scale>,
    /// Of the values in one cell, the one that counts.
    choose: Choice,
}

impl Look {
    // Where little is bad, the least counts.
    fn alert(series: &Series, watched: &AlertQuery) -> Self {
        let sign = watched.threshold.map(|limit| limit.op);
        let scale = Scale::of(Plot {
            values: &series.values,
            limit: None,
        });
        Self {
            figure: short_number,
            scale,
            choose: match sign {
                Some(CompareOp::AtMost | CompareOp::Below) => f64::min,
                _ => f64::max,
            },
        }
    }

    /// The blocks; none where nothing is known.
    fn row(self, series: &Series, ctx: &TextContext, room: Room) -> Option<Line> {
        series.range()?;
        let ascii = ctx.symbols.ascii_only;
        let row = spark(
            &series.values,
            room.spark(),
            self.scale?,
            self.choose,
            ascii,
        );
        Some(Line::of(Meaning::Clock, row).with(Meaning::Plain, " "))
    }
}

/// A course in one row and in words.
fn one_line(series: &Series, window: &Window, look: Look, ctx: &TextContext, room: Room) -> Line {
    let row = look.row(series, ctx, room).unwrap_or_default();
    row.and(words(series, window, look.figure, ctx)).hanging(2)
}

fn words(series: &Series, window: &Window, figure: FormatValue, ctx: &TextContext) -> Line {
    match describe_series(series, window, figure, ctx) {
        Some(words) => Line::of(Meaning::Plain, words),
        None => Line::of(Meaning::Unknown, "not known: no sample in these hours"),
    }
}

/// What else is to be said of an answer: that it is on its way, that there is none, that it is partial.
fn add_status(page: &mut Page, inquiry: &HistoryFetch, ctx: &TextContext) {
    if let Some((meaning, said)) = status(inquiry, ctx) {
        page.say(meaning, said);
    }
    let known = inquiry.loaded.iter();
    for warning in known.flat_map(|known| &known.history.warnings) {
        page.say(Meaning::Stale, format!("partial: {warning}"));
    }
}

fn status(inquiry: &HistoryFetch, ctx: &TextContext) -> Option<(Meaning, ExpiringText)> {
    let source = &inquiry.query.source;
    if inquiry.pending {
        return Some((Meaning::Dim, ExpiringText::fixed(query_running(source))));
    }
    let why = query_failed(source, inquiry.failure.as_deref()?);
    Some(match &inquiry.loaded {
        None => (
            Meaning::Unknown,
            ExpiringText::fixed(format!("not known: {why}")),
        ),
        Some(known) => {
            let at = short_time(known.received_at.wall, ctx);
            let text = at.map(|at| format!("{why}; what is shown is of {at}"));
            (Meaning::Stale, text)
        }
    })
}

fn labels(series: &Series) -> String {
    match &series.key {
        SeriesKey::Labels(labels) => pairs(labels),
        SeriesKey::Signal(signal) => signal.to_string(),
    }
}

fn pairs(labels: &Labels) -> String {
    let pairs = labels
        .iter()
        .map(|(name, value)| format!("{}={}", clean(name), clean(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
}

// What tells the alerts of one case apart.
fn place(labels: &Labels) -> String {
    let words = ["cluster", "namespace", "pod", "node", "device"];
    let words = words.iter().filter_map(|name| labels.get(name));
    words.collect::<Vec<_>>().join(" ")
}
