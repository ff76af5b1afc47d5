//! Parses a text into the raw tables and finds all type errors. When serde rejects a value, the error is recorded and
//! the value is removed. Then the rest is deserialized again.

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::problem::{Problem, Problems};
use super::section::File;
use super::serde_errors::{error_path, problem_from_error};
use super::{secrets, tree};

/// The most problems that are reported. Nobody reads more at once.
const MAX_PROBLEMS: usize = 50;

/// The raw file, or all problems with the text's syntax and types.
pub(super) fn raw_file(text: &str) -> (Spanned<DeTable<'_>>, Result<File, Problems>) {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let file = if errors.is_empty() {
        deserialize_all(&tree)
    } else {
        Err(syntax_problems(text, errors))
    };
    (tree, file)
}

fn syntax_problems(text: &str, errors: Vec<toml::de::Error>) -> Problems {
    let mut problems = Problems::default();
    for error in errors.into_iter().take(MAX_PROBLEMS) {
        let place = error.span().unwrap_or(text.len()..text.len());
        let secret = secrets::is_secret_line(text, place.start);
        problems.add(Problem::new(place, error.message()).with_secret(secret));
    }
    problems
}

fn deserialize_all(tree: &Spanned<DeTable<'_>>) -> Result<File, Problems> {
    let mut problems = Problems::default();
    let mut healthy = tree.clone();
    for _ in 0..MAX_PROBLEMS {
        let read = File::deserialize(toml::de::Deserializer::from(healthy.clone()));
        let error = match read {
            Ok(file) if problems.is_empty() => return Ok(file),
            Ok(_) => break,
            Err(error) => error,
        };
        if !was_removed(&error, tree.get_ref()) {
            problems.add(problem_from_error(&error, tree.get_ref()));
        }
        let broken_path = error_path(&error, healthy.get_ref());
        if !tree::remove(healthy.get_mut(), &broken_path) {
            break;
        }
    }
    Err(problems)
}

// Whether a required key is missing only because its wrong value was removed. That value is reported already, so the
// missing key is not a second problem.
fn was_removed(error: &toml::de::Error, tree: &DeTable<'_>) -> bool {
    let name = error.message().strip_prefix("missing field ");
    let (Some(name), Some(place)) = (name, error.span()) else {
        return false;
    };
    let table = tree::value_at(tree, &tree::path_at(tree, &place));
    table
        .and_then(|table| table.as_table())
        .is_some_and(|table| table.contains_key(name.trim_matches('`')))
}
