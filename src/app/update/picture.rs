//! A new picture comes: everything that the person does stays where it was.

use std::sync::Arc;
use std::time::Duration;

use super::selection;
use super::storms::Storms;
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::domain::now::Now;
use crate::picture::Picture;

/// A refresh that some source never answered is over after this.
const REFRESH_FOR: Duration = Duration::from_secs(30);

/// Shows the picture.
pub(super) fn show(model: &mut Model, picture: Arc<Picture>, now: Now) -> Vec<Effect> {
    let mut old = None;
    let storms = Storms::of(model);
    selection::following(model, |model| {
        let renames = storms.in_picture(&picture);
        old = model.picture.replace(picture.clone());
        model.cases.storms = renames.shown(&picture);
        model.cases.open_folds = renames.left(&model.cases.open_folds);
        let folds = storms.by_case();
        model.news.take(old.as_deref(), &picture, &folds, now);
        renames
    });
    model
        .overlays
        .iter_mut()
        .for_each(|overlay| bring_up_to_date(overlay, &picture));
    model.refreshing = model
        .refreshing
        .filter(|asked| now.since(*asked) < REFRESH_FOR && !all_answered_since(&picture, *asked));
    old.map(Effect::Discard).into_iter().collect()
}

// A case that gained a better name is shown under it; one that is over stays as it was.
fn bring_up_to_date(overlay: &mut Overlay, picture: &Picture) {
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
