//! Tracks which drafts are on the disk. A notice calls a draft "kept" only if the draft is on the disk. While some
//! draft is not on the disk, hubwatch asks before it quits.

use super::notify;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::domain::now::Now;
use crate::domain::operation::{Draft, DraftKey};
use crate::text::sanitize::clean;
use crate::wording::operation;

/// Records which drafts the effects of an update will write.
pub(super) fn note_writes(model: &mut Model, effects: &[Effect]) {
    for effect in effects {
        match effect {
            Effect::SaveDraft(draft) => {
                model.unsaved_drafts.entry(draft.key()).or_default();
            }
            Effect::DeleteDraft(key) => {
                model.unsaved_drafts.remove(key);
            }
            _ => {}
        }
    }
}

/// Records that a draft is on the disk. A later version of the draft may not be there yet.
pub(super) fn saved(model: &mut Model, draft: &Draft, now: Now) -> Vec<Effect> {
    let key = draft.key();
    if model.drafts.get(&key).is_none_or(|latest| latest == draft) {
        model.unsaved_drafts.remove(&key);
    }
    if !model.unsaved_drafts.is_empty() {
        return Vec::new();
    }
    if model.leaving {
        return vec![Effect::Quit];
    }
    if std::mem::take(&mut model.announces_saved) {
        return notify(model, operation::KEPT_AS_DRAFT.to_owned(), now);
    }
    Vec::new()
}

/// Records that a draft could not be written.
pub(super) fn save_failed(model: &mut Model, key: DraftKey, why: &str, now: Now) -> Vec<Effect> {
    let why = clean(why).into_owned();
    let text = match model.leaving {
        true => operation::leaving_loses_drafts(&why),
        false => operation::draft_not_saved(&why),
    };
    if model.drafts.contains_key(&key) {
        model.unsaved_drafts.insert(key, Some(why));
    }
    model.announces_saved = false;
    notify(model, text, now)
}

/// Shows a notice that says whether the typed text is on the disk.
pub(super) fn say_kept(model: &mut Model, now: Now) -> Vec<Effect> {
    let text = match model.unsaved_drafts.values().max() {
        None => operation::KEPT_AS_DRAFT.to_owned(),
        Some(Some(why)) => operation::draft_not_saved(why),
        Some(None) => {
            model.announces_saved = true;
            operation::DRAFT_BEING_SAVED.to_owned()
        }
    };
    notify(model, text, now)
}

/// Ends the program. If a draft is not on the disk, the program ends when the user asks again or the draft is saved.
pub(super) fn leave(model: &mut Model, now: Now) -> Vec<Effect> {
    let unsaved = model.unsaved_drafts.values().max();
    let text = match unsaved {
        None => return vec![Effect::Quit],
        Some(_) if model.leaving => return vec![Effect::Quit],
        Some(Some(why)) => operation::leaving_loses_drafts(why),
        Some(None) => operation::LEAVING_WAITS_FOR_DISK.to_owned(),
    };
    model.leaving = true;
    notify(model, text, now)
}
