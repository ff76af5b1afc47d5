//! The real program on a real terminal: what it shows, what keys do, and that the terminal is always
//! given back.

mod editor;
mod given_back;
mod gnu_screen;
mod history;
mod looks;
pub mod pty;
mod rings;
mod shell;
mod shows;
mod stdio;
mod tmux;

use std::path::Path;
use std::time::Duration;

use portable_pty::CommandBuilder;
use pty::Pty;
use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use crate::until::until;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hubwatch");

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A demo on a terminal of its own, with a folder that its temporary files are in.
struct Demo {
    pty: Pty,
    place: TempDir,
    modes_before: String,
}

impl Demo {
    /// A running demo whose data does not change. Its first picture is on the screen.
    fn quiet() -> Self {
        let mut demo = Self::start(&["--scenario", "quiet"], &[], (120, 30));
        demo.pty.wait_for("sources live");
        demo
    }

    fn start(args: &[&str], env: &[(&str, &str)], size: (u16, u16)) -> Self {
        let place = TempDir::new().unwrap();
        let mut command = CommandBuilder::new(PROGRAM);
        command.arg("demo");
        command.args(args);
        surround(&mut command, place.path(), env);
        Self::on(command, place, size)
    }

    /// A demo inside `sh`. `{}` in the script stands for the program. `-m` among the flags gives job control.
    fn in_shell(flags: &str, script: &str, size: (u16, u16)) -> Self {
        let place = TempDir::new().unwrap();
        let program = format!("'{PROGRAM}' demo --scenario quiet");
        let mut command = CommandBuilder::new("sh");
        command.args([flags, &script.replace("{}", &program)]);
        surround(&mut command, place.path(), &[]);
        let mut demo = Self::on(command, place, size);
        demo.pty.wait_for("sources live");
        demo
    }

    fn on(command: CommandBuilder, place: TempDir, (cols, rows): (u16, u16)) -> Self {
        let (pty, modes_before) = Pty::start(command, cols, rows);
        Self {
            pty,
            place,
            modes_before,
        }
    }

    fn kill(&self, signal: Signal) {
        rustix::process::kill_process(self.pty.foreground(), signal).unwrap();
    }

    /// Asserts that the program has the terminal.
    fn assert_taken(&self) {
        let screen = self.pty.screen();
        assert_ne!(self.pty.modes(), self.modes_before, "no raw mode");
        assert!(screen.alternate_screen(), "no alternate screen");
        assert!(screen.hide_cursor(), "the cursor is shown");
        assert!(screen.bracketed_paste(), "no bracketed paste");
    }

    /// Asserts that the terminal is as it was before the start, and that no temporary file is left.
    fn assert_left(&self) {
        let screen = self.pty.screen();
        assert!(!screen.alternate_screen(), "the alternate screen stays");
        assert!(!screen.hide_cursor(), "the cursor stays hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste stays on");
        assert!(self.pty.switched_off("?1004"), "focus reports stay on");
        assert!(self.pty.switched_off("?2026"), "an update stays open");
        assert_eq!(self.pty.modes(), self.modes_before);
        self.assert_nothing_left();
    }

    fn assert_nothing_left(&self) {
        let left: Vec<_> = std::fs::read_dir(self.place.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

// Clears the environment of the person who runs the tests.
fn surround(command: &mut CommandBuilder, place: &Path, env: &[(&str, &str)]) {
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("HOME", place);
    command.env("TMPDIR", place);
    for (name, value) in env {
        command.env(name, value);
    }
}

/// Waits until the process has ended.
fn wait_until_gone(pid: Pid) {
    until(PATIENCE, "the end of the program", || {
        rustix::process::test_kill_process(pid).err()
    });
}
