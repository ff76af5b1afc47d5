//! Tests of PagerDuty's rules, one by one.

use std::time::Duration;

use super::entry::EntryKind;
use super::incident::{Agent, Opening, Status, Urgency};
use super::refusal::Refusal;
use super::*;
use crate::demo::clockwork::from_unix;

fn start() -> At {
    from_unix(1_700_000_000.0).unwrap()
}

fn minutes(count: i64) -> At {
    start() + chrono::TimeDelta::minutes(count)
}

fn account() -> Account {
    let directory = toml::from_str(include_str!("../../../assets/demo/account.toml")).unwrap();
    Account::new(directory, start(), 1)
}

fn opened(service: &str, owner: Option<&str>) -> (Account, String) {
    let mut account = account();
    let opening = Opening {
        title: "disk".into(),
        service: service.into(),
        owner: owner.map(str::to_owned),
        ..Opening::default()
    };
    let id = account.open(opening, &Agent::Service, start()).unwrap();
    (account, id)
}

fn ada() -> Agent {
    Agent::User("ada".into())
}

fn owners(account: &Account, id: &str) -> Vec<String> {
    let assigned = &account.incident(id).unwrap().assigned;
    assigned.iter().map(|(user, _)| user.clone()).collect()
}

#[test]
fn the_ring_walks_over_the_targets_of_a_level() {
    let mut account = account();
    let mut next = || {
        let opening = Opening {
            service: "hub-url".into(),
            ..Opening::default()
        };
        let id = account.open(opening, &Agent::Service, start()).unwrap();
        owners(&account, &id)
    };
    assert_eq!([next(), next(), next()], [["ada"], ["support"], ["ada"]]);
}

#[test]
fn it_escalates_at_its_time_and_says_so_in_the_log() {
    let (mut account, id) = opened("hub-url", Some("caro"));
    assert_eq!(account.next_due(), Some(minutes(240)));
    account.tick(minutes(239));
    assert_eq!(owners(&account, &id), ["caro"]);
    account.tick(minutes(240));
    assert_eq!(owners(&account, &id), ["bo"]);
    let escalated = account
        .log_of(&id)
        .any(|entry| matches!(&entry.kind, EntryKind::Escalate(to) if to == &["bo".to_owned()]));
    assert!(escalated);
    assert_eq!(account.next_due(), Some(minutes(480)));
}

#[test]
fn it_begins_again_as_often_as_the_policy_says_and_then_rests() {
    let (mut account, id) = opened("misc", None);
    while let Some(at) = account.next_due() {
        account.tick(at);
    }
    let incident = account.incident(&id).unwrap();
    assert_eq!((incident.level, incident.loops), (2, 1));
    let ends = account
        .log_of(&id)
        .filter(|it| matches!(it.kind, EntryKind::Exhaust));
    assert_eq!(ends.count(), 1);
}

#[test]
fn an_acknowledgement_stops_the_escalation_and_expires() {
    let (mut account, id) = opened("startup", None);
    account.acknowledge(&id, "ada", minutes(5)).unwrap();
    assert_eq!(account.incident(&id).unwrap().escalate_at, None);
    assert_eq!(account.next_due(), Some(minutes(65)));
    assert_eq!(
        account.acknowledge(&id, "ada", minutes(6)),
        Err(Refusal::AlreadyAcknowledged)
    );
    account.tick(minutes(65));
    let incident = account.incident(&id).unwrap();
    assert_eq!(incident.status, Status::Triggered);
    assert!(incident.acknowledged.is_empty());
    assert_eq!(incident.escalate_at, Some(minutes(65 + 240)));
}

#[test]
fn a_second_acknowledgement_joins_the_first() {
    let (mut account, id) = opened("misc", None);
    account.acknowledge(&id, "ada", minutes(1)).unwrap();
    account.acknowledge(&id, "bo", minutes(2)).unwrap();
    assert_eq!(account.incident(&id).unwrap().acknowledged.len(), 2);
}

