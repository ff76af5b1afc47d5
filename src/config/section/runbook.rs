//! `[[runbook]]`: steps for alerts and incidents with certain labels.

use serde::Deserialize;

use super::super::problem::{Problem, Problems};
use super::matchers::matchers;
use super::values::{all_not_empty, url};
use super::{Table, Text};
use crate::domain::policy::Runbook;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Steps shown for cases that match all matchers; an alert's own runbook_url comes first. The matchers are tried
# on each of these sets of labels: those of the case's alerts; if the alerts have ended, those that its incident
# was opened with; and service (of the incident), title, and check, which is "hub-down" if the probe or `up` saw
# a hub down. The placeholders of [[link]] are filled in.
[[runbook]]
match = 'alertname=~".*space left.*"'
url = "https://runbooks.hubs.example/storage#resize"
steps = ["acknowledge", "resize the volume", "note what was done"]
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRunbook {
    #[serde(rename = "match")]
    pub matchers: Text,
    pub url: Option<Text>,
    #[serde(default)]
    pub steps: Vec<Text>,
}

pub(super) fn runbooks(raw: &[Table<RawRunbook>], problems: &mut Problems) -> Vec<Runbook> {
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

// The address of a web page. Unlike an API's address, a page's address may have a query or an anchor.
fn page_url(text: &Text) -> Result<String, Problem> {
    let value = text.get_ref();
    let (address, _) = value.split_once(['?', '#']).unwrap_or((value, ""));
    url(&toml::Spanned::new(text.span(), address.to_owned())).map(|_| value.clone())
}
