//! Changes by others between the screen, our read and our write.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hubwatch::demo::World;
use hubwatch::demo::account::incident::{Agent, Status};
use hubwatch::domain::now::TimeSource;
use hubwatch::domain::operation::{
    IncidentChange, Operation, OperationResult, OutcomeDetail, OutgoingNote,
};
use hubwatch::sources::pagerduty::Access::ReadWrite;
use serde_json::json;

use super::bench::{Asked, Bench, Fate, person, served};

const BO: &str = "bo";

fn bo() -> Agent {
    Agent::User(BO.into())
}

/// Runs `act` once, right before the first write is passed on to PagerDuty.
fn just_before(bench: &Bench, mut act: impl FnMut(&mut World, DateTime<Utc>) + Send + 'static) {
    let mut done = false;
    bench.twist(move |asked: &Asked, world, now| {
        if asked.writes() && !done {
            done = true;
            act(world, now);
        }
        Fate::Pass
    });
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_told_and_nothing_is_sent() {
    let note = OutgoingNote {
        text: "x".into(),
        in_doubt: false,
    };
    for operation in [
        Operation::Acknowledge,
        Operation::Resolve,
        Operation::Note(note),
        Operation::Escalate(2),
        Operation::Snooze(Duration::from_secs(60)),
        Operation::Priority("P1".into()),
    ] {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", BO);
            let shown = bench.shown().await;
            let now = bench.clock.now().wall;
            bench.world().account.acknowledge(&id, BO, now).unwrap();
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            let changed = vec![IncidentChange::Acknowledged(vec![person("PUBO", "Bo")])];
            assert_eq!(
                outcome.detail,
                OutcomeDetail::Changed(changed),
                "{operation:?}"
            );
            assert!(outcome.read_back.is_some());
            assert!(bench.written().is_empty());
            let again = bench
                .act(
                    std::slice::from_ref(&operation),
                    &[outcome.read_back.unwrap()],
                )
                .await;
            assert_eq!(again[0].result, OperationResult::Done, "{again:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_over_is_never_reopened_by_an_acknowledgement() {
    for operation in [Operation::Acknowledge, Operation::Take] {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", BO);
            let shown = bench.shown().await;
            let now = bench.clock.now().wall;
            bench
                .world()
                .account
                .resolve(&id, &bo(), None, now)
                .unwrap();
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            let over = OutcomeDetail::Resolved {
                by: Some(person("PUBO", "Bo")),
                at: Some(now),
            };
            assert_eq!(outcome.detail, over);
            assert!(bench.written().is_empty());
            assert_eq!(bench.held(&id).status, Status::Resolved);
        })
        .await;
    }
}

#[tokio::test]
async fn what_somebody_else_resolved_needs_no_second_time() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", BO);
        let shown = bench.shown().await;
        let now = bench.clock.now().wall;
        bench
            .world()
            .account
            .resolve(&id, &bo(), None, now)
            .unwrap();
        let outcome = bench.act(&[Operation::Resolve], &shown).await.remove(0);
        let before = OutcomeDetail::Already {
            by: vec![person("PUBO", "Bo")],
            at: Some(now),
            other_acks: Vec::new(),
        };
        assert_eq!(outcome.detail, before);
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_resolved_between_our_look_and_our_write_has_been_before_us() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", BO);
        let shown = bench.shown().await;
        just_before(&bench, move |world, now| {
            world.account.resolve(&id, &bo(), None, now).unwrap();
        });
        let outcome = bench.act(&[Operation::Resolve], &shown).await.remove(0);
        assert_eq!(outcome.result, OperationResult::Already, "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn who_acknowledged_just_before_us_is_named() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", BO);
        let shown = bench.shown().await;
        just_before(&bench, move |world, now| {
            let earlier = now - Duration::from_secs(3);
            world.account.acknowledge(&id, BO, earlier).unwrap();
        });
        let outcome = bench.act(&[Operation::Acknowledge], &shown).await.remove(0);
        let OutcomeDetail::Confirmed {
            other_acks: others,
            at,
            ..
        } = outcome.detail
        else {
            panic!("{outcome:?}");
        };
        assert_eq!(&*others[0].by.name, "Bo");
        assert_eq!(at.unwrap() - others[0].at, chrono::TimeDelta::seconds(3));
    })
    .await;
}

#[tokio::test]
async fn an_acknowledgement_that_reopened_what_was_just_resolved_is_found_out() {
    for operation in [Operation::Acknowledge, Operation::Take] {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", BO);
            let shown = bench.shown().await;
            let is_take = operation == Operation::Take;
            just_before(&bench, move |world, now| {
                world.account.resolve(&id, &bo(), None, now).unwrap();
                if is_take {
                    // PagerDuty assigns only open incidents, so Bo reopens the incident.
                    world.account.trigger(&id, &bo(), now).unwrap();
                }
            });
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            let by = Some(person("PUBO", "Bo"));
            assert_eq!(outcome.detail, OutcomeDetail::Reopened { by });
            assert_eq!(outcome.result, OperationResult::Refused);
        })
        .await;
    }
}

#[tokio::test]
async fn an_acknowledgement_of_what_came_to_us_meanwhile_reopened_nothing() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", BO);
        let shown = bench.shown().await;
        just_before(&bench, move |world, now| {
            let to = ["ada".to_owned()];
            world.account.reassign(&id, &to, &bo(), now).unwrap();
        });
        let outcome = bench.act(&[Operation::Acknowledge], &shown).await.remove(0);
        assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn changed_since_the_last_request_is_read_again() {
    for really in [false, true] {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", BO);
            let shown = bench.shown().await;
            bench.twist(move |asked, world, now| {
                if !asked.writes() {
                    return Fate::Pass;
                }
                if really {
                    world
                        .account
                        .set_priority(&id, Some("P2"), &bo(), now)
                        .unwrap();
                }
                let words = "Incident Data Has Changed Since Last Request";
                let error = json!({ "error": { "message": words, "code": 1005 } });
                Fate::Say(400, error)
            });
            let outcome = bench.act(&[Operation::Resolve], &shown).await.remove(0);
            let changes = really.then(|| IncidentChange::Priority(Some("P2".into())));
            assert_eq!(
                outcome.detail,
                OutcomeDetail::Changed(changes.into_iter().collect())
            );
        })
        .await;
    }
}

#[tokio::test]
async fn what_shows_a_little_later_is_waited_for_and_what_never_shows_is_said() {
    for lag in [3, 99] {
        served(ReadWrite, async |bench| {
            bench.open("a hub is down", BO);
            let shown = bench.shown().await;
            let mut reads = 0;
            let mut old = None;
            bench.twist(move |asked, world, _| {
                if asked.writes() {
                    old = Some(world.account.incidents[0].clone());
                } else if old.is_some() {
                    reads += 1;
                }
                if let Some(old) = old.clone().filter(|_| reads > 0 && reads < lag) {
                    world.account.incidents[0] = old;
                } else if reads == lag {
                    let mut fresh = old.clone().unwrap();
                    fresh.status = Status::Acknowledged;
                    fresh.acknowledged = vec![("ada".into(), fresh.created_at)];
                    world.account.incidents[0] = fresh;
                }
                Fate::Pass
            });
            let outcome = bench.act(&[Operation::Acknowledge], &shown).await.remove(0);
            match lag {
                3 => assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}"),
                _ => assert_eq!(outcome.detail, OutcomeDetail::Diverged(Vec::new())),
            }
            assert!(bench.waited() <= Duration::from_secs(2));
        })
        .await;
    }
}
