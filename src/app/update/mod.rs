//! `update`, the only function that changes the model. It takes a message and returns effects. It is pure.

mod action_flow;
mod copies;
mod documents;
mod filter;
mod histories;
mod hubs;
mod keys;
mod mark_seen;
mod moves;
mod overlays;
mod owed;
mod panes;
mod picture;
mod saved_drafts;
mod selection;
mod storms;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use mark_seen::expire_marks;

use std::sync::Arc;
use std::time::Duration;

use super::effect::{Effect, UpdateResult};
use super::model::{Model, Notice, Pane};
use super::msg::Msg;
use crate::domain::now::{Now, time_after};
use crate::text::sanitize::clean;

/// How long a notice stays.
const NOTICE_DURATION: Duration = Duration::from_secs(6);

/// How many complaints are kept. The oldest ones are dropped.
const MAX_COMPLAINTS: usize = 20;

/// How long the startup notice stays without a key press.
const STARTUP_NOTICE_DURATION: Duration = Duration::from_secs(120);

/// A notice with the configuration's warnings; `None` if there are none.
pub fn startup_notice(warnings: &[String], now: Now) -> Option<Notice> {
    let (first, others) = warnings.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        count => format!(" (and {count} more in the sources view)"),
    };
    Some(Notice {
        text: clean(&format!("{first}{more}")).into_owned(),
        until: time_after(now.wall, STARTUP_NOTICE_DURATION),
    })
}

/// Applies a message to the model.
pub fn update(model: &mut Model, msg: Msg, now: Now) -> UpdateResult {
    let before = model.clone();
    expire_marks(model, now);
    let mut effects = match msg {
        Msg::Key(key) => {
            // A key press hides the notice, since the notice was about an earlier key.
            model.notice = None;
            model.cases.touched = true;
            mark_seen::mark_rows_seen(model, now);
            let pending_drop = model.draft_pending_drop.clone();
            let leaving = model.leaving;
            let effects = keys::handle_key(model, key, now);
            model.hubs.touched |= model.focus == Pane::Hubs;
            // Only the next key can confirm that the draft is dropped.
            if model.draft_pending_drop == pending_drop {
                model.draft_pending_drop = None;
            }
            model.leaving &= !leaving;
            effects
        }
        Msg::Typed(text) => {
            model.cases.touched = true;
            mark_seen::mark_rows_seen(model, now);
            insert_typed(model, &text, now)
        }
        Msg::Paste(text) => insert_typed(model, &text, now),
        Msg::Resize { height, .. } => {
            model.height = height;
            // The pane of owed work may not fit into the new size.
            if model.focus == Pane::Owed {
                model.focus = Pane::Cases;
            }
            return with_redraw(Vec::new());
        }
        Msg::FocusGained => {
            mark_seen::mark_rows_seen(model, now);
            set_terminal_focus(model, true)
        }
        Msg::FocusLost => set_terminal_focus(model, false),
        Msg::Picture(picture) => picture::apply_picture(model, picture, now),
        Msg::TaskPanicked { name, text } => notify(
            model,
            format!("{name} crashed and was restarted: {text}"),
            now,
        ),
        Msg::PictureLagging(since) => {
            model.lagging_since = since;
            Vec::new()
        }
        Msg::HistoryFetched {
            query: question,
            result,
        } => {
            histories::set_result(model, &question, &result, now);
            Vec::new()
        }
        Msg::OwedRead(read) => {
            owed::set_reading(model, read, now);
            Vec::new()
        }
        Msg::VersionsRead(reading) => {
            model.versions = Some(reading);
            Vec::new()
        }
        Msg::DocumentProgress(kind, text) => {
            documents::set_progress(model, &kind, text);
            Vec::new()
        }
        Msg::DocumentRead(kind, read) => {
            documents::set_result(model, &kind, read);
            Vec::new()
        }
        Msg::OperationsFinished { number, outcomes } => {
            action_flow::operations_finished(model, number, outcomes, now)
        }
        Msg::DraftsLoaded(drafts) => action_flow::drafts::merge_loaded(model, drafts, now),
        Msg::DraftSaved(draft) => saved_drafts::saved(model, &draft, now),
        Msg::DraftSaveFailed { key, why } => saved_drafts::save_failed(model, key, &why, now),
        Msg::EditorClosed(text) => action_flow::editor_closed(model, text, now),
        Msg::LinkOpened(link_opened) => action_flow::link_opened(model, link_opened, now),
        Msg::Complaint(text) => complain(model, text, now),
        Msg::Copied(copy) => copies::copied(model, copy, now),
    };
    saved_drafts::note_writes(model, &effects);
    effects.extend(histories::sync_fetches(&before, model, now));
    effects.extend(documents::sync_readings(&before, model));
    UpdateResult {
        dirty: !is_visibly_same(&before, model),
        effects,
    }
}

// Inserts typed text into the open text field or, if there is none, into the open filter line.
fn insert_typed(model: &mut Model, text: &str, now: Now) -> Vec<Effect> {
    match action_flow::insert_text(model, text, now) {
        Some(effects) => effects,
        None => filter::insert_paste(model, text),
    }
}

fn with_redraw(effects: Vec<Effect>) -> UpdateResult {
    UpdateResult {
        effects,
        dirty: true,
    }
}

fn set_terminal_focus(model: &mut Model, focused: bool) -> Vec<Effect> {
    model.terminal_focused = focused;
    Vec::new()
}

fn notify(model: &mut Model, text: String, now: Now) -> Vec<Effect> {
    model.notice = Some(Notice {
        text,
        until: time_after(now.wall, NOTICE_DURATION),
    });
    Vec::new()
}

// Shows a complaint. The notice line shows only the latest; the sources page lists all of them.
fn complain(model: &mut Model, text: String, now: Now) -> Vec<Effect> {
    model.complaints.retain(|known| *known != text);
    model.complaints.push(text.clone());
    let surplus = model.complaints.len().saturating_sub(MAX_COMPLAINTS);
    model.complaints.drain(..surplus);
    let text = match model.complaints.len() {
        0 | 1 => text,
        count => format!("{text} (and {} more in the sources view)", count - 1),
    };
    notify(model, text, now)
}

// Compares the visible fields of two models, so that no other code has to record its changes. The comparison is cheap,
// because large parts are shared pointers.
fn is_visibly_same(one: &Model, other: &Model) -> bool {
    // All fields are named. So a new field must be compared or left out on purpose.
    let Model {
        picture,
        lagging_since,
        refreshing_since,
        focus,
        cases,
        unseen,
        hubs,
        owed,
        versions,
        pane_scrolls,
        overlays,
        drafts,
        filter,
        notice,
        complaints,
        policy: _,
        sent_batches: _,
        session: _,
        keymap: _,
        draft_pending_drop: _,
        foreign_drafts: _,
        unsaved_drafts: _,
        announces_saved: _,
        leaving: _,
        terminal_focused: _,
        viewport: _,
        height: _,
        config_file: _,
    } = one;
    let same_picture = match (picture, &other.picture) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    };
    same_picture
        && *lagging_since == other.lagging_since
        && *refreshing_since == other.refreshing_since
        && *focus == other.focus
        && *cases == other.cases
        && *unseen == other.unseen
        && *hubs == other.hubs
        && *owed == other.owed
        && *versions == other.versions
        && *pane_scrolls == other.pane_scrolls
        && *overlays == other.overlays
        && *filter == other.filter
        && *drafts == other.drafts
        && *notice == other.notice
        && *complaints == other.complaints
}
