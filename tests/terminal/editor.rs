//! The person's editor on a real terminal. While the editor runs, it alone gets the keys. No key in the editor ends
//! hubwatch or leaves the terminal without a reader. The edited text comes back when the editor ends, and also if
//! hubwatch is ended before the editor.
//!
//! The program under test is this file's own test, started again on a pty: see [`play`].

use std::io::{Write as _, stdout};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use hubwatch::app::key::Key;
use hubwatch::runtime::editor::edit;
use hubwatch::runtime::screen::Screen;
use hubwatch::runtime::signals::{SignalRequest, Signals};
use hubwatch::terminal::input::{Input, InputStream};
use portable_pty::CommandBuilder;
use rustix::process::Signal;
use tempfile::TempDir;

use super::pty::Pty;

/// The environment variable with the drafts' directory. A test sets this variable when it starts the test program again
/// on a pseudo-terminal. The new process then runs `play`.
const PLAY: &str = "HUBWATCH_TEST_DRAFTS";

/// The program under test. Shows the keys that are pressed. `e` opens the editor, `q` ends the program.
async fn play(folder: &Path) {
    let mut signals = Signals::listen().unwrap();
    let mut screen = Screen::open(false).unwrap();
    let mut input = InputStream::open().unwrap();
    say("ready");
    loop {
        let heard = tokio::select! {
            asked = signals.next() => Err(asked),
            input = input.next() => Ok(input),
        };
        match heard {
            Err(SignalRequest::Terminate | SignalRequest::Interrupt) | Ok(Input::Closed) => return,
            Ok(Input::Key(key)) if key == Key::char('q') => return,
            Ok(Input::Key(key)) if key == Key::char('e') => {
                let edit = edit(&mut screen, &mut signals, Some(folder), "before").await;
                if !edit.keep_running {
                    say(&format!("ended with {:?}", edit.text));
                    return;
                }
                screen.resume().unwrap();
                input = InputStream::reopen().unwrap();
                say(&format!("edited {:?}", edit.text));
            }
            Ok(Input::Key(key)) => say(&format!("pressed {key}")),
            _ => {}
        }
    }
}

// `print` is not used here, since the test harness captures its output.
fn say(text: &str) {
    let mut out = stdout();
    write!(out, "\x1b[2J\x1b[H{text}\r\n").unwrap();
    out.flush().unwrap();
}

struct Play {
    pty: Pty,
    place: TempDir,
    modes_before: String,
}

impl Play {
    /// Starts the program with `script` as its editor. The editor gets `-w` as `$1`, and the file to edit as `$2`. With
    /// `shell`, a shell with job control runs that text, in which `{}` stands for the program's command line. Without
    /// `shell`, the program is alone on its terminal.
    fn with(script: &str, shell: Option<&str>) -> Self {
        let place = TempDir::new().unwrap();
        let editor = place.path().join("my editor");
        std::fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
        let editor = format!("'{}' -w", editor.display());
        Self::start(place, &editor, shell)
    }

    fn start(place: TempDir, editor: &str, shell: Option<&str>) -> Self {
        let program = std::env::current_exe().unwrap();
        let args =
            "--exact terminal::editor::it_has_the_terminal_and_its_text_comes_back --nocapture";
        let program = format!("'{}' {args}", program.display());
        let script = shell.map_or(format!("exec {program}"), |shell| {
            shell.replace("{}", &program)
        });
        let mut command = CommandBuilder::new("sh");
        command.args([if shell.is_some() { "-mc" } else { "-c" }, &script]);
        let drafts = place.path().join("drafts");
        let drafts = drafts.to_str().unwrap();
        super::surround(
            &mut command,
            place.path(),
            &[(PLAY, drafts), ("EDITOR", editor)],
        );
        let (mut pty, modes_before) = Pty::start(command, 100, 30);
        pty.wait_for("ready");
        pty.send(b"e");
        Self {
            pty,
            place,
            modes_before,
        }
    }

    /// Starts the program in a shell and presses ctrl+z in the editor. The shell then has the terminal.
    fn stopped_by_its_key(script: &str) -> Self {
        let mut play = Self::with(script, Some(FG));
        play.pty.wait_for("in the editor");
        play.pty.send(b"\x1a");
        play.pty.wait_for("shell has it");
        play.assert_given();
        play
    }

