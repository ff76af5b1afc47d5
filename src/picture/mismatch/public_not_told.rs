//! Public not told: a P1 has been open for longer than the grace, and no open post may be about it.

use super::{Mismatch, Rule, RuleInput};
use crate::domain::mismatch::MismatchKind;
use crate::picture::posts::PublicTold;
use crate::text::context::{ExpiringText, TextContext};

/// No open post may be about an open P1. It cannot be told where there are several P1s, and a post that fits
/// none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicNotTold;

impl Rule for PublicNotTold {
    const KIND: MismatchKind = MismatchKind::PublicNotTold;

    /// Silent without a status page, and while PagerDuty or any status page is not fresh.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        let pages = &input.context.answers.status_pages;
        let all_fresh = pages.iter().all(|slot| input.context.is_fresh(&slot.id));
        if pages.is_empty() || !all_fresh || !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        input
            .incidents()
            .filter_map(|(case, incident)| {
                let told = input.posts.public_told.get(&case.id)?;
                let since = incident.created_at;
                let is_due = *told != PublicTold::Yes && input.is_overdue(Self::KIND, since);
                is_due.then(|| Mismatch {
                    since: Some(since),
                    cannot_tell: *told == PublicTold::CannotTell,
                    ..Mismatch::about_case(case, Self)
                })
            })
            .collect()
    }

    fn sentence_of_many(&self, mismatch: &Mismatch, who: &str) -> Option<String> {
        Some(match mismatch.cannot_tell {
            true => format!("cannot tell if the public was told of {who}"),
            false => format!("the public has not been told of {who}"),
        })
    }

    fn short(&self, mismatch: &Mismatch) -> String {
        let text = match mismatch.cannot_tell {
            true => "cannot tell if the public was told",
            false => "public not told",
        };
        text.to_owned()
    }

    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
        if mismatch.cannot_tell {
            return ExpiringText::fixed(
                "cannot tell if the public was told: several P1s, and a post that names none",
            );
        }
        mismatch.with_age("the public has not been told", ctx)
    }
}
