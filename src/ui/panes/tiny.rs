//! A few lines in the corner of a tmux window: the verdict, the most urgent cases, the sources.
//!
//! ```text
//!  ✖ CRIT leap/prod down 12m
//!  P1 ↑ Bo 3h48m nobody awake
//!  P2 ◔ 4m Ada (you)
//!  32/33 sources  03:12 UTC
//! ```

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::picture::Picture;
use crate::text::Line;
use crate::text::{ExpiringText, Meaning, TextLength, dates};
use crate::ui::widgets::columns::{row, skip_columns};
use crate::ui::widgets::list::draw_selection;
use crate::ui::widgets::painter::Painter;
use crate::ui::widgets::wrap::wrap;
use crate::wording::verdict;

use super::tiny_row::{first_that_fits, row_line};
use super::{case_changes, counts, filter_line, header, hints};

/// Draws the tiny screen. Returns the range of visible rows.
pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model) -> (usize, usize) {
    let lines = usize::from(area.height);
    let used = header::draw_badge(painter, row(area, 0), model, TextLength::Short);
    // The badge already ends in a blank.
    let beside = skip_columns(row(area, 0), used);
    let last = lines.saturating_sub(1).max(1);
    let shown_cases = if has_cases(model) {
        let sentence = header::verdict_line(model, beside.width, &painter.ctx);
        painter.line(beside, &sentence);
        draw_rows(painter, area, model, last)
    } else {
        draw_verdict(painter, beside, area, model, last);
        ShownCases::default()
    };
    draw_status_line(
        painter,
        skip_columns(row(area, last), 1),
        model,
        &shown_cases,
    );
    (shown_cases.from, shown_cases.to)
}

/// Draws as much of the verdict's word as fits.
pub fn draw_word(painter: &mut Painter<'_>, area: Rect, model: &Model) {
    let level = header::shown_level(model);
    let whole = format!(
        "{} {}",
        verdict::level_symbol(level, painter.ctx.symbols),
        verdict::level_name(level, TextLength::Short)
    );
    let text = if area.width >= 6 {
        whole
    } else {
        verdict::level_name(level, TextLength::Short).to_owned()
    };
    painter.text(row(area, 0), Meaning::badge(level), &text);
}

fn has_cases(model: &Model) -> bool {
    let picture = model.picture.as_deref();
    picture.is_some_and(|picture| !picture.cases.is_empty())
}

// Draws the verdict without cases. If the sentence is longer than the first line, it continues on all lines before the
// last one.
fn draw_verdict(painter: &mut Painter<'_>, beside: Rect, area: Rect, model: &Model, last: usize) {
    let sentence = header::verdict_line(model, u16::MAX, &painter.ctx);
    if painter.width(&sentence) <= beside.width || last < 2 {
        painter.line(beside, &sentence);
        return;
    }
    let said = ExpiringText::join(sentence.parts().map(|(said, _)| said.clone()), "");
    let lines = wrap(
        &said,
        Meaning::Title,
        "",
        usize::from(area.width.saturating_sub(1)),
    );
    for (index, line) in (1..last).zip(&lines) {
        painter.line(skip_columns(row(area, index), 1), line);
    }
}

/// The cases on the tiny screen.
#[derive(Default)]
struct ShownCases {
    /// The index of the first visible row, and the index after the last visible row.
    from: usize,
    to: usize,
    /// The number of cases in the visible rows.
    cases: usize,
}

/// An item with its index in the list.
type WithIndex<T> = (usize, T);

