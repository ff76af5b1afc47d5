//! `[[runbook]]`, `[[link]]` and `[outage]`: what is shown beside a case.

use std::sync::LazyLock;

use regex::Regex;

use super::super::problem::{Problem, Problems};
use super::super::raw::{self, Text};
use super::super::similar::closest_match;
use super::matchers::matchers;
use super::values::{all_not_empty, not_empty, url};
use crate::domain::policy::{CannedText, Link, OutageProcedure, Runbook};

/// What a template may hold.
pub(super) const PLACEHOLDERS: [&str; 5] = ["cluster", "hub", "domain", "alert", "incident"];

/// Steps by alert.
pub(super) fn runbooks(raw: &[raw::Table<raw::Runbook>], problems: &mut Problems) -> Vec<Runbook> {
    raw.iter()
        .filter_map(|raw| {
            let matchers = problems.ok_or_add(matchers(&raw.matchers));
            let address = raw.url.as_ref();
            let runbook = Runbook {
                url: address.and_then(|text| problems.ok_or_add(page_url(text))),
                steps: all_not_empty(&raw.steps, problems),
                matchers: matchers?,
            };
            Some(runbook)
        })
        .collect()
}

// A page for people may well have a query or an anchor, which an API's address may not.
fn page_url(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref();
    let (address, _) = value.split_once(['?', '#']).unwrap_or((value, ""));
    url(&toml::Spanned::new(text.span(), address.to_owned())).map(|_| value.clone())
}

/// Links and commands, shown and copied, never run.
pub(super) fn links(raw: &[raw::Table<raw::Link>], problems: &mut Problems) -> Vec<Link> {
    raw.iter()
        .filter_map(|raw| {
            let name = problems.ok_or_add(not_empty(&raw.name));
            let template = problems.ok_or_add(template(&raw.template));
            Some(Link {
                name: name?,
                template: template?,
            })
        })
        .collect()
}

fn texts(raw: &[raw::Table<raw::CannedText>], problems: &mut Problems) -> Vec<CannedText> {
    raw.iter()
        .filter_map(|raw| {
            let name = problems.ok_or_add(not_empty(&raw.name));
            let text = problems.ok_or_add(template(&raw.text));
            Some(CannedText {
                name: name?,
                text: text?,
            })
        })
        .collect()
}

/// The procedure of the most severe incidents.
pub(super) fn outage(raw: &raw::Outage, problems: &mut Problems) -> OutageProcedure {
    OutageProcedure {
        steps: all_not_empty(&raw.steps, problems),
        links: links(&raw.links, problems),
        texts: texts(&raw.texts, problems),
        effects: all_not_empty(&raw.effects, problems),
    }
}

fn template(text: &Text) -> Result<String, Problem> {
    let value = not_empty(text)?;
    match unknown_placeholder(&value, &PLACEHOLDERS) {
        None => Ok(value),
        Some(word) => Err(unknown_placeholder_problem(text, word, &PLACEHOLDERS)),
    }
}

/// A word in braces that nothing fills in.
pub(super) fn unknown_placeholder_problem(
    text: &Text,
    word: &str,
    known: &[&'static str],
) -> Problem {
    let problem = Problem::new(text.span(), format!("nothing fills in {{{word}}}"));
    match closest_match(word, known.iter().copied()) {
        Some(meant) => problem.with_hint(format!("did you mean {{{meant}}}?")),
        None => problem.with_hint(list_placeholders(known)),
    }
}

// "{a}, {b} or {c}"
fn list_placeholders(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("{{{word}}}")).collect();
    match words.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        all => all.concat(),
    }
}

// Only plain words count, so that `jsonpath={.items}` and `{{ … }}` of other tools pass.
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
