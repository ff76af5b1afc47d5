//! Inside a real tmux.

use std::process::{Command, Output};

use rustix::process::Pid;
use tempfile::TempDir;

use super::{PATIENCE, PROGRAM, wait_until_gone};
use crate::aloud;
use crate::until::until;

/// A tmux server for one test. Dropping it ends the server.
pub struct Tmux(TempDir);

impl Tmux {
    /// Starts a tmux server that runs `command`; `None` if tmux is not installed.
    pub fn start(command: &str) -> Option<Self> {
        let tmux = Self(TempDir::new().unwrap());
        let size = ["-x", "120", "-y", "60"];
        let session = ["-f", "/dev/null", "new-session", "-d"];
        let mut start = tmux.command(&[&session[..], &size, &[command]].concat());
        let output = start.output().ok()?;
        assert!(output.status.success(), "{output:?}");
        Some(tmux)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.0.path().join("socket"));
        command.args(args).env_remove("TMUX");
        command.env("TMPDIR", self.0.path()).env("LANG", "C.UTF-8");
        command.env("LC_ALL", "C.UTF-8").env("SHELL", "/bin/sh");
        command
    }

    pub fn ask(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    pub fn wait_for(&self, text: &str) -> String {
        until(PATIENCE, text, || {
            let output = self.ask(&["capture-pane", "-p"]);
            let screen = String::from_utf8_lossy(&output.stdout).into_owned();
            screen.contains(text).then_some(screen)
        })
    }

    fn pane_pid(&self) -> Pid {
        let output = self.ask(&["display-message", "-p", "#{pane_pid}"]);
        let text = String::from_utf8(output.stdout).unwrap();
        Pid::from_raw(text.trim().parse().unwrap()).unwrap()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        // The server may have ended already.
        let _ = self.command(&["kill-server"]).output();
    }
}

#[test]
fn in_tmux_it_shows_hears_and_ends_with_the_server() {
    let program = format!("exec '{PROGRAM}' demo --scenario quiet");
    let Some(tmux) = Tmux::start(&program) else {
        return aloud::skipped("in a real tmux: there is no tmux here");
    };
    let screen = tmux.wait_for("sources live");
    assert!(
        screen.contains("DEMO") && screen.contains("Owners"),
        "{screen}"
    );
    tmux.ask(&["send-keys", "?"]);
    tmux.wait_for("On the panes");
    // `C-z` does not stop the program here, since no shell could continue it.
    tmux.ask(&["send-keys", "C-z"]);
    tmux.ask(&["send-keys", "Escape"]);
    tmux.wait_for("q quit");
    tmux.ask(&["resize-window", "-x", "60", "-y", "12"]);
    tmux.wait_for("sources");
    let pid = tmux.pane_pid();
    assert!(tmux.ask(&["kill-server"]).status.success());
    wait_until_gone(pid);
}

#[test]
fn in_tmux_a_copy_is_in_its_buffer() {
    let program = format!("exec '{PROGRAM}' demo --scenario shift");
    let Some(tmux) = Tmux::start(&program) else {
        return aloud::skipped("a copy in a real tmux: there is no tmux here");
    };
    tmux.wait_for("sources live");
    tmux.ask(&["send-keys", "Enter"]);
    tmux.wait_for("Links");
    tmux.ask(&["send-keys", "1"]);
    let screen = tmux.wait_for("copied to tmux's buffer: ");
    let buffer = tmux.ask(&["show-buffer"]).stdout;
    let buffer = String::from_utf8(buffer).unwrap();
    assert!(buffer.starts_with("https://"), "{buffer}");
    let begin: String = buffer.chars().take(20).collect();
    let shown = format!("copied to tmux's buffer: {begin}");
    assert!(screen.contains(&shown), "{screen}");
}
