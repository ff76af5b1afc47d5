//! Reasons not to send a write, and PagerDuty's rejections.

use std::time::Duration;

use hubwatch::demo::account::incident::Status;
use hubwatch::demo::script::event::PagerdutyMode;
use hubwatch::domain::incident::Reference;
use hubwatch::domain::operation::{
    Actor, Assignee, Declaration, Operation, OperationBatch, OperationKind, OutcomeDetail,
    OutgoingNote,
};
use hubwatch::sources::pagerduty::Access::{ReadOnly, ReadWrite};
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::bench::{Fate, ada, person, served};

fn every_kind() -> Vec<Operation> {
    let service = Reference {
        id: "PVHUBURL".into(),
        name: "JupyterHub URL availability".into(),
    };
    let all = vec![
        Operation::Acknowledge,
        Operation::Take,
        Operation::Resolve,
        Operation::Note(OutgoingNote {
            text: "x".into(),
            in_doubt: false,
        }),
        Operation::Reassign(Assignee::Person(person("PUDEE", "Dee"))),
        Operation::Escalate(2),
        Operation::Priority("P1".into()),
        Operation::Snooze(Duration::from_secs(60)),
        Operation::Declare(Declaration {
            since: None,
            key: "k".into(),
            title: "t".into(),
            service,
            priority: None,
            hub: None,
            details: String::new(),
        }),
    ];
    let kinds: Vec<_> = all.iter().map(Operation::kind).collect();
    assert_eq!(
        kinds,
        OperationKind::iter().collect::<Vec<_>>(),
        "each is here"
    );
    all
}

#[tokio::test]
async fn in_read_only_nothing_leaves_whatever_is_asked_for() {
    served(ReadOnly, async |bench| {
        bench.open("a hub is down", "bo");
        bench.open("another", "bo");
        let shown = bench.shown().await;
        for operation in every_kind() {
            for on in [&shown[..1], &shown[..]] {
                let outcomes = bench.act(std::slice::from_ref(&operation), on).await;
                assert!(!outcomes.is_empty());
                assert!(
                    outcomes
                        .iter()
                        .all(|one| one.detail == OutcomeDetail::ReadOnly)
                );
            }
        }
        assert!(bench.client.writer("ada@example.org").is_err());
        assert!(bench.asked().is_empty(), "not even a question");
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_as_nobody() {
    served(ReadWrite, async |bench| {
        bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        for operation in every_kind() {
            let batch = OperationBatch {
                number: 1,
                operations: vec![operation],
                incidents: shown.clone(),
                actor: None,
            };
            let outcomes = bench.run_batch(&batch).await;
            assert!(
                outcomes
                    .iter()
                    .all(|one| one.detail == OutcomeDetail::NoActor)
                    && outcomes.len() == 1
            );
        }
        assert!(bench.asked().is_empty());
    })
    .await;
}

#[tokio::test]
async fn somebody_whom_the_account_does_not_know_is_told_so() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let batch = OperationBatch {
            number: 1,
            operations: vec![Operation::Acknowledge],
            incidents: bench.shown().await,
            actor: Some(Actor {
                email: "zoe@example.org".into(),
                ..ada()
            }),
        };
        let outcomes = bench.run_batch(&batch).await;
        let text = "PagerDuty: no user has the email that is sent as From";
        let code = OutcomeDetail::Rejected {
            code: Some(1008),
            text: text.into(),
        };
        assert_eq!(outcomes[0].detail, code);
        assert_eq!(bench.held(&id).status, Status::Triggered);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_may_only_read_is_said_in_words_for_writes() {
    for operation in every_kind() {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", "bo");
            let shown = bench.shown().await;
            bench.world().pagerduty = PagerdutyMode::ReadOnly;
            let outcome = bench
                .act(std::slice::from_ref(&operation), &shown)
                .await
                .remove(0);
            let OutcomeDetail::Rejected { code, text } = outcome.detail else {
                panic!("{operation:?}: {outcome:?}");
            };
            assert_eq!(code, Some(2010));
            assert!(
                text.contains("is read-only") && text.contains("403"),
                "{text}"
            );
            assert_eq!(bench.held(&id).notes.len(), 0);
        })
        .await;
    }
}

#[tokio::test]
async fn too_many_requests_are_waited_for_where_that_is_short() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        let mut first = true;
        bench.twist(move |asked, _, _| {
            let is_first = asked.writes() && std::mem::take(&mut first);
            match is_first {
                // No header says how long to wait, so the wait is half a minute.
                true => Fate::Say(429, Value::Null),
                false => Fate::Pass,
            }
        });
        let outcome = bench.act(&[Operation::Acknowledge], &shown).await.remove(0);
        assert!(
            matches!(&outcome.detail, OutcomeDetail::Rejected { text, .. } if text.contains("next try in 30s")),
            "{outcome:?}"
        );
        assert_eq!(bench.written().len(), 1);
        let outcome = bench.act(&[Operation::Acknowledge], &shown).await.remove(0);
        assert!(matches!(outcome.detail, OutcomeDetail::Unreachable(_)), "{outcome:?}");
        assert!(bench.asked().is_empty(), "PagerDuty asked to be left alone");
        bench.clock.pass(Duration::from_secs(27));
        let outcome = bench.act(&[Operation::Acknowledge], &shown).await.remove(0);
        assert!(matches!(outcome.detail, OutcomeDetail::Confirmed { .. }), "{outcome:?}");
        assert_eq!(bench.held(&id).status, Status::Acknowledged);
    })
    .await;
}

#[tokio::test]
async fn an_incident_that_cannot_be_read_is_not_written_to() {
    for (status, reached) in [(500, false), (404, true), (401, true)] {
        served(ReadWrite, async |bench| {
            bench.open("a hub is down", "bo");
            let shown = bench.shown().await;
            bench.twist(move |_, _, _| Fate::Say(status, json!({})));
            let outcome = bench.act(&[Operation::Resolve], &shown).await.remove(0);
            match reached {
                true => assert!(
                    matches!(outcome.detail, OutcomeDetail::Rejected { .. }),
                    "{outcome:?}"
                ),
                false => assert!(
                    matches!(outcome.detail, OutcomeDetail::Unreachable(_)),
                    "{outcome:?}"
                ),
            }
            assert!(bench.written().is_empty());
        })
        .await;
    }
}
