//! `[outage]`: the procedure of the most severe incidents.

use serde::Deserialize;

use super::super::problem::Problems;
use super::link::{RawLink, links};
use super::template::template;
use super::values::{all_not_empty, not_empty};
use super::{Table, Text};
use crate::domain::policy::{CannedText, OutageProcedure};

/// The keys, explained, as `config.example.toml` has them.
pub(super) const EXAMPLE: &str = r#"# The procedure of an outage: an open incident of the account's most severe priority. Its steps go before
# those of [[runbook]], its links before those of [[link]].
[outage]
steps = ["open a channel for it", "tell the community by the support desk", "post on the status page"]
links = [{ name = "Procedure", template = "https://handbook.hubs.example/outages" }]
# Words that are written in every outage, after the links: a number copies them, nothing is sent.
texts = [{ name = "Community", text = "Users of {cluster} may not get in. We are looking into it and write again within the hour." }]
# What that priority sets off elsewhere. hubwatch says it before an incident is raised to it.
effects = ["three issues are opened and assigned"]
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCannedText {
    pub name: Text,
    pub text: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawOutage {
    pub steps: Vec<Text>,
    pub links: Vec<Table<RawLink>>,
    pub texts: Vec<Table<RawCannedText>>,
    pub effects: Vec<Text>,
}

fn texts(raw: &[Table<RawCannedText>], problems: &mut Problems) -> Vec<CannedText> {
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
pub(super) fn outage(raw: &RawOutage, problems: &mut Problems) -> OutageProcedure {
    OutageProcedure {
        steps: all_not_empty(&raw.steps, problems),
        links: links(&raw.links, problems),
        texts: texts(&raw.texts, problems),
        effects: all_not_empty(&raw.effects, problems),
    }
}
