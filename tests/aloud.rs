//! Prints from a test that passes, past the harness, which captures `print`.

use std::io::Write;

/// Says that something could not be tested here, and why. `tests/run` counts these lines.
pub fn skipped(why: &str) {
    let line = format!("skipped: {why}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("standard error");
}
