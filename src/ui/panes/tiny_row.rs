//! A case, or a storm, in one line of few cells: priority, clock, who holds it, and where, or what the first
//! line has no room for.

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::say::{Meaning, TextLength, case, clock, storm, verdict};
use crate::ui::widgets::line::Line;
use crate::ui::widgets::pen::Pen;

use super::case_notes;

/// The line for `room` cells. Of the case that the first line tells, what contradicts it; where that has no
/// room, and of the others, its mark behind the priority.
pub fn line(pen: &Pen<'_>, it: &RowRef<'_>, model: &Model, room: u16) -> Line {
    let (Some(case), Some(picture)) = (it.case(), model.picture.as_deref()) else {
        return Line::new();
    };
    let notes = case_notes::troubles(it, picture, &pen.ctx);
    let marked = marked(it, case, &notes, pen);
    if verdict::worst_case(picture) == Some(&case.id) {
        let plain = self::marked(it, case, &Line::new(), pen);
        return first_that_fits(pen, room, [plain.spaced(1, notes), marked]);
    }
    let left = room.saturating_sub(pen.width(&marked) + 1);
    let place = Line::of(place(it, case, left), Meaning::Dim);
    first_that_fits(pen, room, [marked.clone().spaced(1, place), marked])
}

fn marked(it: &RowRef<'_>, case: &Case, notes: &Line, pen: &Pen<'_>) -> Line {
    let ctx = &pen.ctx;
    let mut line = Line::of(case::priority(case), case::priority_meaning(case));
    if let Some((mark, look)) = notes.parts().next() {
        line = line.say(mark.clone(), *look);
    }
    if let Some(it) = it.clock() {
        let said = clock::countdown(it, TextLength::Short, ctx);
        line = line.gap(1).say(said, clock::meaning(it, ctx));
    }
    let cases = it.cases();
    if cases.len() > 1 {
        let times = format!("{}{}", ctx.symbols.times, cases.len());
        line = line.gap(1).text(times, Meaning::Plain);
    }
    line.gap(1).join(owner(&cases))
}

fn place(it: &RowRef<'_>, case: &Case, room: u16) -> String {
    match it {
        RowRef::Fold { fold, .. } => storm::places_within(fold, usize::from(room)),
        _ => case::places(case),
    }
}

fn owner(cases: &[&Case]) -> Line {
    match cases {
        [one] if one.unowned => Line::of(case::owners(one), case::owners_meaning(one)),
        [one] => Line::of(case::owners_short(one), case::owners_meaning(one)),
        many => Line::of(storm::owners_short(many), storm::owners_meaning(many)),
    }
}

/// The first of the forms that fits, the last one if none does.
pub fn first_that_fits<const N: usize>(pen: &Pen<'_>, room: u16, forms: [Line; N]) -> Line {
    let mut last = Line::new();
    for form in forms {
        if pen.width(&form) <= room {
            return form;
        }
        last = form;
    }
    last
}
