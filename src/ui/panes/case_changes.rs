//! The changes of a row since the user last looked. A mark before the row shows them, and a text below the row
//! describes them.

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::app::unseen::{CaseChange, RemovalReason};
use crate::domain::case::Case;
use crate::text::{Meaning, Symbols, TextContext};
use crate::wording::change;

/// The mark of a row, and its meaning; `None` if nothing changed.
pub fn mark(row: &RowRef<'_>, model: &Model, symbols: &Symbols) -> Option<(&'static str, Meaning)> {
    if let RowRef::Removed(gone) = row {
        let unheard = gone
            .iter()
            .any(|gone| gone.reason == RemovalReason::SourceLost);
        return Some(if unheard {
            (symbols.unknown, Meaning::Unknown)
        } else {
            (symbols.cleared, Meaning::Dim)
        });
    }
    // Operations act on marked cases. So a row with a marked case shows this mark instead of the mark for changes.
    if row.cases().iter().any(|case| model.is_marked(case)) {
        return Some((symbols.marked, Meaning::Key));
    }
    let counts = ChangeCounts::from_row(row, model);
    if counts.new == row.cases().len() {
        Some((symbols.appeared, Meaning::Changed))
    } else if counts.is_any() {
        Some((symbols.changed, Meaning::Changed))
    } else {
        None
    }
}

/// The changes of a row in words. Empty if nothing changed. Also empty if the case is new, since the row's mark shows
/// that already.
pub fn row_text(row: &RowRef<'_>, model: &Model, ctx: &TextContext) -> String {
    match row {
        RowRef::Removed(_) => String::new(),
        RowRef::Case(case) | RowRef::Member { case, .. } => {
            case_text(model.unseen.changes_of(&case.id), case, ctx)
        }
        RowRef::Storm { .. } => {
            let counts = ChangeCounts::from_row(row, model);
            // If all cases are new, the row's mark shows that already.
            if counts.new == row.cases().len() && counts.cleared == 0 {
                return String::new();
            }
            change::counts(counts.new, counts.changed, counts.cleared, ctx)
        }
    }
}

/// The changes of one case: "owner was Bo · was P3". Empty if there are none, or if the case is new.
pub fn case_text(changes: &[CaseChange], case: &Case, ctx: &TextContext) -> String {
    let words = changes
        .iter()
        .filter_map(|change| change_text(change, case));
    let words: Vec<String> = words.collect();
    words.join(ctx.symbols.separator)
}

fn change_text(it: &CaseChange, case: &Case) -> Option<String> {
    Some(match it {
        CaseChange::Appeared => return None,
        CaseChange::HubDown { previous: was } => change::hub_down(*was),
        CaseChange::Priority { previous: was } => change::priority(was.as_ref()),
        CaseChange::Owner { previous: was } => change::owner(was),
        CaseChange::Status { previous: was } => change::status(*was, case.incident.is_some()),
        CaseChange::Snoozed { previous: was } => change::snoozed(*was),
        CaseChange::Quiet { previous: was } => change::quiet(*was),
        CaseChange::Clock { previous: was } => change::clock_kind(*was),
    })
}

struct ChangeCounts {
    new: usize,
    changed: usize,
    cleared: usize,
}

impl ChangeCounts {
    fn from_row(row: &RowRef<'_>, model: &Model) -> Self {
        let cases = row.cases();
        let of = |case: &Case| model.unseen.changes_of(&case.id);
        let new = |case: &&&Case| of(case).contains(&CaseChange::Appeared);
        let new = cases.iter().filter(new).count();
        let marked = cases.iter().filter(|case| !of(case).is_empty()).count();
        let cleared = match row {
            RowRef::Storm { storm, .. } => model
                .removed_from(storm)
                .filter(|gone| gone.is_cleared())
                .count(),
            _ => 0,
        };
        Self {
            new,
            changed: marked - new,
            cleared,
        }
    }

    fn is_any(&self) -> bool {
        self.new + self.changed + self.cleared > 0
    }
}
