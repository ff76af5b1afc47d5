//! What the sources contradict each other about in a case, and which of them are silent.

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::picture::Picture;
use crate::say::{Form, Meaning, Said, Voice, case, finding, source};
use crate::ui::widgets::line::Line;

/// Whether there is something to say below the row.
pub fn has(row: &RowRef<'_>, model: &Model) -> bool {
    let Some(picture) = model.picture.as_deref() else {
        return false;
    };
    let is_about = |case: &Case| {
        let mut all = picture.mismatches.iter();
        all.any(|mismatch| mismatch.case.as_ref() == Some(&case.id))
    };
    let speaks =
        |case: &Case| is_about(case) || !case.not_fresh.is_empty() || case.closed.is_some();
    !is_fold(row) && row.case().is_some_and(|case| speaks(case))
}

fn is_fold(row: &RowRef<'_>) -> bool {
    matches!(row, RowRef::Fold { .. })
}

/// All of it in a line. The mark comes first, as a part of its own: where there is no second line it
/// stands alone.
pub fn notes(case: &Case, picture: &Picture, voice: &Voice) -> Line {
    let symbols = voice.symbols;
    let about = picture.mismatches.iter();
    let mut line = Line::new();
    for mismatch in about.filter(|it| it.case.as_ref() == Some(&case.id)) {
        let look = if mismatch.muted {
            Meaning::Dim
        } else {
            Meaning::Mismatch
        };
        let said = finding::finding(mismatch, Form::Short, voice);
        line = add(line, symbols.mismatch, said, look);
    }
    if let Some(closed) = &case.closed {
        let said = case::closed(closed, voice);
        line = add(line, symbols.mismatch, said, Meaning::Mismatch);
    }
    for view in case.not_fresh.iter().filter_map(|id| picture.source(id)) {
        let said = source::source_short(view, voice);
        line = add(line, symbols.stale, said, Meaning::Stale);
    }
    line
}

fn add(line: Line, mark: &str, said: Said, look: Meaning) -> Line {
    line.gap(2).text(mark, look).text(" ", look).say(said, look)
}
