//! From a key to what it does here.

use super::{acting, filter, global, overlays, panes};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::typing::TextLine;
use crate::domain::now::Now;

/// A key was pressed.
pub(super) fn press(model: &mut Model, key: Key, now: Now) -> Vec<Effect> {
    if let Some(effects) = acting::press(model, key, now) {
        return effects;
    }
    let context = model.context();
    if context == Context::Filter && TextLine::takes(key) {
        filter::edit(model, key);
        return Vec::new();
    }
    match model.keymap.action(context, key) {
        Some(action) => act(model, context, action, key, now),
        None => Vec::new(),
    }
}

fn act(model: &mut Model, context: Context, action: Action, key: Key, now: Now) -> Vec<Effect> {
    if let Some(effects) = global::act(model, action, now) {
        return effects;
    }
    let acts = matches!(context, Context::Panes | Context::Overlay);
    if let Some(effects) = acts.then(|| acting::begin(model, action, now)).flatten() {
        return effects;
    }
    match context {
        Context::Filter => filter::act(model, action),
        Context::Overlay => return overlays::act(model, action, key),
        Context::Panes | Context::Global => panes::act(model, action),
        // These have had their turn.
        Context::Menu | Context::Choice | Context::Writing | Context::Confirm => {}
    }
    Vec::new()
}
