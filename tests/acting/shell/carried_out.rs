//! Each command is checked by the state that PagerDuty has afterwards.

use hubwatch::demo::account::incident::Status;
use serde_json::json;

use super::{EVERY, on, shell};

#[tokio::test]
async fn incidents_are_acknowledged_taken_and_resolved_by_id_and_by_number() {
    shell(async |shell| {
        let ids = ["one", "two"].map(|title| shell.bench.open(title, "bo"));
        let number = format!("#{}", shell.bench.held(&ids[1]).number);
        let both = [ids[0].as_str(), number.as_str()];
        let held = |id: &str| shell.bench.held(id);
        let ack = shell.scripted(&["ack", both[0], both[1]]).await;
        assert_eq!((ack.code, ack.out.lines().count()), (Some(0), 2), "{ack:?}");
        assert!(
            ack.out.contains(&format!("{number} acknowledged ")),
            "{ack:?}"
        );
        for id in &ids {
            assert_eq!(held(id).status, Status::Acknowledged);
            assert_eq!(held(id).assigned[0].0, "bo");
        }
        let take = shell.scripted(&["take", both[1], both[0]]).await;
        assert_eq!(take.code, Some(0), "{take:?}");
        assert!(ids.iter().all(|id| held(id).assigned[0].0 == "ada"));
        let resolve = shell.scripted(&["resolve", both[0], both[1]]).await;
        assert_eq!(resolve.code, Some(0), "{resolve:?}");
        assert!(ids.iter().all(|id| held(id).status == Status::Resolved));
    })
    .await;
}

#[tokio::test]
async fn a_note_is_written_once_from_the_line_or_from_standard_input() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let note = shell.scripted(&["note", &id, "resizing the volume"]).await;
        assert_eq!(note.code, Some(0), "{note:?}");
        let words = ["note", &id, "-", "--yes"];
        let note = shell.run_with(&words, Some("two lines\nof it\n")).await;
        assert_eq!(note.code, Some(0), "{note:?}");
        let texts: Vec<_> = shell
            .bench
            .held(&id)
            .notes
            .into_iter()
            .map(|it| it.text)
            .collect();
        assert_eq!(texts, ["resizing the volume", "two lines\nof it"]);
        assert!(shell.drafts().is_empty(), "PagerDuty has them");
        let empty = shell.run_with(&words, Some(" \n")).await;
        assert_eq!((empty.code, empty.out.as_str()), (Some(2), ""));
    })
    .await;
}

#[tokio::test]
async fn it_goes_to_a_person_by_address_and_to_a_policy_by_name_or_id() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let to = async |whom: &str| shell.scripted(&["reassign", &id, whom]).await.code;
        assert_eq!(to("DEE@example.org").await, Some(0));
        let held = shell.bench.held(&id);
        assert!(held.directly && held.assigned[0].0 == "dee");
        assert_eq!(to("shouldn't be AN outage").await, Some(0));
        assert_eq!(shell.bench.held(&id).policy, "no-outage");
        assert_eq!(to("PEOUTAGES").await, Some(0));
        assert_eq!(shell.bench.held(&id).policy, "outages");
    })
    .await;
}

#[tokio::test]
async fn an_escalation_goes_one_level_up_and_never_further_by_itself() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let up = shell.scripted(&["escalate", &id]).await;
        assert_eq!(up.code, Some(0), "{up:?}");
        assert_eq!(shell.bench.held(&id).level, 2);
        let last = shell.scripted(&["escalate", &id]).await;
        assert_eq!(last.code, Some(1), "{last:?}");
        assert!(last.out.contains("give the LEVEL"), "{last:?}");
        assert!(last.out.contains("level 1: Ada"), "{last:?}");
        assert_eq!(shell.bench.held(&id).level, 2);
        let named = shell.scripted(&["escalate", &id, "1"]).await;
        assert_eq!(named.code, Some(0), "{named:?}");
        assert_eq!(shell.bench.held(&id).level, 1);
    })
    .await;
}

