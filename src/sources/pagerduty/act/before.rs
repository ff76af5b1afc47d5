//! Whether a deed may be done at all, by the incident as it was read right before. Pure.

use crate::domain::ids::UserId;
use crate::domain::incident::{Acknowledgement, Incident, IncidentStatus};
use crate::domain::operation::{Assignee, Operation, OutcomeDetail, detect_changes};

/// Why nothing is to be sent; none where it is to be done. `shown` is what the person decided by.
pub(super) fn judge(
    deed: &Operation,
    shown: &Incident,
    fresh: &Incident,
    me: &UserId,
) -> Option<OutcomeDetail> {
    so_before(deed, fresh, me)
        .or_else(|| over(deed, fresh))
        .or_else(|| {
            let changes = detect_changes(shown, fresh);
            (!changes.is_empty()).then_some(OutcomeDetail::Changed(changes))
        })
}

fn so_before(deed: &Operation, fresh: &Incident, me: &UserId) -> Option<OutcomeDetail> {
    match deed {
        Operation::Acknowledge => acknowledged_before(fresh, me),
        Operation::Take if only_with(fresh, me) => acknowledged_before(fresh, me),
        Operation::Resolve if !fresh.is_open() => Some(OutcomeDetail::Already {
            by: fresh.resolved_by.iter().cloned().collect(),
            at: fresh.resolved_at,
            other_acks: Vec::new(),
        }),
        Operation::Reassign(Assignee::Person(person)) if only_with(fresh, &person.id) => {
            Some(OutcomeDetail::Already {
                by: Vec::new(),
                at: fresh.assignments.first().map(|one| one.at),
                other_acks: Vec::new(),
            })
        }
        Operation::Priority(name) if fresh.priority.as_ref() == Some(name) => {
            Some(OutcomeDetail::Already {
                by: Vec::new(),
                at: None,
                other_acks: Vec::new(),
            })
        }
        _ => None,
    }
}

fn acknowledged_before(fresh: &Incident, me: &UserId) -> Option<OutcomeDetail> {
    let mine = mine(fresh, me)?;
    Some(OutcomeDetail::Already {
        by: vec![mine.by.clone()],
        at: Some(mine.at),
        other_acks: others(fresh, me),
    })
}

// To acknowledge what is over reopens it, and gives it to whoever does.
fn over(deed: &Operation, fresh: &Incident) -> Option<OutcomeDetail> {
    let reopens = matches!(deed, Operation::Acknowledge | Operation::Take);
    (reopens && !fresh.is_open()).then(|| OutcomeDetail::Resolved {
        by: fresh.resolved_by.clone(),
        at: fresh.resolved_at,
    })
}

/// My acknowledgement, where it stands.
pub(super) fn mine<'a>(incident: &'a Incident, me: &UserId) -> Option<&'a Acknowledgement> {
    let stands = incident.status == IncidentStatus::Acknowledged;
    let mut all = incident.acknowledgements.iter().filter(|_| stands);
    all.find(|one| one.by.id == *me)
}

/// Those of others, the oldest first.
pub(super) fn others(incident: &Incident, me: &UserId) -> Vec<Acknowledgement> {
    let all = incident.acknowledgements.iter();
    let mut others: Vec<_> = all.filter(|one| one.by.id != *me).cloned().collect();
    others.sort_by_key(|one| one.at);
    others
}

/// Whether this person has it, and nobody else.
pub(super) fn only_with(incident: &Incident, who: &UserId) -> bool {
    !incident.assignments.is_empty() && incident.assignments.iter().all(|one| one.to.id == *who)
}
