//! The terminal is always given back: on a real pty, with a real shell around it.

mod child;
mod pty;

use portable_pty::CommandBuilder;
use pty::Pty;

/// Prints how the shell found the terminal when the program was gone.
const AFTER: &str = "; echo left $?; stty -a; echo that is all";

/// The program under test, inside a shell that goes on with `after` when it ends.
fn shell(before: &str, after: &str, marker: &std::path::Path) -> Pty {
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "{before} '{}' --ignored --exact --nocapture --test-threads=1 {}{after}",
        program.display(),
        child::NAME,
    );
    let mut command = CommandBuilder::new("sh");
    command.args(["-m", "-c", &script]);
    command.env("TERM", "xterm-256color");
    command.env(child::MARKER, marker);
    Pty::start(command, 60, 12)
}

fn marker() -> tempfile::TempPath {
    tempfile::NamedTempFile::new().unwrap().into_temp_path()
}

fn taken(pty: &Pty) -> bool {
    let screen = pty.screen();
    screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste()
}

/// The shell has its screen, cursor and line editing back.
fn assert_given_back(pty: &Pty) {
    let screen = pty.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    let text = pty.text();
    let (_, modes) = text.rsplit_once("left ").unwrap();
    for mode in ["icanon", "echo", "isig"] {
        assert!(
            modes.split_whitespace().any(|word| word == mode),
            "{mode}: {modes}"
        );
    }
    assert!(pty.switched_off("?1004"), "focus reports stay on");
    assert!(pty.switched_off("?2026"), "an update stays open");
}

#[test]
fn keys_are_heard_and_leaving_restores_everything() {
    let mut pty = shell("", AFTER, &marker());
    pty.wait_for("ready 60x12");
    assert!(taken(&pty));
    pty.send(b"\x1b[A");
    pty.wait_for("heard up");
    pty.send(b"\x1b[200~two words\x1b[201~");
    pty.wait_for("pasted two words");
    pty.send(b"\x03");
    pty.wait_for("heard ctrl-c");
    pty.send(b"q");
    pty.wait_for("that is all");
    assert!(pty.text().contains("left 0"));
    assert_given_back(&pty);
}

#[test]
fn a_new_size_is_drawn() {
    let mut pty = shell("", AFTER, &marker());
    pty.wait_for("ready 60x12");
    pty.resize(40, 5);
    pty.wait_for("ready 40x5");
    pty.send(b"q");
    pty.wait_for("that is all");
}

#[test]
fn a_frame_that_changed_nothing_writes_nothing() {
    let mut pty = shell("", AFTER, &marker());
    pty.wait_for("ready 60x12");
    pty.send(b"x");
    pty.wait_for("heard x");
    let before = pty.text().len();
    pty.send(b"xxxxx");
    pty.send(b"y");
    pty.wait_for("heard y");
    let added = pty.text().len() - before;
    assert!(added < 60, "{added} bytes");
    pty.send(b"q");
    pty.wait_for("that is all");
}

#[test]
fn a_panic_on_the_screens_thread_restores_and_then_reports() {
    let mut pty = shell("", AFTER, &marker());
    pty.wait_for("ready");
    pty.send(b"p");
    pty.wait_for("that is all");
    let text = pty.text();
    let left = text.rfind("\x1b[?1049l").unwrap();
    assert!(text.rfind("the screen fell over").unwrap() > left);
    assert_given_back(&pty);
}

#[test]
fn a_panic_elsewhere_leaves_the_screen_alone() {
    let mut pty = shell("", AFTER, &marker());
    pty.wait_for("ready");
    pty.send(b"w");
    pty.wait_for("worker: the worker fell over");
    assert!(taken(&pty));
    pty.send(b"q");
    pty.wait_for("that is all");
    assert!(pty.text().contains("left 0"));
}

#[test]
fn suspended_the_shell_has_the_terminal_and_fg_brings_it_back() {
    let after = "; echo stopped; stty -a; echo shell; fg; echo left $?; stty -a; echo that is all";
    let mut pty = shell("", after, &marker());
    pty.wait_for("ready");
    pty.send(b"\x1a");
    pty.wait_for_output("shell");
    let text = pty.text();
    let (before, _) = text.split_once("shell").unwrap();
    let (_, modes) = before.split_once("stopped").unwrap();
    assert!(
        modes.contains(" icanon ") && !modes.contains("1049h"),
        "{modes}"
    );
    pty.wait_for("heard ctrl-z");
    assert!(taken(&pty));
    pty.send(b"k");
    pty.wait_for("heard k");
    pty.send(b"q");
    pty.wait_for("that is all");
    assert_given_back(&pty);
}

#[test]
fn alone_on_a_terminal_it_is_not_stopped_for_ever() {
    let mut pty = shell("exec", "", &marker());
    pty.wait_for("ready");
    pty.send(b"\x1a");
    pty.wait_for("heard ctrl-z");
    pty.send(b"q");
    pty.wait_for_exit();
}

#[test]
fn a_closed_terminal_ends_it_even_where_the_hang_up_is_ignored() {
    let marker = marker();
    let mut pty = shell("trap '' HUP; exec", "", &marker);
    pty.wait_for("ready");
    pty.close().wait_for_exit();
    assert_eq!(std::fs::read_to_string(&marker).unwrap(), "closed");
}
