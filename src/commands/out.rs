//! Prints all output: data to standard output, messages to standard error.

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use crossterm::terminal;

use crate::cli::EXIT_USAGE;

/// The width of a row, in cells, if the output is not a terminal. On a terminal, rows are never wider.
const MAX_CELLS: usize = 120;

const MIN_CELLS: usize = 40;

/// Prints data. A closed pipe is no error, since its reader has read enough.
///
/// # Errors
/// The data cannot be written for another reason, such as a full disk.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    without_broken_pipe(written)
}

fn without_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Prints data, and returns the exit code: `code`, or `unwritten` if the data could not be written.
pub fn print_and_exit(text: &str, code: u8, unwritten: u8) -> ExitCode {
    exit_code(print(text), code, unwritten)
}

/// The exit code of a command. The code depends on whether the output could be written.
pub fn exit_code(written: io::Result<()>, code: u8, unwritten: u8) -> ExitCode {
    match without_broken_pipe(written) {
        Ok(()) => ExitCode::from(code),
        Err(error) => {
            print_message(&format!("the output cannot be written: {error}"));
            ExitCode::from(unwritten)
        }
    }
}

/// Prints the output of `write`.
pub fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> ExitCode {
    let mut out = io::stdout().lock();
    let written = write(&mut out).and_then(|()| out.flush());
    exit_code(written, 0, EXIT_USAGE)
}

pub fn print_message(text: &str) {
    let mut out = io::stderr().lock();
    let _gone = writeln!(out, "hubwatch: {}", text.trim_end());
}

/// Prints a part of a dialogue exactly as given, without a line end.
pub fn prompt(text: &str) {
    let mut out = io::stderr().lock();
    let _gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The width of a row of data, in cells.
pub fn terminal_width() -> usize {
    let size = std::io::stdout().is_terminal().then(terminal::size);
    let width = size
        .and_then(Result::ok)
        .map(|(width, _)| usize::from(width));
    width.unwrap_or(MAX_CELLS).clamp(MIN_CELLS, MAX_CELLS)
}
