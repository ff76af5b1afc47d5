//! Page missing: an alert that should page has fired for longer than the grace, nothing keeps it from
//! paging, and no incident for it is open or was closed while it fired.

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::{Case, CaseAlert, JoinedBy};
use crate::domain::labels::Labels;
use crate::domain::mismatch::MismatchKind;
use crate::domain::policy::Policy;
use crate::text::context::{ExpiringText, TextContext};

/// No incident for an alert that should page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMissing;

impl Rule for PageMissing {
    const KIND: MismatchKind = MismatchKind::PageMissing;

    /// Silent while PagerDuty or the alert's own source is not fresh, and while the details of an open
    /// incident have not been read: it may hold the alert.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        let mut incidents = input.incidents();
        if !input.pagerduty_is_fresh() || incidents.any(|(_, incident)| !incident.alerts_known) {
            return Vec::new();
        }
        input
            .cases
            .iter()
            .flat_map(|case| case.alerts.iter().map(move |alert| (case, alert)))
            .filter_map(|(case, alert)| missing_page(input, case, alert))
            .collect()
    }

    fn short(&self, _: &Mismatch) -> String {
        "nobody was paged".to_owned()
    }

    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
        mismatch.with_age("it should page, and no incident is open", ctx)
    }
}

fn missing_page(input: &RuleInput<'_>, case: &Case, alert: &CaseAlert) -> Option<Mismatch> {
    let context = input.context;
    let since = alert.alert.fires_since()?;
    let has_page = !matches!(alert.joined_by, JoinedBy::None | JoinedBy::Probable);
    let is_due = !has_page
        && case.closed_while_firing.is_none()
        && alert.suppressed.is_none()
        && should_page(&alert.alert.labels, context.policy)
        && context.is_fresh(&alert.alert.source)
        && input.is_overdue(PageMissing::KIND, since);
    is_due.then(|| Mismatch {
        since: Some(since),
        ..Mismatch::about_case(case, PageMissing)
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
