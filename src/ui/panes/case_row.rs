//! One row of the Cases pane: change mark, priority, clock, owner, title, place, age. If there is room, a note follows
//! below.

use ratatui::layout::Rect;

use super::case_widths::Widths;
use super::{case_changes, case_notes, gone_row};
use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::text::sanitize::width as cells;
use crate::text::{ExpiringText, Line, Meaning, Symbols, TextContext, TextLength};
use crate::ui::widgets::columns::{Columns, row, skip_columns, trim_right};
use crate::ui::widgets::painter::Painter;
use crate::wording::{case, clock, storm, title};

/// Draws the row into `area`, in one line or two. `titles` are the titles of all rows on the screen. A title is cut so
/// that it does not look like another one of them.
pub fn draw(
    painter: &mut Painter<'_>,
    area: Rect,
    it: &RowRef<'_>,
    model: &Model,
    widths: &Widths,
    titles: &[String],
) {
    let Some(picture) = model.picture.as_deref() else {
        return;
    };
    let ctx = painter.ctx;
    let first = row(area, 0);
    if let Some((mark, look)) = case_changes::mark(it, model, ctx.symbols) {
        painter.text(skip_columns(first, 1), look, mark);
    }
    match it {
        RowRef::Removed(gone) => gone_row::draw(painter, skip_columns(first, 2), gone, widths),
        _ if area.height > 1 => {
            draw_first_line(painter, skip_columns(first, 2), it, widths, titles, None);
            let at = skip_columns(row(area, 1), widths.indent());
            let notes = case_notes::note_line(it, model, picture, &ctx);
            painter.line(at, &notes.whole_clauses(usize::from(at.width), ctx.symbols));
        }
        _ => {
            let notes = case_notes::problems(it, picture, &ctx);
            draw_first_line(
                painter,
                skip_columns(first, 2),
                it,
                widths,
                titles,
                Some(&notes),
            );
        }
    }
}

fn draw_first_line(
    painter: &mut Painter<'_>,
    area: Rect,
    it: &RowRef<'_>,
    widths: &Widths,
    titles: &[String],
    notes: Option<&Line>,
) {
    let Some(case) = it.case() else { return };
    let ctx = painter.ctx;
    let mut columns = Columns::new(area);
    let priority = columns.take(widths.priority, 0);
    painter.text(priority, row_priority_meaning(case), &case::priority(case));
    let mark = columns.take(1, 1);
    if let Some((said, meaning)) = notes.and_then(|notes| notes.parts().next()) {
        painter.text(mark, *meaning, &said.text);
    }
    draw_clock(painter, columns.take(widths.clock, 1), it);
    draw_owner(painter, columns.take(widths.owner, 1), it);
    let mut rest = columns.rest();
    if widths.age > 0 {
        let age = Line::new().with(Meaning::Dim, age_text(it, case, &ctx));
        let cells = painter.line_right(rest, &age);
        rest = trim_right(rest, widths.age.max(cells) + 1);
    }
    let look = row_meaning(it);
    if widths.place > 0 {
        let at = skip_columns(rest, rest.width.saturating_sub(widths.place));
        painter.text(at, look, &place_within(it, case, at.width, ctx.symbols));
        rest = trim_right(rest, widths.place + 1);
        painter.line(rest, &title_line(it, case, painter, rest.width, titles));
    } else {
        let place = Line::styled(look, place_within(it, case, u16::MAX, ctx.symbols)).gap(1);
        let left = rest.width.saturating_sub(painter.width(&place));
        let what = title_line(it, case, painter, left, titles);
        painter.line(rest, &place.join(what));
    }
}

// The age of the case. For a storm, the age of its oldest case.
fn age_text(it: &RowRef<'_>, case: &Case, ctx: &TextContext) -> ExpiringText {
    let first = it.cases().into_iter().min_by_key(|case| case.since);
    case::age(first.unwrap_or(case), ctx)
}

fn row_priority_meaning(case: &Case) -> Meaning {
    if case.snoozed || case.muted_by.is_some() {
        Meaning::Dim
    } else {
        case::priority_meaning(case)
    }
}

// Draws the longest form of the clock that fits.
fn draw_clock(painter: &mut Painter<'_>, area: Rect, it: &RowRef<'_>) {
    let ctx = painter.ctx;
    if let RowRef::Case(case) | RowRef::Member { case, .. } = it
        && let Some((meaning, note)) = case::clock_note(case, &ctx)
    {
        painter.text(area, meaning, note);
        return;
    }
    let Some(it) = it.clock() else { return };
    let meaning = clock::meaning(it, &ctx);
    let forms = [
        clock::countdown(it, TextLength::Long, &ctx),
        clock::countdown(it, TextLength::Short, &ctx),
    ];
    let forms = forms.map(|said| Line::new().with(meaning, said));
    let fitting = forms
        .into_iter()
        .find(|line| painter.width(line) <= area.width);
    let narrow = || Line::new().with(meaning, clock::countdown_narrow(it, &ctx));
    painter.line(area, &fitting.unwrap_or_else(narrow));
}

