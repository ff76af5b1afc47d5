//! Answers that are lost after PagerDuty has acted, and notes that are stored until it is certain that they were sent.

use hubwatch::demo::account::incident::Status;
use hubwatch::demo::script::event::PagerdutyMode;
use serde_json::{Value, json};

use super::super::bench::Fate;
use super::{EVERY, on, shell};

#[tokio::test]
async fn what_was_done_although_its_answer_was_lost_is_done_once() {
    for command in EVERY {
        shell(async |shell| {
            let id = shell.bench.open("one", "ada");
            if command[0] == "snooze" {
                shell.scripted(&["ack", &id]).await;
            }
            shell.bench.written();
            shell.bench.world().pagerduty = PagerdutyMode::LosingAnswers;
            let (code, said) = shell.json(&on(command, &id)).await;
            assert_eq!(
                (code, &said[0]["result"]),
                (Some(0), &json!("done")),
                "{said}"
            );
            assert!(
                said[0]["detail"]
                    .as_str()
                    .unwrap()
                    .contains("the answer was lost")
            );
            assert_eq!(shell.bench.written().len(), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn a_note_in_doubt_is_kept_and_looked_for_before_it_is_sent_again() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        // PagerDuty adds the note, but the answer to the request is lost, and later reads fail.
        let mut written = false;
        shell
            .bench
            .twist(move |asked, _, _| match (asked.writes(), written) {
                (true, _) => {
                    written = true;
                    Fate::PassThenSay(502, Value::Null)
                }
                (false, true) => Fate::Say(500, Value::Null),
                (false, false) => Fate::Pass,
            });
        let (code, said) = shell.json(&["note", &id, "resizing"]).await;
        assert_eq!((code, &said[0]["result"]), (Some(3), &json!("unknown")));
        let drafts = shell.drafts();
        assert_eq!(drafts.len(), 1);
        assert_eq!(drafts[0]["text"], "resizing");
        assert_eq!(drafts[0]["in_doubt"], true);
        shell.bench.twist(|_, _, _| Fate::Pass);
        let other = shell.scripted(&["note", &id, "something else"]).await;
        assert_eq!(other.code, Some(0), "{other:?}");
        assert_eq!(shell.drafts().len(), 1, "another note is not this one");
        let again = shell.scripted(&["note", &id, "resizing"]).await;
        assert_eq!(again.code, Some(0), "{again:?}");
        let texts: Vec<_> = shell
            .bench
            .held(&id)
            .notes
            .into_iter()
            .map(|it| it.text)
            .collect();
        assert_eq!(texts, ["resizing", "something else"]);
        assert!(shell.drafts().is_empty(), "it is found, and done with");
    })
    .await;
}

#[tokio::test]
async fn a_note_that_could_not_be_sent_is_kept() {
    for mode in [PagerdutyMode::ReadOnly, PagerdutyMode::Failing] {
        shell(async |shell| {
            let id = shell.bench.open("one", "bo");
            shell.bench.world().pagerduty = mode;
            let run = shell.scripted(&["note", &id, "resizing"]).await;
            assert_eq!(run.code, Some(1), "{run:?}");
            assert!(run.err.contains("kept as a draft"), "{run:?}");
            let drafts = shell.drafts();
            assert_eq!(drafts.len(), 1);
            assert_eq!(
                (&drafts[0]["text"], &drafts[0]["in_doubt"]),
                (&json!("resizing"), &json!(false))
            );
            assert_eq!(drafts[0]["about"][0]["incident"], json!(id));
        })
        .await;
    }
}

#[tokio::test]
async fn what_nobody_can_tell_weighs_more_than_what_was_refused() {
    shell(async |shell| {
        let [one, two] = ["one", "two"].map(|title| shell.bench.open(title, "bo"));
        shell.scripted(&["resolve", &two]).await;
        shell.bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::Say(408, Value::Null),
            false => Fate::Pass,
        });
        let (code, said) = shell.json(&["ack", &one, &two]).await;
        assert_eq!(code, Some(3), "{said}");
        assert_eq!(
            (&said[0]["result"], &said[1]["result"]),
            (&json!("unknown"), &json!("refused"))
        );
        assert_eq!(shell.bench.held(&one).status, Status::Triggered);
    })
    .await;
}
