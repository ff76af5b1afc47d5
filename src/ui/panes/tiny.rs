//! A few lines in the corner of a tmux window: the verdict, the cases to decide first, the sources.
//!
//! ```text
//!  ✖ CRIT leap/prod down 12m
//!  P1 ↑ Bo 3h48m nobody awake
//!  P2 ◔ 4m Ada (you)
//!  32/33 sources  03:12 UTC
//! ```

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::domain::case::Case;
use crate::picture::{Picture, Row};
use crate::say::{Form, Meaning, Said, case, clock, moments, verdict};
use crate::ui::widgets::columns::{after, row};
use crate::ui::widgets::line::Line;
use crate::ui::widgets::pen::Pen;
use crate::ui::widgets::wrap::wrap;

use super::{counts, header};

/// Draws a few lines.
pub fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    let lines = usize::from(area.height);
    let used = header::badge(pen, row(area, 0), model, Form::Short);
    let beside = after(row(area, 0), used.saturating_add(1));
    let last = lines.saturating_sub(1).max(1);
    let shown = if has_cases(model) {
        pen.line(beside, &header::sentence(model, &pen.voice));
        cases(pen, area, model, last)
    } else {
        ground(pen, beside, area, model, last);
        0
    };
    trust(pen, after(row(area, last), 1), model, shown);
}

/// Draws the verdict's word, as much of it as fits.
pub fn word(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    let level = header::level(model);
    let whole = format!(
        "{} {}",
        verdict::symbol(level, &pen.voice),
        verdict::word(level, Form::Short)
    );
    let text = if area.width >= 6 {
        whole
    } else {
        verdict::word(level, Form::Short).to_owned()
    };
    pen.text(row(area, 0), &text, Meaning::badge(level));
}

fn has_cases(model: &Model) -> bool {
    let picture = model.picture.as_deref();
    picture.is_some_and(|picture| !picture.cases.is_empty())
}

// Without cases the lines between are the sentence's, where it is longer than the first.
fn ground(pen: &mut Pen<'_>, beside: Rect, area: Rect, model: &Model, last: usize) {
    let sentence = header::sentence(model, &pen.voice);
    if pen.width(&sentence) <= beside.width || last < 2 {
        pen.line(beside, &sentence);
        return;
    }
    let said = Said::join(sentence.parts().map(|(said, _)| said.clone()), "");
    let lines = wrap(
        &said,
        Meaning::Title,
        "",
        usize::from(area.width.saturating_sub(1)),
    );
    for (index, line) in (1..last).zip(&lines) {
        pen.line(after(row(area, index), 1), line);
    }
}

// The lines between the first and the last; gives how many cases they tell of.
fn cases(pen: &mut Pen<'_>, area: Rect, model: &Model, last: usize) -> usize {
    let Some(picture) = model.picture.as_deref() else {
        return 0;
    };
    let mut told = 0;
    for (index, it) in (1..last).zip(&picture.rows) {
        let (first, count) = match it {
            Row::Case(at) => (picture.cases.get(*at), 1),
            Row::Fold(fold) => {
                let worst = fold.cases.first().and_then(|at| picture.cases.get(*at));
                (worst, fold.cases.len())
            }
        };
        if let Some(case) = first {
            let at = after(row(area, index), 1);
            let line = line(pen, case, count, at.width);
            pen.line(at, &line);
            told += count;
        }
    }
    told
}

fn line(pen: &Pen<'_>, case: &Case, count: usize, room: u16) -> Line {
    let voice = &pen.voice;
    let mut line = Line::of(case::priority(case), case::priority_meaning(case));
    if let Some(it) = &case.clock {
        let said = clock::clock(it, Form::Short, voice);
        line = line.gap(1).say(said, clock::meaning(it, voice));
    }
    if count > 1 {
        let times = format!("{}{count}", voice.symbols.times);
        line = line.gap(1).text(times, Meaning::Plain);
    }
    let owner = if case.unowned {
        case::owners(case)
    } else {
        case::owners_short(case)
    };
    let line = line.gap(1).text(owner, case::owners_meaning(case));
    let place = Line::of(case::places(case), Meaning::Dim);
    first_that_fits(pen, room, [line.clone().spaced(1, place), line])
}

fn trust(pen: &mut Pen<'_>, area: Rect, model: &Model, told: usize) {
    let time = Line::new().say(moments::clock_of_day(&pen.voice), Meaning::Dim);
    let markers = header::markers(model, Form::Short);
    let line = match model.picture.as_deref() {
        Some(picture) => about(pen, picture, told, [markers, time], area.width),
        None => markers.spaced(1, time),
    };
    pen.line(area, &line);
}

// How many cases are not told of, and how far to trust it; the markers and the minute beside it.
fn about(
    pen: &Pen<'_>,
    picture: &Picture,
    told: usize,
    [markers, time]: [Line; 2],
    room: u16,
) -> Line {
    let hidden = picture.cases.len().saturating_sub(told);
    let known = |word: &str| {
        let more = match hidden {
            0 => Line::new(),
            hidden => Line::of(format!("+{hidden}{word}"), Meaning::Title),
        };
        more.spaced(2, header::sources(picture, &pen.voice, 0))
    };
    let marked = |line: Line| markers.clone().spaced(1, line);
    let all = |word| marked(known(word).spaced(2, time.clone()));
    let hubs = if picture.cases.is_empty() {
        counts::hubs(pen, picture)
    } else {
        Line::new()
    };
    let forms = [
        all(" more").spaced(2, hubs),
        all(" more"),
        all(""),
        marked(known("")),
        known(""),
    ];
    first_that_fits(pen, room, forms)
}

// The last one if none does.
fn first_that_fits<const N: usize>(pen: &Pen<'_>, room: u16, forms: [Line; N]) -> Line {
    let mut last = Line::new();
    for form in forms {
        if pen.width(&form) <= room {
            return form;
        }
        last = form;
    }
    last
}
