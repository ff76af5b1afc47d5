//! From a key to what it does here.

use super::{action_flow, filter, global, overlays, panes};
use crate::app::action::{Action, Context};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::text_line::TextLine;
use crate::domain::now::Now;

/// A key was pressed.
pub(super) fn handle_key(model: &mut Model, key: Key, now: Now) -> Vec<Effect> {
    if let Some(effects) = action_flow::handle_key(model, key, now) {
        return effects;
    }
    let context = model.context();
    if context == Context::Filter && TextLine::is_edit_key(key) {
        filter::edit(model, key);
        return Vec::new();
    }
    let action = model.keymap.action(context, key);
    match action.or_else(|| offered_action(model, key)) {
        Some(action) => handle_action(model, context, action, key, now),
        None => Vec::new(),
    }
}

// A draft that is offered for dropping is dropped by the key that brought it up, also from over its text.
fn offered_action(model: &Model, key: Key) -> Option<Action> {
    model.draft_pending_drop.as_ref()?;
    let action = model.keymap.action(Context::Panes, key)?;
    (action == Action::Drafts).then_some(action)
}

fn handle_action(
    model: &mut Model,
    context: Context,
    action: Action,
    key: Key,
    now: Now,
) -> Vec<Effect> {
    if let Some(effects) = global::handle_action(model, action, now) {
        return effects;
    }
    let acts = matches!(context, Context::Panes | Context::Overlay);
    if let Some(effects) = acts
        .then(|| action_flow::start_for_key(model, action, now))
        .flatten()
    {
        return effects;
    }
    match context {
        Context::Filter => filter::handle_action(model, action),
        Context::Overlay => return overlays::handle_action(model, action, key),
        Context::Panes | Context::Global => panes::handle_action(model, action),
        // These have had their turn.
        Context::Menu | Context::Choice | Context::Writing | Context::Confirm => {}
    }
    Vec::new()
}
