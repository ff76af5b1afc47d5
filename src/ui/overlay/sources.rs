//! The sources, worst first: how far each can be trusted, and why not.
//!
//! ```text
//! ? prometheus/leap   down 4m   4m ago   12ms   30s   17
//!     connection refused
//! ```

use std::cmp::Reverse;

use super::page::{NOT_KNOWN, Page, indented};
use super::text::{Line, Words};
use crate::app::model::Model;
use crate::domain::now::Now;
use crate::domain::source::{SourceKind, SourceState};
use crate::picture::{Picture, SourceView};
use crate::say::durations::{age, left, span};
use crate::say::{Meaning, Said, Voice, source};

/// The width from which on a source's smaller figures stand beside it rather than below.
const WIDE: usize = SKEW + 10;

/// The columns: where each ends, and what it is called. Names longer than theirs move the rest.
const NAME: usize = 28;
const STATE: usize = NAME + 13;
const AGE: usize = STATE + 11;
const TOOK: usize = AGE + 10;
const EVERY: usize = TOOK + 7;
const ITEMS: usize = EVERY + 10;
const SKEW: usize = ITEMS + 11;

/// What the overlay says.
pub fn page(model: &Model, voice: &Voice, cells: usize) -> Page {
    let mut page = Page::new(Line::of(Meaning::TitleFocused, "Sources"));
    let Some(picture) = model.picture.as_deref() else {
        page.say(
            Meaning::Unknown,
            "nothing is known yet: no source has answered",
        );
        return page;
    };
    page.say(Meaning::Plain, source::sources(picture, voice));
    if let Some(wrong) = source::wrong_clock(picture) {
        page.say(Meaning::Warning, wrong);
    }
    if model.refreshing.is_some() {
        page.say(Meaning::Dim, "asking every source now");
    }
    page.line(Line::default());
    page.line(header(cells));
    for view in worst_first(picture) {
        add(&mut page, view, voice, cells);
    }
    page
}

fn worst_first(picture: &Picture) -> Vec<&SourceView> {
    let mut sources: Vec<_> = picture.sources.iter().collect();
    sources.sort_by_key(|view| Reverse(view.state));
    sources
}

fn header(cells: usize) -> Line {
    let dim = |line: Line, at: usize, text: &str| line.column(at).with(Meaning::Dim, text);
    let line = Line::of(Meaning::Dim, "  source");
    let line = dim(line, NAME, "state");
    if cells < ITEMS {
        return line;
    }
    let line = dim(dim(line, STATE, "data from"), AGE, "took");
    let line = dim(dim(line, TOOK, "every"), EVERY, "items");
    if cells < WIDE {
        return line;
    }
    dim(dim(line, ITEMS, "clock"), SKEW, "budget")
}

fn add(page: &mut Page, view: &SourceView, voice: &Voice, cells: usize) {
    let meaning = Meaning::of_source(view.state);
    let mut line = Line::of(meaning, symbol(view.state, voice))
        .with(Meaning::Plain, format!(" {} ", source::name(view)))
        .column(NAME)
        .with(meaning, source::state(view.state));
    let figures = [
        (STATE, data_age(view, voice)),
        (AGE, took(view)),
        (TOOK, span(view.interval).said()),
        (EVERY, items(view)),
        (ITEMS, skew(view)),
        (SKEW, budget(view)),
    ];
    let shown = figures.into_iter().take_while(|(at, _)| match *at {
        ITEMS | SKEW => cells >= WIDE,
        _ => cells >= ITEMS,
    });
    for (at, figure) in shown {
        line = line
            .with(Meaning::Plain, " ")
            .column(at)
            .with(Meaning::Plain, figure);
    }
    page.line(line.hanging(4));
    if cells < WIDE {
        page.line(small_figures(view, voice, cells));
    }
    if let Some(low) = low_budget(view, voice) {
        page.line(indented(4).with(Meaning::Warning, low));
    }
    if let Some(failure) = &view.failure {
        let since = age(failure.since, voice.now).map(|age| format!("failing for {age}: "));
        page.line(
            indented(4)
                .with(Meaning::Warning, since)
                .with(Meaning::Warning, failure.text.as_str()),
        );
    }
}

