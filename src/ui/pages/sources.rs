//! The sources, worst first, each with the state of its data and its problems.
//!
//! ```text
//! ? prometheus/leap   down 4m   4m ago   12ms   30s   17
//!     connection refused
//! ```

use std::cmp::Reverse;

use super::page::{NOT_KNOWN, Page};
use super::table::{self, Column};
use crate::app::model::Model;
use crate::domain::now::Now;
use crate::domain::source::{SourceKind, SourceState};
use crate::picture::{PartView, Picture, SourceView};
use crate::text::durations::{age, format_duration, remaining};
use crate::text::sanitize::clean;
use crate::text::{ExpiringText, Meaning, TextContext};
use crate::text::{IntoExpiringText, Line};
use crate::wording::{part, source};

/// On pages of this width or more, most figures of a source have a column. From the width `WIDE`, all figures have one.
const MEDIUM: usize = 79;
const WIDE: usize = 100;

const COLUMNS: [Column; 8] = [
    Column::new("  source", 28),
    Column::new("state", 13),
    Column::new("data from", 11).shown_from(MEDIUM),
    Column::new("took", 10).shown_from(MEDIUM),
    Column::new("every", 7).shown_from(MEDIUM),
    Column::new("items", 10).shown_from(MEDIUM),
    Column::new("clock", 11).shown_from(WIDE),
    Column::new("budget", 10).shown_from(WIDE),
];

/// The page of all sources.
pub fn page(model: &Model, ctx: &TextContext, cells: usize) -> Page {
    let mut page = Page::new(Line::styled(Meaning::TitleFocused, "Sources"));
    for complaint in &model.complaints {
        let line = Line::styled(Meaning::Warning, ctx.symbols.mismatch).gap(1);
        page.line(line.with(Meaning::Warning, clean(complaint)).hanging(2));
    }
    let Some(picture) = model.picture.as_deref() else {
        page.text(
            Meaning::Unknown,
            "nothing is known yet: no source has answered",
        );
        return page;
    };
    page.text(Meaning::Plain, source::summary(picture, ctx));
    if let Some(wrong) = source::clock_skew(picture) {
        page.text(Meaning::Warning, wrong);
    }
    if model.refreshing_since.is_some() {
        page.text(Meaning::Dim, "asking every source now");
    }
    page.line(Line::new());
    add_all(&mut page, picture, ctx, cells);
    page
}

/// Adds every source, worst first.
pub fn add_all(page: &mut Page, picture: &Picture, ctx: &TextContext, cells: usize) {
    page.line(table::header(&COLUMNS, cells));
    for view in worst_first(picture) {
        add_source(page, view, ctx, cells);
    }
}

fn worst_first(picture: &Picture) -> Vec<&SourceView> {
    let mut sources: Vec<_> = picture.sources.iter().collect();
    sources.sort_by_key(|view| Reverse(view.state));
    sources
}

fn add_source(page: &mut Page, view: &SourceView, ctx: &TextContext, cells: usize) {
    let meaning = Meaning::from_source_state(view.state);
    let name = Line::styled(meaning, state_symbol(view.state, ctx))
        .with(Meaning::Plain, format!(" {}", source::name(view)));
    let figures = [
        data_age(view, ctx),
        latency(view),
        format_duration(view.interval).into_expiring_text(),
        items(view),
        skew(view),
        budget(view),
    ];
    let values = [name, Line::styled(meaning, source::state_name(view.state))];
    let figures = figures.map(|figure| Line::styled(Meaning::Plain, figure));
    let values = values.into_iter().chain(figures);
    page.line(table::row(&COLUMNS, cells, values).hanging(4));
    if cells < WIDE {
        page.line(narrow_figures(view, ctx, cells));
    }
    if let Some(low) = low_budget(view, ctx) {
        page.line(Line::indented(4).with(Meaning::Warning, low));
    }
    if let Some(failure) = &view.failure {
        let since = age(failure.since, ctx.now).map(|age| format!("failing for {age}: "));
        page.line(
            Line::indented(4)
                .with(Meaning::Warning, since)
                .with(Meaning::Warning, failure.text.as_str()),
        );
    }
    for part in view.parts.iter().filter(|part| !part::is_whole(part)) {
        page.line(part_line(part, ctx).hanging(6));
    }
    if let Some(lacked) = source::lacked_rules(view) {
        page.line(Line::indented(4).with(Meaning::Dim, lacked));
    }
}

