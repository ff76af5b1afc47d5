//! The dialogue of a command on a terminal: its questions, and that nothing is sent before a yes.

use hubwatch::demo::account::incident::{Agent, PagedAlert, Status};
use portable_pty::CommandBuilder;
use rustix::process::Signal;

use super::super::bench::Fate;
use super::{Shell, shell};
use crate::terminal::pty::Pty;

const PROMPT: &str = "send it? [y/N]";

impl Shell {
    fn on_a_terminal(&self, words: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hubwatch"));
        command.args(words);
        self.surround(command)
    }

    fn surround(&self, mut command: CommandBuilder) -> CommandBuilder {
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        for (name, value) in self.env() {
            command.env(name, value);
        }
        command
    }

    /// Runs a command on a terminal of 200 columns. `talk` types and reads in its own thread, while PagerDuty answers
    /// on this thread.
    async fn talk<T: Send + 'static>(
        &self,
        command: CommandBuilder,
        talk: impl FnOnce(Pty) -> T + Send + 'static,
    ) -> T {
        #[expect(
            clippy::disallowed_methods,
            reason = "a pty is talked to by blocking, and PagerDuty answers on this thread"
        )]
        let talk = tokio::task::spawn_blocking(move || talk(Pty::start(command, 200, 24).0));
        talk.await.unwrap()
    }

    pub(super) async fn answered(&self, words: &[&str], answer: &'static [u8]) -> (u32, String) {
        let command = self.on_a_terminal(words);
        self.talk(command, move |mut pty| {
            pty.wait_for(PROMPT);
            pty.send(answer);
            let code = pty.wait_for_exit();
            (code, pty.screen().contents())
        })
        .await
    }
}

#[tokio::test]
async fn it_is_named_before_it_is_done_and_anything_but_yes_is_no() {
    shell(async |shell| {
        let id = shell.bench.open("hub is down on leap/prod", "bo");
        shell
            .bench
            .world()
            .account
            .acknowledge(&id, "bo", shell.bench.now())
            .unwrap();
        let number = shell.bench.held(&id).number;
        for no in [&b"n\n"[..], b"\n", b"yess\n", b"\x04"] {
            let (code, screen) = shell.answered(&["take", &id], no).await;
            assert_eq!(code, 1, "{screen}");
            for named in [
                "assign to you, and acknowledge",
                &format!("#{number} hub is down on leap/prod"),
                "no priority",
                "acknowledged",
                "owner Bo",
                "Bo acknowledged it: you take it over",
                &format!("#{number} not confirmed"),
            ] {
                assert!(screen.contains(named), "no {named} in {screen}");
            }
        }
        assert!(shell.bench.written().is_empty());
        let (code, screen) = shell.answered(&["take", &id], b"YES\n").await;
        assert_eq!(code, 0, "{screen}");
        assert_eq!(shell.bench.held(&id).assigned[0].0, "ada");
    })
    .await;
}

#[tokio::test]
async fn what_follows_is_said_before_it_is_confirmed() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let (_, person) = shell
            .answered(&["reassign", &id, "dee@example.org"], b"n\n")
            .await;
        assert!(person.contains("it will no longer escalate"), "{person}");
        assert!(person.contains("choose the policy Outages"), "{person}");
        assert!(!person.contains("is a placeholder"), "{person}");
        shell.configure("[team]\nplaceholders = [\"dee@example.org\"]\n");
        let (_, mailbox) = shell
            .answered(&["reassign", &id, "dee@example.org"], b"n\n")
            .await;
        assert!(mailbox.contains("Dee is a placeholder or bot"), "{mailbox}");
        let (_, level) = shell.answered(&["escalate", &id], b"n\n").await;
        assert!(level.contains("escalate to level 2"), "{level}");
        assert!(level.contains("level 2: Bo"), "{level}");
        let (_, note) = shell.answered(&["note", &id, "resizing now"], b"n\n").await;
        assert!(note.contains("resizing now"), "{note}");
        assert!(shell.bench.written().is_empty());
        assert!(shell.drafts().is_empty(), "nobody wanted it to be sent");
    })
    .await;
}

#[tokio::test]
async fn that_an_alert_still_fires_is_said_before_it_is_resolved() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let now = shell.bench.now();
        let alert = PagedAlert {
            id: "PA1".to_owned(),
            key: "k1".to_owned(),
            summary: "home-nfs has 10% of space left".to_owned(),
            severity: "warning".to_owned(),
            created_at: now,
            resolved: false,
            details: serde_json::json!({ "labels": { "cluster": "leap", "namespace": "prod" } }),
            links: Vec::new(),
        };
        let added = shell.bench.world().account.add_alert(&id, alert, now);
        added.unwrap();
        let (code, screen) = shell.answered(&["resolve", &id], b"n\n").await;
        assert_eq!(code, 1, "{screen}");
        assert!(screen.contains("counts its alert as firing"), "{screen}");
        let (_, other) = shell.answered(&["take", &id], b"n\n").await;
        assert!(!other.contains("firing"), "{other}");
    })
    .await;
}

