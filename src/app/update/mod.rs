//! The only one that changes a model: what happened in, what is to be done out. Pure.

mod acting;
mod filter;
mod global;
mod histories;
mod hubs;
mod keys;
mod looking;
mod overlays;
mod panes;
mod picture;
mod selection;
mod storms;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use looking::settle;

use std::sync::Arc;
use std::time::Duration;

use super::effect::{Effect, Updated};
use super::model::{Model, Notice, Pane};
use super::msg::Msg;
use crate::domain::now::{Now, time_after};
use crate::say::sanitize::clean;

/// How long a notice stays.
const NOTICE_FOR: Duration = Duration::from_secs(6);

/// Takes what happened into the model.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> Updated {
    let before = model.clone();
    settle(model, now);
    let mut effects = match msg {
        Msg::Key(key) => {
            // What was said about an earlier key says nothing about this one.
            model.notice = None;
            model.cases.touched = true;
            looking::look(model, now);
            let leaving = model.leaving.clone();
            let effects = keys::press(model, key, now);
            model.hubs.touched |= model.focus == Pane::Hubs;
            // It is offered to the next key, and to no other.
            if model.leaving == leaving {
                model.leaving = None;
            }
            effects
        }
        Msg::Typed(text) => {
            model.cases.touched = true;
            looking::look(model, now);
            typed(model, &text, now)
        }
        Msg::Paste(text) => typed(model, &text, now),
        Msg::Resize { height, .. } => {
            model.height = height;
            return redrawn(Vec::new());
        }
        Msg::FocusGained => {
            looking::look(model, now);
            focus(model, true)
        }
        Msg::FocusLost => focus(model, false),
        Msg::Picture(picture) => picture::show(model, picture, now),
        Msg::TaskPanicked { name, text } => notify(
            model,
            format!("{name} stumbled and was started again: {text}"),
            now,
        ),
        Msg::Behind(since) => {
            model.behind = since;
            Vec::new()
        }
        Msg::History { question, result } => {
            histories::hear(model, &question, &result, now);
            Vec::new()
        }
        Msg::Acted { number, outcomes } => acting::acted(model, number, outcomes, now),
        Msg::Drafts(drafts) => acting::drafts::found(model, drafts, now),
        Msg::DraftNotKept(why) => notify(
            model,
            format!(
                "what you type would be lost with the program: {}",
                clean(&why)
            ),
            now,
        ),
        Msg::Edited(text) => acting::edited(model, text, now),
        Msg::Opened(opened) => acting::opened(model, opened, now),
        Msg::LeftAside(text) => notify(model, text, now),
        Msg::Copied(copied) => {
            let what = match copied {
                Ok(text) => format!("copied: {}", clean(&text)),
                Err(why) => format!("not copied: {why}"),
            };
            let left = acting::resume::left(model);
            let said = left.into_iter().chain([what]);
            notify(model, said.collect::<Vec<_>>().join("; "), now)
        }
    };
    effects.extend(histories::follow(&before, model, now));
    Updated {
        dirty: !looks_alike(&before, model),
        effects,
    }
}

// Text goes to what is being written, else to the filter line if that is open.
fn typed(model: &mut Model, text: &str, now: Now) -> Vec<Effect> {
    match acting::write(model, text, now) {
        Some(effects) => effects,
        None => filter::paste(model, text),
    }
}

fn redrawn(effects: Vec<Effect>) -> Updated {
    Updated {
        effects,
        dirty: true,
    }
}

fn focus(model: &mut Model, focused: bool) -> Vec<Effect> {
    model.focused_terminal = focused;
    Vec::new()
}

fn notify(model: &mut Model, text: String, now: Now) -> Vec<Effect> {
    model.notice = Some(Notice {
        text,
        until: time_after(now.wall, NOTICE_FOR),
    });
    Vec::new()
}

// A model is cheap to clone, since what is big is shared; so what is visible is compared rather than
// noted at every place that changes something.
fn looks_alike(one: &Model, other: &Model) -> bool {
    let same_picture = match (&one.picture, &other.picture) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    };
    same_picture
        && one.behind == other.behind
        && one.refreshing == other.refreshing
        && one.focus == other.focus
        && one.cases == other.cases
        && one.news == other.news
        && one.hubs == other.hubs
        && one.owners_scroll == other.owners_scroll
        && one.status_scroll == other.status_scroll
        && one.overlays == other.overlays
        && one.filter == other.filter
        && one.drafts == other.drafts
        && one.notice == other.notice
}
