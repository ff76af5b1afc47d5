//! Rules and routes for the real programs: the fleet's own files if they are present, with shorter waiting times.

use std::path::Path;

use regex::Regex;

use crate::aloud;

const FOLDER: &str = "../shared/data/infrastructure";

/// A rule file of the fleet, if it is there; else a similar one of ours.
pub fn fleets_own_or(name: &str, ours: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    std::fs::read_to_string(path.join(name)).unwrap_or_else(|_| ours.to_owned())
}

/// A file of the fleet's own; `None`, said aloud, where it is not at hand.
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

/// The rules with every minute that they wait or look back turned into a second or so: a test has no
/// five minutes. What they compare stays as it is.
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
