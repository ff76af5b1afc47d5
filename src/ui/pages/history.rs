//! The values of the last hours, on the page of a case or a hub. Each value has one line, and the value of the case's
//! first alert has a plot. Missing data is described in words, never drawn as an empty plot.
//!
//! ```text
//!   42 │⠒⠢⢄⡀
//!      │   ⠈⠉⠒⠤⣀
//!   10 │ alerts at ≤ 10 ╌╌╌⠑⠢⢄╌╌
//!    9 │                     ⠉⠉
//!       21:10      00:10     03:10
//! ```

pub mod signals;

use super::page::{Page, PageSize, field};
use crate::app::history::{HistoryFetch, LoadedHistory};
use crate::app::model::Model;
use crate::domain::history::{AlertQuery, HistorySubject, Series, SeriesKey, Window};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::domain::threshold::CompareOp;
use crate::text::Line;
use crate::text::dates::short_time;
use crate::text::plot::{Plot, Scale, sparkline};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::wording::chart::chart_lines;
use crate::wording::history::{
    FormatValue, alert_threshold, describe_series, query_failed, query_running, short_number,
};

/// The width of a sparkline, in cells.
const SPARKLINE_CELLS: usize = 24;

/// An alert with its history query.
struct AlertInquiry<'a> {
    inquiry: &'a HistoryFetch,
    watched: &'a AlertQuery,
}

impl<'a> AlertInquiry<'a> {
    fn from_inquiry(inquiry: &'a HistoryFetch) -> Option<Self> {
        match &inquiry.query.subject {
            HistorySubject::Alert(watched) => Some(Self { inquiry, watched }),
            HistorySubject::Hub(_) => None,
        }
    }
}

fn alert_inquiries(model: &Model) -> Vec<AlertInquiry<'_>> {
    let all = model.history_fetches().iter();
    all.filter_map(AlertInquiry::from_inquiry).collect()
}

/// Adds the line at the top of a case: the first alert's value now and before, and its threshold.
pub fn add_summary(page: &mut Page, model: &Model, ctx: &TextContext, room: PageSize) {
    let Some(first) = alert_inquiries(model).into_iter().next() else {
        return;
    };
    let line = match (&first.inquiry.loaded, status(first.inquiry, ctx)) {
        (Some(known), _) => first.compact_line(known, ctx, room),
        (None, Some((meaning, said))) => Line::styled(meaning, said),
        (None, None) => return,
    };
    page.line(field("history").join(line));
}

/// Adds the plot of the first alert's value, and one line for each other alert.
pub fn add(page: &mut Page, model: &Model, ctx: &TextContext, room: PageSize) {
    let alerts = alert_inquiries(model);
    let Some((first, others)) = alerts.split_first() else {
        return;
    };
    page.heading("History of what the alert compares");
    add_alert(page, first, ctx, room);
    for other in others {
        let name = other.watched.labels.get("alertname").unwrap_or_default();
        page.text(
            Meaning::Plain,
            format!(
                "{name} {}",
                distinguishing_labels(&other.watched.labels, &model.policy)
            ),
        );
        if let Some(known) = &other.inquiry.loaded {
            page.line(other.compact_line(known, ctx, room));
        }
        add_status(page, other.inquiry, ctx);
    }
}

fn add_alert(page: &mut Page, alert: &AlertInquiry<'_>, ctx: &TextContext, room: PageSize) {
    page.line(Line::styled(Meaning::Dim, &*alert.watched.query).hanging(2));
    if let Some(known) = &alert.inquiry.loaded {
        let first = known.history.series.first();
        let limit = alert.watched.threshold;
        let chart =
            first.and_then(|it| chart_lines(it, &known.window, limit, ctx, room.cells, room.rows));
        let is_drawn = chart.is_some();
        chart.into_iter().flatten().for_each(|line| page.line(line));
        page.line(match is_drawn {
            true => alert.summary_line(known, ctx),
            false => alert.compact_line(known, ctx, room),
        });
        add_other_series(page, alert, known, ctx, room);
        if alert.watched.threshold.is_none() {
            let text = "no single threshold is known: blank where the expression does not hold";
            page.text(Meaning::Dim, text);
        }
    }
    add_status(page, alert.inquiry, ctx);
}