fn draw_owner(painter: &mut Painter<'_>, area: Rect, it: &RowRef<'_>) {
    let (meaning, forms) = owner_texts(it, painter.symbols());
    let mut lines = forms.into_iter().map(|form| Line::styled(meaning, form));
    let last = lines.next_back();
    let fitting = lines
        .find(|line| painter.width(line) <= area.width)
        .or(last);
    painter.line(area, &fitting.unwrap_or_else(Line::new));
}

fn owner_texts(it: &RowRef<'_>, symbols: &Symbols) -> (Meaning, Vec<String>) {
    let cases = it.cases();
    match cases.as_slice() {
        [one] => (case::owners_meaning(one), case::owner_forms(one, symbols)),
        many => (
            storm::owners_meaning(many),
            vec![storm::owners(many), storm::owners_short(many)],
        ),
    }
}

fn title_line(
    it: &RowRef<'_>,
    case: &Case,
    painter: &Painter<'_>,
    room: u16,
    titles: &[String],
) -> Line {
    let symbols = painter.symbols();
    let indent = if matches!(it, RowRef::Case(_)) { 0 } else { 2 };
    let quiet = quiet_within(case, usize::from(room.saturating_sub(indent)));
    let quiet = Line::styled(Meaning::Dim, quiet);
    let left = usize::from(room.saturating_sub(painter.width(&quiet) + indent));
    let title = title::title_within(case, titles, left, symbols);
    let line = match it {
        RowRef::Storm { storm, open, .. } => {
            let mark = if *open {
                symbols.unfolded
            } else {
                symbols.folded
            };
            Line::styled(Meaning::Key, format!("{mark} "))
                .with(row_meaning(it), storm::title_within(storm, left, symbols))
        }
        RowRef::Member { .. } => Line::styled(Meaning::Plain, "  ").with(row_meaning(it), title),
        RowRef::Case(_) | RowRef::Removed(_) => Line::styled(row_meaning(it), title),
    };
    line.join(quiet)
}

// Why the case is muted. The text is not cut, since half of it may mean something else.
fn quiet_within(case: &Case, room: usize) -> String {
    let Some(quiet) = case.muted_by else {
        return String::new();
    };
    let forms = [case::quiet_reason(quiet), case::quiet_reason_short(quiet)];
    let forms = forms.map(|reason| format!(" ({reason})"));
    let fits = |text: &&String| cells(text) + MIN_TITLE_CELLS <= room;
    let [_, short] = &forms;
    forms.iter().find(fits).unwrap_or(short).clone()
}

// With fewer cells, a title does not say what the case is about.
const MIN_TITLE_CELLS: usize = 8;

// The places; if there is room, a noun follows their number.
fn place_within(it: &RowRef<'_>, case: &Case, room: u16, symbols: &Symbols) -> String {
    let room = usize::from(room);
    if let RowRef::Storm { storm, .. } = it {
        return storm::places_within(storm, room);
    }
    let long = case::places_long(case);
    if cells(&long) <= room {
        long
    } else {
        case::places_within(case, room, symbols)
    }
}

fn row_meaning(it: &RowRef<'_>) -> Meaning {
    let cases = it.cases();
    let is_dim = |case: &&Case| case.snoozed || case.muted_by.is_some();
    if cases.iter().all(is_dim) {
        Meaning::Dim
    } else if cases.iter().any(|case| !case.not_fresh.is_empty()) {
        Meaning::Stale
    } else {
        Meaning::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture;
    use crate::domain::case::MutedBy;
    use crate::text::symbols::{ASCII, UNICODE};

    #[test]
    fn why_a_row_does_not_count_is_never_cut() {
        let mut case = fixture::case("Q1", "disk", "leap", "prod");
        assert_eq!(quiet_within(&case, 40), "");
        case.muted_by = Some(MutedBy::RoutedToNobody);
        assert_eq!(quiet_within(&case, 27), " (routed to nobody)");
        assert_eq!(quiet_within(&case, 26), " (not routed)");
        assert_eq!(quiet_within(&case, 3), " (not routed)");
    }

    #[test]
    fn a_place_keeps_the_hub_when_its_cluster_is_cut() {
        let case = fixture::case("Q1", "disk", "blue-carbon", "staging");
        let within = |cells, symbols| case::places_within(&case, cells, symbols);
        assert_eq!(within(19, &UNICODE), "blue-carbon/staging");
        assert_eq!(within(15, &UNICODE), "blue-c…/staging");
        assert_eq!(within(12, &UNICODE), "blu…/staging");
        assert_eq!(within(12, &ASCII), "bl../staging");
        assert_eq!(
            within(11, &UNICODE),
            "blue-carbon/staging",
            "the painter cuts it"
        );
    }
}
