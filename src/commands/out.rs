//! The one place that prints: data to standard output, messages to standard error.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::cli::EXIT_USAGE;

/// Prints data. Whoever reads it may have gone: that is no error of ours.
pub fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a message.
pub fn print_message(text: &str) {
    let mut out = io::stderr().lock();
    let _gone = writeln!(out, "hubwatch: {}", text.trim_end());
}

/// Prints a part of a talk with a person, as it is.
pub fn prompt(text: &str) {
    let mut out = io::stderr().lock();
    let _gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints what `write` writes.
pub fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> ExitCode {
    match write(&mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            print_message(&error.to_string());
            ExitCode::from(EXIT_USAGE)
        }
    }
}
