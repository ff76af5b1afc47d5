//! Public not told: a P1 has been open for longer than the grace, and no open post seems to be about it.

use super::{Mismatch, Rule, RuleInput};
use crate::domain::mismatch::MismatchKind;
use crate::picture::p1::{became_p1, is_only_probably_p1};
use crate::picture::posts::{PublicTold, WhyCannotTell, must_tell_public, shown_service};
use crate::text::context::{ExpiringText, TextContext};

/// A P1 that the public does not know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicNotTold {
    /// What the public knows of the P1; never [`PublicTold::Yes`].
    pub told: PublicTold,
    /// A service that a page shows as impacted without a post, and whose name contains a place of the P1. The pair is
    /// the service's name and the page's word for the service's state.
    pub shown: Option<(String, String)>,
}

impl Rule for PublicNotTold {
    const KIND: MismatchKind = MismatchKind::PublicNotTold;

    /// Finds nothing if nobody must be told, or while PagerDuty is not fresh.
    fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
        if !input.pagerduty_is_fresh() {
            return Vec::new();
        }
        input
            .incidents()
            .filter_map(|(case, incident)| {
                let told = input.posts.public_told.get(&case.id)?;
                if !must_tell_public(input.context, case)
                    || is_only_probably_p1(input.context, case)
                {
                    return None;
                }
                let p1 = became_p1(input.context, incident);
                let has_no_date = input.context.is_in_future(p1.at);
                let cannot_tell = |why| Some(PublicTold::CannotTell(why));
                let doubt = match told {
                    PublicTold::Yes => return None,
                    _ if !input.context.knows_rank(incident) => {
                        cannot_tell(WhyCannotTell::PriorityOrderNotKnown)
                    }
                    PublicTold::No if p1.estimate || has_no_date => cannot_tell(WhyCannotTell::P1SinceNotKnown),
                    PublicTold::CannotTell(why) => cannot_tell(*why),
                    PublicTold::No | PublicTold::Closed(_) => None,
                };
                // If the post was closed or removed, the grace does not apply, since the public now reads that the
                // outage is over.
                let (since, is_due) = match told {
                    PublicTold::Closed(post) => (post.updated, true),
                    _ => (
                        Some(p1.at),
                        has_no_date || input.is_overdue(Self::KIND, p1.at),
                    ),
                };
                is_due.then(|| Mismatch {
                    since,
                    cannot_tell: doubt.is_some(),
                    ..Mismatch::about_case(
                        case,
                        Self {
                            told: doubt.unwrap_or_else(|| told.clone()),
                            shown: shown_service(input.context, case),
                        },
                    )
                })
            })
            .collect()
    }

    fn sentence_of_many(&self, mismatch: &Mismatch, who: &str) -> Option<String> {
        Some(match mismatch.cannot_tell {
            true => format!("cannot tell if the public was told of {who}"),
            false => match &self.told {
                PublicTold::Closed(_) => return None,
                _ if self.shown.is_some() => return None,
                _ => format!("the public has not been told of {who}"),
            },
        })
    }

    fn short(&self, mismatch: &Mismatch) -> String {
        let text = match &self.told {
            PublicTold::CannotTell(
                WhyCannotTell::P1SinceNotKnown | WhyCannotTell::PriorityOrderNotKnown,
            ) => "no post is about it",
            _ if mismatch.cannot_tell => "cannot tell if the public was told",
            PublicTold::Closed(_) => "its post is closed",
            _ if self.shown.is_some() => "no post for the public",
            _ => "public not told",
        };
        text.to_owned()
    }

    fn sentence(&self, mismatch: &Mismatch, ctx: &TextContext) -> ExpiringText {
        let why = match &self.told {
            PublicTold::Closed(post) => {
                let text = format!("its post '{}' is closed, and it is a P1", post.title);
                let text = match mismatch.since {
                    Some(_) => text,
                    None => format!("{text}; unknown since when it is closed"),
                };
                return mismatch.with_age(&text, ctx);
            }
            PublicTold::CannotTell(why) => why,
            PublicTold::Yes | PublicTold::No => {
                let text = match &self.shown {
                    Some((service, word)) => {
                        format!("no post tells the public, the page only shows '{service}': {word}")
                    }
                    None => "the public has not been told".to_owned(),
                };
                return mismatch.with_age(&text, ctx);
            }
        };
        let why = match why {
            WhyCannotTell::SeveralP1s => "several P1s, and a post that names none",
            WhyCannotTell::LinkedElsewhere => {
                "a post names its place, and is linked to another incident"
            }
            WhyCannotTell::UnreadablePost => {
                "no open post is about it, and one that cannot be read may be"
            }
            WhyCannotTell::ClosedPostPossible => {
                "no open post is about it, and a closed one may have been"
            }
            WhyCannotTell::PageOwnerNotSaid => {
                "a post that names no place, and a page that may not be ours (ours = true or false)"
            }
            WhyCannotTell::ClosedPostsNotKnown => {
                "no open post is about it, and posts that were closed since are not all known"
            }
            WhyCannotTell::PriorityOrderNotKnown => {
                return ExpiringText::fixed(
                    "no post is about it; cannot tell if one should be: the rank of its priority is not known",
                );
            }
            WhyCannotTell::P1SinceNotKnown => {
                return ExpiringText::fixed(
                    "no post is about it; cannot tell if it is late: unknown since when it is a P1",
                );
            }
        };
        ExpiringText::fixed(format!("cannot tell if the public was told: {why}"))
    }
}
