//! Stops and continues the program: with a shell's job control, with a signal from another process, and without a shell
//! that could continue it.

use std::process::Command;

use rustix::process::Signal;

use super::pty::Pty;
use super::{Demo, PATIENCE};
use crate::until::until;

/// A shell script that starts the program. When the program stops, the script prints the terminal's modes and a text,
/// waits for a line, and brings the program back to the foreground.
const FG: &str = "{}; echo; stty -a; echo shell has it; read line; fg; echo left $?";

fn is_whole(pty: &Pty) -> bool {
    let text = pty.screen().contents();
    let parts = ["sources live", "Cases", "Hubs", "Owners", "quit"];
    parts.iter().all(|part| text.contains(part)) && !text.contains("shell has it")
}

// Expects a program that was just asked to stop. The shell must get the terminal, and then the program must come back.
fn stops_and_comes_back(mut demo: Demo) {
    demo.pty.wait_for("shell has it");
    let screen = demo.pty.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    let text = screen.contents();
    for mode in ["icanon", "echo", "isig"] {
        assert!(text.split_whitespace().any(|word| word == mode), "{text}");
    }
    demo.pty.send(b"\n");
    demo.pty.wait_until("the whole screen", is_whole);
    demo.assert_taken();
    demo.pty.send(b"?");
    demo.pty.wait_for("On the panes");
    demo.pty.send(b"\x03");
    demo.pty.wait_for("left 0");
    demo.pty.wait_for_exit();
    demo.assert_left();
    // Taken a second time after `fg`, the terminal would have the shell's modes for a moment, and echo a key.
    let times_taken = demo.pty.text().matches("\x1b[?1049h").count();
    assert_eq!(times_taken, 2, "at the start and after `fg`");
}

#[test]
fn suspended_the_shell_has_the_terminal_and_fg_brings_it_back() {
    let mut demo = Demo::in_shell("-mc", FG, (120, 30));
    demo.pty.send(b"\x1a");
    stops_and_comes_back(demo);
}

#[test]
fn asked_to_stop_by_a_signal_it_does_the_same() {
    let demo = Demo::in_shell("-mc", FG, (120, 30));
    demo.kill(Signal::TSTP);
    stops_and_comes_back(demo);
}

/// The quiet demo in a shell, with a log file.
fn logged() -> Demo {
    Demo::in_shell(
        "-mc",
        &FG.replace("{}", "{} --log-file \"$HOME/log\""),
        (120, 30),
    )
}

fn wait_for_log(demo: &Demo, text: &str) {
    until(PATIENCE, "a line in the log", || {
        let log = std::fs::read_to_string(demo.place.path().join("log")).unwrap();
        log.contains(text).then_some(())
    });
}

#[test]
fn asked_to_stop_while_the_terminal_takes_no_bytes_it_goes_on() {
    let mut demo = logged();
    let gate = demo.pty.gate();
    let closed = gate.lock().unwrap();
    demo.pty.fill();
    demo.kill(Signal::TSTP);
    wait_for_log(&demo, "not stopped: the terminal takes no output");
    drop(closed);
    demo.pty.resize(120, 30);
    demo.pty
        .wait_for("not stopped: the terminal takes no output");
    demo.pty.send(b"?");
    demo.pty.wait_for("On the panes");
    demo.assert_taken();
    assert!(!demo.pty.text().contains("shell has it"));
    demo.pty.send(b"\x1a");
    demo.pty.wait_for("shell has it");
}

#[test]
fn an_editor_asked_for_while_the_terminal_takes_no_bytes_costs_no_key() {
    let mut demo = logged();
    demo.pty.send(b"n");
    demo.pty.wait_for("ctrl-x editor");
    demo.pty.send(b"first");
    demo.pty.wait_for("first");
    let gate = demo.pty.gate();
    let closed = gate.lock().unwrap();
    demo.pty.fill();
    demo.pty.send(b"\x18 and kept");
    wait_for_log(&demo, "no editor: the terminal takes no output");
    drop(closed);
    demo.pty.resize(120, 30);
    demo.pty.wait_for("first and kept");
    demo.pty.wait_for("the terminal takes no output");
    demo.assert_taken();
}

#[test]
fn a_size_that_changes_back_at_once_is_drawn_in_full() {
    let mut demo = Demo::quiet();
    demo.pty.wait_until("the whole screen", is_whole);
    for size in [80, 119] {
        demo.pty.resize(size, 24);
        demo.pty.resize(120, 30);
        demo.pty.wait_until("the whole screen again", is_whole);
    }
}

#[test]
fn where_only_a_script_stands_above_it_is_not_stopped_for_ever() {
    for script in ["exec {}", "{}; exit"] {
        let mut demo = Demo::in_shell("-c", script, (120, 30));
        demo.pty.send(b"\x1a");
        demo.pty.send(b"?");
        demo.pty.wait_for("On the panes");
        demo.pty.send(b"\x03");
        assert_eq!(demo.pty.wait_for_exit(), 0, "{script}");
        demo.assert_left();
    }
}

/// Imitates a container whose terminal belongs to a session outside of the container. Inside the container, the session
/// leader's process id is 0.
#[test]
fn where_the_session_began_outside_the_container_it_is_not_stopped_for_ever() {
    const INSIDE: &str = "unshare --user --map-root-user --pid --fork";
    let can = Command::new("sh")
        .args(["-c", &format!("{INSIDE} true")])
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        println!("skipped: a session begun outside the container: no unshare here, or not allowed");
        return;
    }
    let mut demo = Demo::in_shell("-c", &format!("{INSIDE} {{}}; exit"), (120, 30));
    demo.pty.send(b"\x1a");
    demo.pty.send(b"?");
    demo.pty.wait_for("On the panes");
    demo.pty.send(b"\x03");
    assert_eq!(demo.pty.wait_for_exit(), 0);
    demo.assert_left();
}

#[test]
fn stopped_and_continued_by_someone_else_it_draws_all_anew() {
    let mut demo = Demo::quiet();
    demo.kill(Signal::STOP);
    let before = demo.pty.text().len();
    demo.kill(Signal::CONT);
    demo.pty.wait_until("the screen taken anew", |pty| {
        pty.text()
            .get(before..)
            .is_some_and(|text| text.contains("\x1b[?1049h"))
            && is_whole(pty)
    });
    demo.assert_taken();
    demo.kill(Signal::TERM);
    demo.pty.wait_for_exit();
    demo.assert_left();
}
