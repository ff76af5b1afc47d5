//! A case or a storm in a short line: priority, clock, owner, and the place or the mismatches.

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::text::Line;
use crate::text::{Meaning, Symbols, TextLength};
use crate::ui::widgets::painter::Painter;
use crate::wording::{case, clock, storm, verdict};

use super::case_notes;

/// The row in `room` cells. The screen's first line describes the worst case, so that case's row shows the case's
/// mismatches instead of its place. If the mismatches do not fit, only their mark is shown, after the priority. All
/// other rows show the mark and the place.
pub fn row_line(painter: &Painter<'_>, it: &RowRef<'_>, model: &Model, room: u16) -> Line {
    let (Some(case), Some(picture)) = (it.case(), model.picture.as_deref()) else {
        return Line::new();
    };
    let notes = case_notes::problems(it, picture, &painter.ctx);
    let marked = case_line(it, case, &notes, painter);
    if verdict::worst_case(picture) == Some(&case.id) {
        let plain = self::case_line(it, case, &Line::new(), painter);
        return first_that_fits(painter, room, [plain.join_spaced(1, notes), marked]);
    }
    let left = room.saturating_sub(painter.width(&marked) + 1);
    let place = Line::styled(Meaning::Dim, place(it, case, left));
    first_that_fits(
        painter,
        room,
        [marked.clone().join_spaced(1, place), marked],
    )
}

fn case_line(it: &RowRef<'_>, case: &Case, notes: &Line, painter: &Painter<'_>) -> Line {
    let ctx = &painter.ctx;
    let mut line = Line::styled(case::priority_meaning(case), case::priority(case));
    if let Some((mark, look)) = notes.parts().next() {
        line = line.with(*look, mark.clone());
    }
    let is_single = it.cases().len() == 1;
    if let Some((meaning, note)) = case::clock_note(case, ctx).filter(|_| is_single) {
        line = line.gap(1).with(meaning, note);
    } else if let Some(it) = it.clock() {
        let said = clock::countdown(it, TextLength::Short, ctx);
        line = line.gap(1).with(clock::meaning(it, ctx), said);
    }
    let cases = it.cases();
    if cases.len() > 1 {
        let times = format!("{}{}", ctx.symbols.times, cases.len());
        line = line.gap(1).with(Meaning::Plain, times);
    }
    line.gap(1).join(owner_line(&cases, ctx.symbols))
}

fn place(it: &RowRef<'_>, case: &Case, room: u16) -> String {
    match it {
        RowRef::Storm { storm, .. } => storm::places_within(storm, usize::from(room)),
        _ => case::places(case),
    }
}

fn owner_line(cases: &[&Case], symbols: &Symbols) -> Line {
    match cases {
        [one] if one.unowned => Line::styled(case::owners_meaning(one), case::owners(one)),
        [one] if one.is_unacknowledged() => {
            let mark = symbols.assigned;
            let text = format!("{mark} {} no ack", case::owners_short(one));
            Line::styled(case::owners_meaning(one), text)
        }
        [one] => Line::styled(case::owners_meaning(one), case::owners_short(one)),
        many => Line::styled(storm::owners_meaning(many), storm::owners_short(many)),
    }
}

/// The first form that fits. If none fits, the last form.
pub fn first_that_fits<const N: usize>(painter: &Painter<'_>, room: u16, forms: [Line; N]) -> Line {
    let mut last = Line::new();
    for form in forms {
        if painter.width(&form) <= room {
            return form;
        }
        last = form;
    }
    last
}
