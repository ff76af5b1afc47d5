//! Continues a draft that has not been sent.

use std::sync::Arc;

use super::drafts::delete;
use super::show_flow;
use crate::app::action_flow::{ActionFlow, Step};
use crate::app::effect::Effect;
use crate::app::model::{Model, OverlayKind};
use crate::app::msg::CopyReason;
use crate::app::text_line::TextLine;
use crate::app::update::notify;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::domain::now::Now;
use crate::domain::operation::{Draft, DraftKey, Purpose};
use crate::picture::Picture;
use crate::plan::{ActionSubject, Form};
use crate::wording::operation;

/// Opens the latest draft that can still be sent. If there is none, copies the text of the latest draft. Pressing the
/// key again then deletes this draft.
pub(super) fn resume_latest(model: &mut Model, now: Now) -> Vec<Effect> {
    let mut drafts: Vec<_> = model.drafts.values().cloned().collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.at));
    let Some(latest) = drafts.first().cloned() else {
        let text = operation::no_drafts(model.foreign_drafts);
        return notify(model, text, now);
    };
    let picture = model.picture.clone();
    let found = drafts.into_iter().find_map(|draft| {
        let subject = subject_for_draft(&draft, picture.as_deref()?)?;
        Some((draft, subject))
    });
    match found {
        Some((draft, subject)) => open_draft(model, draft, subject, now),
        None if knows_open_incidents(model, now) => copy_or_drop(model, latest, now),
        None => notify(model, operation::NOT_ENOUGH_DATA.to_owned(), now),
    }
}

fn open_draft(model: &mut Model, draft: Draft, subject: ActionSubject, now: Now) -> Vec<Effect> {
    let action = draft.purpose.action();
    if draft.purpose != Purpose::Note {
        return super::steps::start_action(model, action, subject, now);
    }
    let form = Form::new(action, &subject, &model.operation_context(now));
    let line = TextLine::from_text(&draft.text);
    let step = Step::Write(form, draft.purpose, line);
    show_flow(model, ActionFlow { subject, step });
    Vec::new()
}

// Copies the draft's text at the first key press, and drops the draft at the second. A draft that can no longer be sent
// must not stay for ever, but one key press must not lose it.
fn copy_or_drop(model: &mut Model, draft: Draft, now: Now) -> Vec<Effect> {
    let key = draft.key();
    if model.draft_pending_drop.take() == Some(key.clone()) {
        notify(model, operation::draft_dropped(&draft), now);
        let is_text = |kind: &OverlayKind| matches!(kind, OverlayKind::CopyByHand(_));
        model.overlays.retain(|overlay| !is_text(&overlay.kind));
        return delete(model, &key);
    }
    vec![Effect::Copy(draft.text, CopyReason::ClosedDraft(key))]
}

/// Offers to drop a draft that can no longer be sent. Its text was copied or shown before. Returns the text of the
/// notice.
pub(in crate::app::update) fn offer_drop(model: &mut Model, key: &DraftKey) -> Option<String> {
    let text = operation::draft_target_closed(model.drafts.get(key)?);
    model.draft_pending_drop = Some(key.clone());
    Some(text)
}

fn knows_open_incidents(model: &Model, now: Now) -> bool {
    let pagerduty = model.operation_context(now).pagerduty();
    pagerduty.is_some_and(|source| source.state.is_fresh())
}

// The present cases of a draft; `None` if the draft can no longer be sent.
fn subject_for_draft(draft: &Draft, picture: &Picture) -> Option<ActionSubject> {
    let first = picture.case(&draft.case);
    if draft.purpose == Purpose::Declare {
        return match (first, &draft.case) {
            (Some(case), _) if case.incident.is_some() => None,
            (Some(case), _) => Some(ActionSubject::from_cases(vec![case.clone()])),
            (None, CaseId::Hub(hub)) => Some(ActionSubject {
                hub: Some(hub.clone()),
                ..ActionSubject::default()
            }),
            (None, _) => None,
        };
    }
    let first = first?;
    let is_about = |case: &&Arc<Case>| {
        let incident = case.incident.as_ref();
        let mut about = draft.incidents.iter();
        incident.is_some_and(|incident| about.any(|about| about.incident == incident.id))
    };
    let others = picture.cases.iter().filter(|case| case.id != first.id);
    let all = [first].into_iter().chain(others.filter(is_about));
    let subject = ActionSubject::from_cases(all.cloned().collect());
    subject.has_open_incident().then_some(subject)
}