impl AlertInquiry<'_> {
    /// One row of blocks, with the value in words after it.
    fn compact_line(&self, known: &LoadedHistory, ctx: &TextContext, room: PageSize) -> Line {
        let series = known.history.series.first();
        let row = series
            .and_then(|it| SparklineStyle::for_alert(it, self.watched).sparkline(it, ctx, room));
        row.unwrap_or_default()
            .join(self.summary_line(known, ctx))
            .hanging(2)
    }

    fn summary_line(&self, known: &LoadedHistory, ctx: &TextContext) -> Line {
        let Some(series) = known.history.series.first() else {
            let text = "not known: no series with the labels of this alert";
            return Line::styled(Meaning::Unknown, text);
        };
        let line = summary_line(series, &known.window, short_number, ctx);
        match self.watched.threshold {
            None => line,
            Some(limit) => line
                .with(Meaning::Plain, ctx.symbols.separator)
                .with(Meaning::Warning, alert_threshold(limit, ctx)),
        }
    }
}

// Adds the other series that match the alert. The chart shows one of the series, but the alert may be about any of
// them.
fn add_other_series(
    page: &mut Page,
    alert: &AlertInquiry<'_>,
    known: &LoadedHistory,
    ctx: &TextContext,
    room: PageSize,
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
    let text = format!(
        "{count} series match this alert; the chart shows {}",
        series_name(first)
    );
    page.text(Meaning::Mismatch, text);
    for series in rest {
        let look = SparklineStyle::for_alert(series, alert.watched);
        let line = compact_line(series, &known.window, look, ctx, room);
        page.line(line.with(Meaning::Dim, format!("  {}", series_name(series))));
    }
}

/// Picks one of two values for a cell.
type CellReducer = fn(f64, f64) -> f64;

/// How values are drawn in one row.
#[derive(Clone, Copy)]
pub struct SparklineStyle {
    format_value: FormatValue,
    scale: Option<Scale>,
    /// Picks the value to show if several values share a cell.
    reduce: CellReducer,
}

impl SparklineStyle {
    // Shows the lowest value of each cell if low values are bad, and otherwise the highest.
    fn for_alert(series: &Series, watched: &AlertQuery) -> Self {
        let sign = watched.threshold.map(|limit| limit.op);
        let scale = Scale::for_plot(Plot {
            values: &series.values,
            limit: None,
        });
        Self {
            format_value: short_number,
            scale,
            reduce: match sign {
                Some(CompareOp::AtMost | CompareOp::Below) => f64::min,
                _ => f64::max,
            },
        }
    }

    /// The row of blocks; `None` if the series has no known value.
    fn sparkline(self, series: &Series, ctx: &TextContext, room: PageSize) -> Option<Line> {
        series.range()?;
        let ascii = ctx.symbols.ascii_only;
        let row = sparkline(
            &series.values,
            SPARKLINE_CELLS.min(room.cells / 4),
            self.scale?,
            self.reduce,
            ascii,
        );
        Some(Line::styled(Meaning::Clock, row).with(Meaning::Plain, " "))
    }
}

/// A series as one row of blocks, and in words.
fn compact_line(
    series: &Series,
    window: &Window,
    look: SparklineStyle,
    ctx: &TextContext,
    room: PageSize,
) -> Line {
    let row = look.sparkline(series, ctx, room).unwrap_or_default();
    row.join(summary_line(series, window, look.format_value, ctx))
        .hanging(2)
}

fn summary_line(series: &Series, window: &Window, figure: FormatValue, ctx: &TextContext) -> Line {
    match describe_series(series, window, figure, ctx) {
        Some(words) => Line::styled(Meaning::Plain, words),
        None => Line::styled(
            Meaning::Unknown,
            "not known: no sample with a value in these hours",
        ),
    }
}

/// Adds the reason why a history has no full plot: the history has not arrived, has failed, or is partial.
fn add_status(page: &mut Page, inquiry: &HistoryFetch, ctx: &TextContext) {
    if let Some((meaning, said)) = status(inquiry, ctx) {
        page.text(meaning, said);
    }
    let known = inquiry.loaded.iter();
    for warning in known.flat_map(|known| &known.history.warnings) {
        page.text(Meaning::Stale, format!("partial: {warning}"));
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
            let text = at.map(|at| format!("{why}; the data shown is from {at}"));
            (Meaning::Stale, text)
        }
    })
}

fn series_name(series: &Series) -> String {
    match &series.key {
        SeriesKey::Labels(labels) => format_labels(labels),
        SeriesKey::Signal(signal) => signal.to_string(),
    }
}

fn format_labels(labels: &Labels) -> String {
    let pairs = labels
        .iter()
        .map(|(name, value)| format!("{}={}", clean(name), clean(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
}

// The labels in which the alerts of one case differ.
fn distinguishing_labels(labels: &Labels, policy: &Policy) -> String {
    let clusters = policy.cluster_labels.iter().map(String::as_str);
    let words = clusters.chain(["namespace", "pod", "node", "device"]);
    let words = words.filter_map(|name| labels.get(name));
    words.collect::<Vec<_>>().join(" ")
}
