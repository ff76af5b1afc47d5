//! The blind spots of one Prometheus that answers.

use std::collections::BTreeSet;

use super::{BlindSpot, NamedBy, dead_man};
use crate::domain::answers::PrometheusData;
use crate::domain::case::Place;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::Policy;
use crate::domain::source::SourceId;
use crate::picture::mismatch::{Mismatch, RuleInput};
use crate::picture::places::whole_cluster;

/// Finds problems with the rules and the answer of a Prometheus. Also finds hubs in its metrics that are not in the
/// inventory.
pub fn find(
    input: &RuleInput<'_>,
    source: &SourceId,
    says: &PrometheusData,
) -> Vec<Mismatch> {
    let of_source = |spot: BlindSpot| Mismatch::about(source, spot);
    let (policy, rules) = (input.context.policy, &says.rules);
    let failing = rules.failing.iter().map(|(rule, error)| {
        let spot = BlindSpot::RuleFailing {
            source: source.clone(),
            rule: rule.to_string(),
            error: error.clone(),
        };
        Mismatch {
            places: places_of(policy, rules.clusters_by_rule.get(rule)),
            ..of_source(spot)
        }
    });
    let overdue = rules.overdue.iter().map(|(group, last)| {
        let spot = BlindSpot::RulesNotEvaluated {
            source: source.clone(),
            group: group.to_string(),
            last: *last,
        };
        Mismatch {
            places: places_of(policy, rules.clusters_by_group.get(group)),
            ..of_source(spot)
        }
    });
    let partial = says.warnings.iter().map(|warning| BlindSpot::PartialData {
        source: source.clone(),
        warning: warning.clone(),
    });
    let broken = says.broken_signals.iter().map(|(signal, error)| BlindSpot::SignalQueryFailed {
        source: source.clone(),
        signal: *signal,
        error: error.clone(),
    });
    let silent = dead_man::find(input, source, says);
    let another = another_cluster(input.context.policy, source, says);
    let empty = missing_rules(input, source, says);
    let partly_empty = clusters_without_rules(input, source, says).map(|cluster| {
        let source = source.clone();
        Mismatch::about(cluster, BlindSpot::NoRulesFor { source, cluster: cluster.clone() })
    });
    let strangers = hubs_not_in_inventory(input, says)
        .map(|hub| Mismatch::about(hub, BlindSpot::NotInInventory(hub.clone())));
    let of_whole_source = partial.chain(broken).chain(another).chain(empty);
    failing
        .chain(overdue)
        .chain(of_whole_source.map(of_source))
        .chain(silent)
        .chain(strangers)
        .chain(partly_empty)
        .collect()
}

// The places of a rule or group that is only for these clusters. Empty if the rule or group may be for any cluster, for
// example because the inventory does not know a name.
fn places_of(policy: &Policy, clusters: Option<&BTreeSet<ClusterName>>) -> Vec<Place> {
    let known = clusters.filter(|names| names.iter().all(|name| policy.cluster(name).is_some()));
    known.into_iter().flatten().map(whole_cluster).collect()
}

/// The other cluster that a Prometheus watches instead of its own, for example because an address was copied.
/// Everything else may look right, since hubs can have the same names in both clusters.
pub fn another_cluster(
    policy: &Policy,
    source: &SourceId,
    says: &PrometheusData,
) -> Option<BlindSpot> {
    let mut scopes = policy.prometheus_scopes.iter();
    let scope = scopes.find(|scope| scope.source == *source)?;
    let bound = scope.cluster.as_ref()?;
    let other_among = |named_by, mut named: Vec<ClusterName>| {
        let names_own = named.contains(bound);
        named.retain(|name| policy.cluster(name).is_some());
        let other = named.into_iter().next().filter(|_| !names_own);
        other.map(|named| BlindSpot::AnotherCluster {
            source: source.clone(),
            bound: bound.clone(),
            named_by,
            named,
        })
    };
    let of_rules = says.rules.clusters.iter().cloned().map(ClusterName::from);
    let of_series = says.series_clusters.iter().cloned();
    other_among(NamedBy::Rules, of_rules.collect())
        .or_else(|| other_among(NamedBy::Series, of_series.collect()))
}

fn missing_rules(
    input: &RuleInput<'_>,
    source: &SourceId,
    says: &PrometheusData,
) -> Option<BlindSpot> {
    let mut scopes = input.context.policy.prometheus_scopes.iter();
    let is_elsewhere = scopes.any(|scope| scope.source == *source && !scope.has_rules);
    match says.rules.names.is_empty() {
        true if says.alerts.is_empty() && says.signals.is_empty() => {
            Some(BlindSpot::WatchesNothing(source.clone()))
        }
        true if !is_elsewhere => Some(BlindSpot::NoRules(source.clone())),
        _ => None,
    }
}

// The clusters of the inventory that this Prometheus answers for and that none of its rules names. If a rule names no
// cluster, the rule may cover all clusters, so none is returned.
fn clusters_without_rules<'a>(
    input: &'a RuleInput<'_>,
    source: &'a SourceId,
    says: &'a PrometheusData,
) -> impl Iterator<Item = &'a ClusterName> {
    let policy = input.context.policy;
    let by_rule = &says.rules.clusters_by_rule;
    let names_all = !by_rule.is_empty() && says.rules.names.iter().all(|rule| by_rule.contains_key(rule));
    let named = move |cluster: &ClusterName| by_rule.values().any(|clusters| clusters.contains(cluster));
    let clusters = policy.clusters.iter().map(|spec| &spec.name);
    let own = clusters.filter(move |cluster| policy.prometheus_for(cluster) == Some(source));
    own.filter(move |cluster| names_all && !named(cluster))
}

// Considers only the metrics of hubs, since other pods have disks too. Skips clusters that are not in the inventory,
// since they have no list of hubs.
fn hubs_not_in_inventory<'a>(
    input: &'a RuleInput<'_>,
    says: &'a PrometheusData,
) -> impl Iterator<Item = &'a HubKey> {
    says.signals
        .iter()
        .filter(|(_, signals)| signals.running_servers.is_some() || signals.up.is_some())
        .map(|(key, _)| key)
        .filter(|key| {
            input.context
                .policy
                .cluster(&key.cluster)
                .is_some_and(|cluster| cluster.hubs.iter().all(|hub| hub.key != **key))
        })
}
