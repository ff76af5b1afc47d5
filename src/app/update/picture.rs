//! Shows a new picture and keeps the selection, the overlays and the open storms.

use std::sync::Arc;
use std::time::Duration;

use super::action_flow::drafts;
use super::selection;
use super::storms::ShownStorms;
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::now::Now;
use crate::picture::Picture;

/// A refresh counts as finished after this time, even if a source has not answered.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) fn apply_picture(model: &mut Model, picture: Arc<Picture>, now: Now) -> Vec<Effect> {
    let mut old = None;
    let storms = ShownStorms::from_model(model);
    selection::preserve_with_renames(model, |model| {
        let renames = storms.renames_in(&picture);
        old = model.picture.replace(picture.clone());
        model.cases.shown_storms = renames.shown_keys(&picture);
        model.cases.open_storms = renames.remaining_keys(&model.cases.open_storms);
        let storms = storms.storm_by_case();
        model
            .unseen
            .apply_picture(old.as_deref(), &picture, &storms, now);
        renames
    });
    model
        .overlays
        .iter_mut()
        .for_each(|overlay| update_overlay(overlay, &picture));
    drafts::forget_foreign(model);
    model.refreshing_since = model.refreshing_since.filter(|asked| {
        now.since(*asked) < REFRESH_TIMEOUT && !all_answered_since(&picture, *asked)
    });
    old.map(Effect::DropPicture).into_iter().collect()
}

// Updates the case in an overlay, even if the case got a new id. A case that is gone stays in its last state.
fn update_overlay(overlay: &mut Overlay, picture: &Picture) {
    if let OverlayKind::Case(shown) = &mut overlay.kind
        && let Some(case) = picture.current_case(shown)
    {
        *shown = case.clone();
    }
}

fn all_answered_since(picture: &Picture, asked: Now) -> bool {
    let not_before = |at: Now| asked.since(at).is_zero();
    picture.sources.iter().all(|source| {
        let answered = source.requested_at.is_some_and(not_before);
        let failed = source
            .failure
            .as_ref()
            .is_some_and(|failure| not_before(failure.at));
        answered || failed
    })
}
