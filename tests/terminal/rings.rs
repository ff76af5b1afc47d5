//! The bell, the notification and the window's title, in tmux, in GNU screen, and on terminals without notifications or
//! titles.

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::gnu_screen::Sockets;
use super::pty::Pty;
use super::tmux::Tmux;
use super::{Demo, PATIENCE, PROGRAM, surround};
use crate::aloud;
use crate::until::until;

/// Runs `notify test` on a terminal of this kind, and returns the bytes that it wrote.
fn rung_on(term: &str) -> String {
    let place = TempDir::new().unwrap();
    let mut command = CommandBuilder::new(PROGRAM);
    command.args(["notify", "test"]);
    surround(&mut command, place.path(), &[("TERM", term)]);
    let (mut pty, _) = Pty::start(command, 120, 30);
    assert_eq!(pty.wait_for_exit(), 0);
    let shown = pty.screen().contents();
    assert!(
        !shown.contains(";hubwatch") && !shown.contains("9;hub"),
        "{shown}"
    );
    pty.text()
}

#[test]
fn a_terminal_is_rung_once_and_gets_only_what_it_does_not_print() {
    for (term, has_osc) in [
        ("xterm-256color", true),
        ("foot", true),
        ("linux", false),
        ("vt100", false),
        ("dumb", false),
    ] {
        let text = rung_on(term);
        assert_eq!(text.matches('\u{7}').count(), 1, "{term}: {text:?}");
        assert_eq!(text.contains("\u{1b}]"), has_osc, "{term}: {text:?}");
        assert!(text.contains(term), "{text}");
    }
}

#[test]
fn the_title_is_set_saved_and_given_back_however_it_ends() {
    for end in [&b"q"[..], b"\x03"] {
        let mut demo = Demo::quiet();
        demo.pty.wait_until("a title", |pty| {
            pty.text().contains("\u{1b}]2;DEMO ! 3 yours")
        });
        demo.pty.send(end);
        assert_eq!(demo.pty.wait_for_exit(), 0);
        let text = demo.pty.text();
        assert!(text.starts_with("\u{1b}[22;2t"));
        assert!(text.contains("\u{1b}]2;\u{1b}\\\u{1b}[23;2t"));
        assert_eq!(text.matches("\u{1b}[23;2t").count(), 1);
        assert!(text.rfind("\u{1b}[23;2t") > text.rfind("\u{1b}]2;DEMO"));
    }
}

#[test]
fn the_linux_console_gets_no_title() {
    let mut demo = Demo::start(&["--scenario", "quiet"], &[("TERM", "linux")], (120, 30));
    demo.pty.wait_for("sources live");
    demo.pty.send(b"q");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    let text = demo.pty.text();
    assert!(!text.contains("\u{1b}]") && !text.contains(";2t"));
}

fn asked(tmux: &Tmux, format: &str) -> String {
    let output = tmux.ask(&["display-message", "-p", format]);
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn in_tmux_the_bell_flags_the_window_and_it_says_what_passes() {
    // The script waits for Enter, so that tmux's options are set before the program reads them.
    let script = format!("read go; '{PROGRAM}' notify test; exec sleep 600");
    let Some(tmux) = Tmux::start(&script) else {
        return aloud::skipped("the bell in a real tmux: there is no tmux here");
    };
    assert_eq!(asked(&tmux, "#{window_bell_flag}"), "0");
    tmux.ask(&["send-keys", "Enter"]);
    let screen = tmux.wait_for("on_event");
    until(PATIENCE, "the bell", || {
        (asked(&tmux, "#{window_bell_flag}") == "1").then_some(())
    });
    assert!(screen.contains("inside tmux"), "{screen}");
    assert!(!screen.contains("9;hubwatch"), "{screen}");
    assert!(screen.contains("allow-passthrough") || screen.contains("passes on"));
}

#[test]
fn in_tmux_the_title_is_given_back() {
    let script = format!("read go; '{PROGRAM}' demo --scenario quiet; exec sleep 600");
    let Some(tmux) = Tmux::start(&script) else {
        return aloud::skipped("the title in a real tmux: there is no tmux here");
    };
    tmux.ask(&["select-pane", "-T", "my own title"]);
    assert_eq!(asked(&tmux, "#{pane_title}"), "my own title");
    tmux.ask(&["send-keys", "Enter"]);
    tmux.wait_for("sources live");
    until(PATIENCE, "a title", || {
        asked(&tmux, "#{pane_title}")
            .starts_with("DEMO ! 3 yours")
            .then_some(())
    });
    tmux.ask(&["send-keys", "q"]);
    until(PATIENCE, "the title of before", || {
        (asked(&tmux, "#{pane_title}") == "my own title").then_some(())
    });
}

#[test]
fn gnu_screen_passes_it_on_and_shows_nothing_odd() {
    if std::process::Command::new("screen")
        .arg("-v")
        .output()
        .is_err()
    {
        return aloud::skipped("the bell in a real GNU screen: there is no screen here");
    }
    let place = TempDir::new().unwrap();
    let script = format!("'{PROGRAM}' notify test; echo it ended; exec sleep 600");
    let mut command = CommandBuilder::new("screen");
    let session = "hubwatch-rings";
    command.args(["-c", "/dev/null", "-U", "-S", session, "sh", "-c", &script]);
    let sockets = Sockets::new(session);
    surround(&mut command, place.path(), &[("SCREENDIR", sockets.path())]);
    let (mut pty, _) = Pty::start(command, 120, 60);
    pty.wait_for("it ended");
    pty.wait_for("inside GNU screen");
    assert!(
        pty.text().contains("\u{1b}]9;hubwatch: "),
        "it was not sent"
    );
    let shown = pty.screen().contents();
    assert!(!shown.contains("9;hubwatch"), "{shown}");
}
