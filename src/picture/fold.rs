//! Storms: the same alert on many places of one cluster, provider or the fleet is one row that opens.
//! A P1 is never folded away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::model::{Fold, Row, Scope};
use crate::domain::case::{Case, Rank};
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;

/// From how many places on one alert is a storm.
pub const STORM: usize = 5;

/// The rows: each storm stands where its first case would.
pub fn rows(cases: &[Arc<Case>], policy: &Policy) -> Vec<Row> {
    let mut groups: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate().filter(|(_, case)| may_fold(case)) {
        groups
            .entry((case.title.as_str(), case.quiet.is_some()))
            .or_default()
            .push(at);
    }
    let folds: BTreeMap<usize, Fold> = groups
        .into_iter()
        .filter_map(|((title, quiet), members)| fold(title, quiet, members, cases, policy))
        .filter_map(|fold| Some((*fold.cases.first()?, fold)))
        .collect();
    let folded: BTreeSet<usize> = folds
        .values()
        .flat_map(|fold| &fold.cases)
        .copied()
        .collect();
    (0..cases.len())
        .filter_map(|at| match folds.get(&at) {
            Some(fold) => Some(Row::Fold(fold.clone())),
            None => (!folded.contains(&at)).then_some(Row::Case(at)),
        })
        .collect()
}

// A case that no alert made is about something of its own, whatever its title.
fn may_fold(case: &Case) -> bool {
    let told = |case: &Case| {
        case.incident.as_ref().is_some_and(|incident| {
            let mut alerts = incident.alerts.iter();
            alerts.any(|alert| !alert.label_sets.is_empty())
        })
    };
    let of_alerts = !case.alerts.is_empty() || told(case);
    case.rank != Rank::Priority(0) && case.hub_down.is_none() && of_alerts
}

fn fold(
    title: &str,
    quiet: bool,
    members: Vec<usize>,
    cases: &[Arc<Case>],
    policy: &Policy,
) -> Option<Fold> {
    let places: BTreeSet<_> = members
        .iter()
        .filter_map(|at| cases.get(*at))
        .flat_map(|case| &case.places)
        .collect();
    if places.len() < STORM || members.len() < 2 {
        return None;
    }
    let clusters: BTreeSet<&ClusterName> = places
        .iter()
        .filter_map(|place| place.cluster.as_ref())
        .collect();
    let scope = scope(&clusters, policy)?;
    let of = size(&scope, policy);
    let affected = match scope {
        Scope::Cluster(_) => places.len(),
        _ => clusters.len(),
    };
    Some(Fold {
        key: format!("{title}{}", if quiet { " (quiet)" } else { "" }),
        title: title.to_owned(),
        scope,
        places: affected,
        of: of.max(affected),
        cases: members,
    })
}

fn scope(clusters: &BTreeSet<&ClusterName>, policy: &Policy) -> Option<Scope> {
    let first = *clusters.first()?;
    if clusters.len() == 1 {
        return Some(Scope::Cluster(first.clone()));
    }
    let providers: BTreeSet<Option<&str>> = clusters
        .iter()
        .map(|name| {
            policy
                .cluster(name)
                .and_then(|spec| spec.provider.as_deref())
        })
        .collect();
    match (providers.len(), providers.first().copied().flatten()) {
        (1, Some(provider)) => Some(Scope::Provider(provider.to_owned())),
        _ => Some(Scope::Fleet),
    }
}

fn size(scope: &Scope, policy: &Policy) -> usize {
    match scope {
        Scope::Cluster(name) => policy.cluster(name).map_or(0, |spec| spec.hubs.len()),
        Scope::Provider(provider) => policy
            .clusters
            .iter()
            .filter(|spec| spec.provider.as_deref() == Some(provider))
            .count(),
        Scope::Fleet => policy.clusters.len(),
    }
}
