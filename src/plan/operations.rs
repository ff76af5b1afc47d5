//! What enter will send: the operations that a filled-in form asks for, on incidents as they were shown.

use std::sync::Arc;

use super::form::{Form, has_time_box};
use super::{ActionSubject, OperationContext};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, declaration_key};
use crate::domain::note::{TimeBoxNote, TimeBoxVerdict};
use crate::domain::operation::{
    Actor, Declaration, DraftKey, IncidentAction, IncidentChange, Operation, OperationBatch,
    OutgoingNote, detect_changes,
};
use crate::wording::operation::incident_body;

/// What is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What led to it.
    pub form: Form,
    /// What is to be done.
    pub operations: Vec<Operation>,
    /// What changed since it was first shown: why it is asked again.
    pub changed_incidents: Vec<(IncidentId, Vec<IncidentChange>)>,
    /// The draft that goes when all of it is done.
    pub draft: Option<DraftKey>,
}

impl Plan {
    /// The plan of a form that is filled in; none while something is missing.
    pub fn from_form(
        form: Form,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
    ) -> Option<Self> {
        let key = form.purpose(subject).and_then(|purpose| {
            let case = subject.case_id()?;
            let mut keys = ctx.drafts.keys();
            keys.find(|key| key.case == case && key.purpose == purpose.name())
                .cloned()
        });
        let in_doubt = key.as_ref().and_then(|key| ctx.drafts.get(key));
        let in_doubt = in_doubt.is_some_and(|draft| draft.in_doubt);
        Some(Self {
            operations: operations_for_form(&form, subject, ctx, in_doubt)?,
            draft: key,
            form,
            changed_incidents: Vec::new(),
        })
    }

    /// The attempt to do it.
    pub fn to_batch(
        &self,
        subject: &ActionSubject,
        actor: Option<Actor>,
        number: u64,
    ) -> OperationBatch {
        let declares = self.form.action == IncidentAction::Declare;
        let on = subject.targets().map(|target| Arc::clone(target.incident));
        OperationBatch {
            number,
            operations: self.operations.clone(),
            incidents: if declares { Vec::new() } else { on.collect() },
            actor,
        }
    }
}

/// The incidents of a subject that are not as they were shown, with what changed.
pub fn changed_incidents(
    subject: &ActionSubject,
    fresh: &[Arc<Incident>],
) -> Vec<(IncidentId, Vec<IncidentChange>)> {
    let changes = subject.targets().filter_map(|target| {
        let id = &target.incident.id;
        let now = fresh.iter().find(|incident| incident.id == *id)?;
        let changes = detect_changes(target.incident, now);
        (!changes.is_empty()).then(|| (id.clone(), changes))
    });
    changes.collect()
}

// What a filled-in form asks for; none while something is missing.
fn operations_for_form(
    form: &Form,
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
    in_doubt: bool,
) -> Option<Vec<Operation>> {
    let note = |text: String| Operation::Note(OutgoingNote { text, in_doubt });
    let text = || form.text.clone().unwrap_or_default();
    Some(match form.action {
        IncidentAction::Acknowledge => vec![Operation::Acknowledge],
        IncidentAction::Take => vec![Operation::Take],
        IncidentAction::Resolve => vec![Operation::Resolve],
        IncidentAction::Note => vec![note(text())],
        IncidentAction::Priority => {
            let name = form.priority.as_ref()?.name().cloned();
            vec![name.map_or(Operation::RemovePriority, Operation::Priority)]
        }
        IncidentAction::Snooze => vec![Operation::Snooze(form.span?)],
        IncidentAction::Escalate => vec![Operation::Escalate(form.level?)],
        IncidentAction::Reassign => vec![Operation::Reassign(form.assignee.clone()?)],
        IncidentAction::TimeBox if has_time_box(subject) => {
            vec![note(TimeBoxNote::Extend(form.span?, text()).to_string())]
        }
        IncidentAction::TimeBox => vec![note(TimeBoxNote::Start(form.span?).to_string())],
        IncidentAction::Verdict => verdict_operations(form, ctx, note)?,
        IncidentAction::Declare => {
            vec![Operation::Declare(declaration(form, subject, ctx)?)]
        }
        IncidentAction::FollowUp => return None,
    })
}

// The note first: it speaks of the ownership that is current when it is written.
fn verdict_operations(
    form: &Form,
    ctx: &OperationContext<'_>,
    note: impl Fn(String) -> Operation,
) -> Option<Vec<Operation>> {
    let verdict = form.verdict?;
    let (url, words) = split_address(form.text.as_deref().unwrap_or_default(), verdict);
    let mut operations = vec![note(TimeBoxNote::Verdict(verdict, url, words).to_string())];
    match verdict {
        TimeBoxVerdict::Outage => {
            let first = ctx.picture?.priorities.first();
            operations.extend(first.cloned().map(Operation::Priority));
        }
        TimeBoxVerdict::HandedOver => operations.push(Operation::Reassign(form.assignee.clone()?)),
        TimeBoxVerdict::Escalated => operations.push(Operation::Escalate(form.level?)),
        TimeBoxVerdict::Fixed
        | TimeBoxVerdict::NotAnOutage
        | TimeBoxVerdict::FollowUp
        | TimeBoxVerdict::NoFollowUp => {}
    }
    Some(operations)
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
    ctx: &OperationContext<'_>,
) -> Option<Declaration> {
    let me = ctx.actor().map(|actor| actor.person.id.to_string());
    let about = subject.case_id()?;
    let known = ctx.drafts.values();
    let mut kept = known.filter(|draft| draft.case == about);
    // A second attempt at the same declaration has the first one's key.
    let key = kept.find_map(|draft| draft.declaration_key.clone());
    let key = key.unwrap_or_else(|| {
        let me = me.unwrap_or_default();
        declaration_key(&about, &format!("{me} {}", ctx.now.wall.timestamp_millis()))
    });
    Some(Declaration {
        key,
        since: None,
        title: form.text.clone()?,
        service: form.service.clone()?,
        priority: form.priority.as_ref()?.name().cloned(),
        hub: subject.hub_key(),
        details: incident_body(subject.cases.first().map(Arc::as_ref), subject.hub_key()),
    })
}
