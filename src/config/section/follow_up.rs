//! `[follow_up]`: how an issue for follow-up work is prefilled.

use serde::Deserialize;

use super::super::problem::{Problem, Problems};
use super::template::{PLACEHOLDERS, unknown_placeholder, unknown_placeholder_problem};
use super::values::{all_not_empty, not_empty};
use super::{Table, Text};
use crate::domain::policy::FollowUp;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Key i opens this address, prefilled, in the browser, or copies it if there is no browser. title and body
# default to those below; {cluster}, {hub}, {domain}, {alert} and {incident} are filled in there. Without
# this section hubwatch offers no follow-up issue.
[follow_up]
template = "https://issues.hubs.example/new?title={title}&body={body}&labels={labels}"
title = "Follow-up: {alert} on {cluster}/{hub}"
body = "From PagerDuty incident {incident}, {alert} on {cluster}/{hub}.\n\nWhat is left to do:\n- "
labels = ["follow-up"]
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFollowUp {
    pub template: Text,
    pub title: Option<Text>,
    pub body: Option<Text>,
    #[serde(default)]
    pub labels: Vec<Text>,
}

/// The placeholders that the address may contain.
const URL_PLACEHOLDERS: [&str; 3] = ["title", "body", "labels"];
const DEFAULT_TITLE: &str = "Follow-up: {alert} on {cluster}/{hub}";
const DEFAULT_BODY: &str =
    "From PagerDuty incident {incident}, {alert} on {cluster}/{hub}.\n\nWhat is left to do:\n- ";

/// The template, with default texts for missing keys.
pub(super) fn follow_up(
    raw: Option<&Table<RawFollowUp>>,
    problems: &mut Problems,
) -> Option<FollowUp> {
    let raw = raw?;
    let title = template_or_default(raw.title.as_ref(), DEFAULT_TITLE, problems);
    let body = template_or_default(raw.body.as_ref(), DEFAULT_BODY, problems);
    let labels = all_not_empty(&raw.labels, problems);
    Some(FollowUp {
        template: problems.ok_or_add(issue_url(&raw.template))?,
        title: title?,
        body: body?,
        labels,
    })
}

// The address of the issue form. A browser opens the address, so it must be a web address.
fn issue_url(text: &Text) -> Result<String, Problem> {
    let value = not_empty(text)?;
    let problem = |what: &str| Problem::new(text.span(), what.to_owned());
    if !(value.starts_with("https://") || value.starts_with("http://")) {
        return Err(problem("this is no address of a web page").with_hint("begin it with https://"));
    }
    if let Some(word) = unknown_placeholder(&value, &URL_PLACEHOLDERS) {
        return Err(unknown_placeholder_problem(text, word, &URL_PLACEHOLDERS));
    }
    if !value.contains("{title}") {
        let hint = "as in https://issues.example/new?title={title}&body={body}&labels={labels}";
        return Err(problem("the issue's title has no place in it").with_hint(hint));
    }
    Ok(value)
}

fn template_or_default(
    text: Option<&Text>,
    default: &str,
    problems: &mut Problems,
) -> Option<String> {
    let Some(text) = text else {
        return Some(default.to_owned());
    };
    let value = problems.ok_or_add(not_empty(text))?;
    match unknown_placeholder(&value, &PLACEHOLDERS) {
        None => Some(value),
        Some(word) => {
            problems.add(unknown_placeholder_problem(text, word, &PLACEHOLDERS));
            None
        }
    }
}