#[tokio::test]
async fn where_the_present_level_is_not_known_it_is_asked_for() {
    shell(async |shell| {
        // Dee is on call at no level.
        let id = shell.bench.open("one", "dee");
        let run = shell.scripted(&["escalate", &id]).await;
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(
            run.out.contains("the present level is not known"),
            "{run:?}"
        );
        assert!(shell.bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_priority_is_set_by_name_and_a_snooze_is_as_long_as_said() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        assert_eq!(shell.scripted(&["priority", &id, "p2"]).await.code, Some(0));
        assert_eq!(shell.bench.held(&id).priority.as_deref(), Some("P2"));
        let removed = shell.scripted(&["priority", &id, "none"]).await;
        assert_eq!(removed.code, Some(0), "{removed:?}");
        assert!(removed.out.contains("priority removed"), "{removed:?}");
        assert_eq!(shell.bench.held(&id).priority, None);
        let early = shell.scripted(&["snooze", &id, "90m"]).await;
        assert_eq!(early.code, Some(1), "{early:?}");
        assert!(
            early.out.contains("only an acknowledged incident"),
            "{early:?}"
        );
        let sent = shell.bench.written();
        assert!(
            sent.iter().all(|one| !one.path.contains("snooze")),
            "{sent:?}"
        );
        shell.scripted(&["ack", &id]).await;
        assert_eq!(shell.scripted(&["snooze", &id, "90m"]).await.code, Some(0));
        assert!(shell.bench.held(&id).snoozed);
        let sent = shell.bench.written().pop().unwrap();
        assert_eq!(sent.body, Some(json!({ "duration": 5400 })));
    })
    .await;
}

#[tokio::test]
async fn an_incident_is_declared_with_all_that_was_said() {
    shell(async |shell| {
        let words = [
            "declare",
            "leap/prod is down",
            "--service",
            "jupyterhub url availability",
            "--priority",
            "P1",
            "--hub",
            "leap/prod",
        ];
        let (code, said) = shell.json(&words).await;
        assert_eq!((code, &said[0]["action"]), (Some(0), &json!("declare")));
        let id = said[0]["incident"].as_str().unwrap();
        let held = shell.bench.held(id);
        assert_eq!(held.title, "leap/prod is down");
        assert_eq!(
            (held.service.as_str(), held.priority.as_deref()),
            ("hub-url", Some("P1"))
        );
        assert!(held.body.unwrap().contains("Hub: leap/prod."));
        let without = [
            "declare",
            "x",
            "--service",
            "PVHUBURL",
            "--priority",
            "none",
        ];
        let (code, said) = shell.json(&without).await;
        assert_eq!(code, Some(0));
        let id = said[0]["incident"].as_str().unwrap();
        assert_eq!(shell.bench.held(id).priority, None);
    })
    .await;
}

#[tokio::test]
async fn json_has_the_contracts_names_and_nothing_else_is_on_standard_output() {
    for command in EVERY {
        shell(async |shell| {
            let id = shell.bench.open("one", "ada");
            if command[0] == "snooze" {
                shell.scripted(&["ack", &id]).await;
            }
            let (code, said) = shell.json(&on(command, &id)).await;
            assert_eq!(code, Some(0), "{said}");
            let [line] = said.as_array().unwrap().as_slice() else {
                panic!("{said}");
            };
            let mut names: Vec<_> = line.as_object().unwrap().keys().collect();
            names.sort();
            assert_eq!(names, ["action", "detail", "incident", "result"]);
            let action = match command[0] {
                "ack" => "acknowledge",
                other => other,
            };
            assert_eq!(
                (&line["action"], &line["result"]),
                (&json!(action), &json!("done"))
            );
            assert!(!line["detail"].as_str().unwrap().is_empty());
        })
        .await;
    }
}

#[tokio::test]
async fn each_is_written_down_before_and_after() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        shell.scripted(&["ack", &id]).await;
        let journal = std::fs::read_to_string(shell.state().join("journal.jsonl")).unwrap();
        let lines: Vec<serde_json::Value> = journal
            .lines()
            .map(|it| serde_json::from_str(it).unwrap())
            .collect();
        let results: Vec<_> = lines.iter().map(|it| &it["result"]).collect();
        assert_eq!(results, [&json!("begun"), &json!("done")]);
        assert_eq!(
            (&lines[1]["who"], &lines[1]["incident"]),
            (&json!("Ada"), &json!(id))
        );
    })
    .await;
}

#[tokio::test]
async fn the_text_of_a_note_stands_in_the_journal_before_it_is_sent() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        shell.scripted(&["note", &id, "resizing the volume"]).await;
        let journal = std::fs::read_to_string(shell.state().join("journal.jsonl")).unwrap();
        let begun: serde_json::Value =
            serde_json::from_str(journal.lines().next().unwrap()).unwrap();
        assert_eq!(
            (&begun["result"], &begun["detail"]),
            (&json!("begun"), &json!("resizing the volume"))
        );
    })
    .await;
}