#[tokio::test]
async fn until_when_a_time_box_runs_is_said() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let (_, start) = shell
            .answered(&["note", &id, "[hubwatch] time-box start 30m"], b"n\n")
            .await;
        assert!(start.contains("the time-box runs until about"), "{start}");
        let start = "[hubwatch] time-box start 10s";
        let started = shell.scripted(&["note", &id, start]).await;
        assert_eq!(started.code, Some(0), "{started:?}");
        let more = "[hubwatch] time-box +1h: wait";
        let (_, more) = shell.answered(&["note", &id, more], b"n\n").await;
        assert!(more.contains("the time-box runs until about"), "{more}");
    })
    .await;
}

#[tokio::test]
async fn raising_to_the_most_severe_priority_says_what_it_sets_off() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        shell.configure("outage.effects = [\"three issues are opened\"]\n");
        let (_, raised) = shell.answered(&["priority", &id, "P1"], b"n\n").await;
        assert!(raised.contains("three issues are opened"), "{raised}");
        let (_, other) = shell.answered(&["priority", &id, "P2"], b"n\n").await;
        assert!(!other.contains("three issues are opened"), "{other}");
    })
    .await;
}

#[tokio::test]
async fn what_is_fixed_and_open_is_named() {
    shell(async |shell| {
        let id = shell.bench.open("one", "ada");
        let fixed = ["note", &id, "[hubwatch] verdict fixed: resized"];
        let run = shell.scripted(&fixed).await;
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.err.contains("is fixed and still open"), "{run:?}");
    })
    .await;
}

#[tokio::test]
async fn what_changed_meanwhile_is_shown_and_asked_again() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let command = shell.on_a_terminal(&["resolve", &id]);
        let (bench, about) = (shell.bench.clone(), id.clone());
        let (code, screen) = shell
            .talk(command, move |mut pty| {
                pty.wait_for(PROMPT);
                let now = bench.now();
                let dee = Agent::User("dee".into());
                bench
                    .world()
                    .account
                    .reassign(&about, &["dee".to_owned()], &dee, now)
                    .unwrap();
                pty.send(b"y\n");
                pty.wait_for("it is assigned to Dee now");
                pty.wait_until("the second question", |pty| {
                    pty.screen().contents().matches(PROMPT).count() == 2
                });
                assert_eq!(bench.held(&about).status, Status::Triggered);
                pty.send(b"y\n");
                (pty.wait_for_exit(), pty.screen().contents())
            })
            .await;
        assert_eq!(code, 0, "{screen}");
        assert!(screen.contains("handed to Dee"), "{screen}");
        assert_eq!(shell.bench.held(&id).status, Status::Resolved);
    })
    .await;
}

#[tokio::test]
async fn an_interrupt_before_the_answer_sends_nothing() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let (code, screen) = shell.answered(&["ack", &id], b"\x03").await;
        assert_eq!(code, 130, "{screen}");
        assert!(screen.contains("not sent: interrupted"), "{screen}");
        assert!(shell.bench.written().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_interrupt_after_it_was_sent_says_that_nobody_knows() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        shell.bench.twist(|asked, _, _| match asked.writes() {
            true => Fate::KeepBack,
            false => Fate::Pass,
        });
        let command = shell.on_a_terminal(&["note", &id, "resizing", "--yes"]);
        let bench = shell.bench.clone();
        let (code, screen) = shell
            .talk(command, move |mut pty| {
                crate::until::until(std::time::Duration::from_secs(30), "the write", || {
                    bench
                        .has_asked(super::super::bench::Asked::writes)
                        .then_some(())
                });
                rustix::process::kill_process(pty.foreground(), Signal::INT).unwrap();
                (pty.wait_for_exit(), pty.screen().contents())
            })
            .await;
        assert_eq!(code, 3, "{screen}");
        assert!(screen.contains("unknown whether it was done"), "{screen}");
        assert_eq!(shell.drafts()[0]["in_doubt"], true);
    })
    .await;
}

#[tokio::test]
async fn a_note_from_standard_input_is_asked_about_on_the_terminal() {
    shell(async |shell| {
        let id = shell.bench.open("one", "bo");
        let mut command = CommandBuilder::new("sh");
        let program = env!("CARGO_BIN_EXE_hubwatch");
        command.args(["-c", &format!("echo from a pipe | '{program}' note {id} -")]);
        let command = shell.surround(command);
        let code = shell
            .talk(command, |mut pty| {
                pty.wait_for("from a pipe");
                pty.wait_for(PROMPT);
                pty.send(b"y\n");
                pty.wait_for_exit()
            })
            .await;
        assert_eq!(code, 0);
        assert_eq!(shell.bench.held(&id).notes[0].text, "from a pipe");
    })
    .await;
}
