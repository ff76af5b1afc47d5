//! Handles keys in the dialogue of an operation, from the menu to the outcome.

pub(super) mod drafts;
mod local_time_box;
pub(super) mod resume_draft;
mod send;
mod steps;

use std::collections::BTreeSet;

use super::notify;
use crate::app::action::Action;
use crate::app::action_flow::{ActionFlow, MAX_TEXT_CHARS, Step};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::app::text_line::TextLine;
use crate::domain::now::Now;
use crate::domain::operation::IncidentAction;
use crate::plan::ActionSubject;
use crate::text::sanitize::clean;
use crate::wording::operation;

pub(super) use send::operations_finished;

/// Starts the dialogue of an action; `None` if the action has no dialogue.
pub(super) fn start_for_key(model: &mut Model, action: Action, now: Now) -> Option<Vec<Effect>> {
    match action {
        Action::Mark => Some(toggle_marks(model)),
        Action::Drafts => Some(resume_draft::resume_latest(model, now)),
        Action::Menu => Some(with_subject(model, now, |model, subject| {
            show_flow(model, ActionFlow::new(subject));
            Vec::new()
        })),
        other => {
            let action = IncidentAction::from_key_action(other)?;
            Some(with_subject(model, now, |model, subject| {
                steps::start_action(model, action, subject, now)
            }))
        }
    }
}

fn with_subject(
    model: &mut Model,
    now: Now,
    act: impl FnOnce(&mut Model, ActionSubject) -> Vec<Effect>,
) -> Vec<Effect> {
    if model.session.read_only {
        return notify(model, operation::READ_ONLY.to_owned(), now);
    }
    match model.action_subject() {
        Some(subject) => act(model, subject),
        None => notify(model, operation::NOTHING_SELECTED.to_owned(), now),
    }
}

/// Handles a key in the topmost dialogue. `None` if there is no dialogue, or the dialogue does not use the key.
pub(super) fn handle_key(model: &mut Model, key: Key, now: Now) -> Option<Vec<Effect>> {
    let step = &current_flow(model)?.step;
    let writes = match step {
        Step::Write(..) => TextLine::is_edit_key(key),
        Step::Choose(_, question, _) => {
            key.text().is_some() || question.is_filterable() && TextLine::is_edit_key(key)
        }
        _ => false,
    };
    if writes {
        return Some(steps::handle_text_key(model, key, now));
    }
    let action = model.keymap.action(model.context(), key);
    let goes_through = [Action::ForceQuit, Action::Suspend, Action::Redraw];
    match action {
        Some(action) if goes_through.contains(&action) => None,
        // The dialogue takes every key except those of `goes_through`, so that typed text never starts another action.
        other => Some(
            other
                .and_then(|action| steps::handle_action(model, action, now))
                .unwrap_or_default(),
        ),
    }
}

/// Inserts text that was pasted or typed quickly. `None` if no dialogue is open.
pub(super) fn insert_text(model: &mut Model, text: &str, now: Now) -> Option<Vec<Effect>> {
    match &mut current_flow_mut(model)?.step {
        Step::Write(_, _, line) => line.insert_text(text, MAX_TEXT_CHARS),
        Step::Choose(_, question, pick) if question.is_filterable() => {
            let typed: String = text.chars().filter(|char| !char.is_control()).collect();
            pick.filter.insert_text(&typed, MAX_TEXT_CHARS);
            pick.index = 0;
        }
        // A paste never picks or confirms anything.
        _ => return Some(Vec::new()),
    }
    Some(drafts::save_current(model, now))
}

/// Handles the text that the closed editor returned.
pub(super) fn editor_closed(
    model: &mut Model,
    text: Result<String, String>,
    now: Now,
) -> Vec<Effect> {
    let text = match text {
        Ok(text) => text,
        Err(why) => return notify(model, operation::editor_failed(&clean(&why)), now),
    };
    let before = current_flow(model).and_then(|flow| match &flow.step {
        Step::Write(_, _, line) => Some(line.text().to_owned()),
        Step::Confirm(plan) => plan.form.text.clone(),
        _ => None,
    });
    if before.is_some_and(|before| before.trim_end() == text.trim_end()) {
        return notify(model, operation::EDITOR_UNCHANGED.to_owned(), now);
    }
    steps::replace_text(model, &text);
    drafts::save_current(model, now)
}

/// Shows whether the browser was asked to show an address.
pub(super) fn link_opened(
    model: &mut Model,
    opened: Result<String, String>,
    now: Now,
) -> Vec<Effect> {
    let text = match opened {
        Ok(_) => "opened in the browser".to_owned(),
        Err(why) => format!("not opened: {}", clean(&why)),
    };
    notify(model, text, now)
}

// Marks or unmarks a row's cases. A storm is marked as a whole. If all of its cases are already marked, they are
// unmarked.
fn toggle_marks(model: &mut Model) -> Vec<Effect> {
    let rows = model.visible_rows();
    let index = model.selected_index_in(&rows);
    let row = index.and_then(|index| rows.get(index));
    let cases = row.map(|row| row.cases()).unwrap_or_default();
    let all = cases.iter().all(|case| model.is_marked(case));
    let names = |case: &&crate::domain::case::Case| {
        let aliases = case.aliases.iter().cloned();
        aliases.chain([case.id.clone()]).collect::<Vec<_>>()
    };
    let (ids, every): (Vec<_>, BTreeSet<_>) = (
        cases.iter().map(|case| case.id.clone()).collect(),
        cases.iter().flat_map(names).collect(),
    );
    if all {
        model.cases.marked.retain(|id| !every.contains(id));
    } else {
        model.cases.marked.extend(ids);
    }
    super::panes::move_in_cases(model, Action::Down);
    Vec::new()
}

fn show_flow(model: &mut Model, flow: ActionFlow) {
    // The new step has not been drawn yet. The user cannot confirm it while its scroll limit is not known.
    model.viewport.max_overlay_scroll = None;
    let kind = OverlayKind::ActionFlow(Box::new(flow));
    match model.overlays.last_mut() {
        Some(top) if matches!(top.kind, OverlayKind::ActionFlow(_)) => *top = Overlay::new(kind),
        _ => model.overlays.push(Overlay::new(kind)),
    }
}

fn current_flow(model: &Model) -> Option<&ActionFlow> {
    match &model.overlay()?.kind {
        OverlayKind::ActionFlow(flow) => Some(flow),
        _ => None,
    }
}

fn current_flow_mut(model: &mut Model) -> Option<&mut ActionFlow> {
    match &mut model.overlays.last_mut()?.kind {
        OverlayKind::ActionFlow(flow) => Some(flow),
        _ => None,
    }
}

fn close_flow(model: &mut Model) {
    if current_flow(model).is_some() {
        model.overlays.pop();
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
