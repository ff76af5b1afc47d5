//! The commands that act on PagerDuty, run by the real binary: their requests, their output and their drafts.

mod asking;
mod carried_out;
mod declaring;
mod doubts;
mod refused;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use hubwatch::domain::now::TimeSource;
use hubwatch::runtime::clock::SystemClock;
use hubwatch::sources::pagerduty::Access::ReadWrite;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::bench::{Bench, served_from};

/// The output of one run.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A demo account, and a home directory from which commands act on the account.
struct Shell {
    home: TempDir,
    bench: Bench,
}

/// Every command that acts on PagerDuty. `{}` stands for the incident.
const EVERY: [&[&str]; 9] = [
    &["ack", "{}"],
    &["take", "{}"],
    &["resolve", "{}"],
    &["note", "{}", "looking at it"],
    &["reassign", "{}", "dee@example.org"],
    &["escalate", "{}", "2"],
    &["priority", "{}", "P1"],
    &["snooze", "{}", "1h"],
    &[
        "declare",
        "hub leap/prod is down",
        "--service",
        "PVHUBURL",
        "--priority",
        "P1",
    ],
];

/// A command of [`EVERY`] for an incident.
fn on<'a>(command: &[&'a str], incident: &'a str) -> Vec<&'a str> {
    let words = command.iter();
    words
        .map(|word| if *word == "{}" { incident } else { word })
        .collect()
}

/// Runs a test with an account whose clock shows the machine's time, since the tested program uses the machine's clock.
async fn shell(test: impl AsyncFnOnce(Shell)) {
    let now = SystemClock::start().now().wall;
    served_from(now, ReadWrite, async |bench| {
        let home = tempfile::tempdir().unwrap();
        let shell = Shell { home, bench };
        shell.configure("");
        test(shell).await;
    })
    .await;
}

impl Shell {
    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn configure(&self, more: &str) {
        let token = self.path("token");
        std::fs::write(&token, hubwatch::demo::pagerduty::USER_TOKEN).unwrap();
        let text = format!(
            "{more}\n[display]\nzone = \"UTC\"\n[pagerduty]\nurl = {:?}\ntoken = {{ file = {token:?} }}\n\
             [[cluster]]\nname = \"leap\"\nhubs = [{{ name = \"prod\", domain = \"leap.example.org\" }}]\n",
            self.bench.settings().url
        );
        std::fs::write(self.path("config.toml"), text).unwrap();
    }

    fn env(&self) -> [(&'static str, PathBuf); 4] {
        let home = self.home.path();
        [
            ("HOME", home.to_owned()),
            ("XDG_STATE_HOME", home.join("state")),
            ("HUBWATCH_CONFIG", home.join("config.toml")),
            ("LC_ALL", PathBuf::from("C.UTF-8")),
        ]
    }

    fn state(&self) -> PathBuf {
        self.path("state/hubwatch")
    }

    async fn run(&self, words: &[&str]) -> Run {
        self.run_with(words, None).await
    }

    async fn run_with(&self, words: &[&str], input: Option<&str>) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubwatch"));
        command.env_clear().envs(self.env()).args(words);
        command.stdin(match input {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        if let (Some(text), Some(mut stdin)) = (input, child.stdin.take()) {
            stdin.write_all(text.as_bytes()).await.unwrap();
        }
        said(&child.wait_with_output().await.unwrap())
    }

    /// Runs a command with `--yes`, so that the command does not ask.
    async fn scripted(&self, words: &[&str]) -> Run {
        self.run(&[words, &["--yes"]].concat()).await
    }

    /// Runs a command, and parses its output as JSON.
    async fn json(&self, words: &[&str]) -> (Option<i32>, Value) {
        let run = self
            .scripted(&[words, &["--format", "json"]].concat())
            .await;
        let json = serde_json::from_str(&run.out);
        (
            run.code,
            json.unwrap_or_else(|error| panic!("{error}: {run:?}")),
        )
    }

    /// The drafts in the state directory.
    fn drafts(&self) -> Vec<Value> {
        let files = std::fs::read_dir(self.state().join("drafts"));
        let files = files.into_iter().flatten().map(|file| file.unwrap().path());
        let files = files.filter(|file| file.extension().is_some_and(|it| it == "json"));
        files.map(|file| read_json(&file)).collect()
    }
}

fn read_json(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn said(output: &Output) -> Run {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Run {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}
