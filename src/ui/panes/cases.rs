//! The Cases pane: all cases that need a decision, the most urgent one first.
//!
//! ```text
//! ┌ Cases 6 ───────────────────────────────────────────────────────────────────────┐
//! │▌ P1  ↑ Bo in 3h48m    nobody awake   hub down          leap/prod            12m│
//! │▌     ! public not told                                                         │
//! │ ΔP2  ◔ 4m left        Ada (you)      home-nfs 9% left  ucec/prod            26m│
//! │      Δ owner was Bo                                                            │
//! │ ✓P2  cleared 03:09    by Caro        hub-db-dir 9%     temple/prod             │
//! └ ? prometheus/opensci down 4m ─────────────────────────────────────── ↓ 3 more ─┘
//! ```

use ratatui::layout::Rect;

use crate::app::model::{Model, Pane};
use crate::app::rows::RowRef;
use crate::domain::source::SourceKind;
use crate::picture::{Picture, SourceView};
use crate::text::Line;
use crate::text::sanitize::clean;
use crate::text::{Meaning, TextContext};
use crate::ui::widgets::columns::{skip_columns, skip_rows};
use crate::ui::widgets::frame::{Frame, Hidden};
use crate::ui::widgets::list::{draw_lines, draw_selection, visible_range};
use crate::ui::widgets::painter::Painter;
use crate::wording::case;

use super::case_widths::Widths;
use super::{PaneExtent, case_notes, case_row, empty_pane};

pub fn draw(painter: &mut Painter<'_>, area: Rect, model: &Model, boxed: bool) -> PaneExtent {
    let frame = frame(painter, model, boxed);
    let inner = frame.inner(area);
    let rows = model.visible_rows();
    let selected = model.selected_index_in(&rows);
    let heights = heights(&rows, selected, inner, model, &painter.ctx);
    let room = usize::from(inner.height);
    let shown = visible_range(&heights, selected, room);
    let in_sight = (shown.start, shown.end);
    let hidden = Hidden {
        above: shown.start,
        below: rows.len().saturating_sub(shown.end),
    };
    frame.draw(painter, area, hidden);
    if rows.is_empty() {
        draw_lines(
            painter,
            skip_columns(inner, 1),
            &empty_lines(painter, model),
        );
    }
    let names = model
        .picture
        .as_deref()
        .map_or(&[][..], |picture| &picture.priorities);
    let widths = Widths::for_pane(inner.width, names);
    let titles: Vec<String> = rows.get(shown.clone()).map(titles).unwrap_or_default();
    let mut used = 0;
    for index in shown {
        let (Some(row), Some(height)) = (rows.get(index), heights.get(index)) else {
            continue;
        };
        let place = Rect {
            height: u16::try_from(*height).unwrap_or(1),
            ..skip_rows(inner, used)
        }
        .intersection(inner);
        case_row::draw(painter, place, row, model, &widths, &titles);
        if selected == Some(index) {
            draw_selection(painter, place, model.focus == Pane::Cases);
        }
        used += height;
    }
    PaneExtent {
        visible_lines: room,
        max_scroll: None,
        visible_rows: Some(in_sight),
    }
}

