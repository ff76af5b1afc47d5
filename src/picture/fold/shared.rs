//! The values that all cases of a storm share besides its title and scope: the hub's name, a node, another label.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::common_hub;
use crate::domain::case::{Case, Place};
use crate::domain::labels::Labels;
use crate::domain::policy::Policy;
use crate::picture::storm::SharedValue;

/// Labels that add no information: the row already shows them, or they are about scraping and evaluation.
const IGNORED_LABELS: [&str; 16] = [
    "alertname",
    "alertstate",
    "container",
    "endpoint",
    "exported_job",
    "hub",
    "job",
    "monitor",
    "namespace",
    "prometheus",
    "prometheus_replica",
    "provider",
    "replica",
    "service",
    "severity",
    "team",
];

/// The shared values: first the hub's name, then labels in the order of their names.
pub fn find_shared(
    inside: &[(usize, &Case)],
    places: &BTreeSet<&Place>,
    policy: &Policy,
) -> Vec<SharedValue> {
    let hub = common_hub(places).cloned().map(SharedValue::Hub);
    let labels = common_labels(inside, policy).into_iter();
    let labels = labels.map(|(name, value)| SharedValue::Label(name.to_owned(), value.to_owned()));
    hub.into_iter().chain(labels).collect()
}

fn common_labels<'a>(inside: &[(usize, &'a Case)], policy: &Policy) -> BTreeMap<&'a str, &'a str> {
    let mut all = inside.iter().map(|(_, case)| case_labels(case, policy));
    let mut common = all.next().unwrap_or_default();
    for other in all {
        common.retain(|name, value| other.get(name) == Some(value));
    }
    common
}

/// The informative labels that all alerts of a case share.
pub fn case_labels<'a>(case: &'a Case, policy: &Policy) -> BTreeMap<&'a str, &'a str> {
    let mut sets = label_sets(case);
    let mut common: BTreeMap<&str, &str> = sets
        .next()
        .map(|labels| {
            labels
                .iter()
                .filter(|(name, _)| is_informative(name, policy))
                .collect()
        })
        .unwrap_or_default();
    for other in sets {
        common.retain(|name, value| other.get(name) == Some(*value));
    }
    common
}

fn is_informative(name: &str, policy: &Policy) -> bool {
    !IGNORED_LABELS.contains(&name)
        && !policy.cluster_labels.contains(name)
        && !name.starts_with("__")
}

// The labels of the firing alerts. If no alert fires, the labels of the alerts that opened the incident.
fn label_sets(case: &Case) -> Box<dyn Iterator<Item = &Labels> + '_> {
    if case.alerts.is_empty() {
        let incident = case.incident.iter();
        let told = incident.flat_map(|incident| &incident.alerts);
        return Box::new(told.flat_map(|alert| &alert.label_sets));
    }
    Box::new(case.alerts.iter().map(|joined| &joined.alert.labels))
}
