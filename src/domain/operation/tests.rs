//! Tests which changes of an incident are detected, and which outcomes a batch has.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::incident::{Acknowledgement, Assignment, IncidentStatus, Urgency};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn person(name: &str) -> Person {
    Person {
        id: format!("PU{name}").into(),
        name: name.into(),
    }
}

fn named(name: &str) -> Reference<PolicyId> {
    Reference {
        id: format!("PE{name}").into(),
        name: name.into(),
    }
}

fn incident() -> Incident {
    Incident {
        id: "Q1".into(),
        number: 1,
        title: "a hub is down".into(),
        url: None,
        status: IncidentStatus::Triggered,
        urgency: Urgency::High,
        service: None,
        policy: Some(named("Outages")),
        priority: None,
        created_at: at(0),
        updated_at: Some(at(0)),
        resolved_at: None,
        resolved_by: None,
        assignments: vec![Assignment {
            at: at(0),
            to: person("Ada"),
        }],
        assigned_via: None,
        acknowledgements: Vec::new(),
        pending: Vec::new(),
        unread_fields: Default::default(),
        incident_key: None,
        triggered_alerts: None,
        conference: None,
        alerts: Vec::new(),
        alerts_known: false,
        log_known: false,
        priority_log_known: false,
    }
}

fn acknowledged(by: &[&str]) -> Incident {
    let each = by.iter().map(|name| Acknowledgement {
        at: at(1),
        by: person(name),
    });
    Incident {
        status: IncidentStatus::Acknowledged,
        acknowledgements: each.collect(),
        ..incident()
    }
}

fn resolved() -> Incident {
    Incident {
        status: IncidentStatus::Resolved,
        resolved_at: Some(at(2)),
        resolved_by: Some(person("Bo")),
        assignments: Vec::new(),
        ..incident()
    }
}

#[test]
fn what_a_person_does_not_decide_by_is_no_change() {
    let mut later = incident();
    later.updated_at = Some(at(9));
    later.triggered_alerts = Some(4);
    later.pending.clear();
    assert_eq!(detect_changes(&incident(), &later), []);
    assert_eq!(detect_changes(&resolved(), &resolved()), []);
}

#[test]
fn the_end_is_all_that_counts_once_it_is_over() {
    let over = IncidentChange::Resolved {
        by: Some(person("Bo")),
        at: Some(at(2)),
    };
    assert_eq!(detect_changes(&acknowledged(&["Ada"]), &resolved()), [over]);
}

#[test]
fn what_is_open_again_is_said_with_who_has_it() {
    let to = IncidentChange::Reassigned(vec![person("Ada")]);
    assert_eq!(
        detect_changes(&resolved(), &incident()),
        [IncidentChange::Reopened, to]
    );
}

#[test]
fn acknowledgements_come_and_go() {
    let new = IncidentChange::Acknowledged(vec![person("Bo")]);
    assert_eq!(
        detect_changes(&incident(), &acknowledged(&["Bo"])),
        std::slice::from_ref(&new)
    );
    let both = acknowledged(&["Ada", "Bo"]);
    assert_eq!(detect_changes(&acknowledged(&["Ada"]), &both), [new]);
    let gone = [IncidentChange::Unacknowledged];
    assert_eq!(detect_changes(&acknowledged(&["Ada"]), &incident()), gone);
    let by_a_service = Incident {
        status: IncidentStatus::Acknowledged,
        ..incident()
    };
    assert_eq!(detect_changes(&by_a_service, &incident()), gone);
    let one_left = detect_changes(&both, &acknowledged(&["Ada"]));
    assert_eq!(
        one_left,
        [IncidentChange::AcknowledgementsEnded(vec![person("Bo")])]
    );
}

#[test]
fn who_has_it_counts_and_not_since_when() {
    let mut other = incident();
    other.assignments[0].at = at(3);
    assert_eq!(detect_changes(&incident(), &other), []);
    other.assignments[0].to = person("Bo");
    let to_bo = IncidentChange::Reassigned(vec![person("Bo")]);
    assert_eq!(detect_changes(&incident(), &other), [to_bo]);
    other.assignments.clear();
    let to_nobody = IncidentChange::Reassigned(Vec::new());
    assert_eq!(detect_changes(&incident(), &other), [to_nobody]);
    let to_ada = IncidentChange::Reassigned(vec![person("Ada")]);
    assert_eq!(detect_changes(&other, &incident()), [to_ada]);
}

#[test]
fn priority_policy_and_title_count_both_ways() {
    let mut other = incident();
    other.priority = Some("P1".into());
    other.policy = Some(named("Apps"));
    other.title = "another".into();
    assert_eq!(
        detect_changes(&incident(), &other),
        [
            IncidentChange::Priority(Some("P1".into())),
            IncidentChange::Policy(Some("Apps".into())),
            IncidentChange::Title("another".into()),
        ]
    );
    assert_eq!(
        detect_changes(&other, &incident()),
        [
            IncidentChange::Priority(None),
            IncidentChange::Policy(Some("Outages".into())),
            IncidentChange::Title("a hub is down".into()),
        ]
    );
    other = incident();
    other.policy = None;
    assert_eq!(
        detect_changes(&incident(), &other),
        [IncidentChange::Policy(None)]
    );
}

#[test]
fn a_batch_has_an_outcome_for_each_operation_on_each_incident() {
    let mut second = incident();
    second.id = "Q2".into();
    let mut batch = OperationBatch {
        number: 1,
        operations: vec![Operation::Take, Operation::Resolve],
        incidents: vec![Arc::new(incident()), Arc::new(second)],
        actor: None,
    };
    let all = batch.uniform_outcomes(&OutcomeDetail::NoActor);
    let named = all.iter().map(|one| (one.kind(), one.incident.clone()));
    let q = |n: u8| Some(format!("Q{n}").into());
    use OperationKind::{Resolve, Take};
    assert_eq!(
        named.collect::<Vec<_>>(),
        [(Take, q(1)), (Take, q(2)), (Resolve, q(1)), (Resolve, q(2))]
    );
    assert!(all.iter().all(|one| one.result == OperationResult::Refused));
    let declaration = Declaration {
        since: None,
        key: "k".into(),
        title: "t".into(),
        service: Reference {
            id: "PS".into(),
            name: "Hubs".into(),
        },
        priority: None,
        hub: None,
        details: String::new(),
    };
    batch.operations = vec![Operation::Declare(declaration)];
    batch.incidents.clear();
    let declared = batch.uniform_outcomes(&OutcomeDetail::Skipped);
    assert_eq!(declared.len(), 1);
    assert_eq!(declared[0].incident, None);
}
