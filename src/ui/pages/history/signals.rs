//! The signals of a hub, each with its history.

use super::{CellReducer, SparklineStyle, add_status, compact_line};
use crate::app::history::{HistoryFetch, LoadedHistory};
use crate::app::model::Model;
use crate::domain::forecast::time_until_empty;
use crate::domain::history::{HistorySubject, Series};
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::text::Line;
use crate::text::plot::Scale;
use crate::text::{Meaning, TextContext};
use crate::ui::pages::page::{Page, PageSize, field};
use crate::wording::evidence::percent;
use crate::wording::history::{FormatValue, full_in, short_number};

/// The column of a history that stands beside its value.
const HISTORY_COLUMN: usize = 66;

/// The least page width, in cells, at which a history stands beside its value. On pages narrower than `ROOMY`, the
/// sparkline of this history is short.
const WIDE: usize = 112;
const SHORT_SPARKLINE_CELLS: usize = 16;
const ROOMY: usize = 136;

/// The indent of values, in cells.
const INDENT: usize = 14;

/// Finds the query for a hub's history.
pub fn find_inquiry<'a>(model: &'a Model, key: &HubKey) -> Option<&'a HistoryFetch> {
    let is_it = |inquiry: &&HistoryFetch| match &inquiry.query.subject {
        HistorySubject::Hub(about) => about == key,
        HistorySubject::Alert(_) => false,
    };
    model.history_fetches().iter().find(is_it)
}

/// Adds a signal's line, and the signal's history beside or below it.
pub fn add(
    page: &mut Page,
    line: Line,
    signal: Signal,
    inquiry: Option<&HistoryFetch>,
    ctx: &TextContext,
    room: PageSize,
) {
    let Some(known) = inquiry.and_then(|it| it.loaded.as_ref()) else {
        page.line(line);
        return;
    };
    let is_beside = room.cells >= WIDE && line.width() < HISTORY_COLUMN;
    let room = match is_beside && room.cells < ROOMY {
        true => PageSize {
            cells: SHORT_SPARKLINE_CELLS * 4,
            ..room
        },
        false => room,
    };
    let Some(history_line) = history_line(known, signal, ctx, room) else {
        page.line(line);
        return;
    };
    if is_beside {
        page.line(
            line.pad_to(HISTORY_COLUMN)
                .join(history_line)
                .hanging(HISTORY_COLUMN),
        );
    } else {
        page.line(line);
        page.line(Line::indented(INDENT).join(history_line));
    }
    add_forecast(page, known, signal, ctx);
}

/// Adds the signals of a case's hub, one line each.
pub fn add_hub_signals(page: &mut Page, model: &Model, ctx: &TextContext, room: PageSize) {
    let mut inquiries = model.history_fetches().iter();
    let of_hub = inquiries.find_map(|inquiry| match &inquiry.query.subject {
        HistorySubject::Hub(key) => Some((inquiry, key)),
        HistorySubject::Alert(_) => None,
    });
    let Some((inquiry, key)) = of_hub else {
        return;
    };
    page.heading(&format!("History of {key}"));
    for (signal, name) in SIGNAL_NAMES {
        let known = inquiry.loaded.as_ref();
        if let Some(line) = known.and_then(|known| history_line(known, signal, ctx, room)) {
            page.line(field(name).join(line));
            known.inspect(|known| add_forecast(page, known, signal, ctx));
        }
    }
    add_status(page, inquiry, ctx);
}

/// The names of the signals on a page.
const SIGNAL_NAMES: [(Signal, &str); 7] = [
    (Signal::Up, "up"),
    (Signal::SpawnFailures30m, "failed starts"),
    (Signal::SpawnP95Seconds, "start time"),
    (Signal::RunningServers, "servers"),
    (Signal::ActiveUsers, "people"),
    (Signal::HomeFreePercent, "home disk"),
    (Signal::DbFreePercent, "database disk"),
];

/// Adds the state of the history query.
pub fn add_query_status(page: &mut Page, inquiry: Option<&HistoryFetch>, ctx: &TextContext) {
    if let Some(inquiry) = inquiry {
        add_status(page, inquiry, ctx);
    }
}

fn history_line(
    known: &LoadedHistory,
    signal: Signal,
    ctx: &TextContext,
    room: PageSize,
) -> Option<Line> {
    if let Some(why) = known.history.failed_signals.get(&signal) {
        return Some(Line::styled(Meaning::Unknown, format!("no history: {why}")));
    }
    let series = known.history.signal(signal)?;
    let look = SparklineStyle::for_signal(signal, series);
    Some(compact_line(series, &known.window, look, ctx, room))
}

fn add_forecast(page: &mut Page, known: &LoadedHistory, signal: Signal, ctx: &TextContext) {
    if !matches!(signal, Signal::HomeFreePercent | Signal::DbFreePercent) {
        return;
    }
    let series = known.history.signal(signal);
    let left = series.and_then(|series| time_until_empty(series, &known.window));
    if let Some(text) = left.and_then(|left| full_in(left, &known.window, ctx)) {
        page.line(Line::indented(INDENT).with(Meaning::Warning, text));
    }
}

impl SparklineStyle {
    // The scale starts at zero and ends at 100 % or at the highest value. On this scale, small changes look small.
    fn for_signal(signal: Signal, series: &Series) -> Self {
        let (figure, choose): (FormatValue, CellReducer) = match signal {
            Signal::HomeFreePercent | Signal::DbFreePercent => (percent, f64::min),
            Signal::SpawnP95Seconds => (|value| format!("{value:.0}s"), f64::max),
            Signal::SpawnFailures30m | Signal::RunningServers | Signal::ActiveUsers => {
                (|value| format!("{value:.0}"), f64::max)
            }
            Signal::Up | Signal::SampledAt => (short_number, f64::min),
        };
        let high = match signal {
            Signal::HomeFreePercent | Signal::DbFreePercent => 100.0,
            _ => series.range().map_or(1.0, |(_, high)| high.max(1.0)),
        };
        let low = series.range().map_or(0.0, |(low, _)| low.min(0.0));
        Self {
            format_value: figure,
            scale: Some(Scale { low, high }),
            reduce: choose,
        }
    }
}
