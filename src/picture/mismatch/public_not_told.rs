//! Public not told: a P1 has been open for longer than the grace, and no open post may be about it.

use super::RuleInput;
use crate::domain::mismatch::{Mismatch, MismatchDetail, MismatchKind};
use crate::domain::source::{SourceId, SourceKind};
use crate::picture::posts::PublicTold;

/// Silent without a status page, and while PagerDuty or any status page is not fresh.
pub fn find(seen: &RuleInput<'_>) -> Vec<Mismatch> {
    let context = seen.context;
    let pages = &context.answers.status_pages;
    let all_fresh = pages.iter().all(|slot| context.is_fresh(&slot.id));
    let pagerduty = SourceId::new(SourceKind::Pagerduty, "");
    if pages.is_empty() || !all_fresh || !context.is_fresh(&pagerduty) {
        return Vec::new();
    }
    let grace = context.policy.mismatch.public_not_told_after;
    seen.cases
        .iter()
        .filter_map(|case| {
            let told = seen.posts.public_told.get(&case.id)?;
            let since = case.incident.as_ref()?.created_at;
            if *told == PublicTold::Yes || !context.has_lasted(since, grace) {
                return None;
            }
            Some(Mismatch {
                kind: MismatchKind::PublicNotTold,
                case: Some(case.id.clone()),
                subject: None,
                since: Some(since),
                detail: MismatchDetail::PublicNotTold {
                    cannot_tell: *told == PublicTold::CannotTell,
                },
                muted: case.muted_by.is_some(),
            })
        })
        .collect()
}
