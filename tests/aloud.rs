//! Prints text from a test that passes. The test harness hides what `print` writes in such a test.

use std::io::Write;

/// Says that something could not be tested here, and why. `tests/run` counts these lines.
pub fn skipped(why: &str) {
    let line = format!("skipped: {why}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("standard error");
}
