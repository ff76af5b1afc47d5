//! Tests who gets an incident that is reassigned or escalated, with a readable and an unreadable rota.

use super::*;
use crate::app::fixture::action_flow::{assigned_case, picture_with_directory, with_incident};
use crate::app::fixture::now;
use crate::domain::incident::Reference;
use crate::domain::operation::Declaration;
use std::sync::Arc;

fn rota(directory: &Directory) -> Rota<'_> {
    Rota {
        directory,
        is_whole: true,
        at: now().wall,
    }
}

fn on(subject: &ActionSubject, operation: &Operation) -> Option<Choice> {
    let picture = picture_with_directory(Vec::new());
    recipient_level(operation, subject, rota(&picture.directory.unwrap().body))
}

fn level(level: u32, name: &str) -> Option<Choice> {
    Some(Choice::Level(level, Some(vec![name.to_owned()])))
}

#[test]
fn whom_it_goes_to_is_who_is_on_call_there() {
    let one = ActionSubject::from_cases(vec![Arc::new(assigned_case("Q1", "Bo"))]);
    assert_eq!(on(&one, &Operation::Escalate(2)), level(2, "Dee"));
    let policy = Assignee::Policy(Reference {
        id: "E1".into(),
        name: "Outages".into(),
    });
    assert_eq!(on(&one, &Operation::Reassign(policy)), level(1, "Bo"));
    let declare = |service: &str| {
        Operation::Declare(Declaration {
            key: String::new(),
            since: None,
            title: String::new(),
            service: Reference {
                id: service.into(),
                name: service.into(),
            },
            priority: None,
            hub: None,
            details: String::new(),
        })
    };
    let nothing = ActionSubject::default();
    assert_eq!(on(&nothing, &declare("S1")), level(1, "Bo"));
    assert_eq!(
        on(&nothing, &declare("S2")),
        None,
        "nobody knows its policy"
    );
    assert_eq!(on(&one, &Operation::Resolve), None);
    let empty = Some(Choice::Level(3, Some(Vec::new())));
    assert_eq!(
        on(&one, &Operation::Escalate(3)),
        empty,
        "nobody is on call"
    );
}

#[test]
fn while_the_rota_cannot_be_read_nobody_is_named_and_no_level_is_empty() {
    let one = ActionSubject::from_cases(vec![Arc::new(assigned_case("Q1", "Bo"))]);
    let picture = picture_with_directory(Vec::new());
    let partial = Rota {
        is_whole: false,
        ..rota(&picture.directory.as_ref().unwrap().body)
    };
    let unknown = |level| Choice::Level(level, None);
    let escalated = recipient_level(&Operation::Escalate(3), &one, partial);
    assert_eq!(escalated, Some(unknown(3)));
    let offered = level_choices(&one, partial);
    assert_eq!(offered.first(), Some(&unknown(1)));
    let said = crate::wording::operation::choice_label(&unknown(2));
    assert_eq!(said, "level 2: who is on call is not known");
}

#[test]
fn of_several_policies_none_is_named() {
    let other = with_incident(assigned_case("Q2", "Bo"), |incident| {
        incident.policy = Some(Reference {
            id: "E2".into(),
            name: "Storage".into(),
        });
    });
    let both =
        ActionSubject::from_cases(vec![Arc::new(assigned_case("Q1", "Bo")), Arc::new(other)]);
    assert_eq!(on(&both, &Operation::Escalate(2)), None);
}
