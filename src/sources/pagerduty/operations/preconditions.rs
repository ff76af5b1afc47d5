//! Whether an operation may be sent, according to the incident as it was read just before the sending. Pure.
//! `unavailable_reason` in `plan` says before that, from the latest picture, which actions are possible on the chosen
//! cases.

use crate::domain::ids::UserId;
use crate::domain::incident::{Acknowledgement, Incident, IncidentStatus};
use crate::domain::operation::{Assignee, Operation, OutcomeDetail, detect_changes};

/// The reason for not sending the operation; `None` if it may be sent. `shown` is the incident as the person saw it.
pub(super) fn reason_not_to_send(
    operation: &Operation,
    shown: &Incident,
    fresh: &Incident,
    me: &UserId,
) -> Option<OutcomeDetail> {
    detail_if_already_done(operation, fresh, me)
        .or_else(|| detail_if_resolved(operation, fresh))
        .or_else(|| detail_if_low_urgency(operation, fresh))
        .or_else(|| {
            let changes = detect_changes(shown, fresh);
            (!changes.is_empty()).then_some(OutcomeDetail::Changed(changes))
        })
}

/// Like `reason_not_to_send`, but without reading the incident again. Also refuses to snooze an incident that is not
/// acknowledged, as the dashboard does.
pub(super) fn reason_not_to_ask(
    operation: &Operation,
    incident: &Incident,
    me: &UserId,
) -> Option<OutcomeDetail> {
    reason_not_to_send(operation, incident, incident, me).or_else(|| {
        let why = operation.kind().unavailable_on(incident);
        why.map(OutcomeDetail::Unavailable)
    })
}

// The outcome if the operation's result already holds. A reassignment's result does not hold while another person's
// acknowledgement is in force.
fn detail_if_already_done(
    operation: &Operation,
    fresh: &Incident,
    me: &UserId,
) -> Option<OutcomeDetail> {
    match operation {
        Operation::Acknowledge => detail_if_acknowledged(fresh, me),
        Operation::Take if is_assigned_only_to(fresh, me) => detail_if_acknowledged(fresh, me),
        Operation::Resolve if !fresh.is_open() => Some(OutcomeDetail::Already {
            by: fresh.resolved_by.iter().cloned().collect(),
            at: fresh.resolved_at,
            other_acks: Vec::new(),
        }),
        Operation::Reassign(Assignee::Person(person))
            if is_assigned_only_to(fresh, &person.id)
                && others_acknowledging(fresh, &person.id).next().is_none() =>
        {
            Some(OutcomeDetail::Already {
                by: Vec::new(),
                at: fresh.assignments.first().map(|one| one.at),
                other_acks: Vec::new(),
            })
        }
        Operation::Priority(name) if fresh.priority.as_ref() == Some(name) => {
            Some(has_priority_already())
        }
        Operation::RemovePriority if fresh.priority.is_none() => Some(has_priority_already()),
        _ => None,
    }
}

fn has_priority_already() -> OutcomeDetail {
    OutcomeDetail::Already {
        by: Vec::new(),
        at: None,
        other_acks: Vec::new(),
    }
}

fn detail_if_acknowledged(fresh: &Incident, me: &UserId) -> Option<OutcomeDetail> {
    let mine = acknowledgement_by(fresh, me)?;
    Some(OutcomeDetail::Already {
        by: vec![mine.by.clone()],
        at: Some(mine.at),
        other_acks: acknowledgements_by_others(fresh, me),
    })
}

// The outcome if the incident is resolved. Acknowledging a resolved incident would reopen it and assign it to the
// person who acknowledges.
fn detail_if_resolved(operation: &Operation, fresh: &Incident) -> Option<OutcomeDetail> {
    let reopens = matches!(operation, Operation::Acknowledge | Operation::Take);
    (reopens && !fresh.is_open()).then(|| OutcomeDetail::Resolved {
        by: fresh.resolved_by.clone(),
        at: fresh.resolved_at,
    })
}

fn detail_if_low_urgency(operation: &Operation, fresh: &Incident) -> Option<OutcomeDetail> {
    let escalates = matches!(operation, Operation::Escalate(_));
    let why = operation.kind().unavailable_on(fresh).filter(|_| escalates);
    why.map(OutcomeDetail::Unavailable)
}

/// This person's acknowledgement, if it is in force.
pub(super) fn acknowledgement_by<'a>(
    incident: &'a Incident,
    me: &UserId,
) -> Option<&'a Acknowledgement> {
    let stands = incident.status == IncidentStatus::Acknowledged;
    let mut all = incident.acknowledgements.iter().filter(|_| stands);
    all.find(|one| one.by.id == *me)
}

/// The acknowledgements by people other than `who` that are in force.
pub(super) fn others_acknowledging<'a>(
    incident: &'a Incident,
    who: &UserId,
) -> impl Iterator<Item = &'a Acknowledgement> {
    let stands = incident.status == IncidentStatus::Acknowledged;
    let all = incident.acknowledgements.iter().filter(move |_| stands);
    all.filter(move |one| one.by.id != *who)
}

/// The acknowledgements by people other than `me`, the oldest first. They count in any status of the incident.
pub(super) fn acknowledgements_by_others(incident: &Incident, me: &UserId) -> Vec<Acknowledgement> {
    let all = incident.acknowledgements.iter();
    let mut others: Vec<_> = all.filter(|one| one.by.id != *me).cloned().collect();
    others.sort_by_key(|one| one.at);
    others
}

/// Whether the incident is assigned to this person alone.
pub(super) fn is_assigned_only_to(incident: &Incident, who: &UserId) -> bool {
    !incident.assignments.is_empty() && incident.assignments.iter().all(|one| one.to.id == *who)
}
