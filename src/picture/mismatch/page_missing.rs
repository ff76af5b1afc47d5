//! Page missing: an alert that should page has fired for longer than the grace, nothing keeps it from
//! paging, and no incident for it is open or was closed while it fired.

use super::RuleInput;
use crate::domain::case::{Case, CaseAlert, JoinedBy};
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::domain::policy::Policy;
use crate::domain::source::{SourceId, SourceKind};

/// Silent while PagerDuty or the alert's own source is not fresh, and while the details of an open
/// incident have not been read: it may hold the alert.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
    let unread = |incident: &Incident| !incident.alerts_known;
    let has_unread_details = seen
        .cases
        .iter()
        .filter_map(|case| case.incident.as_deref())
        .any(unread);
    if !seen.context.is_fresh(&pagerduty) || has_unread_details {
        return Vec::new();
    }
    seen.cases
        .iter()
        .flat_map(|case| case.alerts.iter().map(move |alert| (case, alert)))
        .filter_map(|(case, alert)| missing_page(seen, case, alert))
        .collect()
}

fn missing_page(seen: &RuleInput<'_>, case: &Case, alert: &CaseAlert) -> Option<Mismatch> {
    let context = seen.context;
    let grace = context.policy.mismatch.page_missing_after;
    let since = alert.alert.fires_since()?;
    let has_page = !matches!(alert.joined_by, JoinedBy::None | JoinedBy::Probable);
    let is_due = !has_page
        && case.closed_while_firing.is_none()
        && alert.suppressed.is_none()
        && should_page(&alert.alert.labels, context.policy)
        && context.is_fresh(&alert.alert.source)
        && context.has_lasted(since, grace);
    is_due.then(|| Mismatch {
        kind: MismatchKind::PageMissing,
        case: Some(case.id.clone()),
        subject: None,
        since: Some(since),
        detail: MismatchDetail::PageMissing,
        muted: case.muted_by.is_some(),
    })
}

fn should_page(labels: &Labels, policy: &Policy) -> bool {
    let rules = &policy.mismatch.pages;
    if rules.is_empty() {
        return labels
            .get("severity")
            .is_some_and(|severity| policy.severities.contains_key(severity));
    }
    rules
        .iter()
        .any(|matchers| matchers.iter().all(|matcher| matcher.matches(labels)))
}
