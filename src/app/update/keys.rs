//! From a key to what it does here.

use super::{filter, global, overlays, panes};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::domain::now::Now;

/// A key was pressed.
pub(super) fn press(model: &mut Model, key: Key, now: Now) -> Vec<Effect> {
    let context = model.context();
    if context == Context::Filter && filter::takes(key) {
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
    match context {
        Context::Filter => filter::act(model, action),
        Context::Overlay => return overlays::act(model, action, key),
        Context::Panes | Context::Global => panes::act(model, action),
    }
    Vec::new()
}
