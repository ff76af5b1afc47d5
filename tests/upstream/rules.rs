//! Rules and routes for the real programs: the fleet's own files if they are present, with shorter waiting times.

use std::path::Path;

use regex::Regex;

use crate::aloud;

const FOLDER: &str = "../shared/data/infrastructure";

/// A rule file of the fleet if it is present, else `ours`, which is a similar one.
pub fn fleets_own_or(name: &str, ours: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    std::fs::read_to_string(path.join(name)).unwrap_or_else(|_| ours.to_owned())
}

/// A file of the real fleet. If the file is missing, prints that the test is skipped, and returns `None`.
pub fn fleets_own(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(FOLDER)
        .join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        aloud::skipped(&format!("the fleet's own {name} is not in {FOLDER}"));
    }
    text
}

/// Replaces each minute in the waits and ranges of the rules by about a second, since a test cannot take minutes. The
/// compared values stay as they are.
pub fn hurried(rules: &str) -> String {
    let wait = Regex::new(r"\bfor: \d+m\b").expect("a pattern");
    let rules = wait.replace_all(rules, "for: 1s");
    [
        ("[30m:1m]", "[30s:1s]"),
        ("interval: 1m", "interval: 1s"),
        ("offset 1m", "offset 1s"),
    ]
    .iter()
    .fold(rules.into_owned(), |rules, (minutes, seconds)| {
        rules.replace(minutes, seconds)
    })
}