#[test]
fn acknowledging_what_is_over_reopens_it_for_who_did_it() {
    let (mut account, id) = opened("misc", Some("bo"));
    account.resolve(&id, &ada(), None, minutes(1)).unwrap();
    assert!(owners(&account, &id).is_empty());
    assert_eq!(
        account.resolve(&id, &ada(), None, minutes(2)),
        Err(Refusal::AlreadyResolved)
    );
    account.acknowledge(&id, "ada", minutes(3)).unwrap();
    assert_eq!(owners(&account, &id), ["ada"]);
    assert_eq!(account.incident(&id).unwrap().status, Status::Acknowledged);
}

#[test]
fn a_snooze_needs_an_acknowledgement_and_ends_triggered() {
    let (mut account, id) = opened("misc", Some("ada"));
    let hour = Duration::from_secs(3600);
    assert_eq!(
        account.snooze(&id, "ada", hour, minutes(1)),
        Err(Refusal::NotAcknowledged)
    );
    account.acknowledge(&id, "ada", minutes(1)).unwrap();
    assert_eq!(
        account.snooze(&id, "ada", Duration::ZERO, minutes(1)),
        Err(Refusal::BadSnooze)
    );
    account.snooze(&id, "ada", hour, minutes(2)).unwrap();
    assert_eq!(account.next_due(), Some(minutes(62)));
    account.tick(minutes(62));
    assert_eq!(account.incident(&id).unwrap().status, Status::Triggered);
}

#[test]
fn an_assignment_by_hand_ends_the_escalation() {
    let (mut account, id) = opened("misc", None);
    account.acknowledge(&id, "ada", minutes(1)).unwrap();
    account
        .reassign(&id, &["bo".into()], &ada(), minutes(2))
        .unwrap();
    let incident = account.incident(&id).unwrap();
    assert!(incident.acknowledged.is_empty() && incident.directly);
    assert_eq!(
        (incident.escalate_at, incident.status),
        (None, Status::Triggered)
    );
    assert_eq!(
        account.reassign(&id, &["nobody".into()], &ada(), minutes(3)),
        Err(Refusal::AssigneeNotFound)
    );
    account
        .delegate(&id, "outages", &ada(), minutes(4))
        .unwrap();
    assert_eq!(account.next_due(), Some(minutes(244)));
}

#[test]
fn only_levels_that_exist_can_be_escalated_to() {
    let (mut account, id) = opened("misc", None);
    assert_eq!(
        account.escalate(&id, 3, &ada(), minutes(1)),
        Err(Refusal::CannotEscalate)
    );
    account.escalate(&id, 2, &ada(), minutes(1)).unwrap();
    assert_eq!(owners(&account, &id), ["ada"]);
}

#[test]
fn what_is_quiet_does_not_escalate_until_it_is_loud() {
    let (mut account, id) = opened("misc", None);
    account
        .set_urgency(&id, Urgency::Low, &ada(), minutes(1))
        .unwrap();
    assert_eq!(account.next_due(), None);
    account
        .set_urgency(&id, Urgency::High, &ada(), minutes(2))
        .unwrap();
    assert_eq!(account.next_due(), Some(minutes(2 + 720)));
}

#[test]
fn pagerduty_resolves_by_itself_before_a_late_escalation() {
    let (mut account, id) = opened("restarts", None);
    assert_eq!(account.next_due(), Some(minutes(240)));
    account.tick(minutes(240));
    assert_eq!(account.incident(&id).unwrap().status, Status::Resolved);
    assert_eq!(account.next_due(), None);
}

#[test]
fn priorities_are_those_of_the_account() {
    let (mut account, id) = opened("misc", None);
    account
        .set_priority(&id, Some("P1"), &ada(), minutes(1))
        .unwrap();
    assert_eq!(
        account.incident("5001").unwrap().priority.as_deref(),
        Some("P1")
    );
    assert_eq!(
        account.set_priority(&id, Some("P9"), &ada(), minutes(1)),
        Err(Refusal::BadPriority)
    );
}
