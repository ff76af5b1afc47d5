//! One incident, many clusters: an open incident holds alerts of several clusters, by their labels, so
//! that grouping hides clusters behind one page.

use std::collections::BTreeSet;

use super::RuleInput;
use crate::domain::case::Case;
use crate::domain::ids::ClusterName;
use crate::domain::incident::Incident;
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::picture::places::{alert_place, cluster_label};

/// Silent while PagerDuty is not fresh. Firing alerts count from a fresh source and by an exact join.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    if !seen.pagerduty_is_fresh() {
        return Vec::new();
    }
    seen.incidents()
        .filter_map(|(case, incident)| {
            let clusters = clusters(seen, case, incident);
            (clusters.len() > 1).then(|| Mismatch {
                kind: MismatchKind::OneIncidentManyClusters,
                case: Some(case.id.clone()),
                subject: None,
                since: Some(incident.created_at),
                detail: MismatchDetail::OneIncidentManyClusters {
                    clusters: clusters.into_iter().collect(),
                },
                muted: case.muted_by.is_some(),
            })
        })
        .collect()
}

fn clusters(seen: &RuleInput<'_>, case: &Case, incident: &Incident) -> BTreeSet<ClusterName> {
    let firing = case
        .alerts
        .iter()
        .filter(|alert| alert.joined_by.is_exact() && seen.context.is_fresh(&alert.alert.source))
        .filter_map(|alert| alert_place(&alert.alert, seen.context.policy).cluster);
    let told = incident
        .alerts
        .iter()
        .filter(|alert| !alert.resolved)
        .flat_map(|alert| &alert.label_sets)
        .filter_map(cluster_label);
    firing.chain(told).collect()
}
