//! One row of the cases: priority, clock, owner, what, where, age; below it, where there is room,
//! what the sources contradict each other about.

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::say::{Form, Meaning, case, clock};
use crate::ui::widgets::columns::{Columns, after, row};
use crate::ui::widgets::line::Line;
use crate::ui::widgets::pen::Pen;

use super::case_notes::notes;
use super::case_widths::Widths;

/// Draws the row into `area`, one line or two.
pub fn draw(pen: &mut Pen<'_>, area: Rect, it: &RowRef<'_>, model: &Model, widths: &Widths) {
    let (Some(case), Some(picture)) = (it.case(), model.picture.as_deref()) else {
        return;
    };
    let notes = notes(case, picture, &pen.voice);
    let tall = area.height > 1;
    first_line(
        pen,
        row(area, 0),
        it,
        case,
        widths,
        (!tall).then_some(&notes),
    );
    if tall {
        let at = after(row(area, 1), widths.indent());
        pen.line(at, &notes);
    }
}

fn first_line(
    pen: &mut Pen<'_>,
    area: Rect,
    it: &RowRef<'_>,
    case: &Case,
    widths: &Widths,
    notes: Option<&Line>,
) {
    let voice = pen.voice;
    let mut columns = Columns::of(after(area, 1));
    let priority = columns.take(widths.priority, 0);
    pen.text(priority, &case::priority(case), priority_look(case));
    let mark = columns.take(1, 1);
    if let Some((said, meaning)) = notes.and_then(|notes| notes.parts().next()) {
        pen.text(mark, &said.text, *meaning);
    }
    draw_clock(pen, columns.take(widths.clock, 1), case);
    draw_owner(pen, columns.take(widths.owner, 1), case);
    let mut rest = columns.rest();
    if widths.age > 0 {
        let cells = pen.right(
            rest,
            &Line::new().say(case::age(case, &voice), Meaning::Dim),
        );
        rest = crate::ui::widgets::columns::before(rest, widths.age.max(cells) + 1);
    }
    if widths.place > 0 {
        let at = after(rest, rest.width.saturating_sub(widths.place));
        pen.text(at, &place(it, case), look(case));
        rest = crate::ui::widgets::columns::before(rest, widths.place + 1);
        pen.line(rest, &what(it, case, pen, false));
    } else {
        pen.line(rest, &what(it, case, pen, true));
    }
}

fn priority_look(case: &Case) -> Meaning {
    if case.snoozed || case.quiet.is_some() {
        Meaning::Dim
    } else {
        case::priority_meaning(case)
    }
}

// The long form where it fits, else the short one.
fn draw_clock(pen: &mut Pen<'_>, area: Rect, case: &Case) {
    let Some(it) = &case.clock else { return };
    let voice = pen.voice;
    let meaning = clock::meaning(it, &voice);
    let line = |form| Line::new().say(clock::clock(it, form, &voice), meaning);
    let long = line(Form::Long);
    let fits = pen.width(&long) <= area.width;
    let line = if fits { long } else { line(Form::Short) };
    pen.line(area, &line);
}

fn draw_owner(pen: &mut Pen<'_>, area: Rect, case: &Case) {
    let meaning = case::owners_meaning(case);
    let long = Line::of(case::owners(case), meaning);
    let fits = pen.width(&long) <= area.width;
    let short = || Line::of(case::owners_short(case), meaning);
    pen.line(area, &if fits { long } else { short() });
}

fn what(it: &RowRef<'_>, case: &Case, pen: &Pen<'_>, with_place: bool) -> Line {
    let symbols = pen.symbols();
    let line = match it {
        RowRef::Fold { fold, open, .. } => {
            let mark = if *open {
                symbols.unfolded
            } else {
                symbols.folded
            };
            Line::of(format!("{mark} "), Meaning::Key)
                .text(case::fold_title(fold, symbols), look(case))
        }
        RowRef::Member { .. } => Line::of("  ", Meaning::Plain).text(case::title(case), look(case)),
        RowRef::Case(_) => Line::of(case::title(case), look(case)),
    };
    let quiet = case.quiet.map(|quiet| format!(" ({})", case::quiet(quiet)));
    let line = line.text(quiet.unwrap_or_default(), Meaning::Dim);
    if with_place {
        Line::of(place(it, case), look(case)).gap(1).join(line)
    } else {
        line
    }
}

fn place(it: &RowRef<'_>, case: &Case) -> String {
    match it {
        RowRef::Fold { fold, .. } => case::fold_places(fold),
        RowRef::Case(_) | RowRef::Member { .. } => case::places(case),
    }
}

fn look(case: &Case) -> Meaning {
    match case {
        _ if case.snoozed || case.quiet.is_some() => Meaning::Dim,
        _ if !case.not_fresh.is_empty() => Meaning::Stale,
        _ => Meaning::Plain,
    }
}
