//! One incident, many clusters: an open incident contains alerts whose labels name several clusters. Only one page was
//! sent for all of them, so it may hide that several clusters are affected.

use std::collections::BTreeSet;

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::Case;
use crate::domain::ids::ClusterName;
use crate::domain::incident::Incident;
use crate::domain::mismatch::MismatchKind;
use crate::picture::places::{alert_place, cluster_label};
use crate::text::context::{ExpiringText, TextContext};

/// The clusters of one incident's alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneIncidentManyClusters(pub BTreeSet<ClusterName>);

impl Rule for OneIncidentManyClusters {
    const KIND: MismatchKind = MismatchKind::OneIncidentManyClusters;

    /// Finds nothing while PagerDuty is not fresh. Counts a firing alert only if its source is fresh and its join
    /// exact.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        input
            .incidents()
            .filter_map(|(case, incident)| {
                let clusters = clusters(input, case, incident);
                (clusters.len() > 1).then(|| Mismatch {
                    since: Some(incident.created_at),
                    ..Mismatch::about_case(case, Self(clusters))
                })
            })
            .collect()
    }

    fn short(&self, _: &Mismatch) -> String {
        format!("one page for {} clusters", self.0.len())
    }

    fn sentence(&self, _: &Mismatch, _: &TextContext) -> ExpiringText {
        let names: Vec<&str> = self.0.iter().map(|name| name.as_str()).collect();
        ExpiringText::fixed(format!(
            "one incident hides {} clusters: {}",
            names.len(),
            names.join(", ")
        ))
    }
}

fn clusters(input: &RuleInput<'_>, case: &Case, incident: &Incident) -> BTreeSet<ClusterName> {
    // An alert's cluster is not known if the alert's Prometheus watches another cluster than the configured one.
    let is_known = |source| input.context.is_fresh(source) && !input.foreign.contains(source);
    let firing = case
        .alerts
        .iter()
        .filter(|alert| alert.joined_by.is_exact() && is_known(&alert.alert.source))
        .filter_map(|alert| alert_place(&alert.alert, input.context.policy).cluster);
    let told = incident
        .alerts
        .iter()
        .filter(|alert| !alert.resolved)
        .flat_map(|alert| &alert.label_sets)
        .filter_map(|labels| cluster_label(labels, input.context.policy));
    firing.chain(told).collect()
}
