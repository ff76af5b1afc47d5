//! What an incident is after an operation, by what was read back: who has it, until when, with which priority.

use super::outcome::join_names;
use crate::domain::incident::{Incident, IncidentStatus, PendingKind, Person};
use crate::domain::operation::OperationKind;
use crate::text::context::TextContext;
use crate::text::dates::short_time;
use crate::text::sanitize::clean;
use crate::wording::case::NOT_ACKNOWLEDGED;

/// What of the incident the operation was about, behind its result: ", now assigned to Bo (not acknowledged)".
pub(super) fn describe_standing(
    kind: OperationKind,
    incident: &Incident,
    ctx: &TextContext,
) -> String {
    match kind {
        OperationKind::Reassign | OperationKind::Escalate | OperationKind::Declare => {
            format!(", now {}", holders(incident))
        }
        OperationKind::Acknowledge => acknowledged_for_another(incident),
        OperationKind::Priority => match &incident.priority {
            Some(name) => format!(", it is {} now", clean(name.as_str())),
            None => ", it has no priority now".to_owned(),
        },
        OperationKind::Snooze => match incident.pending_at(PendingKind::Unacknowledge) {
            Some(until) => format!(", until {}", short_time(until, ctx).text),
            None => ", until when is not known".to_owned(),
        },
        OperationKind::Take | OperationKind::Resolve | OperationKind::Note => String::new(),
    }
}

fn holders(incident: &Incident) -> String {
    if !incident.is_open() {
        return "resolved".to_owned();
    }
    let assigned = match assignees(incident).as_slice() {
        [] => "assigned to nobody".to_owned(),
        people => format!("assigned to {}", join_names(people)),
    };
    let by = acknowledgers(incident);
    match (incident.status, by.as_slice()) {
        (IncidentStatus::Acknowledged, []) => format!("{assigned}, acknowledged"),
        (IncidentStatus::Acknowledged, by) => {
            format!("{assigned}, acknowledged by {}", join_names(by))
        }
        _ => format!("{assigned} ({NOT_ACKNOWLEDGED})"),
    }
}

// An acknowledgement leaves it with whom it was.
fn acknowledged_for_another(incident: &Incident) -> String {
    let (by, to) = (acknowledgers(incident), assignees(incident));
    let is_other = |one: &&Person| by.iter().all(|by| by.id != one.id);
    match to.iter().any(|one| is_other(&one)) {
        true => format!(", still assigned to {}", join_names(&to)),
        false => String::new(),
    }
}

fn assignees(incident: &Incident) -> Vec<Person> {
    let all = incident.assignments.iter();
    all.map(|one| one.to.clone()).collect()
}

fn acknowledgers(incident: &Incident) -> Vec<Person> {
    let all = incident.acknowledgements.iter();
    all.map(|one| one.by.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::app::fixture::{incident, minutes_ago, now};
    use crate::domain::ids::IncidentId;
    use crate::domain::incident::{
        Acknowledgement, Assignment, Incident, IncidentStatus, PendingAction, PendingKind, Person,
    };
    use crate::domain::operation::{Assignee, Operation, Outcome, OutcomeDetail};
    use crate::text::context::TextContext;
    use crate::text::symbols::UNICODE;
    use crate::wording::operation::outcome_detail;

    fn person(name: &str) -> Person {
        Person {
            id: name.to_uppercase().as_str().into(),
            name: name.into(),
        }
    }

    fn assigned(names: &[&str]) -> Incident {
        let to = names.iter().map(|name| Assignment {
            at: minutes_ago(1),
            to: person(name),
        });
        Incident {
            assignments: to.collect(),
            ..incident("Q1")
        }
    }

    fn acknowledged(to: &[&str], by: &[&str]) -> Incident {
        let by = by.iter().map(|name| Acknowledgement {
            at: minutes_ago(1),
            by: person(name),
        });
        Incident {
            status: IncidentStatus::Acknowledged,
            acknowledgements: by.collect(),
            ..assigned(to)
        }
    }

    fn done(operation: Operation, read_back: Incident) -> String {
        let detail = OutcomeDetail::Confirmed {
            at: None,
            response_lost: false,
            other_acks: Vec::new(),
        };
        let id = IncidentId::from("Q1");
        let outcome = Outcome::new(&operation, Some(&id), detail, Some(Arc::new(read_back)));
        let ctx = TextContext {
            now: now(),
            zone: chrono_tz::UTC,
            symbols: &UNICODE,
        };
        outcome_detail(&outcome, &ctx)
    }

    #[test]
    fn a_handover_says_who_has_it_by_what_was_read_and_not_by_what_was_asked() {
        let to_caro = || Operation::Reassign(Assignee::Person(person("Caro")));
        assert_eq!(
            done(to_caro(), assigned(&["Bo"])),
            "reassigned, now assigned to Bo (not acknowledged)"
        );
        assert_eq!(
            done(Operation::Escalate(2), assigned(&["Bo", "Dee"])),
            "escalated, now assigned to Bo and Dee (not acknowledged)"
        );
        assert_eq!(
            done(Operation::Escalate(2), acknowledged(&["Bo"], &["Bo"])),
            "escalated, now assigned to Bo, acknowledged by Bo"
        );
        assert_eq!(
            done(Operation::Escalate(2), assigned(&[])),
            "escalated, now assigned to nobody (not acknowledged)"
        );
    }

    #[test]
    fn an_acknowledgement_says_with_whom_it_stays() {
        assert_eq!(
            done(Operation::Acknowledge, acknowledged(&["Bo"], &["Ada"])),
            "acknowledged, still assigned to Bo"
        );
        assert_eq!(
            done(Operation::Acknowledge, acknowledged(&["Ada"], &["Ada"])),
            "acknowledged"
        );
    }

    #[test]
    fn a_snooze_says_until_when_and_a_priority_which() {
        let mut snoozed = acknowledged(&["Ada"], &["Ada"]);
        snoozed.pending = vec![PendingAction {
            kind: PendingKind::Unacknowledge,
            at: minutes_ago(-60),
        }];
        let hour = std::time::Duration::from_secs(3600);
        assert_eq!(
            done(Operation::Snooze(hour), snoozed),
            "snoozed, until 04:12"
        );
        let ranked = Incident {
            priority: Some("P2".into()),
            ..assigned(&["Bo"])
        };
        assert_eq!(
            done(Operation::Priority("P2".into()), ranked),
            "priority set, it is P2 now"
        );
        assert_eq!(
            done(Operation::RemovePriority, assigned(&["Bo"])),
            "priority removed, it has no priority now"
        );
    }
}
