//! Commands that hubwatch refuses before any request, commands whose result exists already, and commands that PagerDuty
//! refuses.

use hubwatch::demo::account::incident::{Agent, Status};
use hubwatch::demo::script::event::PagerdutyMode;
use serde_json::json;

use super::super::bench::Fate;
use super::{EVERY, on, shell};

#[tokio::test]
async fn in_read_only_nothing_leaves_the_machine_whatever_is_asked_for() {
    for command in EVERY {
        shell(async |shell| {
            let id = shell.bench.open("one", "ada");
            let words = on(command, &id);
            for (flag, config) in [(&["--read-only"][..], ""), (&[], "read_only = true")] {
                shell.configure(config);
                let (code, said) = shell.json(&[&words, flag].concat()).await;
                assert_eq!((code, &said[0]["result"]), (Some(1), &json!("refused")));
                assert_eq!(said[0]["detail"], "not sent: read-only");
            }
            assert!(shell.bench.asked().is_empty(), "not even a question");
        })
        .await;
    }
}

#[tokio::test]
async fn where_nobody_can_be_asked_nothing_is() {
    for command in EVERY {
        shell(async |shell| {
            let id = shell.bench.open("one", "ada");
            let run = shell.run(&on(command, &id)).await;
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
            assert!(run.err.contains("--yes"), "{run:?}");
            assert!(shell.bench.asked().is_empty());
        })
        .await;
    }
}

#[tokio::test]
async fn without_pagerduty_or_with_a_hub_that_is_not_there_nothing_is_looked_at() {
    shell(async |shell| {
        let hub = [EVERY[8], &["--hub", "leap/prid"]].concat();
        let run = shell.scripted(&hub).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.err.contains("leap/prid"), "{run:?}");
        std::fs::write(shell.path("config.toml"), "").unwrap();
        let run = shell.scripted(&["ack", "5001"]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.err.contains("PagerDuty is not configured"), "{run:?}");
        assert!(shell.bench.asked().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_so_already_is_no_failure_and_what_is_over_stays_over() {
    shell(async |shell| {
        let [mine, over] = ["one", "two"].map(|title| shell.bench.open(title, "bo"));
        shell.scripted(&["ack", &mine]).await;
        shell.scripted(&["resolve", &over]).await;
        shell.bench.asked();
        let (code, said) = shell.json(&["ack", &mine]).await;
        assert_eq!((code, &said[0]["result"]), (Some(0), &json!("already")));
        let (code, said) = shell.json(&["resolve", &over]).await;
        assert_eq!((code, &said[0]["result"]), (Some(0), &json!("already")));
        for command in ["ack", "take"] {
            let (code, said) = shell.json(&[command, &over]).await;
            assert_eq!((code, &said[0]["result"]), (Some(1), &json!("refused")));
            assert!(
                said[0]["detail"]
                    .as_str()
                    .unwrap()
                    .contains("would reopen it")
            );
        }
        assert!(shell.bench.written().is_empty());
        assert_eq!(shell.bench.held(&over).status, Status::Resolved);
    })
    .await;
}

#[tokio::test]
async fn one_that_is_not_there_does_not_keep_the_others_and_each_has_its_line_in_order() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let number = shell.bench.held(&id).number.to_string();
        let (code, said) = shell.json(&["ack", "Q0NOBODY", &number, &id]).await;
        assert_eq!(code, Some(1));
        let lines = said.as_array().unwrap();
        let named: Vec<_> = lines
            .iter()
            .map(|it| (&it["incident"], &it["result"]))
            .collect();
        let (nobody, id_said) = (json!("Q0NOBODY"), json!(id));
        let (refused, done) = (json!("refused"), json!("done"));
        assert_eq!(named, [(&nobody, &refused), (&id_said, &done)]);
    })
    .await;
}

