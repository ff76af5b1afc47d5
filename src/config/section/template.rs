//! Templates: texts with placeholders for facts about a case.

use std::sync::LazyLock;

use regex::Regex;

use super::super::problem::Problem;
use super::super::similar::closest_match;
use super::Text;
use super::values::not_empty;

/// The placeholders that a template may contain.
pub(super) const PLACEHOLDERS: [&str; 5] = ["cluster", "hub", "domain", "alert", "incident"];

pub(super) fn template(text: &Text) -> Result<String, Problem> {
    let value = not_empty(text)?;
    match unknown_placeholder(&value, &PLACEHOLDERS) {
        None => Ok(value),
        Some(word) => Err(unknown_placeholder_problem(text, word, &PLACEHOLDERS)),
    }
}

/// The problem for a word in braces that is not a known placeholder.
pub(super) fn unknown_placeholder_problem(
    text: &Text,
    word: &str,
    known: &[&'static str],
) -> Problem {
    let problem = Problem::new(text.span(), format!("there is no placeholder {{{word}}}"));
    match closest_match(word, known.iter().copied()) {
        Some(meant) => problem.with_hint(format!("did you mean {{{meant}}}?")),
        None => problem.with_hint(list_placeholders(known)),
    }
}

// Joins the words: "{a}, {b} or {c}".
fn list_placeholders(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("{{{word}}}")).collect();
    match words.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        all => all.concat(),
    }
}

// The first unknown placeholder. Only a plain word counts as a placeholder, so `jsonpath={.items}` and other
// tools' `{{ … }}` are accepted.
pub(super) fn unknown_placeholder<'a>(template: &'a str, known: &[&str]) -> Option<&'a str> {
    static WORD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^{])\{([a-z_]+)\}").ok());
    let regex = WORD.as_ref()?;
    regex
        .captures_iter(template)
        .filter_map(|found| found.get(1))
        .map(|word| word.as_str())
        .find(|word| !known.contains(word))
}
