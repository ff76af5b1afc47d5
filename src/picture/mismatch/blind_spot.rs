//! Blind spot: something is not watched, so that silence says nothing. A Prometheus whose rules fail, are
//! not evaluated or that answers with part of the data; signals that cannot be evaluated; hubs' series
//! that are gone; a dead man's switch that is silent; a hub with metrics that the inventory lacks; a
//! Prometheus that has nothing to tell.

use super::RuleInput;
use crate::domain::alert::AlertState;
use crate::domain::answers::PrometheusData;
use crate::domain::health::Evidence;
use crate::domain::ids::HubKey;
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::domain::source::SourceId;
use crate::picture::hubs::newest_stale_sample;
use crate::picture::incidents::is_dead_mans_switch;

/// Only of sources that are fresh: of others the source's state itself says that nothing is known.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    let now = seen.context.now;
    let mut found: Vec<Mismatch> = seen
        .context
        .answers
        .prometheus
        .iter()
        .filter_map(|slot| Some((&slot.id, slot.fresh_body(now)?)))
        .flat_map(|(source, says)| find_in_source(seen, source, says))
        .collect();
    found.extend(stale_samples(seen));
    found.extend(missing_series(seen));
    found
}

fn find_in_source(seen: &RuleInput<'_>, source: &SourceId, says: &PrometheusData) -> Vec<Mismatch> {
    let rules = &says.rules;
    let failing = rules
        .failing
        .iter()
        .map(|(rule, error)| MismatchDetail::RuleFailing {
            source: source.clone(),
            rule: rule.to_string(),
            error: error.clone(),
        });
    let overdue = rules
        .overdue
        .iter()
        .map(|(group, last)| MismatchDetail::RulesNotEvaluated {
            source: source.clone(),
            group: group.to_string(),
            last: *last,
        });
    let partial = says
        .warnings
        .iter()
        .map(|warning| MismatchDetail::PartialData {
            source: source.clone(),
            warning: warning.clone(),
        });
    let broken =
        says.broken_signals
            .iter()
            .map(|(signal, error)| MismatchDetail::SignalQueryFailed {
                source: source.clone(),
                signal: *signal,
                error: error.clone(),
            });
    let watches_nothing =
        rules.names.is_empty() && says.alerts.is_empty() && says.signals.is_empty();
    let empty = watches_nothing.then(|| MismatchDetail::WatchesNothing {
        source: source.clone(),
    });
    let silent = dead_mans_switch_is_silent(seen, says).then(|| MismatchDetail::DeadManAbsent {
        source: source.clone(),
    });
    let strangers = hubs_not_in_inventory(seen, says)
        .map(|hub| MismatchDetail::NotInInventory { hub: hub.clone() });
    failing
        .chain(overdue)
        .chain(partial)
        .chain(broken)
        .chain(silent)
        .chain(empty)
        .map(|finding| new_blind_spot(source.to_string(), finding))
        .chain(strangers.map(|finding| match &finding {
            MismatchDetail::NotInInventory { hub } => new_blind_spot(hub.to_string(), finding),
            _ => new_blind_spot(source.to_string(), finding),
        }))
        .collect()
}

fn new_blind_spot(subject: String, finding: MismatchDetail) -> Mismatch {
    Mismatch {
        kind: MismatchKind::BlindSpot,
        case: None,
        subject: Some(subject),
        since: None,
        detail: finding,
        muted: false,
    }
}

// The rule is there, so it ought to fire.
fn dead_mans_switch_is_silent(seen: &RuleInput<'_>, says: &PrometheusData) -> bool {
    let is_there = says.rules.names.iter().any(|name| {
        seen.context
            .policy
            .dead_man
            .iter()
            .any(|known| **known == **name)
    });
    is_there
        && !says.alerts.iter().any(|alert| {
            alert.state == AlertState::Firing && is_dead_mans_switch(seen.context, alert)
        })
}

// Only a hub's own metrics make a hub: disks are other pods' too. A cluster that the inventory does not
// list is watched without one.
fn hubs_not_in_inventory<'a>(
    seen: &'a RuleInput<'_>,
    says: &'a PrometheusData,
) -> impl Iterator<Item = &'a HubKey> {
    says.signals
        .iter()
        .filter(|(_, signals)| signals.running_servers.is_some() || signals.up.is_some())
        .map(|(key, _)| key)
        .filter(|key| {
            seen.context
                .policy
                .cluster(&key.cluster)
                .is_some_and(|cluster| cluster.hubs.iter().all(|hub| hub.key != **key))
        })
}

fn stale_samples(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    seen.clusters
        .iter()
        .filter_map(|cluster| {
            let newest = newest_stale_sample(seen.context, &cluster.name)?;
            let source = seen.context.prometheus_for(&cluster.name)?;
            Some(Mismatch {
                since: newest,
                ..new_blind_spot(
                    cluster.name.to_string(),
                    MismatchDetail::NoRecentSamples {
                        source: source.clone(),
                        cluster: cluster.name.clone(),
                        newest,
                    },
                )
            })
        })
        .collect()
}

fn missing_series(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    seen.clusters
        .iter()
        .flat_map(|cluster| &cluster.hubs)
        .filter(|hub| hub.evidence.contains(&Evidence::SeriesAbsent))
        .map(|hub| Mismatch {
            muted: hub.maintenance,
            ..new_blind_spot(
                hub.spec.key.to_string(),
                MismatchDetail::SeriesMissing {
                    hub: hub.spec.key.clone(),
                },
            )
        })
        .collect()
}
