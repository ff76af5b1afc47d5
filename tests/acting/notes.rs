//! Tests of notes: none is lost, and none is written twice.

use hubwatch::domain::operation::{Operation, OperationResult, OutcomeDetail, OutgoingNote};
use hubwatch::sources::pagerduty::Access::ReadWrite;
use serde_json::{Value, json};

use super::bench::{Fate, served};

fn note(in_doubt: bool) -> Operation {
    Operation::Note(OutgoingNote {
        text: "resizing the volume\nback in 10 minutes".into(),
        in_doubt,
    })
}

#[tokio::test]
async fn a_note_is_written_and_found_again() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        let outcome = bench.act(&[note(false)], &shown).await.remove(0);
        let held = bench.held(&id);
        let why = OutcomeDetail::Confirmed {
            at: Some(held.notes[0].at),
            response_lost: false,
            other_acks: Vec::new(),
        };
        assert_eq!(outcome.detail, why);
        assert_eq!(
            held.notes[0].text,
            "resizing the volume\nback in 10 minutes"
        );
        assert_eq!(held.notes[0].by, "ada");
        let outcome = bench
            .act(&[note(false)], &[outcome.read_back.unwrap()])
            .await;
        assert_eq!(
            outcome[0].result,
            OperationResult::Done,
            "the same may be meant twice"
        );
        assert_eq!(bench.held(&id).notes.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_note_in_doubt_is_looked_for_before_it_is_written() {
    for arrived in [false, true] {
        served(ReadWrite, async |bench| {
            let id = bench.open("a hub is down", "bo");
            let shown = bench.shown().await;
            bench.twist(move |asked, _, _| match (asked.writes(), arrived) {
                (true, true) => Fate::PassThenSay(500, Value::Null),
                (true, false) => Fate::Say(500, Value::Null),
                _ if asked.path.ends_with("/notes") => Fate::Say(500, Value::Null),
                _ => Fate::Pass,
            });
            let outcome = bench.act(&[note(false)], &shown).await.remove(0);
            assert!(
                matches!(outcome.detail, OutcomeDetail::Unverified(_)),
                "{outcome:?}"
            );
            bench.twist(|_, _, _| Fate::Pass);
            let shown = bench.shown().await;
            let outcome = bench.act(&[note(true)], &shown).await.remove(0);
            assert_eq!(outcome.result, OperationResult::Done, "{outcome:?}");
            let is_found = matches!(
                outcome.detail,
                OutcomeDetail::Confirmed {
                    response_lost: true,
                    ..
                }
            );
            assert_eq!(is_found, arrived);
            assert_eq!(bench.held(&id).notes.len(), 1, "once, either way");
        })
        .await;
    }
}

#[tokio::test]
async fn a_note_in_doubt_that_cannot_be_looked_for_is_not_written() {
    served(ReadWrite, async |bench| {
        bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        bench.twist(|asked, _, _| match asked.path.ends_with("/notes") {
            true => Fate::Say(500, Value::Null),
            false => Fate::Pass,
        });
        let outcome = bench.act(&[note(true)], &shown).await.remove(0);
        assert_eq!(outcome.result, OperationResult::Unknown, "{outcome:?}");
        assert!(bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_same_words_of_somebody_else_or_of_last_week_are_not_ours() {
    served(ReadWrite, async |bench| {
        let id = bench.open("a hub is down", "bo");
        let now = hubwatch::domain::now::TimeSource::now(&bench.clock).wall;
        let text = "resizing the volume\nback in 10 minutes";
        bench.world().account.note(&id, "bo", text, now).unwrap();
        let earlier = now - chrono::TimeDelta::minutes(1);
        bench
            .world()
            .account
            .note(&id, "ada", text, earlier)
            .unwrap();
        let shown = bench.shown().await;
        bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::Say(500, Value::Null),
            false => Fate::Pass,
        });
        let outcome = bench.act(&[note(false)], &shown).await.remove(0);
        assert!(
            matches!(outcome.detail, OutcomeDetail::NotVisibleYet(_)),
            "{outcome:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_note_that_the_plan_does_not_allow_is_refused() {
    served(ReadWrite, async |bench| {
        bench.open("a hub is down", "bo");
        let shown = bench.shown().await;
        bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::Say(402, json!({ "error": { "code": 2014, "message": "No" } })),
            false => Fate::Pass,
        });
        let outcome = bench.act(&[note(false)], &shown).await.remove(0);
        let code = OutcomeDetail::Rejected {
            code: Some(2014),
            text: "PagerDuty: the account's plan does not allow notes (402): No".into(),
        };
        assert_eq!(outcome.detail, code);
    })
    .await;
}
