//! Lost answers to writes: hubwatch searches PagerDuty for the change before it sends anything again.

use std::time::Duration;

use hubwatch::demo::World;
use hubwatch::demo::account::incident::{Agent, Status};
use hubwatch::demo::script::event::PagerdutyMode;
use hubwatch::domain::operation::{
    Assignee, Operation, OperationResult, OutcomeDetail, OutgoingNote,
};
use hubwatch::sources::pagerduty::Access::ReadWrite;
use serde_json::Value;

use super::bench::{Bench, Fate, person, served};

fn note(in_doubt: bool) -> OutgoingNote {
    OutgoingNote {
        text: "resizing the volume\nback in 10 minutes".into(),
        in_doubt,
    }
}

fn kinds() -> [Operation; 8] {
    [
        Operation::Acknowledge,
        Operation::Take,
        Operation::Resolve,
        Operation::Note(note(false)),
        Operation::Reassign(Assignee::Person(person("PUDEE", "Dee"))),
        Operation::Escalate(2),
        Operation::Priority("P1".into()),
        Operation::Snooze(Duration::from_secs(3600)),
    ]
}

async fn acknowledged(bench: &Bench, operation: &Operation) {
    if matches!(operation, Operation::Snooze(_)) {
        let shown = bench.shown().await;
        bench.act(&[Operation::Acknowledge], &shown).await;
    }
}

fn lost(
    status: u16,
    reaches: bool,
) -> impl FnMut(&super::bench::Asked, &mut World, chrono::DateTime<chrono::Utc>) -> Fate {
    move |asked, _, _| match (asked.writes(), reaches) {
        (true, true) => Fate::PassThenSay(status, Value::Null),
        (true, false) => Fate::Say(status, Value::Null),
        (false, _) => Fate::Pass,
    }
}

#[tokio::test]
async fn what_was_done_all_the_same_is_found_and_was_sent_once() {
    for operation in kinds() {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", "bo");
            acknowledged(&bench, &operation).await;
            let shown = bench.shown().await;
            bench.twist(lost(504, true));
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            assert!(
                matches!(
                    outcome.detail,
                    OutcomeDetail::Confirmed {
                        response_lost: true,
                        ..
                    }
                ),
                "{operation:?}: {outcome:?}"
            );
            assert_eq!(bench.written().len(), 1);
            assert!(bench.held(&id).notes.len() <= 1);
        })
        .await;
    }
}

#[tokio::test]
async fn what_was_not_done_is_said_to_be_not_there_and_was_sent_once() {
    for operation in kinds() {
        served(ReadWrite, async |bench| {
            bench.open("a hub is down", "bo");
            acknowledged(&bench, &operation).await;
            let shown = bench.shown().await;
            bench.twist(lost(408, false));
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            assert!(
                matches!(outcome.detail, OutcomeDetail::NotVisibleYet(_)),
                "{operation:?}: {outcome:?}"
            );
            assert_eq!(outcome.result, OperationResult::Unknown);
            assert_eq!(bench.written().len(), 1);
            assert_eq!(bench.waited(), Duration::from_secs(6));
        })
        .await;
    }
}

#[tokio::test]
async fn where_nobody_can_look_it_is_unknown() {
    for operation in kinds() {
        served(ReadWrite, async |bench| {
            bench.open("a hub is down", "bo");
            acknowledged(&bench, &operation).await;
            let shown = bench.shown().await;
            let mut written = false;
            bench.twist(move |asked, _, _| {
                written |= asked.writes();
                match written {
                    true => Fate::Say(500, Value::Null),
                    false => Fate::Pass,
                }
            });
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            assert!(
                matches!(outcome.detail, OutcomeDetail::Unverified(_)),
                "{operation:?}: {outcome:?}"
            );
            assert_eq!(bench.written().len(), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn a_world_that_loses_its_answers_is_seen_through() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        bench.world().pagerduty = PagerdutyMode::LosingAnswers;
        let operations = [
            Operation::Take,
            Operation::Note(note(false)),
            Operation::Resolve,
        ];
        let outcomes = bench.act(&operations, &shown).await;
        let all_lost = |why: &OutcomeDetail| {
            matches!(
                why,
                OutcomeDetail::Confirmed {
                    response_lost: true,
                    ..
                }
            )
        };
        assert!(
            outcomes.iter().all(|one| all_lost(&one.detail)),
            "{outcomes:?}"
        );
        let held = bench.held(&id);
        assert_eq!((held.status, held.notes.len()), (Status::Resolved, 1));
    })
    .await;
}

#[tokio::test]
async fn what_another_resolved_while_our_answer_was_lost_is_theirs() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        bench.twist(move |asked, world, now| {
            if asked.writes() {
                let bo = Agent::User("bo".into());
                world.account.resolve(&id, &bo, None, now).unwrap();
                return Fate::Say(503, Value::Null);
            }
            Fate::Pass
        });
        let outcome = bench.act(&[Operation::Resolve], &shown).await.remove(0);
        assert_eq!(outcome.result, OperationResult::Already, "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn an_escalation_of_somebody_else_is_not_taken_for_ours() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        bench.twist(move |asked, world, now| {
            if asked.writes() {
                let bo = Agent::User("bo".into());
                world.account.escalate(&id, 2, &bo, now).unwrap();
                return Fate::Say(503, Value::Null);
            }
            Fate::Pass
        });
        let outcome = bench.act(&[Operation::Escalate(2)], &shown).await.remove(0);
        assert!(
            matches!(outcome.detail, OutcomeDetail::NotVisibleYet(_)),
            "{outcome:?}"
        );
    })
    .await;
}
