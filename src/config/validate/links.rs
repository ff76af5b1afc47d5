//! `[[runbook]]` and `[[link]]`: what is shown beside a case.

use std::sync::LazyLock;

use regex::Regex;

use super::super::problem::{Problem, Problems};
use super::super::raw::{self, Text};
use super::super::similar::similar;
use super::matchers::matchers;
use super::values::{all_not_empty, not_empty, url};
use crate::domain::policy::{Link, Runbook};

/// What a template may hold.
const PLACEHOLDERS: [&str; 5] = ["cluster", "hub", "domain", "alert", "incident"];

/// Steps by alert.
pub(super) fn runbooks(raw: &[raw::Table<raw::Runbook>], problems: &mut Problems) -> Vec<Runbook> {
    raw.iter()
        .filter_map(|raw| {
            let matchers = problems.keep(matchers(&raw.matchers));
            let address = raw.url.as_ref();
            let runbook = Runbook {
                url: address.and_then(|text| problems.keep(page(text))),
                steps: all_not_empty(&raw.steps, problems),
                matchers: matchers?,
            };
            Some(runbook)
        })
        .collect()
}

// A page for people may well have a query or an anchor, which an API's address may not.
fn page(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref();
    let (address, _) = value.split_once(['?', '#']).unwrap_or((value, ""));
    url(&toml::Spanned::new(text.span(), address.to_owned())).map(|_| value.clone())
}

/// Links and commands, shown and copied, never run.
pub(super) fn links(raw: &[raw::Table<raw::Link>], problems: &mut Problems) -> Vec<Link> {
    raw.iter()
        .filter_map(|raw| {
            let name = problems.keep(not_empty(&raw.name));
            let template = problems.keep(template(&raw.template));
            Some(Link {
                name: name?,
                template: template?,
            })
        })
        .collect()
}

fn template(text: &Text) -> Result<String, Problem> {
    let value = not_empty(text)?;
    let Some(unknown) = unknown_placeholder(&value) else {
        return Ok(value);
    };
    let problem = Problem::new(text.span(), format!("nothing fills in {{{unknown}}}"));
    Err(match similar(unknown, PLACEHOLDERS) {
        Some(meant) => problem.hint(format!("did you mean {{{meant}}}?")),
        None => problem.hint("{cluster}, {hub}, {domain}, {alert} or {incident}"),
    })
}

// Only plain words count, so that `jsonpath={.items}` and `{{ … }}` of other tools pass.
fn unknown_placeholder(template: &str) -> Option<&str> {
    static WORD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^{])\{([a-z_]+)\}").ok());
    let regex = WORD.as_ref()?;
    regex
        .captures_iter(template)
        .filter_map(|found| found.get(1))
        .map(|word| word.as_str())
        .find(|word| !PLACEHOLDERS.contains(word))
}
