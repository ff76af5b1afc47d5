//! What the rules look at.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::case::Case;
use crate::domain::incident::Incident;
use crate::domain::mismatch::MismatchKind;
use crate::domain::now::time_after;
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::context::Context;
use crate::picture::maintenance::Maintenance;
use crate::picture::model::ClusterView;
use crate::picture::posts::PostJoins;

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

    /// Whether what began then has lasted for longer than the rule's grace.
    pub fn is_overdue(&self, kind: MismatchKind, since: DateTime<Utc>) -> bool {
        self.context.has_lasted(since, self.grace(kind))
    }

    /// When what began then has lasted for longer than the rule's grace.
    pub fn overdue_at(&self, kind: MismatchKind, since: DateTime<Utc>) -> DateTime<Utc> {
        time_after(since, self.grace(kind))
    }

    fn grace(&self, kind: MismatchKind) -> Duration {
        let graces = &self.context.policy.mismatch.graces;
        graces.get(&kind).copied().unwrap_or_default()
    }

    /// Whether the map of severities has a place for this one, be it without priority.
    pub fn knows_severity(&self, severity: &str) -> bool {
        self.context.policy.severities.contains_key(severity)
    }
}
