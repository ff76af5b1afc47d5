//! The note below a row: its changes, its mismatches, and its sources that are not fresh. A storm's note also has the
//! values that its cases share, and its outlier.

use rustc_hash::FxHashSet;

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::domain::mismatch::MismatchKind;
use crate::picture::Picture;
use crate::picture::mismatch::Mismatch;
use crate::text::Line;
use crate::text::{ExpiringText, Meaning, TextContext, TextLength};
use crate::wording::{case, checklist, source, storm};

use super::case_changes;

/// Whether the row has a change or a problem, which its note must show.
pub fn is_pressing(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> bool {
    let Some(picture) = model.picture.as_deref() else {
        return false;
    };
    !problems(row, picture, ctx).is_empty() || !case_changes::row_text(row, model, ctx).is_empty()
}

/// Whether the note has facts that are shown nowhere else. If the pane is short of lines, only such notes are shown,
/// since each note takes the line of another row. A missing owner and a missing priority are shown in columns, and the
/// pane's frame names the sources that are not fresh.
pub fn has_unique_note(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> bool {
    let Some(picture) = model.picture.as_deref() else {
        return false;
    };
    let has_own_column = |it: &Mismatch| {
        matches!(
            it.kind(),
            MismatchKind::NobodyAwake | MismatchKind::NoPriority
        )
    };
    let contradicted = contradicted_cases(picture, |it| !it.muted && !has_own_column(it));
    let is_news =
        |case: &Case| case.closed_while_firing.is_some() || contradicted.contains(&case.id);
    row.cases().into_iter().any(is_news) || !case_changes::row_text(row, model, ctx).is_empty()
}

/// Whether the row has a note.
pub fn has_note(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> bool {
    let has_checklist = row.case().is_some_and(|case| !case.checklist.is_empty());
    matches!(row, RowRef::Storm { .. }) || has_checklist || is_pressing(row, model, ctx)
}

// Collects all cases with a mismatch in one pass, since a storm may have thousands of cases, and there may be as many
// mismatches.
fn contradicted_cases(picture: &Picture, counts: impl Fn(&Mismatch) -> bool) -> FxHashSet<&CaseId> {
    let all = picture.mismatches.iter().filter(|it| counts(it));
    all.filter_map(|it| it.case.as_ref()).collect()
}

fn case_mismatches<'a>(case: &'a Case, picture: &'a Picture) -> impl Iterator<Item = &'a Mismatch> {
    let all = picture.mismatches.iter();
    all.filter(|mismatch| mismatch.case.as_ref() == Some(&case.id))
}

/// The note as one line.
pub fn note_line(row: &RowRef<'_>, model: &Model, picture: &Picture, ctx: &TextContext) -> Line {
    let changed = case_changes::row_text(row, model, ctx);
    let changed = if changed.is_empty() {
        Line::new()
    } else {
        let symbol = ctx.symbols.changed;
        Line::styled(Meaning::Changed, symbol)
            .gap(1)
            .with(Meaning::Title, changed)
    };
    let line = changed.join_spaced(2, problems(row, picture, ctx));
    match row {
        RowRef::Storm { storm, .. } => {
            let case_at = |at: usize| picture.cases.get(at).map(|case| case.as_ref());
            let odd = storm
                .outlier
                .as_ref()
                .and_then(|odd| storm::outlier(odd, case_at));
            let odd = odd.map_or(Line::new(), |odd| Line::styled(Meaning::Title, odd));
            let shares = storm::shared_traits(storm, ctx.symbols);
            line.join_spaced(2, unacknowledged(row))
                .join_spaced(2, odd)
                .join_spaced(2, Line::styled(Meaning::Dim, shares))
        }
        RowRef::Case(case) | RowRef::Member { case, .. } => {
            let strip = checklist::strip(case).map(|strip| Line::styled(Meaning::Title, strip));
            line.join_spaced(2, strip.unwrap_or_default())
        }
        RowRef::Removed(_) => line,
    }
}

// The number of unacknowledged cases, for the note of a storm with unowned cases. A narrow owner column shows only the
// number of unowned cases for such a storm: "3 unowned".
fn unacknowledged(row: &RowRef<'_>) -> Line {
    let (cases, has_unowned) = (row.cases(), row.cases().iter().any(|case| case.unowned));
    match storm::unacknowledged_count(&cases) {
        some if some > 0 && has_unowned => {
            Line::styled(Meaning::Title, format!("{some} not acknowledged"))
        }
        _ => Line::new(),
    }
}

/// The mismatches and the sources that are not fresh. The mark comes first, as a part of its own: a row without a note
/// shows only the mark.
pub fn problems(row: &RowRef<'_>, picture: &Picture, ctx: &TextContext) -> Line {
    match row {
        RowRef::Removed(_) => Line::new(),
        RowRef::Case(case) | RowRef::Member { case, .. } => case_problems(case, picture, ctx),
        RowRef::Storm { cases, .. } => {
            // A muted mismatch counts neither for the verdict nor for the header.
            let conflicts = contradicted_cases(picture, Mismatch::counts);
            let in_conflict = cases.iter().filter(|case| conflicts.contains(&case.id));
            let in_conflict = in_conflict.count();
            let not_fresh_count = cases.iter().filter(|case| !case.not_fresh.is_empty());
            storm_problems(in_conflict, not_fresh_count.count(), ctx)
        }
    }
}

fn storm_problems(in_conflict: usize, past: usize, ctx: &TextContext) -> Line {
    let (mismatch, stale) = (ctx.symbols.mismatch, ctx.symbols.stale);
    let mut line = Line::new();
    if in_conflict > 0 {
        let said = storm::mismatch_count(in_conflict);
        line = add_problem(line, mismatch, ExpiringText::fixed(said), Meaning::Mismatch);
    }
    if past > 0 {
        line = add_problem(
            line,
            stale,
            ExpiringText::fixed(storm::stale_count(past)),
            Meaning::Stale,
        );
    }
    line
}

fn case_problems(case: &Case, picture: &Picture, ctx: &TextContext) -> Line {
    let symbols = ctx.symbols;
    let mut line = Line::new();
    for mismatch in case_mismatches(case, picture) {
        let look = if mismatch.counts() {
            Meaning::Mismatch
        } else {
            Meaning::Dim
        };
        let said = mismatch.describe(TextLength::Short, ctx);
        line = add_problem(line, symbols.mismatch, said, look);
    }
    if let Some(why) = case.no_escalation() {
        let said = ExpiringText::fixed(case::no_escalation(why));
        line = add_problem(line, symbols.assigned, said, Meaning::Warning);
    }
    if let Some(closed_incident) = &case.closed_while_firing {
        let said = case::closed_incident(closed_incident, ctx);
        line = add_problem(line, symbols.mismatch, said, Meaning::Mismatch);
    }
    if let Some(doubt) = case.doubtful_silence() {
        let said = ExpiringText::fixed(case::doubtful_silence_short(doubt));
        line = add_problem(line, symbols.mismatch, said, Meaning::Dim);
    }
    for view in case.not_fresh.iter().filter_map(|id| picture.source(id)) {
        let said = source::describe_short(view, ctx);
        line = add_problem(line, symbols.stale, said, Meaning::Stale);
    }
    line
}

fn add_problem(line: Line, mark: &str, said: ExpiringText, look: Meaning) -> Line {
    line.gap(2)
        .with(look, mark)
        .with(look, " ")
        .with(look, said)
}
