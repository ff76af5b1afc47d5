//! Records which rows the user has seen.

use crate::app::model::Model;
use crate::app::rows::RowRef;
use crate::domain::ids::CaseId;
use crate::domain::now::Now;

/// Records that the user has seen the rows of the last frame. Called after a key press, and when the terminal gains the
/// focus.
pub(super) fn mark_rows_seen(model: &mut Model, now: Now) {
    let (Some(picture), Some((from, to))) =
        (model.picture.clone(), model.viewport.visible_case_rows)
    else {
        return;
    };
    let rows = model.visible_rows();
    let in_sight = rows.iter().take(to).skip(from);
    let ids: Vec<CaseId> = in_sight.flat_map(|row| case_ids(row, model)).collect();
    model.unseen.mark_seen(&ids, &picture, now);
}

// The ids of all cases in the row.
fn case_ids(row: &RowRef<'_>, model: &Model) -> Vec<CaseId> {
    match row {
        RowRef::Case(case) | RowRef::Member { case, .. } => vec![case.id.clone()],
        RowRef::Removed(gone) => gone.iter().map(|gone| gone.case.id.clone()).collect(),
        RowRef::Storm { storm, cases, .. } => {
            let gone = model.removed_from(storm).map(|gone| &gone.case);
            let all = cases.iter().copied().chain(gone);
            all.map(|case| case.id.clone()).collect()
        }
    }
}

/// Removes marks and cleared cases that have expired by `now`. Called before each frame.
pub fn expire_marks(model: &mut Model, now: Now) {
    let Some(picture) = model.picture.clone() else {
        return;
    };
    let selected = model.user_selected_row().cloned();
    if model
        .unseen
        .next_expiry(now, selected.as_ref())
        .is_some_and(|wait| wait.is_zero())
    {
        super::selection::preserve(model, |model| {
            model.unseen.expire_marks(&picture, selected.as_ref(), now);
        });
    }
}
