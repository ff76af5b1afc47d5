//! Tests of each operation on one incident. Each test checks the incident that the account then has.

use std::time::Duration;

use chrono::TimeDelta;
use hubwatch::demo::account::incident::{Agent, Status, Urgency};
use hubwatch::demo::account::refusal::Refusal;
use hubwatch::domain::incident::{Incident, IncidentStatus, Reference};
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::operation::{
    Assignee, IncidentChange, Operation, OperationResult, Outcome, OutcomeDetail, Unavailable,
};
use hubwatch::sources::pagerduty::Access::ReadWrite;

use super::bench::{Bench, Fate, person, served};

async fn one(bench: &Bench, operation: Operation) -> Outcome {
    let shown = bench.shown().await;
    let mut outcomes = bench.act(&[operation], &shown).await;
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

fn fresh(outcome: &Outcome) -> &Incident {
    assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
    outcome.read_back.as_ref().unwrap()
}

#[tokio::test]
async fn an_acknowledgement_is_read_back_with_pagerdutys_own_time() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let outcome = one(&bench, Operation::Acknowledge).await;
        let at = bench.clock.now().wall;
        let why = OutcomeDetail::Confirmed {
            at: Some(at),
            response_lost: false,
            other_acks: Vec::new(),
        };
        assert_eq!(outcome.detail, why);
        assert_eq!(fresh(&outcome).status, IncidentStatus::Acknowledged);
        let held = bench.held(&id);
        assert_eq!(held.acknowledged, [("ada".to_owned(), at)]);
        assert_eq!(held.assigned[0].0, "bo", "it stays with whom it was");
        let asked = bench.asked();
        let said: Vec<_> = asked.iter().map(|it| it.method.as_str()).collect();
        assert_eq!(said, ["GET", "PUT", "GET"], "read, written, read back");
        let from = ("from".to_owned(), "ada@example.org".to_owned());
        assert!(asked[1].headers.contains(&from));
    })
    .await;
}

#[tokio::test]
async fn to_take_is_to_be_assigned_and_to_acknowledge() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let outcome = one(&bench, Operation::Take).await;
        assert_eq!(&*fresh(&outcome).assignments[0].to.name, "Ada");
        let held = bench.held(&id);
        assert_eq!(held.status, Status::Acknowledged);
        assert_eq!(held.assigned[0].0, "ada");
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_and_not_acknowledged_is_acknowledged_apart() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        bench.shown().await;
        // The server handles the acknowledgement of the request first and its assignment second. The assignment then
        // ends the acknowledgement.
        bench.twist(|asked, world, now| {
            if asked.writes() && asked.body.as_ref().unwrap()["incident"]["assignments"].is_array()
            {
                let id = world.account.incidents[0].id.clone();
                let by = Agent::User("ada".into());
                world
                    .account
                    .reassign(&id, &["ada".into()], &by, now)
                    .unwrap();
                return Fate::Say(200, serde_json::json!({}));
            }
            Fate::Pass
        });
        let outcome = one(&bench, Operation::Take).await;
        assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
        assert_eq!(bench.held(&id).status, Status::Acknowledged);
        assert_eq!(bench.written().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn it_is_resolved() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let outcome = one(&bench, Operation::Resolve).await;
        assert_eq!(fresh(&outcome).resolved_at, Some(bench.clock.now().wall));
        assert_eq!(bench.held(&id).status, Status::Resolved);
    })
    .await;
}

#[tokio::test]
async fn it_goes_to_a_person_or_to_a_policy() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let dee = Assignee::Person(person("PUDEE", "Dee"));
        let outcome = one(&bench, Operation::Reassign(dee)).await;
        assert_eq!(&*fresh(&outcome).assignments[0].to.name, "Dee");
        assert_eq!(bench.held(&id).assigned[0].0, "dee");
        for policy in ["PEAPPS", "PEAPPS"] {
            let policy = Reference {
                id: policy.into(),
                name: "Application outage".into(),
            };
            bench.clock.pass(Duration::from_secs(10));
            let outcome = one(&bench, Operation::Reassign(Assignee::Policy(policy))).await;
            assert_eq!(
                fresh(&outcome).policy.as_ref().unwrap().id.as_str(),
                "PEAPPS"
            );
            let held = bench.held(&id);
            assert_eq!((held.policy.as_str(), held.level), ("apps", 1));
        }
    })
    .await;
}