fn titles(rows: &[RowRef<'_>]) -> Vec<String> {
    let cases = rows.iter().filter_map(RowRef::case);
    cases.map(|case| case::title(case)).collect()
}

// The number of lines of each row: 2 with a note below it, otherwise 1. If not all notes fit, only notes with a change
// or a problem are shown. If these notes do not fit either, only the selected row keeps its note, together with the
// first notes that have facts which are shown nowhere else. Notes of rows that are not selected take at most a third of
// the lines.
fn heights(
    rows: &[RowRef<'_>],
    selected: Option<usize>,
    inner: Rect,
    model: &Model,
    ctx: &TextContext,
) -> Vec<usize> {
    let room = usize::from(inner.height);
    let tall = |row: &RowRef<'_>| 1 + usize::from(case_notes::has_note(row, model, ctx));
    let pressing = |row: &RowRef<'_>| 1 + usize::from(case_notes::is_pressing(row, model, ctx));
    if rows.len() <= room {
        let all: Vec<usize> = rows.iter().map(tall).collect();
        let some: Vec<usize> = rows.iter().map(pressing).collect();
        let fits = |heights: &Vec<usize>| heights.iter().sum::<usize>() <= room;
        if let Some(heights) = [all, some].into_iter().find(fits) {
            return heights;
        }
    }
    let (mut used, mut spare) = (0, room / 3);
    let the_first = |(index, row)| {
        let fits = spare > 0 && used + 2 <= room;
        let height = if selected == Some(index) {
            tall(row)
        } else if fits && case_notes::has_unique_note(row, model, ctx) {
            spare -= 1;
            2
        } else {
            1
        };
        used += height;
        height
    };
    rows.iter().enumerate().map(the_first).collect()
}

fn frame(painter: &Painter<'_>, model: &Model, boxed: bool) -> Frame {
    let focused = model.focus == Pane::Cases;
    let count = model.case_count();
    let title = if model.filter.is_active() {
        format!("Cases {} of {}", count.shown, count.total)
    } else if count.total == 0 && !all_sources_fresh(model) {
        "Cases".to_owned()
    } else {
        format!("Cases {}", count.total)
    };
    let marked = model.marked_cases().len();
    let title = match marked {
        0 => title,
        marked => format!("{title}{}{marked} marked", painter.ctx.symbols.separator),
    };
    let footer = match model.picture.as_deref() {
        Some(picture) if count.total > 0 => {
            let caveat = empty_pane::caveat(&lacking_sources(picture), &painter.ctx);
            caveat.join(missing_note(picture))
        }
        _ => Line::new(),
    };
    Frame::titled(&title, focused, boxed).footer(footer)
}

// The sources of cases that are not fresh. Some of their cases may be missing.
fn lacking_sources(picture: &Picture) -> Vec<&SourceView> {
    empty_pane::sources_not_fresh(picture, SourceKind::brings_cases)
}

// Whether all sources of cases are fresh. Only then may the pane say "0 cases".
fn all_sources_fresh(model: &Model) -> bool {
    let picture = model.picture.as_deref();
    picture.is_some_and(|picture| lacking_sources(picture).is_empty())
}

fn missing_note(picture: &Picture) -> Line {
    match lacking_sources(picture).as_slice() {
        [] => Line::new(),
        _ => Line::styled(Meaning::Unknown, ": cases may be missing"),
    }
}

fn empty_lines(painter: &Painter<'_>, model: &Model) -> Vec<Line> {
    match model.picture.as_deref() {
        None => empty_pane::before_first_picture(),
        Some(picture) if !picture.cases.is_empty() => vec![Line::styled(
            Meaning::Dim,
            format!("none of {} cases matches the filter", picture.cases.len()),
        )],
        Some(picture) if picture.sources.is_empty() => no_source_lines(model),
        Some(picture) => no_case_lines(painter, picture),
    }
}

// The lines if no source is configured. The user may not know yet what to fill in.
fn no_source_lines(model: &Model) -> Vec<Line> {
    let mut lines = vec![Line::styled(Meaning::Unknown, "no source is configured")];
    let file = model.config_file.iter();
    lines.extend(file.map(|file| Line::styled(Meaning::Plain, format!("fill in {}", clean(file)))));
    let import = "hubwatch import DIR prints one made from a fleet's files";
    lines.push(Line::styled(Meaning::Plain, import));
    lines
}

fn no_case_lines(painter: &Painter<'_>, picture: &Picture) -> Vec<Line> {
    let lacking = lacking_sources(picture);
    empty_pane::lines(&lacking, "no cases", "no cases known", &painter.ctx)
}
