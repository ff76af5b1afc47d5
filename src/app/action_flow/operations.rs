//! From a filled-in form to the deeds that it asks for.

use std::sync::Arc;

use super::ActionSubject;
use super::form::{Form, has_time_box};
use crate::app::model::Model;
use crate::domain::note::{TimeBoxNote, TimeBoxVerdict};
use crate::domain::now::Now;
use crate::domain::operation::{Declaration, IncidentAction, Operation, OutgoingNote};

/// What a filled-in form asks for; none while something is missing.
pub fn operations_for_form(
    form: &Form,
    subject: &ActionSubject,
    model: &Model,
    (in_doubt, now): (bool, Now),
) -> Option<Vec<Operation>> {
    let given = &form.input;
    let note = |text: String| Operation::Note(OutgoingNote { text, in_doubt });
    let text = || given.text.clone().unwrap_or_default();
    Some(match form.action {
        IncidentAction::Acknowledge => vec![Operation::Acknowledge],
        IncidentAction::Take => vec![Operation::Take],
        IncidentAction::Resolve => vec![Operation::Resolve],
        IncidentAction::Note => vec![note(text())],
        IncidentAction::Priority => vec![Operation::Priority(given.priority.clone()??)],
        IncidentAction::Snooze => vec![Operation::Snooze(given.span?)],
        IncidentAction::Escalate => vec![Operation::Escalate(given.level?)],
        IncidentAction::Reassign => vec![Operation::Reassign(given.assignee.clone()?)],
        IncidentAction::TimeBox if has_time_box(subject) => {
            vec![note(TimeBoxNote::Extend(given.span?, text()).to_string())]
        }
        IncidentAction::TimeBox => vec![note(TimeBoxNote::Start(given.span?).to_string())],
        IncidentAction::Verdict => verdict_operations(form, model, note)?,
        IncidentAction::Declare => {
            vec![Operation::Declare(declaration(form, subject, model, now)?)]
        }
        IncidentAction::FollowUp => return None,
    })
}

// The note first: it speaks of the ownership that is current when it is written.
fn verdict_operations(
    form: &Form,
    model: &Model,
    note: impl Fn(String) -> Operation,
) -> Option<Vec<Operation>> {
    let given = &form.input;
    let verdict = given.verdict?;
    let (url, words) = split_address(given.text.as_deref().unwrap_or_default(), verdict);
    let mut deeds = vec![note(TimeBoxNote::Verdict(verdict, url, words).to_string())];
    match verdict {
        TimeBoxVerdict::Outage => {
            let first = model.picture.as_ref()?.priorities.first();
            deeds.extend(first.cloned().map(Operation::Priority));
        }
        TimeBoxVerdict::HandedOver => deeds.push(Operation::Reassign(given.assignee.clone()?)),
        TimeBoxVerdict::Escalated => deeds.push(Operation::Escalate(given.level?)),
        TimeBoxVerdict::Fixed
        | TimeBoxVerdict::NotAnOutage
        | TimeBoxVerdict::FollowUp
        | TimeBoxVerdict::NoFollowUp => {}
    }
    Some(deeds)
}

// A follow-up's address is its first word, where that is one.
fn split_address(text: &str, verdict: TimeBoxVerdict) -> (Option<String>, String) {
    let text = text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is_address = first.starts_with("https://") || first.starts_with("http://");
    if verdict == TimeBoxVerdict::FollowUp && is_address {
        let address = first.trim_end_matches(':').to_owned();
        return (Some(address), rest.trim().to_owned());
    }
    (None, text.to_owned())
}

fn declaration(
    form: &Form,
    subject: &ActionSubject,
    model: &Model,
    now: Now,
) -> Option<Declaration> {
    let me = model.actor().map(|actor| actor.person.id.to_string());
    let about = subject.case_id()?;
    let known = model.drafts.values();
    let mut kept = known.filter(|draft| draft.case == about);
    // A second attempt at the same declaration has the first one's key.
    let key = kept.find_map(|draft| draft.declaration_key.clone());
    let key = key.unwrap_or_else(|| {
        let me = me.unwrap_or_default();
        format!("hubwatch {about} {me} {}", now.wall.timestamp_millis())
    });
    Some(Declaration {
        key,
        since: None,
        title: form.input.text.clone()?,
        service: form.input.service.clone()?,
        priority: form.input.priority.clone()?,
        hub: subject.hub_key(),
        details: crate::wording::operation::incident_body(
            subject.cases.first().map(Arc::as_ref),
            subject.hub_key(),
        ),
    })
}