// Bo is assigned, but Ada has acknowledged. So Ada is the owner. A reassignment to Bo makes Bo the owner and notifies
// him.
#[tokio::test]
async fn what_another_acknowledged_is_handed_over_to_whom_it_is_assigned_already() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let now = bench.now();
        bench.world().account.acknowledge(&id, "ada", now).unwrap();
        bench.clock.pass(Duration::from_secs(60));
        let bo = || Operation::Reassign(Assignee::Person(person("PUBO", "Bo")));
        let outcome = one(&bench, bo()).await;
        assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
        assert_eq!(fresh(&outcome).status, IncidentStatus::Triggered);
        let held = bench.held(&id);
        assert!(held.acknowledged.is_empty(), "Ada holds it no more");
        assert_eq!(held.assigned[0].0, "bo");
        assert_eq!(bench.written().len(), 1);

        let outcome = one(&bench, bo()).await;
        assert_eq!(outcome.result, OperationResult::Already, "{outcome:?}");
        bench.world().account.acknowledge(&id, "bo", now).unwrap();
        let outcome = one(&bench, bo()).await;
        assert_eq!(outcome.result, OperationResult::Already, "{outcome:?}");
        assert!(bench.written().is_empty(), "Bo has it: nothing to do");
    })
    .await;
}

#[tokio::test]
async fn a_handover_that_left_the_others_acknowledgement_is_not_done() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let now = bench.now();
        bench.world().account.acknowledge(&id, "ada", now).unwrap();
        bench.shown().await;
        bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::Say(200, serde_json::json!({})),
            false => Fate::Pass,
        });
        let bo = Operation::Reassign(Assignee::Person(person("PUBO", "Bo")));
        let outcome = one(&bench, bo).await;
        assert_eq!(outcome.detail, OutcomeDetail::Diverged(Vec::new()));
    })
    .await;
}

#[tokio::test]
async fn it_is_escalated_to_the_level_that_was_meant_even_if_that_is_asked_twice() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "ada");
        for _ in 0..2 {
            bench.clock.pass(Duration::from_secs(10));
            let outcome = one(&bench, Operation::Escalate(2)).await;
            assert_eq!(
                outcome.detail,
                OutcomeDetail::Confirmed {
                    at: Some(bench.clock.now().wall),
                    response_lost: false,
                    other_acks: Vec::new()
                }
            );
            assert_eq!(bench.held(&id).level, 2);
        }
        let outcome = one(&bench, Operation::Escalate(3)).await;
        let OutcomeDetail::Rejected { code, text } = outcome.detail else {
            panic!("{outcome:?}");
        };
        assert_eq!(code, Some(1006));
        assert_eq!(
            text,
            "PagerDuty: it cannot be escalated: its urgency is low, or its policy has no such level"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_of_low_urgency_is_not_escalated_and_the_demo_refuses_it_too() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a pod has restarted", "ada");
        let now = bench.now();
        let ada = Agent::User("ada".into());
        {
            let mut world = bench.world();
            let account = &mut world.account;
            account.set_urgency(&id, Urgency::Low, &ada, now).unwrap();
            let refused = account.escalate(&id, 2, &ada, now);
            assert_eq!(refused, Err(Refusal::CannotEscalate));
        }
        let outcome = one(&bench, Operation::Escalate(2)).await;
        let why = OutcomeDetail::Unavailable(Unavailable::LowUrgency);
        assert_eq!(outcome.detail, why);
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn its_priority_is_set_by_name() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "ada");
        let outcome = one(&bench, Operation::Priority("P1".into())).await;
        assert_eq!(fresh(&outcome).priority, Some("P1".into()));
        assert_eq!(bench.held(&id).priority.as_deref(), Some("P1"));
        let outcome = one(&bench, Operation::Priority("P1".into())).await;
        assert_eq!(outcome.result, OperationResult::Already);
        bench.written();
        let outcome = one(&bench, Operation::Priority("P99".into())).await;
        assert_eq!(outcome.result, OperationResult::Refused);
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn its_priority_is_removed_from_what_is_resolved_too() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "ada");
        one(&bench, Operation::Priority("P1".into())).await;
        one(&bench, Operation::Resolve).await;
        let outcome = one(&bench, Operation::RemovePriority).await;
        assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
        assert_eq!(fresh(&outcome).priority, None);
        let held = bench.held(&id);
        assert!(held.priority.is_none() && !held.is_open());
        bench.written();
        let outcome = one(&bench, Operation::RemovePriority).await;
        assert_eq!(outcome.result, OperationResult::Already);
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn it_is_snoozed_where_it_is_acknowledged() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "ada");
        let hour = Operation::Snooze(Duration::from_secs(3600));
        let outcome = one(&bench, hour.clone()).await;
        assert!(
            matches!(
                outcome.detail,
                OutcomeDetail::Rejected {
                    code: Some(1012),
                    ..
                }
            ),
            "{outcome:?}"
        );
        one(&bench, Operation::Acknowledge).await;
        let outcome = one(&bench, hour).await;
        assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
        let end = bench.clock.now().wall + TimeDelta::hours(1);
        assert_eq!(bench.held(&id).unacknowledge_at, Some(end));
    })
    .await;
}

