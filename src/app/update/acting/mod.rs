//! What keys do while a person acts on cases, from the menu to what came of it.

pub(super) mod drafts;
mod own_box;
pub(super) mod resume;
mod sent;
mod steps;

use super::notify;
use crate::app::acting::{Acting, LONGEST_TEXT, Step, Subject};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::model::{Model, Overlay, OverlayKind};
use crate::app::msg::Opening;
use crate::app::typing::TextLine;
use crate::domain::now::Now;
use crate::domain::operation::IncidentAction;
use crate::say::operation;
use crate::say::sanitize::clean;

pub(super) use sent::acted;

/// Begins what an action wants, where the panes or a detail have the keys; none if it wants nothing.
pub(super) fn begin(model: &mut Model, action: Action, now: Now) -> Option<Vec<Effect>> {
    match action {
        Action::Mark => Some(mark(model)),
        Action::Drafts => Some(resume::resume(model, now)),
        Action::Menu => Some(with_subject(model, now, |model, subject| {
            open(model, Acting::menu(subject));
            Vec::new()
        })),
        other => {
            let wish = IncidentAction::of(other)?;
            Some(with_subject(model, now, |model, subject| {
                steps::start(model, wish, subject, now)
            }))
        }
    }
}

fn with_subject(
    model: &mut Model,
    now: Now,
    act: impl FnOnce(&mut Model, Subject) -> Vec<Effect>,
) -> Vec<Effect> {
    if model.chrome.read_only {
        return notify(model, operation::READ_ONLY.to_owned(), now);
    }
    match model.subject() {
        Some(subject) => act(model, subject),
        None => notify(model, operation::NOTHING_SELECTED.to_owned(), now),
    }
}

/// Takes a key while something is being done; none if nothing is.
pub(super) fn press(model: &mut Model, key: Key, now: Now) -> Option<Vec<Effect>> {
    let step = &current(model)?.step;
    let writes = match step {
        Step::Write(..) => TextLine::takes(key),
        Step::Choose(_, question, _) => {
            key.text().is_some() || question.is_filterable() && TextLine::takes(key)
        }
        _ => false,
    };
    if writes {
        return Some(steps::letter(model, key, now));
    }
    let action = model.keymap.action(model.context(), key);
    let goes_through = [Action::ForceQuit, Action::Suspend, Action::Redraw];
    match action {
        Some(action) if goes_through.contains(&action) => None,
        // Nothing else opens over it: what is typed here must never be taken for something else.
        other => Some(
            other
                .and_then(|action| steps::act(model, action, now))
                .unwrap_or_default(),
        ),
    }
}

/// Takes text that was typed at once or pasted; none if nothing is being written.
pub(super) fn write(model: &mut Model, text: &str, now: Now) -> Option<Vec<Effect>> {
    match &mut current_mut(model)?.step {
        Step::Write(_, _, line) => line.insert(text, LONGEST_TEXT),
        Step::Choose(_, question, pick) if question.is_filterable() => {
            let typed: String = text.chars().filter(|char| !char.is_control()).collect();
            pick.filter.insert(&typed, LONGEST_TEXT);
            pick.at = 0;
        }
        // A paste picks nothing and confirms nothing.
        _ => return Some(Vec::new()),
    }
    Some(drafts::keep(model, now))
}

/// The editor was closed.
pub(super) fn edited(model: &mut Model, text: Result<String, String>, now: Now) -> Vec<Effect> {
    let text = match text {
        Ok(text) => text,
        Err(why) => return notify(model, operation::editor_failed(&clean(&why)), now),
    };
    let before = current(model).and_then(|acting| match &acting.step {
        Step::Write(_, _, line) => Some(line.text().to_owned()),
        Step::Confirm(plan) => plan.form.given.text.clone(),
        _ => None,
    });
    if before.is_some_and(|before| before.trim_end() == text.trim_end()) {
        return notify(model, operation::EDITOR_UNCHANGED.to_owned(), now);
    }
    steps::rewrite(model, &text);
    drafts::keep(model, now)
}

/// An address was shown somewhere.
pub(super) fn opened(model: &mut Model, opened: Result<Opening, String>, now: Now) -> Vec<Effect> {
    let said = match opened {
        Ok(Opening::Browser(_)) => "opened in the browser".to_owned(),
        Ok(Opening::Copied(url)) => format!("no browser here, copied: {}", clean(&url)),
        Err(why) => format!("neither opened nor copied: {}", clean(&why)),
    };
    notify(model, said, now)
}

// A storm is marked as a whole; where all of it is marked, it is unmarked.
fn mark(model: &mut Model) -> Vec<Effect> {
    let rows = model.visible_rows();
    let row = model.selected_index().and_then(|index| rows.get(index));
    let cases = row.map(|row| row.cases()).unwrap_or_default();
    let all = cases.iter().all(|case| model.is_marked(case));
    let names = |case: &&crate::domain::case::Case| {
        let aliases = case.aliases.iter().cloned();
        aliases.chain([case.id.clone()]).collect::<Vec<_>>()
    };
    let (ids, every): (Vec<_>, Vec<_>) = (
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

fn open(model: &mut Model, acting: Acting) {
    // What it shows now was not drawn yet.
    model.extent.overlay = None;
    let kind = OverlayKind::Acting(Box::new(acting));
    match model.overlays.last_mut() {
        Some(top) if matches!(top.kind, OverlayKind::Acting(_)) => *top = Overlay::new(kind),
        _ => model.overlays.push(Overlay::new(kind)),
    }
}

fn current(model: &Model) -> Option<&Acting> {
    match &model.overlay()?.kind {
        OverlayKind::Acting(acting) => Some(acting),
        _ => None,
    }
}

fn current_mut(model: &mut Model) -> Option<&mut Acting> {
    match &mut model.overlays.last_mut()?.kind {
        OverlayKind::Acting(acting) => Some(acting),
        _ => None,
    }
}

fn close(model: &mut Model) {
    if current(model).is_some() {
        model.overlays.pop();
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
