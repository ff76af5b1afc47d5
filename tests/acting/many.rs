//! One operation on many incidents.

use hubwatch::demo::account::incident::{Agent, Status};
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::operation::{Operation, OperationResult, OutcomeDetail, OutgoingNote};
use hubwatch::sources::pagerduty::Access::ReadWrite;
use serde_json::Value;

use super::bench::{Bench, Fate, person, served};

fn results(outcomes: &[hubwatch::domain::operation::Outcome]) -> Vec<OperationResult> {
    outcomes.iter().map(|one| one.result).collect()
}

fn storm(bench: &Bench, many: usize) -> Vec<String> {
    let each = (0..many).map(|n| bench.open(&format!("hub {n} is down"), "bo"));
    each.collect()
}

#[tokio::test]
async fn a_storm_is_acknowledged_with_one_call_for_250() {
    served(ReadWrite, async |bench| {
        let ids = storm(&bench, 260);
        let shown = bench.shown().await;
        let outcomes = bench.act(&[Operation::Acknowledge], &shown).await;
        let named: Vec<_> = outcomes
            .iter()
            .map(|one| one.incident.clone().unwrap())
            .collect();
        let wanted: Vec<_> = ids.iter().map(|id| id.as_str().into()).collect();
        assert_eq!(named, wanted, "in the batch's order");
        assert_eq!(results(&outcomes), vec![OperationResult::Done; 260]);
        assert!(outcomes.iter().all(|one| one.read_back.is_some()));
        let written = bench.written();
        let sizes: Vec<_> = written
            .iter()
            .map(|it| {
                it.body.as_ref().unwrap()["incidents"]
                    .as_array()
                    .unwrap()
                    .len()
            })
            .collect();
        assert_eq!(sizes, [250, 10]);
        let held = |id: &String| bench.held(id).status == Status::Acknowledged;
        assert!(ids.iter().all(held));
    })
    .await;
}

#[tokio::test]
async fn what_changed_drops_out_and_the_others_go_on() {
    served(ReadWrite, async |bench| {
        let ids = storm(&bench, 4);
        let shown = bench.shown().await;
        let now = bench.clock.now().wall;
        let bo = Agent::User("bo".into());
        bench
            .world()
            .account
            .resolve(&ids[1], &bo, None, now)
            .unwrap();
        bench
            .world()
            .account
            .set_priority(&ids[2], Some("P1"), &bo, now)
            .unwrap();
        let outcomes = bench
            .act(&[Operation::Take, Operation::Priority("P2".into())], &shown)
            .await;
        use OperationResult::{Done, Refused};
        assert_eq!(
            results(&outcomes),
            [Done, Refused, Refused, Done, Done, Refused, Refused, Done]
        );
        assert!(matches!(outcomes[1].detail, OutcomeDetail::Resolved { .. }));
        assert!(matches!(outcomes[2].detail, OutcomeDetail::Changed(_)));
        assert_eq!(outcomes[5].detail, OutcomeDetail::Skipped);
        assert_eq!(bench.held(&ids[3]).priority.as_deref(), Some("P2"));
        assert_eq!(bench.held(&ids[2]).priority.as_deref(), Some("P1"));
        assert_eq!(bench.written().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_reopened_in_a_storm_is_found_with_one_look_at_the_log() {
    served(ReadWrite, async |bench| {
        let ids = storm(&bench, 5);
        let shown = bench.shown().await;
        let third = ids[2].clone();
        bench.twist(move |asked, world, now| {
            if asked.writes() {
                let bo = Agent::User("bo".into());
                world.account.resolve(&third, &bo, None, now).unwrap();
            }
            Fate::Pass
        });
        let outcomes = bench.act(&[Operation::Acknowledge], &shown).await;
        use OperationResult::{Done, Refused};
        assert_eq!(results(&outcomes), [Done, Done, Refused, Done, Done]);
        let by = Some(person("PUBO", "Bo"));
        assert_eq!(outcomes[2].detail, OutcomeDetail::Reopened { by });
        let asked = bench.asked();
        let logs = asked.iter().filter(|it| it.path.ends_with("log_entries"));
        assert_eq!(logs.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn where_one_stands_in_the_way_each_has_its_own_reason() {
    served(ReadWrite, async |bench| {
        let ids = storm(&bench, 3);
        let shown = bench.shown().await;
        let second = ids[1].clone();
        let mut first = true;
        bench.twist(move |asked, world, now| {
            if asked.writes() && std::mem::take(&mut first) {
                let bo = Agent::User("bo".into());
                world.account.resolve(&second, &bo, None, now).unwrap();
            }
            Fate::Pass
        });
        let outcomes = bench.act(&[Operation::Escalate(2)], &shown).await;
        use OperationResult::{Done, Refused};
        assert_eq!(results(&outcomes), [Done, Refused, Done], "{outcomes:?}");
        assert!(
            matches!(outcomes[1].detail, OutcomeDetail::Changed(_)),
            "{outcomes:?}"
        );
        let written = bench.written();
        let written: Vec<_> = written.iter().map(|it| it.path.clone()).collect();
        assert_eq!(written.len(), 3, "{written:?}");
        assert_eq!(written[0], "/incidents");
    })
    .await;
}

#[tokio::test]
async fn a_bulk_whose_answer_was_lost_is_looked_for_one_by_one() {
    for arrived in [true, false] {
        served(ReadWrite, async |bench| {
            storm(&bench, 3);
            let shown = bench.shown().await;
            bench.twist(move |asked, _, _| match (asked.writes(), arrived) {
                (true, true) => Fate::PassThenSay(500, Value::Null),
                (true, false) => Fate::Say(500, Value::Null),
                (false, _) => Fate::Pass,
            });
            let outcomes = bench.act(&[Operation::Resolve], &shown).await;
            for one in &outcomes {
                match arrived {
                    true => assert!(
                        matches!(
                            one.detail,
                            OutcomeDetail::Confirmed {
                                response_lost: true,
                                ..
                            }
                        ),
                        "{one:?}"
                    ),
                    false => assert!(
                        matches!(one.detail, OutcomeDetail::NotVisibleYet(_)),
                        "{one:?}"
                    ),
                }
            }
            assert_eq!((outcomes.len(), bench.written().len()), (3, 1));
        })
        .await;
    }
}

#[tokio::test]
async fn a_note_goes_to_each_once() {
    served(ReadWrite, async |bench| {
        let ids = storm(&bench, 9);
        let shown = bench.shown().await;
        let note = OutgoingNote {
            text: "one cause: the cluster's nodes".into(),
            in_doubt: false,
        };
        let outcomes = bench.act(&[Operation::Note(note)], &shown).await;
        assert_eq!(results(&outcomes), [OperationResult::Done; 9]);
        assert!(ids.iter().all(|id| bench.held(id).notes.len() == 1));
    })
    .await;
}
