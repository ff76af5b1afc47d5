//! Warns of templates that name a hub without its cluster. Many clusters have a hub called prod. So a command that is
//! copied from such a template would act on the shell's current cluster.

use super::super::problem::{Problem, Problems};
use super::{File, Text};

/// Placeholders that identify a hub's cluster.
const TELL_CLUSTER: [&str; 2] = ["{cluster}", "{domain}"];

/// A warning for each template that names a hub without its cluster.
pub(super) fn warnings(file: &File) -> Problems {
    let links = file.link.iter().chain(&file.outage.links);
    let links = links.map(|link| &link.template);
    let steps = file.runbook.iter().flat_map(|book| &book.steps);
    let texts = file.outage.texts.iter().map(|canned| &canned.text);
    let steps = steps.chain(&file.outage.steps).chain(texts);
    let issue = file.follow_up.iter();
    let issue = issue.flat_map(|issue| issue.title.iter().chain(&issue.body));
    let mut found = Problems::default();
    for text in links.chain(steps).chain(issue) {
        if is_ambiguous(text.get_ref()) {
            found.add(warning(text));
        }
    }
    found
}

fn is_ambiguous(template: &str) -> bool {
    let names_cluster = TELL_CLUSTER.iter().any(|word| template.contains(word));
    template.contains("{hub}") && !names_cluster
}

fn warning(text: &Text) -> Problem {
    let is_kubectl = text.get_ref().contains("kubectl");
    let message = "{hub} without {cluster} may be a hub of another cluster";
    Problem::new(text.span(), message).with_hint(if is_kubectl {
        "add --context {cluster}"
    } else {
        "name {cluster} or {domain} too"
    })
}
