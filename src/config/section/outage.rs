//! `[outage]`: the procedure for incidents of the most severe priority.

use std::collections::BTreeSet;

use serde::Deserialize;
use strum::VariantNames as _;

use super::super::problem::{Problem, Problems};
use super::super::similar::closest_match;
use super::link::{RawLink, links};
use super::template::template;
use super::values::{all_not_empty, not_empty};
use super::{Table, Text};
use crate::domain::checklist::ChecklistStep;
use crate::domain::policy::{CannedText, OutageProcedure};

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# The procedure of an outage: an open incident of the account's most severe priority. Its steps go before
# those of [[runbook]], its links before those of [[link]].
[outage]
steps = ["open a channel for it", "tell the community by the support desk", "post on the status page"]
links = [{ name = "Procedure", template = "https://handbook.hubs.example/outages" }]
# Texts needed in every outage, listed after the links: a number copies one, nothing is sent.
texts = [{ name = "Community", text = "Users of {cluster} may not get in. We are looking into it and write again within the hour." }]
# What this priority triggers elsewhere. hubwatch shows it before an incident is raised to this priority.
effects = ["three issues are opened and assigned"]
# The steps of the checklist, all by default; [] is none. hubwatch ticks p1, acknowledged, posted, updated
# (every [time_box] update_due) and second-responder (two people acknowledged) by itself. A note, as the key o
# writes it, ticks channel, told-community and validated, and second-responder too. Steps about posts need a
# configured status page. The steps from resolved on are the follow-ups owed after the outage.
checklist = [
  "p1", "acknowledged", "channel", "told-community", "posted", "second-responder", "updated", "validated",
  "resolved", "support-resolved", "post-closed", "report-issue",
]
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
    pub checklist: Option<Vec<Text>>,
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

fn checklist(names: Option<&[Text]>, problems: &mut Problems) -> BTreeSet<ChecklistStep> {
    let Some(names) = names else {
        return OutageProcedure::default().checklist;
    };
    let steps = names.iter();
    steps
        .filter_map(|name| problems.ok_or_add(step(name)))
        .collect()
}

fn step(name: &Text) -> Result<ChecklistStep, Problem> {
    let names = ChecklistStep::VARIANTS;
    name.get_ref().parse().map_err(|_| {
        let problem = Problem::new(
            name.span(),
            format!("there is no step {:?}", name.get_ref()),
        );
        match closest_match(name.get_ref(), names.iter().copied()) {
            Some(meant) => problem.with_hint(format!("did you mean `{meant}`?")),
            None => problem.with_hint(format!("steps: {}", names.join(", "))),
        }
    })
}

/// The procedure for incidents of the most severe priority.
pub(super) fn outage(raw: &RawOutage, problems: &mut Problems) -> OutageProcedure {
    OutageProcedure {
        steps: all_not_empty(&raw.steps, problems),
        links: links(&raw.links, problems),
        texts: texts(&raw.texts, problems),
        effects: all_not_empty(&raw.effects, problems),
        checklist: checklist(raw.checklist.as_deref(), problems),
    }
}
