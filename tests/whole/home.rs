//! A folder in which the real program runs, with its own home and state. The program gets nothing from the test's
//! environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::until::until;

const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// A home for the program. Dropping it removes all that the program wrote.
pub struct Home(TempDir);

/// The output of one run of the program.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// The program, not yet started, in this home.
    pub fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_hubwatch"));
        let folder = self.0.path();
        program.env_clear().current_dir(folder);
        program.env("HOME", folder).env("TMPDIR", folder);
        for (name, below) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            program.env(name, folder.join(below));
        }
        program
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file in this home and returns its path.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let done = self.program().args(arguments).output();
        Run::of(done.expect("the program starts"))
    }

    /// Runs the program, and fails if it does not end in time. The output is read only at the end, so it must be short.
    pub fn run_to_end(&self, arguments: &[&str]) -> Run {
        let mut program = self.program();
        program.args(arguments).stdin(Stdio::null());
        program.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().expect("the program starts");
        until(ENDS_WITHIN, "the end of the program", || {
            child.try_wait().expect("its state")
        });
        Run::of(child.wait_with_output().expect("its output"))
    }

    /// `hubwatch check` with a configuration.
    pub fn check(&self, config: &Path, more: &[&str]) -> Run {
        let config = config.to_str().expect("UTF-8");
        let first = ["check", "--config", config, "--timeout", "60s"];
        self.run(&[&first, more].concat())
    }

    /// The report of `hubwatch check --format json`.
    pub fn report(&self, config: &Path) -> Value {
        self.check(config, &["--format", "json"]).json()
    }
}

impl Run {
    pub fn of(done: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: done.status.code().expect("no signal ended it"),
            out: text(done.stdout),
            err: text(done.stderr),
        }
    }

    /// The output, parsed as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The entries of a list in a report.
pub fn list<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    let list = report[name].as_array();
    list.unwrap_or_else(|| panic!("{name} is no list: {report}"))
}

/// A hub of a report.
pub fn hub<'a>(report: &'a Value, cluster: &str, name: &str) -> &'a Value {
    let found = list(report, "hubs")
        .iter()
        .find(|hub| hub["cluster"] == cluster && hub["hub"] == name);
    found.unwrap_or_else(|| panic!("no {cluster}/{name}"))
}

/// The cases that hold an alert of this name.
pub fn cases_with<'a>(report: &'a Value, alert: &str) -> Vec<&'a Value> {
    let holds = |case: &&Value| list(case, "alerts").iter().any(|it| it["name"] == alert);
    list(report, "cases").iter().filter(holds).collect()
}