    // Types a line for the shell, which continues the program, and one for the editor.
    fn goes_on(mut self) {
        self.pty.send(b"\nafter\n");
        self.comes_back_with(r#"Ok("after")"#);
    }

    fn assert_taken(&self) {
        assert_ne!(self.pty.modes(), self.modes_before, "no raw mode");
        assert!(self.pty.screen().alternate_screen(), "no alternate screen");
    }

    fn assert_given(&self) {
        assert!(
            !self.pty.screen().alternate_screen(),
            "no screen of its own"
        );
        assert_eq!(self.pty.modes(), self.modes_before);
    }

    // Waits until the program has the terminal again and shows this text. Then ends the program, which must restore the
    // terminal and leave no draft.
    fn comes_back_with(mut self, text: &str) {
        self.pty.wait_for(&format!("edited {text}"));
        self.assert_taken();
        self.pty.send(b"x");
        self.pty.wait_for("pressed x");
        self.pty.send(b"q");
        self.pty.wait_for_exit();
        self.assert_given();
        let drafts = self.place.path().join("drafts");
        let left = std::fs::read_dir(drafts).map_or(0, Iterator::count);
        assert_eq!(left, 0);
    }
}

/// An editor that prints the file's text, then the words "in the editor" and its first argument. It then waits for a
/// typed line and writes that line to the file.
const TYPE: &str =
    r#"cat "$2"; echo "in the editor $1"; until read line; do :; done; echo "$line" > "$2""#;

#[test]
fn it_has_the_terminal_and_its_text_comes_back() {
    if let Some(folder) = std::env::var_os(PLAY) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        return runtime.block_on(play(Path::new(&folder)));
    }
    let mut play = Play::with(TYPE, None);
    play.pty.wait_for("in the editor -w");
    play.pty.wait_for("before");
    play.assert_given();
    play.pty.send(b"quite after\n");
    play.comes_back_with(r#"Ok("quite after")"#);
}

#[test]
fn what_is_typed_ahead_for_it_presses_nothing_here() {
    let mut play = Play::with(TYPE, None);
    play.pty.wait_for("in the editor");
    play.pty.send(b"after\nqqq\n");
    play.comes_back_with(r#"Ok("after")"#);
}

#[test]
fn interrupted_it_goes_on_and_so_do_we() {
    let mut play = Play::with(&format!("trap 'echo interrupted' INT QUIT; {TYPE}"), None);
    play.pty.wait_for("in the editor");
    play.pty.send(b"\x03");
    play.pty.wait_for("interrupted");
    play.pty.send(b"after\n");
    play.comes_back_with(r#"Ok("after")"#);
}

#[test]
fn an_interrupt_that_ends_it_does_not_end_us() {
    let mut play = Play::with(TYPE, None);
    play.pty.wait_for("in the editor");
    play.pty.send(b"\x03");
    play.comes_back_with(r#"Err("#);
}

/// A script that starts the program. When the program stops, the script says that the shell has the terminal. It then
/// waits for a line, and continues the program.
const FG: &str = "{}; echo shell has it; read line; fg; echo left $?";

#[test]
fn stopped_by_its_key_the_shell_has_the_terminal_and_fg_goes_on_in_it() {
    Play::stopped_by_its_key(TYPE).goes_on();
}

/// The editor changes the terminal's modes, as editors that fill the screen do, and restores them before it stops. If
/// hubwatch stopped the editor first, the shell would get the editor's modes.
#[test]
fn an_editor_gives_the_terminal_back_before_the_shell_has_it() {
    let script = format!(
        r#"modes=$(stty -g); stty -echo
        trap 'stty "$modes"; echo modes restored; kill -STOP $$; stty -echo' TSTP; {TYPE}; stty "$modes""#
    );
    let play = Play::stopped_by_its_key(&script);
    assert!(play.pty.screen().contents().contains("modes restored"));
    play.goes_on();
}

/// The editor ignores the request to stop, so that hubwatch must stop it.
#[test]
fn an_editor_that_ignores_the_key_is_stopped_too() {
    Play::stopped_by_its_key(&format!("trap '' TSTP; {TYPE}")).goes_on();
}

/// The editor stops the whole process group and thereby hubwatch, as nano does. hubwatch must not stop once more.
#[test]
fn an_editor_that_stops_the_process_group_is_continued_once() {
    let script = format!("trap 'echo stopping; kill -STOP 0' TSTP; {TYPE}");
    Play::stopped_by_its_key(&script).goes_on();
}

/// A command with which the editor stops only itself, and not hubwatch. helix and other editors do so.
const STOPS: &str = "kill -STOP $$";

#[test]
fn an_editor_that_stops_only_itself_leaves_the_shell_the_terminal_too() {
    let mut play = Play::with(&format!("{STOPS}; {TYPE}"), Some(FG));
    play.pty.wait_for("shell has it");
    play.pty.send(b"\n");
    play.pty.wait_for("in the editor");
    play.pty.send(b"after\n");
    play.comes_back_with(r#"Ok("after")"#);
}

#[test]
fn where_no_shell_could_continue_it_an_editor_is_never_stopped_for_good() {
    let mut play = Play::with(&format!("{STOPS}; {TYPE}"), None);
    play.pty.wait_for("in the editor");
    play.pty.send(b"\x1a");
    play.pty.send(b"after\n");
    play.comes_back_with(r#"Ok("after")"#);
}

#[test]
fn asked_to_end_meanwhile_we_end_in_order_with_what_was_saved() {
    for signal in [Signal::TERM, Signal::HUP] {
        let script = r#"echo saved > "$2"; echo in the editor; while :; do read line; done"#;
        let mut play = Play::with(script, None);
        play.pty.wait_for("in the editor");
        rustix::process::kill_process(play.pty.foreground(), signal).unwrap();
        play.pty.wait_for(r#"ended with Ok("saved")"#);
        assert_eq!(play.pty.wait_for_exit(), 0);
        play.assert_given();
    }
}

#[test]
fn an_editor_that_is_not_there_or_fails_is_told_by_name() {
    for (editor, words) in [
        ("/nowhere/vi", r#"Err("/nowhere/vi: not found"#),
        ("false", r#"Err("false ended with 1")"#),
        ("'no such' -w", r#"Err("'no such' -w: not found"#),
        (
            "TASTE=plain false",
            r#"Err("TASTE=plain false ended with 1")"#,
        ),
    ] {
        Play::start(TempDir::new().unwrap(), editor, None).comes_back_with(words);
    }
}
