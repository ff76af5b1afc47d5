//! Finds the action of a key in the present context, and handles the action.

use super::{action_flow, documents, filter, notify, overlays, owed, panes, saved_drafts};
use crate::app::action::{Action, Context};
use crate::app::document::DocumentKind;
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyCode};
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::app::text_line::TextLine;
use crate::domain::now::Now;
use crate::wording::operation;

/// Handles a key press.
///
/// A terminal sends alt and a key as an escape followed by the key. Over a slow line, an escape that the user presses
/// quickly before another key looks the same. So an alt combination that has no action counts as two keys. If the
/// combination were dropped, escape and `/` would not open the filter line, and the filter's text would be taken as
/// commands.
pub(super) fn handle_key(model: &mut Model, key: Key, now: Now) -> Vec<Effect> {
    if !may_be_escape_and_key(model, key) {
        return handle_one_key(model, key, now);
    }
    let mut effects = handle_one_key(model, Key::plain(KeyCode::Esc), now);
    effects.extend(handle_one_key(model, Key { alt: false, ..key }, now));
    effects
}

fn may_be_escape_and_key(model: &Model, key: Key) -> bool {
    let context = model.context();
    let is_one_byte = matches!(
        key.code,
        KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace
    );
    let edits = matches!(
        context,
        Context::Filter | Context::Writing | Context::Choice
    );
    key.alt
        && is_one_byte
        && model.keymap.action(context, key).is_none()
        && !(edits && TextLine::is_edit_key(key))
}

fn handle_one_key(model: &mut Model, key: Key, now: Now) -> Vec<Effect> {
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

// The key that offered to drop a draft drops that draft when pressed again, even while the screen shows the draft's
// text.
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
    if let Some(effects) = handle_global_action(model, action, now) {
        return effects;
    }
    let acts = matches!(context, Context::Panes | Context::Overlay);
    if acts && action == Action::FollowUp && model.is_on_owed() {
        return owed::follow_up(model, now);
    }
    if let Some(effects) = acts
        .then(|| action_flow::start_for_key(model, action, now))
        .flatten()
    {
        return effects;
    }
    match context {
        Context::Filter if filter::handle_action(model, action) => {}
        Context::Overlay => return overlays::handle_action(model, action, key),
        Context::Filter | Context::Panes | Context::Global => panes::handle_action(model, action),
        // `action_flow::handle_key` has already handled the keys of these contexts.
        Context::Menu | Context::Choice | Context::Writing | Context::Confirm => {}
    }
    Vec::new()
}

// Handles an action that belongs to no pane and no overlay; `None` for all other actions.
fn handle_global_action(model: &mut Model, action: Action, now: Now) -> Option<Vec<Effect>> {
    match action {
        // While a batch is being sent, quitting would hide its outcome, and might even stop the request.
        Action::Quit if !model.sent_batches.in_flight.is_empty() => {
            Some(notify(model, operation::QUIT_WHILE_SENDING.to_owned(), now))
        }
        Action::Quit | Action::ForceQuit => Some(saved_drafts::leave(model, now)),
        Action::Suspend => Some(vec![Effect::Suspend]),
        Action::Redraw => Some(vec![Effect::Redraw]),
        Action::Refresh => Some(refresh(model, now)),
        Action::Help => Some(toggle_overlay(model, OverlayKind::Help)),
        Action::Sources => Some(toggle_overlay(model, OverlayKind::Sources)),
        Action::Owed => Some(toggle_overlay(model, OverlayKind::Owed)),
        Action::Rollout => Some(toggle_overlay(model, OverlayKind::Rollout)),
        Action::Trends => Some(toggle_document(model, DocumentKind::Trends)),
        Action::Handoff => Some(toggle_document(model, DocumentKind::Handoff)),
        Action::Report => Some(documents::toggle_report(model, now)),
        _ => None,
    }
}

fn refresh(model: &mut Model, now: Now) -> Vec<Effect> {
    model.refreshing_since = Some(now);
    model.fetch_top_histories(now);
    documents::refresh_top(model);
    notify(model, "asking every source now".to_owned(), now);
    vec![Effect::RefreshNow]
}

fn toggle_document(model: &mut Model, kind: DocumentKind) -> Vec<Effect> {
    documents::toggle(model, kind);
    Vec::new()
}

// Opens an overlay, or closes it if it is on top. If it is below others, it comes to the top. The overlay receives the
// keys, so the filter line is closed.
fn toggle_overlay(model: &mut Model, kind: OverlayKind) -> Vec<Effect> {
    model.filter.editing = false;
    let on_top = model.overlay().is_some_and(|overlay| overlay.kind == kind);
    model.overlays.retain(|overlay| overlay.kind != kind);
    if !on_top {
        model.overlays.push(Overlay::new(kind));
    }
    Vec::new()
}
