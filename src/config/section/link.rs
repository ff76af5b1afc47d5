//! `[[link]]`: addresses and commands. hubwatch shows and copies them, and never runs them.

use serde::Deserialize;

use super::super::problem::Problems;
use super::template::template;
use super::values::not_empty;
use super::{Table, Text};
use crate::domain::policy::Link;

/// The text of `config.example.toml` that explains these keys.
pub(super) const EXAMPLE: &str = r#"# Shown and copied, never run. {cluster}, {hub}, {domain}, {alert} and {incident} are filled in.
# A template with {hub} should have {cluster} or {domain} too: many clusters have a hub called prod, and a
# copied command could reach the wrong one. hubwatch warns of a template with {hub} alone.
[[link]]
name = "Grafana"
template = "https://grafana.hubs.example/d/hub?var-cluster={cluster}&var-hub={hub}"

[[link]]
name = "pods"
template = "kubectl --context {cluster} -n {hub} get pods"
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLink {
    pub name: Text,
    pub template: Text,
}

/// The links and commands of a list of tables.
pub(super) fn links(raw: &[Table<RawLink>], problems: &mut Problems) -> Vec<Link> {
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
