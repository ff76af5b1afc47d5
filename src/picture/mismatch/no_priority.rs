//! No priority: an open incident has had no priority for longer than the grace, although a priority is expected. A
//! priority is expected if the severity map gives one to the severity of the incident's alerts. If no alert has a
//! severity, a priority is expected if the urgency is high.
//!
//! No priority is expected if the map deliberately gives the severity no priority. A severity that is not in the map is
//! a mismatch of its own.

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::Case;
use crate::domain::incident::{Incident, Urgency};
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::Policy;
use crate::picture::context::has_unread_priority;
use crate::text::context::{ExpiringText, TextContext};

/// An incident without priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPriority;

impl Rule for NoPriority {
    const KIND: MismatchKind = MismatchKind::NoPriority;

    /// Finds nothing while PagerDuty is not fresh, or if the account has no priorities. Skips an incident whose details
    /// have not been read, since they may contain its severity.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() || input.context.directory.priorities.is_empty() {
            return Vec::new();
        }
        input
            .incidents()
            .filter(|(_, incident)| incident.priority.is_none() && incident.alerts_known)
            .filter(|(_, incident)| !has_unread_priority(incident))
            .filter(|(case, incident)| needs_priority(case, incident, input.context.policy))
            .filter(|(_, incident)| input.is_overdue(Self::KIND, incident.created_at))
            .map(|(case, incident)| Mismatch {
                since: Some(incident.created_at),
                ..Mismatch::about_case(case, Self)
            })
            .collect()
    }

    fn sentence_of_many(&self, _: &Mismatch, who: &str) -> Option<String> {
        Some(format!("{who} have no priority and should have one"))
    }

    fn short(&self, _: &Mismatch) -> String {
        "no priority set".to_owned()
    }

    fn sentence(&self, _: &Mismatch, _: &TextContext) -> ExpiringText {
        ExpiringText::fixed("the incident has no priority and should have one")
    }
}

fn needs_priority(case: &Case, incident: &Incident, policy: &Policy) -> bool {
    let severities = severities(case, incident);
    let is_mapped = |severity: &&str| matches!(policy.severities.get(*severity), Some(Some(_)));
    if severities.is_empty() {
        return incident.urgency == Urgency::High;
    }
    severities.iter().any(is_mapped)
}

fn severities<'a>(case: &'a Case, incident: &'a Incident) -> Vec<&'a str> {
    let firing = case
        .alerts
        .iter()
        .filter(|alert| alert.joined_by.is_exact())
        .map(|alert| &alert.alert.labels);
    let from_details = incident.alerts.iter().flat_map(|alert| &alert.label_sets);
    firing
        .chain(from_details)
        .filter_map(|labels| labels.get("severity"))
        .collect()
}
