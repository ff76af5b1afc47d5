//! What stands below a row: what changed, what the sources contradict each other about, which of them are
//! silent; of a storm what all of it shares and which is the odd one out.

use std::sync::Arc;

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::case::Case;
use crate::domain::mismatch::{Mismatch, MismatchDetail};
use crate::picture::Picture;
use crate::say::{ExpiringText, Meaning, TextContext, TextLength, case, mismatch, source, storm};
use crate::ui::widgets::line::Line;

use super::case_news;

/// Whether there is something to say below the row that calls for somebody.
pub fn is_pressing(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> bool {
    let Some(picture) = model.picture.as_deref() else {
        return false;
    };
    !troubles(row, picture, ctx).is_empty() || !case_news::row_words(row, model, ctx).is_empty()
}

/// Whether the line below the row is worth another row's: it says what stands nowhere else. That nobody holds it
/// and that it has no priority stand in their columns, and that a source is silent in the frame.
pub fn says_more(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> bool {
    let Some(picture) = model.picture.as_deref() else {
        return false;
    };
    let has_own_column = |it: &Mismatch| {
        matches!(
            it.detail,
            MismatchDetail::NoOwner { .. } | MismatchDetail::NoPriority
        )
    };
    let is_news = |case: &Case| {
        case.closed_while_firing.is_some()
            || about(case, picture).any(|it| !it.muted && !has_own_column(it))
    };
    row.cases().into_iter().any(is_news) || !case_news::row_words(row, model, ctx).is_empty()
}

/// Whether there is something to say below the row.
pub fn has(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> bool {
    matches!(row, RowRef::Fold { .. }) || is_pressing(row, model, ctx)
}

fn about<'a>(case: &'a Case, picture: &'a Picture) -> impl Iterator<Item = &'a Mismatch> {
    let all = picture.mismatches.iter();
    all.filter(|mismatch| mismatch.case.as_ref() == Some(&case.id))
}

/// All of it in a line.
pub fn below(row: &RowRef<'_>, model: &Model, picture: &Picture, ctx: &TextContext) -> Line {
    let changed = case_news::row_words(row, model, ctx);
    let changed = if changed.is_empty() {
        Line::new()
    } else {
        let symbol = ctx.symbols.changed;
        Line::of(symbol, Meaning::Changed)
            .gap(1)
            .text(changed, Meaning::Title)
    };
    let line = changed.spaced(2, troubles(row, picture, ctx));
    match row {
        RowRef::Fold { fold, .. } => {
            let case_at = |at: usize| picture.cases.get(at).map(|case| case.as_ref());
            let odd = fold
                .outlier
                .as_ref()
                .and_then(|odd| storm::outlier(odd, case_at));
            let odd = odd.map_or(Line::new(), |odd| Line::of(odd, Meaning::Title));
            let shares = storm::shared_traits(fold, ctx.symbols);
            line.spaced(2, odd)
                .spaced(2, Line::of(shares, Meaning::Dim))
        }
        _ => line,
    }
}

/// The contradictions and silences. The mark comes first, as a part of its own: where there is no second line
/// it stands alone.
pub fn troubles(row: &RowRef<'_>, picture: &Picture, ctx: &TextContext) -> Line {
    match row {
        RowRef::Removed(_) => Line::new(),
        RowRef::Case(case) | RowRef::Member { case, .. } => of_case(case, picture, ctx),
        RowRef::Fold { cases, .. } => {
            // What is muted does not count in the verdict, nor in the header.
            let in_conflict = |case: &&&Arc<Case>| about(case, picture).any(|it| !it.muted);
            let in_conflict = cases.iter().filter(in_conflict).count();
            let past = cases.iter().filter(|case| !case.not_fresh.is_empty());
            of_storm(in_conflict, past.count(), ctx)
        }
    }
}

fn of_storm(in_conflict: usize, past: usize, ctx: &TextContext) -> Line {
    let (mismatch, stale) = (ctx.symbols.mismatch, ctx.symbols.stale);
    let mut line = Line::new();
    if in_conflict > 0 {
        let said = storm::mismatch_count(in_conflict);
        line = add(line, mismatch, ExpiringText::fixed(said), Meaning::Mismatch);
    }
    if past > 0 {
        line = add(
            line,
            stale,
            ExpiringText::fixed(storm::stale_count(past)),
            Meaning::Stale,
        );
    }
    line
}

fn of_case(case: &Case, picture: &Picture, ctx: &TextContext) -> Line {
    let symbols = ctx.symbols;
    let mut line = Line::new();
    for mismatch in about(case, picture) {
        let look = if mismatch.muted {
            Meaning::Dim
        } else {
            Meaning::Mismatch
        };
        let said = mismatch::describe(mismatch, TextLength::Short, ctx);
        line = add(line, symbols.mismatch, said, look);
    }
    if let Some(closed_incident) = &case.closed_while_firing {
        let said = case::closed_incident(closed_incident, ctx);
        line = add(line, symbols.mismatch, said, Meaning::Mismatch);
    }
    for view in case.not_fresh.iter().filter_map(|id| picture.source(id)) {
        let said = source::describe_short(view, ctx);
        line = add(line, symbols.stale, said, Meaning::Stale);
    }
    line
}

fn add(line: Line, mark: &str, said: ExpiringText, look: Meaning) -> Line {
    line.gap(2).text(mark, look).text(" ", look).say(said, look)
}
