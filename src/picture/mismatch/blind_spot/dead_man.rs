//! Dead man's switches: rules whose alert always fires. Where the alert is absent, other alerts may not reach anyone.

use std::collections::BTreeSet;

use super::BlindSpot;
use crate::domain::alert::{Alert, AlertState};
use crate::domain::answers::PrometheusData;
use crate::domain::ids::ClusterName;
use crate::domain::source::SourceId;
use crate::picture::incidents::is_dead_mans_switch;
use crate::picture::mismatch::{Mismatch, RuleInput};

/// The switches of a Prometheus that are silent. One finding for the Prometheus if none of its switches fires.
/// Otherwise one for each cluster that is named by the rules and for which none fires.
pub fn find(input: &RuleInput<'_>, source: &SourceId, says: &PrometheusData) -> Vec<Mismatch> {
    let rules: Vec<&str> = switches(input, says).collect();
    let alerts = says.alerts.iter().filter(|alert| alert.state == AlertState::Firing);
    let firing: Vec<&Alert> = alerts
        .filter(|alert| is_dead_mans_switch(input.context, alert))
        .map(|alert| &**alert)
        .collect();
    if rules.is_empty() {
        return Vec::new();
    }
    if firing.is_empty() {
        return vec![Mismatch::about(source, BlindSpot::DeadManAbsent(source.clone()))];
    }
    let silent = named_clusters(input, &rules, says);
    let silent = silent.filter(|cluster| firing.iter().all(|it| it.cluster.as_ref() != Some(*cluster)));
    silent
        .map(|cluster| {
            let (source, of) = (source.clone(), cluster.clone());
            Mismatch::about(cluster, BlindSpot::DeadManAbsentFor { source, cluster: of })
        })
        .collect()
}

fn switches<'a>(
    input: &'a RuleInput<'_>,
    says: &'a PrometheusData,
) -> impl Iterator<Item = &'a str> {
    let known = &input.context.policy.dead_man;
    let names = says.rules.names.iter().map(|name| &**name);
    names.filter(|name| known.iter().any(|known| **known == **name))
}

// The clusters of the inventory that the switches' rules name. A rule that names no cluster covers the Prometheus as a
// whole, so it names none here.
fn named_clusters<'a>(
    input: &'a RuleInput<'_>,
    rules: &[&str],
    says: &'a PrometheusData,
) -> impl Iterator<Item = &'a ClusterName> {
    let by_rule = &says.rules.clusters_by_rule;
    let named = rules.iter().filter_map(|rule| by_rule.get(*rule)).flatten();
    let named: BTreeSet<&ClusterName> = named.collect();
    let policy = input.context.policy;
    let named = named.into_iter();
    named.filter(move |name| policy.cluster(name).is_some())
}
