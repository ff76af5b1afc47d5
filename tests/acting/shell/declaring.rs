//! An incident that is declared twice is opened once. Before a declaration is sent, its place and the people that it
//! reaches are named.

use hubwatch::demo::account::incident::Status;
use serde_json::{Value, json};

use super::super::bench::Fate;
use super::shell;

const DECLARE: [&str; 8] = [
    "declare",
    "hub is down",
    "--service",
    "JupyterHub URL availability",
    "--priority",
    "P1",
    "--hub",
    "leap/prod",
];

#[tokio::test]
async fn what_is_declared_again_while_it_is_open_is_there_already() {
    shell(async |shell| {
        let (_, first) = shell.json(&DECLARE).await;
        let id = first[0]["incident"].as_str().unwrap();
        assert_eq!(shell.bench.held(id).title, "hub is down on leap/prod");
        let (code, second) = shell.json(&DECLARE).await;
        assert_eq!(
            (code, &second[0]["result"], &second[0]["incident"]),
            (Some(0), &json!("already"), &json!(id))
        );
        shell.scripted(&["resolve", id]).await;
        let (code, third) = shell.json(&DECLARE).await;
        assert_eq!((code, &third[0]["result"]), (Some(0), &json!("done")));
        let id = third[0]["incident"].as_str().unwrap();
        assert_eq!(shell.bench.held(id).status, Status::Triggered);
        assert_eq!(shell.bench.world().account.incidents.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_heard_no_answer_may_say_it_again() {
    for arrived in [true, false] {
        shell(async |shell| {
            let mut written = false;
            shell
                .bench
                .twist(move |asked, _, _| match (asked.writes(), arrived) {
                    (true, true) => {
                        written = true;
                        Fate::PassThenSay(502, Value::Null)
                    }
                    (true, false) => {
                        written = true;
                        Fate::Say(502, Value::Null)
                    }
                    (false, _) if written => Fate::Say(500, Value::Null),
                    (false, _) => Fate::Pass,
                });
            let (code, said) = shell.json(&DECLARE).await;
            assert_eq!((code, &said[0]["result"]), (Some(3), &json!("unknown")));
            shell.bench.twist(|_, _, _| Fate::Pass);
            let (code, said) = shell.json(&DECLARE).await;
            let now = if arrived { "already" } else { "done" };
            assert_eq!((code, &said[0]["result"]), (Some(0), &json!(now)));
            assert_eq!(shell.bench.world().account.incidents.len(), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn where_it_is_whom_it_reaches_and_what_is_open_there_is_said_before() {
    shell(async |shell| {
        let id = shell.bench.open("leap.example.org on leap", "bo");
        let number = shell.bench.held(&id).number;
        shell.bench.open("some other thing", "bo");
        let (code, screen) = shell.answered(&DECLARE, b"n\n").await;
        assert_eq!(code, 1, "{screen}");
        for named in [
            "open an incident on JupyterHub URL availability",
            "hub is down on leap/prod",
            "goes to level 1: Ada",
            &format!("open there already: #{number} leap.example.org on leap (triggered)"),
        ] {
            assert!(screen.contains(named), "no {named} in {screen}");
        }
        assert!(!screen.contains("other thing"), "{screen}");
        assert!(shell.bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_declared_for_a_case_names_it_in_its_key() {
    shell(async |shell| {
        let mut words = DECLARE.to_vec();
        words.extend(["--case", "alert:00000000000000ab"]);
        for (words, case) in [
            (&words[..], "alert:00000000000000ab"),
            (&DECLARE[..], "hub:leap/prod"),
        ] {
            let (_, said) = shell.json(words).await;
            let key = shell
                .bench
                .held(said[0]["incident"].as_str().unwrap())
                .incident_key;
            assert!(key.unwrap().starts_with(&format!("hubwatch {case} ")));
        }
    })
    .await;
}