#[tokio::test]
async fn operations_follow_each_other_and_what_we_changed_ourselves_is_no_change() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        let note = hubwatch::domain::operation::OutgoingNote {
            text: "[hubwatch] verdict outage: the volume is gone".into(),
            in_doubt: false,
        };
        let operations = [
            Operation::Take,
            Operation::Note(note),
            Operation::Priority("P1".into()),
        ];
        let outcomes = bench.act(&operations, &shown).await;
        let results: Vec<_> = outcomes.iter().map(|one| one.result).collect();
        assert_eq!(results, [OperationResult::Done; 3], "{outcomes:?}");
        let held = bench.held(&id);
        assert_eq!(
            (held.notes.len(), held.priority.as_deref()),
            (1, Some("P1"))
        );
        assert_eq!(held.status, Status::Acknowledged);
    })
    .await;
}

#[tokio::test]
async fn an_operation_that_fails_ends_the_batch() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        let operations = [Operation::Escalate(9), Operation::Priority("P1".into())];
        let outcomes = bench.act(&operations, &shown).await;
        assert_eq!(outcomes[1].detail, OutcomeDetail::Skipped);
        assert_eq!(bench.held(&id).priority, None);
    })
    .await;
}

/// Answers every read after the write with `answer`.
fn read_back_as(bench: &Bench, answer: serde_json::Value) {
    let mut is_written = false;
    bench.twist(move |asked, _, _| {
        is_written |= asked.writes();
        match (asked.writes(), is_written) {
            (true, _) => Fate::PassThenSay(200, serde_json::json!({})),
            (false, true) => Fate::Say(200, answer.clone()),
            (false, false) => Fate::Pass,
        }
    });
}

#[tokio::test]
async fn a_snooze_until_another_time_than_asked_for_says_until_when() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "ada");
        let now = bench.now();
        bench.world().account.acknowledge(&id, "ada", now).unwrap();
        bench.shown().await;
        let hours = Duration::from_secs(4 * 3600);
        bench.twist(move |asked, world, now| {
            if !asked.writes() {
                return Fate::Pass;
            }
            world.account.snooze(&id, "ada", hours, now).unwrap();
            Fate::Say(200, serde_json::json!({}))
        });
        let outcome = one(&bench, Operation::Snooze(Duration::from_secs(1800))).await;
        let OutcomeDetail::Diverged(changes) = &outcome.detail else {
            panic!("{outcome:?}");
        };
        let [IncidentChange::SnoozedUntil(until)] = changes.as_slice() else {
            panic!("{changes:?}");
        };
        let off = *until - bench.now() - TimeDelta::hours(4);
        assert!(off.abs() < TimeDelta::seconds(30), "{until}");
    })
    .await;
}

#[tokio::test]
async fn what_the_read_back_does_not_tell_is_not_known() {
    let bo = Operation::Reassign(Assignee::Person(person("PUBO", "Bo")));
    for (operation, field) in [
        (
            Operation::Snooze(Duration::from_secs(1800)),
            "pending_actions",
        ),
        (Operation::Take, "assignments"),
        (Operation::Acknowledge, "acknowledgements"),
        (bo, "assignments"),
        (Operation::Priority("P1".into()), "priority"),
    ] {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", "dee");
            let now = bench.now();
            bench.world().account.acknowledge(&id, "dee", now).unwrap();
            bench.shown().await;
            let mut fresh = serde_json::json!({
                "id": id, "status": "acknowledged", "created_at": now, "incident_number": 1,
                "assignments": [], "acknowledgements": [], "pending_actions": [], "priority": null,
            });
            fresh[field] = match field {
                "priority" => serde_json::json!(7),
                _ => serde_json::Value::Null,
            };
            read_back_as(&bench, serde_json::json!({ "incident": fresh }));
            let outcome = one(&bench, operation.clone()).await;
            let OutcomeDetail::Unverified(why) = &outcome.detail else {
                panic!("{operation:?}: {outcome:?}");
            };
            let words = format!("its {field} cannot be read");
            assert!(why.contains(&words), "{why}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_success_that_is_no_answer_of_pagerdutys_is_no_yes() {
    served(ReadWrite, async |bench| {
        bench.open("a hub is down", "bo");
        bench.shown().await;
        bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::Say(200, "<html>login".into()),
            false => Fate::Pass,
        });
        let outcome = one(&bench, Operation::Acknowledge).await;
        assert!(
            matches!(outcome.detail, OutcomeDetail::NotVisibleYet(_)),
            "{outcome:?}"
        );
    })
    .await;
}
