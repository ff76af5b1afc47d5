//! Public not told: a P1 has been open for longer than the grace, and no open post may be about it.

use super::{Mismatch, Rule, RuleInput};
use crate::domain::case::Case;
use crate::domain::mismatch::MismatchKind;
use crate::domain::post::PageOwnership;
use crate::picture::clocks::became_p1;
use crate::picture::context::Context;
use crate::picture::posts::{PublicTold, WhyCannotTell};
use crate::picture::verdict::is_staging_alone;
use crate::text::context::{ExpiringText, TextContext};

/// No open post may be about an open P1, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicNotTold(pub Option<WhyCannotTell>);

impl Rule for PublicNotTold {
    const KIND: MismatchKind = MismatchKind::PublicNotTold;

    /// Silent where nobody need be told, and while PagerDuty is not fresh.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        input
            .incidents()
            .filter_map(|(case, incident)| {
                let told = input.posts.public_told.get(&case.id)?;
                if !must_tell_public(input.context, case) {
                    return None;
                }
                let since = became_p1(input.context, incident);
                let why = match told {
                    PublicTold::Yes => return None,
                    _ if !input.context.knows_rank(incident) => {
                        Some(WhyCannotTell::PriorityOrderNotKnown)
                    }
                    PublicTold::No => since.estimate.then_some(WhyCannotTell::P1SinceNotKnown),
                    PublicTold::CannotTell(why) => Some(*why),
                };
                let is_due = input.is_overdue(Self::KIND, since.at);
                is_due.then(|| Mismatch {
                    since: Some(since.at),
                    cannot_tell: why.is_some(),
                    ..Mismatch::about_case(case, Self(why))
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
        let why = match self.0 {
            None => return mismatch.with_age("the public has not been told", ctx),
            Some(WhyCannotTell::SeveralP1s) => "several P1s, and a post that names none",
            Some(WhyCannotTell::PageOwnerNotSaid) => {
                "a post that names no place, and a page that may not be ours (ours = true or false)"
            }
            Some(WhyCannotTell::PriorityOrderNotKnown) => {
                return ExpiringText::fixed(
                    "no post is about it; cannot tell if one should be: the place of its priority in the order is not known",
                );
            }
            Some(WhyCannotTell::P1SinceNotKnown) => {
                return ExpiringText::fixed(
                    "no post is about it; cannot tell if it is late: since when it is a P1 is not known",
                );
            }
        };
        ExpiringText::fixed(format!("cannot tell if the public was told: {why}"))
    }
}

/// Whether the public must be told of a P1: not where no page that can be read would tell, in maintenance, nor on
/// staging hubs alone.
pub(in crate::picture) fn must_tell_public(context: &Context<'_>, case: &Case) -> bool {
    case.muted_by.is_none() && can_tell_public(context) && !is_staging_alone(context, case)
}

// Whether the pages that are ours are read, or, where none is, those that are perhaps ours.
fn can_tell_public(context: &Context<'_>) -> bool {
    let policy = context.policy;
    let owned = |ownership| {
        let pages = context.answers.status_pages.iter();
        pages.filter(move |slot| policy.page_ownership(&slot.id.name) == ownership)
    };
    let mut pages = owned(PageOwnership::Ours).peekable();
    if pages.peek().is_some() {
        return pages.all(|slot| context.is_fresh(&slot.id));
    }
    let mut perhaps = owned(PageOwnership::PerhapsOurs).peekable();
    perhaps.peek().is_some() && perhaps.all(|slot| context.is_fresh(&slot.id))
}
