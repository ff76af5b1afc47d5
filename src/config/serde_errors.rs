//! Rewords serde's errors for people who write a configuration file.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::similar::closest_match;
use super::tree::KeyPath;
use super::{secrets, tree};

const SECRET_HINT: &str = "a secret never stands in this file: { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }";

/// The path to the value that an error is about. A list of tables has the same position as its first table, so the
/// error's text decides which of the two is meant.
pub(super) fn error_path(error: &toml::de::Error, table: &DeTable<'_>) -> KeyPath {
    let path = tree::path_at(table, &error.span().unwrap_or_default());
    let found = tree::value_at(table, &path);
    let is_about_the_list = error.message().starts_with("invalid type: sequence");
    if is_about_the_list && found.is_some_and(DeValue::is_table) {
        path.parent()
    } else {
        path
    }
}

/// The problem that one of serde's errors describes.
pub(super) fn problem_from_error(error: &toml::de::Error, table: &DeTable<'_>) -> Problem {
    let place = error.span().unwrap_or_default();
    let path = error_path(error, table);
    let secret = secrets::is_secret_path(&path);
    let message = error.message();
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return unknown_key(place, rest, secret);
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        let problem = Problem::new(place, format!("{name} is missing here"));
        return problem.with_hint(format!("add {} = …", name.trim_matches('`')));
    }
    if let Some((_, expected)) = message.split_once(", expected ")
        && message.starts_with("invalid")
    {
        let found = tree::value_at(table, &path);
        return wrong_type(place, found, expected, secret);
    }
    let shown = if secret {
        "this cannot be read"
    } else {
        message
    };
    Problem::new(place, shown).with_secret(secret)
}

// Rewords serde's "`name`, expected one of `a`, `b`", "expected `a`" and "there are no fields". The value of an unknown
// key counts as a secret. The only exception is a key that looks like a misspelling of a key whose value is no secret.
fn unknown_key(place: Range<usize>, rest: &str, secret: bool) -> Problem {
    let mut names = rest.split('`').skip(1).step_by(2);
    let name = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    let problem = Problem::new(place, format!("there is no key `{name}`"));
    match closest_match(name, known.iter().copied()) {
        Some(meant) => problem
            .with_hint(format!("did you mean `{meant}`?"))
            .with_secret(secret || secrets::may_be_secret(meant)),
        None => problem
            .with_hint(format!("keys here: {}", known.join(", ")))
            .with_secret(true),
    }
}

fn wrong_type(
    place: Range<usize>,
    found: Option<&DeValue<'_>>,
    expected: &str,
    secret: bool,
) -> Problem {
    let wanted = expected_type(expected);
    let is = found.map_or("something else", found_type);
    let problem = Problem::new(place, format!("this is {is}, but should be {wanted}"));
    let hint = if secret && wanted == "a table" {
        Some(SECRET_HINT)
    } else {
        found.and_then(|found| type_hint(found, wanted))
    };
    match hint {
        Some(hint) => problem.with_hint(hint).with_secret(secret),
        None => problem.with_secret(secret),
    }
}

// How to write a value of the wanted type, given the value that was found.
fn type_hint(found: &DeValue<'_>, wanted: &str) -> Option<&'static str> {
    match (found, wanted) {
        (DeValue::Integer(_) | DeValue::Float(_), "a text") => {
            Some("write it between quotes; a duration with its unit, such as \"30s\"")
        }
        (DeValue::Datetime(_) | DeValue::Boolean(_), "a text") => Some("write it between quotes"),
        (DeValue::String(_), "a number" | "true or false") => Some("write it without quotes"),
        (DeValue::String(_), "a list") => Some("write it as [\"…\"]"),
        (DeValue::Table(_), "a list") => Some("its header has double brackets: [[…]]"),
        (DeValue::Array(list), "a table")
            if list.first().is_some_and(|first| first.get_ref().is_table()) =>
        {
            Some("this section exists once: its header has single brackets, […]")
        }
        _ => None,
    }
}

fn expected_type(expected: &str) -> &'static str {
    match expected {
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "i64" | "u64" | "f64" | "u16" => "a number",
        _ => "a table",
    }
}

fn found_type(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