// What has no column in a narrow page.
fn small_figures(view: &SourceView, voice: &Voice, cells: usize) -> Line {
    let named = |name: &str, said: Said| said.map(|text| format!("{name} {text}"));
    let mut parts = Vec::new();
    if cells < ITEMS {
        parts.push(data_age(view, voice).map(data));
        parts.push(named("took", took(view)));
        parts.push(named("every", span(view.interval).said()));
        parts.push(named("items", items(view)));
    }
    parts.push(named("clock", skew(view)));
    parts.push(named("budget", budget(view)));
    indented(4).with(Meaning::Dim, Said::join(parts, voice.symbols.dot))
}

fn symbol(state: SourceState, voice: &Voice) -> &'static str {
    let symbols = voice.symbols;
    match state {
        SourceState::Live => symbols.up,
        SourceState::Late => symbols.stale,
        SourceState::Waiting | SourceState::Stale => symbols.unknown,
        SourceState::Down => symbols.down,
    }
}

const NO_DATA: &str = "no data";

/// How old its data is, for the detail of something that rests on it: "prometheus/leap live, data
/// <1m ago".
pub fn trust(view: &SourceView, voice: &Voice) -> Said {
    let age = data_age(view, voice).map(data);
    Said::join([source::source(view, voice), age], ", ")
}

fn data_age(view: &SourceView, voice: &Voice) -> Said {
    match view.requested_at {
        Some(then) => coarse_age(then, voice).map(|age| format!("{age} ago")),
        None => Said::fixed(NO_DATA),
    }
}

// Seconds of every source would be rewritten each second for nothing: below a minute it is as good
// as now.
fn coarse_age(then: Now, voice: &Voice) -> Said {
    let whole = age(then, voice.now);
    let minute = std::time::Duration::from_secs(60);
    match minute.checked_sub(voice.now.since(then)) {
        Some(until) if !until.is_zero() => Said::until("<1m", until),
        _ => whole,
    }
}

fn data(age: String) -> String {
    match age.as_str() {
        NO_DATA => age,
        _ => format!("data {age}"),
    }
}

// Before its first answer a source has told of nothing, not of none.
fn items(view: &SourceView) -> Said {
    match view.requested_at {
        None => NOT_KNOWN.said(),
        Some(_) => view.items.to_string().said(),
    }
}

fn took(view: &SourceView) -> Said {
    match view.latency {
        None => Said::fixed(NOT_KNOWN),
        Some(latency) if latency.as_millis() < 10_000 => {
            Said::fixed(format!("{}ms", latency.as_millis()))
        }
        Some(latency) => Said::fixed(format!("{}s", latency.as_secs())),
    }
}

// The probes ask as many clocks as there are hubs.
fn skew(view: &SourceView) -> Said {
    Said::fixed(match view.skew_seconds {
        None if view.id.kind == SourceKind::Probes => "n/a".to_owned(),
        None => NOT_KNOWN.to_owned(),
        Some(0) => "exact".to_owned(),
        Some(seconds @ 1..) => format!("{seconds}s ahead"),
        Some(seconds) => format!("{}s behind", seconds.unsigned_abs()),
    })
}

// Only PagerDuty gives one.
fn budget(view: &SourceView) -> Said {
    Said::fixed(match (view.rate, view.id.kind) {
        (Some(rate), _) => format!("{} of {}", rate.remaining, rate.limit),
        (None, SourceKind::Pagerduty) => NOT_KNOWN.to_owned(),
        (None, _) => "no limit".to_owned(),
    })
}

// Near its end we ask less often, which is to be seen.
fn low_budget(view: &SourceView, voice: &Voice) -> Option<Said> {
    let rate = view.rate.filter(|rate| rate.remaining <= rate.limit / 5)?;
    let text = "request budget nearly used up, so it is polled less often; it resets in";
    Some(left(rate.resets_at, voice.now).map(|left| format!("{text} {left}")))
}
