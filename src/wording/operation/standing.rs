//! Words for an incident's state after an operation: its owner, its time limits, its priority.

use super::changes::{describe_change, join_names};
use crate::domain::incident::{Incident, IncidentStatus, PendingKind, Person};
use crate::domain::operation::{Assignee, IncidentChange, Operation, OperationKind};
use crate::text::context::TextContext;
use crate::text::dates::short_time;
use crate::text::sanitize::clean;
use crate::wording::case::NOT_ACKNOWLEDGED;

/// The part of the state that the operation changed, as an addition to the result: ", now assigned to Bo (not
/// acknowledged)".
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
        // For these operations the result says everything already.
        _ => String::new(),
    }
}

/// Whether the incident itself shows the effect of the operation.
pub(super) fn shows_in_incident(kind: OperationKind) -> bool {
    !matches!(kind, OperationKind::Note | OperationKind::Declare)
}

/// Describes the present state of the fields that an accepted operation should have changed: "it is assigned to Ada
/// (not acknowledged)".
pub(super) fn describe_present(
    operation: &Operation,
    incident: &Incident,
    ctx: &TextContext,
) -> String {
    if !incident.is_open() {
        let (by, at) = (incident.resolved_by.clone(), incident.resolved_at);
        return describe_change(&IncidentChange::Resolved { by, at }, ctx);
    }
    let held = format!("it is {}", holders(incident));
    match operation {
        Operation::Acknowledge
        | Operation::Take
        | Operation::Resolve
        | Operation::Reassign(Assignee::Person(_)) => held,
        Operation::Reassign(Assignee::Policy(_)) => match &incident.policy {
            Some(policy) => format!("{held}, by the policy {}", clean(&policy.name)),
            None => format!("{held}, without a policy"),
        },
        Operation::Escalate(_) => format!("its log shows no escalation; {held}"),
        Operation::Priority(_) | Operation::RemovePriority => match &incident.priority {
            Some(name) => format!("its priority is {}", clean(name.as_str())),
            None => "it has no priority".to_owned(),
        },
        Operation::Snooze(_) => acknowledged_until(incident, ctx).unwrap_or(held),
        Operation::Note(_) => "the note is not among its notes".to_owned(),
        Operation::Declare(_) => "does not show the incident".to_owned(),
    }
}

fn acknowledged_until(incident: &Incident, ctx: &TextContext) -> Option<String> {
    if incident.status != IncidentStatus::Acknowledged {
        return None;
    }
    Some(match incident.pending_at(PendingKind::Unacknowledge) {
        Some(until) => format!("it is acknowledged until {}", short_time(until, ctx).text),
        None => "its acknowledgement has no end".to_owned(),
    })
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

// An acknowledgement does not assign the incident, so the assignee may be somebody else than the person who
// acknowledged.
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
        Reference,
    };
    use crate::domain::operation::{Assignee, IncidentChange, Operation, Outcome, OutcomeDetail};
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
        outcome_detail(&outcome, &ctx())
    }

    fn ctx() -> TextContext {
        TextContext {
            now: now(),
            zone: crate::domain::zone::Zone::UTC,
            symbols: &UNICODE,
        }
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

    fn not_done(operation: Operation, detail: OutcomeDetail, read_back: Incident) -> String {
        let id = IncidentId::from("Q1");
        let outcome = Outcome::new(&operation, Some(&id), detail, Some(Arc::new(read_back)));
        outcome_detail(&outcome, &ctx())
    }

    fn diverged(operation: Operation, read_back: Incident) -> String {
        let said = not_done(operation, OutcomeDetail::Diverged(Vec::new()), read_back);
        let present = said.strip_prefix("PagerDuty accepted it, but ");
        present.unwrap_or_else(|| panic!("{said}")).to_owned()
    }

    fn acknowledged_until(minutes: i64) -> Incident {
        Incident {
            pending: vec![PendingAction {
                kind: PendingKind::Unacknowledge,
                at: minutes_ago(-minutes),
            }],
            ..acknowledged(&["Ada"], &["Ada"])
        }
    }

    #[test]
    fn what_pagerduty_took_and_does_not_show_is_said_by_what_it_shows_in_place_of_it() {
        let bo = || Operation::Reassign(Assignee::Person(person("Bo")));
        let policy = || {
            let id = "PE1".into();
            let name = "Nights".into();
            Operation::Reassign(Assignee::Policy(Reference { id, name }))
        };
        let half_hour = || Operation::Snooze(std::time::Duration::from_secs(1800));
        let ranked = Incident {
            priority: Some("P2".into()),
            ..assigned(&["Bo"])
        };
        let resolved = Incident {
            status: IncidentStatus::Resolved,
            resolved_by: Some(person("Bo")),
            ..assigned(&["Bo"])
        };
        for (operation, read_back, present) in [
            (
                Operation::Acknowledge,
                assigned(&["Bo"]),
                "it is assigned to Bo (not acknowledged)",
            ),
            (
                Operation::Acknowledge,
                acknowledged(&["Bo"], &["Bo"]),
                "it is assigned to Bo, acknowledged by Bo",
            ),
            (Operation::Acknowledge, resolved, "it was resolved by Bo"),
            (
                Operation::Take,
                assigned(&["Ada"]),
                "it is assigned to Ada (not acknowledged)",
            ),
            (
                Operation::Take,
                acknowledged(&["Bo"], &["Ada"]),
                "it is assigned to Bo, acknowledged by Ada",
            ),
            (
                Operation::Resolve,
                acknowledged(&["Ada"], &["Ada"]),
                "it is assigned to Ada, acknowledged by Ada",
            ),
            (
                bo(),
                acknowledged(&["Bo"], &["Ada"]),
                "it is assigned to Bo, acknowledged by Ada",
            ),
            (
                policy(),
                assigned(&["Bo"]),
                "it is assigned to Bo (not acknowledged), without a policy",
            ),
            (
                Operation::Escalate(2),
                assigned(&["Ada"]),
                "its log shows no escalation; it is assigned to Ada (not acknowledged)",
            ),
            (
                Operation::Priority("P1".into()),
                ranked.clone(),
                "its priority is P2",
            ),
            (
                Operation::Priority("P1".into()),
                assigned(&[]),
                "it has no priority",
            ),
            (Operation::RemovePriority, ranked, "its priority is P2"),
            (
                half_hour(),
                acknowledged_until(60),
                "it is acknowledged until 04:12",
            ),
            (
                half_hour(),
                acknowledged(&["Ada"], &["Ada"]),
                "its acknowledgement has no end",
            ),
            (
                half_hour(),
                assigned(&["Ada"]),
                "it is assigned to Ada (not acknowledged)",
            ),
        ] {
            assert_eq!(
                diverged(operation.clone(), read_back),
                present,
                "{operation:?}"
            );
        }
        let moved = OutcomeDetail::Diverged(vec![IncidentChange::SnoozedUntil(minutes_ago(-60))]);
        assert_eq!(
            not_done(half_hour(), moved, acknowledged_until(60)),
            "PagerDuty accepted it, but it is snoozed until 04:12"
        );
    }

    #[test]
    fn where_the_answer_was_lost_what_pagerduty_shows_is_said_too() {
        let lost = OutcomeDetail::NotVisibleYet("cut".to_owned());
        assert_eq!(
            not_done(Operation::Acknowledge, lost, acknowledged(&["Bo"], &["Bo"])),
            "the answer was lost (cut), and PagerDuty does not show the change yet: \
             it is assigned to Bo, acknowledged by Bo"
        );
    }
}
