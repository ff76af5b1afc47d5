//! The program without a configuration or without a terminal: it prints text to standard error, ends with an exit code,
//! and prints no control sequence for a terminal.

use std::process::{Command, Output};

use tempfile::TempDir;

use super::PROGRAM;

fn run(args: &[&str]) -> Output {
    let place = TempDir::new().unwrap();
    Command::new(PROGRAM)
        .args(args)
        .env_clear()
        .env("HOME", place.path())
        .env("TMPDIR", place.path())
        .env("TERM", "xterm-256color")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.stdout.is_empty(), "{:?}", output.stdout);
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains('\x1b'), "{text:?}");
    text
}

#[test]
fn without_a_configuration_it_says_in_three_lines_how_to_get_one() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("hubwatch init") && text.contains("hubwatch demo"));
}

#[test]
fn without_a_terminal_there_is_no_dashboard() {
    let output = run(&["demo"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("not a terminal"));
}

#[test]
fn a_check_without_a_configuration_is_unknown() {
    let output = run(&["check"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(!output.stdout.contains(&b'\x1b') && !output.stderr.contains(&b'\x1b'));
}
