//! Nobody awake: an open incident has no owner or only placeholders, or a policy in use has no one on
//! call at any level, so that PagerDuty would not even open an incident.

use super::RuleInput;
use crate::domain::directory::EscalationPolicy;
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::domain::owner::OwnerKind;
use crate::domain::source::{SourceId, SourceKind};

/// Silent while PagerDuty is not fresh: who holds what may have changed.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
    if !seen.context.is_fresh(&pagerduty) {
        return Vec::new();
    }
    let incidents = seen
        .cases
        .iter()
        .filter(|case| case.incident.is_some() && case.unowned && !case.snoozed)
        .map(|case| Mismatch {
            kind: MismatchKind::NobodyAwake,
            case: Some(case.id.clone()),
            subject: None,
            since: case.owners.iter().filter_map(|owner| owner.since).min(),
            detail: MismatchDetail::NoOwner {
                placeholder: case
                    .owners
                    .iter()
                    .any(|owner| owner.kind == OwnerKind::Placeholder),
            },
            muted: case.muted_by.is_some(),
        });
    let policies = seen
        .context
        .directory
        .policies
        .iter()
        .filter(|policy| !policy.services.is_empty() && has_nobody_on_call(seen, policy))
        .map(|policy| Mismatch {
            kind: MismatchKind::NobodyAwake,
            case: None,
            subject: Some(policy.reference.name.to_string()),
            since: None,
            detail: MismatchDetail::EmptyPolicy {
                policy: policy.reference.name.to_string(),
            },
            muted: false,
        });
    incidents.chain(policies).collect()
}

fn has_nobody_on_call(seen: &RuleInput<'_>, policy: &EscalationPolicy) -> bool {
    !seen
        .context
        .directory
        .on_calls
        .iter()
        .any(|shift| shift.policy == policy.reference.id && shift.covers(seen.context.now.wall))
}
