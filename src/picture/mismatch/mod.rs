//! Contradictions between the sources, one file a rule. Each has its grace, stays silent when a source
//! it needs is not fresh, and never rests on a probable join.

mod blind_spot;
mod lingering_incident;
mod no_priority;
mod nobody_awake;
mod one_incident_many_clusters;
mod page_missing;
mod public_not_told;
mod stale_post;
mod unknown_severity;

use super::context::Context;
use super::maintenance::Maintenance;
use super::model::ClusterView;
use super::posts::PostJoins;
use crate::domain::case::Case;
use crate::domain::incident::Incident;
use crate::domain::mismatch::Mismatch;
use crate::domain::source::{SourceId, SourceKind};

/// What the rules look at.
pub struct RuleInput<'a> {
    pub context: &'a Context<'a>,
    pub cases: &'a [Case],
    pub clusters: &'a [ClusterView],
    pub posts: &'a PostJoins,
    pub maintenance: &'a Maintenance,
}

impl<'a> RuleInput<'a> {
    /// Whether PagerDuty's word is the present.
    pub fn pagerduty_is_fresh(&self) -> bool {
        let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
        self.context.is_fresh(&pagerduty)
    }

    /// The cases of open incidents, with them.
    pub fn incidents(&self) -> impl Iterator<Item = (&'a Case, &'a Incident)> + use<'a> {
        self.cases
            .iter()
            .filter_map(|case| Some((case, case.incident.as_deref()?)))
    }

    /// Whether the map of severities has a place for this one, be it without priority.
    pub fn knows_severity(&self, severity: &str) -> bool {
        self.context.policy.severities.contains_key(severity)
    }
}

/// All contradictions, the worst kind first, in a stable order.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    let mut found = [
        blind_spot::find(seen),
        page_missing::find(seen),
        nobody_awake::find(seen),
        public_not_told::find(seen),
        stale_post::find(seen),
        lingering_incident::find(seen),
        one_incident_many_clusters::find(seen),
        no_priority::find(seen),
        unknown_severity::find(seen),
    ]
    .concat();
    found.sort_by(|a, b| (a.kind, &a.case, &a.subject).cmp(&(b.kind, &b.case, &b.subject)));
    found
}
