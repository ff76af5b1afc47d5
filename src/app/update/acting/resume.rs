//! Going on with what was typed and not sent.

use std::sync::Arc;

use super::drafts::drop_it;
use super::open;
use crate::app::acting::{Acting, Form, Step, Subject};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::typing::TextLine;
use crate::app::update::notify;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::domain::now::Now;
use crate::domain::operation::{Draft, IncidentAction, Purpose};
use crate::domain::source::SourceKind;
use crate::picture::Picture;
use crate::say::operation;

/// Goes on with the latest draft that can still be sent. Where none can, the latest is copied, and dropped
/// when it is asked for once more.
pub(super) fn resume(model: &mut Model, now: Now) -> Vec<Effect> {
    let mut drafts: Vec<_> = model.drafts.values().cloned().collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.at));
    let Some(latest) = drafts.first().cloned() else {
        return notify(model, operation::NO_DRAFTS.to_owned(), now);
    };
    let picture = model.picture.clone();
    let found = drafts.into_iter().find_map(|draft| {
        let subject = subject_of(&draft, picture.as_deref()?)?;
        Some((draft, subject))
    });
    match found {
        Some((draft, subject)) => go_on(model, draft, subject, now),
        None if picture.is_some_and(|picture| tells_what_is_open(&picture)) => {
            leave(model, latest, now)
        }
        None => notify(model, operation::NOT_ENOUGH_DATA.to_owned(), now),
    }
}

fn go_on(model: &mut Model, draft: Draft, subject: Subject, now: Now) -> Vec<Effect> {
    let wish = match draft.purpose {
        Purpose::Note => IncidentAction::Note,
        Purpose::Extend(_) => IncidentAction::TimeBox,
        Purpose::Verdict(_) => IncidentAction::Verdict,
        Purpose::Declare => IncidentAction::Declare,
    };
    if draft.purpose != Purpose::Note {
        return super::steps::start(model, wish, subject, now);
    }
    let form = Form::new(wish, &subject, model);
    let line = TextLine::of(&draft.text);
    let step = Step::Write(form, draft.purpose, line);
    open(model, Acting { subject, step });
    Vec::new()
}

// It is in nobody's way for good, and not gone at a single key.
fn leave(model: &mut Model, draft: Draft, now: Now) -> Vec<Effect> {
    let key = draft.key();
    if model.leaving.take() == Some(key.clone()) {
        notify(model, operation::draft_dropped(&draft), now);
        return drop_it(model, &key);
    }
    model.leaving = Some(key);
    vec![Effect::Copy(draft.text)]
}

/// What is said with a copy of a draft that cannot be sent any more.
pub(in crate::app::update) fn left(model: &Model) -> Option<String> {
    let draft = model.drafts.get(model.leaving.as_ref()?)?;
    Some(operation::draft_target_closed(draft))
}

fn tells_what_is_open(picture: &Picture) -> bool {
    let mut sources = picture.sources.iter();
    sources.any(|source| source.id.kind == SourceKind::Pagerduty && source.state.is_fresh())
}

// What it was begun for, as it is now; none where it cannot be sent any more.
fn subject_of(draft: &Draft, picture: &Picture) -> Option<Subject> {
    let first = picture.case(&draft.case);
    if draft.purpose == Purpose::Declare {
        return match (first, &draft.case) {
            (Some(case), _) if case.incident.is_some() => None,
            (Some(case), _) => Some(Subject::of(vec![case.clone()])),
            (None, CaseId::Hub(hub)) => Some(Subject {
                hub: Some(hub.clone()),
                ..Subject::default()
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
    let subject = Subject::of(all.cloned().collect());
    subject.has_open_incident().then_some(subject)
}