// Describes a part: "no on-calls, down: PagerDuty answered 500 for on-calls".
fn part_line(part: &PartView, ctx: &TextContext) -> Line {
    let meaning = match part.is_missing {
        true => Meaning::Unknown,
        false => Meaning::Dim,
    };
    let symbol = match part.is_missing {
        true => ctx.symbols.unknown,
        false => ctx.symbols.stale,
    };
    let words = format!(
        "{symbol} {}: {}",
        part::name(part.name),
        part::state_name(part)
    );
    let why = part::problem(part).map(|why| format!(", {why}"));
    Line::indented(4)
        .with(meaning, words)
        .with(meaning, why.unwrap_or_default())
}

// The figures that have no column because the page is narrow.
fn narrow_figures(view: &SourceView, ctx: &TextContext, cells: usize) -> Line {
    let named = |name: &str, said: ExpiringText| said.map(|text| format!("{name} {text}"));
    let mut parts = Vec::new();
    if cells < MEDIUM {
        parts.push(data_age(view, ctx).map(prefix_data));
        parts.push(named("took", latency(view)));
        parts.push(named(
            "every",
            format_duration(view.interval).into_expiring_text(),
        ));
        parts.push(named("items", items(view)));
    }
    parts.push(named("clock", skew(view)));
    parts.push(named("budget", budget(view)));
    Line::indented(4).with(
        Meaning::Dim,
        ExpiringText::join(parts, ctx.symbols.separator),
    )
}

fn state_symbol(state: SourceState, ctx: &TextContext) -> &'static str {
    let symbols = ctx.symbols;
    match state {
        SourceState::Live => symbols.up,
        SourceState::Late => symbols.stale,
        SourceState::Waiting | SourceState::Stale => symbols.unknown,
        SourceState::Down => symbols.down,
    }
}

const NO_DATA: &str = "no data";

/// The state of a source and the age of its data, for the page of a case or hub: "prometheus/leap live, data <1m ago".
pub fn state_and_age(view: &SourceView, ctx: &TextContext) -> ExpiringText {
    let age = data_age(view, ctx).map(prefix_data);
    ExpiringText::join([source::describe(view, ctx), age], ", ")
}

fn data_age(view: &SourceView, ctx: &TextContext) -> ExpiringText {
    match view.requested_at {
        Some(then) => coarse_age(then, ctx).map(|age| format!("{age} ago")),
        None => ExpiringText::fixed(NO_DATA),
    }
}

// The age in whole minutes, since ages in seconds would change every second for every source. Below a minute, the exact
// age does not matter.
fn coarse_age(then: Now, ctx: &TextContext) -> ExpiringText {
    let whole = age(then, ctx.now);
    let minute = std::time::Duration::from_secs(60);
    match minute.checked_sub(ctx.now.since(then)) {
        Some(until) if !until.is_zero() => ExpiringText::expiring_in("<1m", until),
        _ => whole,
    }
}

fn prefix_data(age: String) -> String {
    match age.as_str() {
        NO_DATA => age,
        _ => format!("data {age}"),
    }
}

// The number of items. Before a source's first answer, the number is not known, which differs from zero.
fn items(view: &SourceView) -> ExpiringText {
    match view.requested_at {
        None => NOT_KNOWN.into_expiring_text(),
        Some(_) => view.items.to_string().into_expiring_text(),
    }
}

fn latency(view: &SourceView) -> ExpiringText {
    match view.latency {
        None => ExpiringText::fixed(NOT_KNOWN),
        Some(latency) if latency.as_millis() < 10_000 => {
            ExpiringText::fixed(format!("{}ms", latency.as_millis()))
        }
        Some(latency) => ExpiringText::fixed(format!("{}s", latency.as_secs())),
    }
}

// The clock skew. Probes have no single skew, since each hub has its own clock.
fn skew(view: &SourceView) -> ExpiringText {
    ExpiringText::fixed(match view.skew_seconds {
        None if view.id.kind == SourceKind::Probes => "n/a".to_owned(),
        None => NOT_KNOWN.to_owned(),
        Some(0) => "exact".to_owned(),
        Some(seconds @ 1..) => format!("{seconds}s ahead"),
        Some(seconds) => format!("{}s behind", seconds.unsigned_abs()),
    })
}

// The request budget, which only PagerDuty reports.
fn budget(view: &SourceView) -> ExpiringText {
    ExpiringText::fixed(match (view.rate, view.id.kind) {
        (Some(rate), _) => format!("{} of {}", rate.remaining, rate.limit),
        (None, SourceKind::Pagerduty) => NOT_KNOWN.to_owned(),
        (None, _) => "no limit".to_owned(),
    })
}

// A note that hubwatch polls less often, because the request budget is nearly used up.
fn low_budget(view: &SourceView, ctx: &TextContext) -> Option<ExpiringText> {
    let rate = view.rate.filter(|rate| rate.remaining <= rate.limit / 5)?;
    let text = "request budget nearly used up, so it is polled less often; it resets in";
    Some(remaining(rate.resets_at, ctx.now).map(|left| format!("{text} {left}")))
}