#[tokio::test]
async fn names_that_nobody_has_are_refused_with_those_that_are_there() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let cases: [(&[&str], &str); 6] = [
            (
                &["reassign", &id, "zoe@example.org"],
                "no user has the email",
            ),
            (&["reassign", &id, "outage"], "Outages or possible outages"),
            (
                &["reassign", &id, "bo"],
                "\u{201c}bo\u{201d} is a person: give the email, bo@example.org",
            ),
            (
                &["escalate", &id, "9"],
                "has no level 9; there is level 1: Ada",
            ),
            (&["priority", &id, "P9"], "P1, P2, P3, P4"),
            (
                &["declare", "x", "--service", "hubs", "--priority", "P1"],
                "JupyterHub URL availability",
            ),
        ];
        for (words, says) in cases {
            let run = shell.scripted(words).await;
            assert_eq!(run.code, Some(1), "{run:?}");
            assert!(run.out.contains(says), "{run:?}");
        }
        assert!(shell.bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_pagerduty_says_no_with_is_told() {
    use PagerdutyMode::{Changed, Failing, ReadOnly, Throttled};
    let cases = [
        (Changed, "it changed"),
        (ReadOnly, "403"),
        (Throttled, "429"),
        (Failing, "500"),
    ];
    for (mode, says) in cases {
        shell(async |shell| {
            let id = shell.bench.open("one", "bo");
            shell.bench.world().pagerduty = mode;
            let (code, said) = shell.json(&["resolve", &id]).await;
            assert_eq!(
                (code, &said[0]["result"]),
                (Some(1), &json!("refused")),
                "{mode:?}"
            );
            let detail = said[0]["detail"].as_str().unwrap();
            assert!(detail.contains(says), "{mode:?}: {detail}");
            assert_eq!(shell.bench.held(&id).status, Status::Triggered);
        })
        .await;
    }
}

#[tokio::test]
async fn what_the_plan_lacks_is_told() {
    for command in EVERY {
        shell(async |shell| {
            let id = shell.bench.open("one", "ada");
            if command[0] == "snooze" {
                shell.scripted(&["ack", &id]).await;
            }
            shell.bench.twist(|asked, _, _| match asked.writes() {
                true => Fate::Say(402, json!({ "error": { "code": 2014 } })),
                false => Fate::Pass,
            });
            let run = shell.scripted(&on(command, &id)).await;
            assert_eq!(run.code, Some(1), "{run:?}");
            assert!(
                run.out.contains("the account's plan does not allow"),
                "{run:?}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn what_changed_between_the_look_and_the_write_is_named_and_not_overridden() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let (mut looks, about) = (0, id.clone());
        shell.bench.twist(move |asked, world, now| {
            looks += usize::from(asked.path == format!("/incidents/{about}"));
            if looks == 2 {
                looks += 1;
                let dee = Agent::User("dee".into());
                world
                    .account
                    .reassign(&about, &["dee".to_owned()], &dee, now)
                    .unwrap();
            }
            Fate::Pass
        });
        let (code, said) = shell.json(&["resolve", &id]).await;
        assert_eq!((code, &said[0]["result"]), (Some(1), &json!("refused")));
        assert_eq!(said[0]["detail"], "not sent, it is assigned to Dee now");
        assert!(shell.bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_pagerduty_refuses_is_named_by_number_and_title_whatever_its_status() {
    for status in [400, 401, 402, 403, 404, 409] {
        shell(async |shell| {
            let id = shell.bench.open("one", "ada");
            shell.bench.twist(move |asked, _, _| match asked.writes() {
                true => Fate::Say(status, json!({})),
                false => Fate::Pass,
            });
            let run = shell.scripted(&["ack", &id]).await;
            let number = shell.bench.held(&id).number;
            let (begin, end) = (format!("#{number} not done: "), ", one\n");
            assert!(
                run.out.starts_with(&begin) && run.out.ends_with(end),
                "{status}: {run:?}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn what_could_not_be_read_back_is_named_by_number_and_title() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let mut is_written = false;
        shell.bench.twist(move |asked, _, _| {
            let is_read_back = is_written && !asked.writes();
            is_written |= asked.writes();
            match (is_read_back, asked.writes()) {
                (true, _) => Fate::Say(500, json!({})),
                (_, true) => Fate::PassThenSay(200, json!({})),
                _ => Fate::Pass,
            }
        });
        let run = shell.scripted(&["ack", &id]).await;
        let number = shell.bench.held(&id).number;
        let begin = format!("#{number} unknown whether it was done: ");
        assert!(
            run.out.starts_with(&begin) && run.out.ends_with(", one\n"),
            "{run:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_write_that_is_sent_elsewhere_is_sent_to_nobody_else() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let other = shell.bench.open("two", "ada");
        shell.bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::SendTo("/incidents/OTHER"),
            false => Fate::Pass,
        });
        let run = shell.scripted(&["resolve", &id]).await;
        let said = "307: redirects to http://127.0.0.1";
        assert!(run.code == Some(1) && run.out.contains(said), "{run:?}");
        let written = shell.bench.written();
        let paths: Vec<_> = written.iter().map(|one| one.path.clone()).collect();
        assert_eq!(paths, [format!("/incidents/{id}")]);
        assert_eq!(shell.bench.held(&other).status, Status::Triggered);
    })
    .await;
}