// Draws rows on the lines between the first and the last line.
fn draw_rows(painter: &mut Painter<'_>, area: Rect, model: &Model, last: usize) -> ShownCases {
    let rows = model.visible_rows();
    let held = model
        .user_selected_row()
        .and(model.selected_index_in(&rows));
    let rows = rows.iter().enumerate();
    let rows: Vec<_> = rows
        .filter(|(_, it)| it.is_open() && !is_member(it))
        .collect();
    let room = last.saturating_sub(1);
    let (first, far) = rows_in_sight(&rows, held, room);
    for (index, (at, it)) in first.iter().chain(far).enumerate() {
        let place = row(area, index + 1);
        if held == Some(*at) {
            draw_selection(painter, place, true);
        } else if let Some((mark, look)) = case_changes::mark(it, model, painter.symbols()) {
            painter.text(place, look, mark);
        }
        let place = skip_columns(place, 1);
        let line = row_line(painter, it, model, place.width);
        painter.line(place, &line);
    }
    let shown = first.iter().chain(far);
    ShownCases {
        from: 0,
        to: first.last().map_or(0, |(at, _)| at + 1),
        cases: shown.map(|(_, it)| it.cases().len()).sum(),
    }
}

// The first rows. If the selected row is further down, it replaces the last of them: keys must act on a visible row.
fn rows_in_sight<T>(
    rows: &[WithIndex<T>],
    held: Option<usize>,
    room: usize,
) -> (&[WithIndex<T>], Option<&WithIndex<T>>) {
    let (first, rest) = rows.split_at_checked(room).unwrap_or((rows, &[]));
    let far = held.and_then(|held| rest.iter().find(|(at, _)| *at == held));
    match (far, first.split_last()) {
        (Some(far), Some((_, first))) => (first, Some(far)),
        _ => (first, None),
    }
}

fn is_member(it: &RowRef<'_>) -> bool {
    matches!(it, RowRef::Member { .. })
}

// Draws the last line. A notice, or the text that the user types, replaces the state of the sources.
fn draw_status_line(painter: &mut Painter<'_>, area: Rect, model: &Model, told: &ShownCases) {
    let time = Line::new().with(Meaning::Dim, dates::current_time(&painter.ctx));
    let markers = header::markers(model, TextLength::Short);
    let line = if let Some(notice) = hints::notice(painter, model) {
        markers.join_spaced(1, notice)
    } else if model.filter.editing {
        let typed = markers.join_spaced(1, filter_line::input_line(model));
        first_that_fits(
            painter,
            area.width,
            [typed.clone().join_spaced(2, time), typed],
        )
    } else {
        let markers = markers.join_spaced(1, filter_marker(model));
        match model.picture.as_deref() {
            Some(picture) => status_line(painter, picture, told.cases, [markers, time], area.width),
            None => markers.join_spaced(1, time),
        }
    };
    painter.line(area, &line);
}

// The text of the filter; empty if no filter is set.
fn filter_marker(model: &Model) -> Line {
    match model.filter.is_active() {
        true => Line::styled(Meaning::Input, format!("/{}", model.filter.text().trim())),
        false => Line::new(),
    }
}

// The number of cases that are not shown, the number of fresh sources, the markers, and the time of day.
fn status_line(
    painter: &Painter<'_>,
    picture: &Picture,
    told: usize,
    [markers, time]: [Line; 2],
    room: u16,
) -> Line {
    let hidden = picture.cases.len().saturating_sub(told);
    let known = |word: &str| {
        let more = match hidden {
            0 => Line::new(),
            hidden => Line::styled(Meaning::Title, format!("+{hidden}{word}")),
        };
        more.join_spaced(2, header::source_counts(picture, &painter.ctx, 0))
    };
    let marked = |line: Line| markers.clone().join_spaced(1, line);
    let all = |word| marked(known(word).join_spaced(2, time.clone()));
    let hubs = if picture.cases.is_empty() {
        counts::hubs(painter, picture)
    } else {
        Line::new()
    };
    let noun = if hidden == 1 { " case" } else { " cases" };
    let forms = [
        all(" more").join_spaced(2, hubs),
        all(noun),
        marked(known(noun)),
        marked(known("")),
        known(""),
    ];
    first_that_fits(painter, room, forms)
}
