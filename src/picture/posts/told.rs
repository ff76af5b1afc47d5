//! What the public knows of a P1.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fit::{Fit, fit_places, fit_post, may_be_p1};
use super::{has_own_page, places_in_post, telling_pages, telling_slots};
use crate::domain::case::{Case, Place};
use crate::domain::ids::CaseId;
use crate::domain::post::Post;
use crate::domain::source::{AnySlot, ItemKind};
use crate::picture::context::Context;
use crate::picture::maintenance::post_head;
use crate::picture::p1::became_p1;
use crate::picture::places::places_in_any_case;

/// What the public knows of an open P1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicTold {
    /// A post is about the P1, or may be about it.
    Yes,
    /// No open post seems to be about the P1.
    No,
    /// No open post seems to be about the P1, and the post about it was closed or removed. The post's `updated` is the
    /// time when it was closed or removed; `None` if the time is unknown.
    Closed(Arc<Post>),
    /// It is not known whether the public knows of the P1.
    CannotTell(WhyCannotTell),
}

/// Why it is not known whether the public knows of a P1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyCannotTell {
    /// A post is about this P1 or about another P1. It is not known about which of them.
    SeveralP1s,
    /// A post names the P1's place, but is linked to another incident.
    LinkedElsewhere,
    /// A post of the only page names no place, and the configuration does not say whether the page is ours.
    PageOwnerNotSaid,
    /// No open post is about the P1, but a post that cannot be read may be.
    UnreadablePost,
    /// No open post is about the P1, but a closed post may have been.
    ClosedPostPossible,
    /// No open post is about the P1. The posts that were closed since it became a P1 are not all known.
    ClosedPostsNotKnown,
    /// No post is about the P1, and it is not known since when it has been a P1.
    P1SinceNotKnown,
    /// The case may not be a P1 at all: the rank of its priority in the account's order is not known.
    PriorityOrderNotKnown,
}

/// Doubts that remain after the open posts are joined.
pub(super) struct Doubts {
    /// The P1s of posts that may be about several P1s.
    pub between_several: BTreeSet<CaseId>,
    /// P1s whose place is named by a post that is linked to another incident.
    pub linked_elsewhere: BTreeSet<CaseId>,
    /// Whether a post of the only page names no place, while the page is perhaps ours.
    pub names_nothing: bool,
}

/// What the public knows of a P1. The open posts are already attached to `cases`.
pub(super) fn public_told(
    context: &Context<'_>,
    cases: &[Case],
    case: &Case,
    doubts: &Doubts,
) -> PublicTold {
    if !case.posts.is_empty() {
        return PublicTold::Yes;
    }
    let by_open_posts = [
        (
            doubts.between_several.contains(&case.id),
            WhyCannotTell::SeveralP1s,
        ),
        (
            doubts.linked_elsewhere.contains(&case.id),
            WhyCannotTell::LinkedElsewhere,
        ),
        (doubts.names_nothing, WhyCannotTell::PageOwnerNotSaid),
    ];
    if let Some(why) = first_that_holds(by_open_posts) {
        return PublicTold::CannotTell(why);
    }
    let closed = ClosedPosts::find(context, cases, case);
    if let Some(post) = closed.sure {
        return PublicTold::Closed(Arc::new(post));
    }
    let by_what_is_unknown = [
        (has_unreadable_post(context), WhyCannotTell::UnreadablePost),
        (closed.is_possible, WhyCannotTell::ClosedPostPossible),
        (
            lacks_closed_posts(context, case),
            WhyCannotTell::ClosedPostsNotKnown,
        ),
    ];
    first_that_holds(by_what_is_unknown).map_or(PublicTold::No, PublicTold::CannotTell)
}

fn first_that_holds(
    reasons: impl IntoIterator<Item = (bool, WhyCannotTell)>,
) -> Option<WhyCannotTell> {
    let mut reasons = reasons.into_iter();
    reasons.find(|(holds, _)| *holds).map(|(_, why)| why)
}

/// Posts that were closed since a case became a P1. Earlier posts were about an earlier outage.
struct ClosedPosts {
    /// The latest closed post that was surely about the case.
    sure: Option<Post>,
    /// Whether a closed post was perhaps about the case.
    is_possible: bool,
}

impl ClosedPosts {
    fn find(context: &Context<'_>, cases: &[Case], case: &Case) -> Self {
        let known = |at: &DateTime<Utc>| !context.is_in_future(*at);
        let incident = case.incident.as_deref();
        let p1_since = incident.map(|incident| became_p1(context, incident).at);
        let p1_since = p1_since.filter(known);
        let mut sure: Vec<Post> = Vec::new();
        let mut is_possible = false;
        for post in telling_pages(context).flat_map(|page| &page.closed) {
            let closed_at = post.updated.filter(known);
            let is_since = closed_at
                .zip(p1_since)
                .map(|(closed, since)| closed >= since);
            match (closed_fit(context, cases, case, post, is_since), is_since) {
                (None, _) | (_, Some(false)) => {}
                (Some(Fit::Linked), _) | (Some(Fit::Named), Some(true)) => sure.push(Post {
                    updated: closed_at,
                    ..post.clone()
                }),
                (Some(Fit::Named | Fit::Possible), _) => is_possible = true,
            }
        }
        Self {
            sure: sure.into_iter().max_by_key(|post| post.updated),
            is_possible,
        }
    }
}

// The fit between a closed post and a case while the post was open; `None` if the post was not about the case. A post
// with a link to another incident fits possibly if it names the case's place. But such a post counts only if it was
// surely closed after the case became a P1, since a page keeps closed posts for years.
fn closed_fit(
    context: &Context<'_>,
    cases: &[Case],
    case: &Case,
    post: &Post,
    is_since: Option<bool>,
) -> Option<Fit> {
    let is_ours = has_own_page(context);
    let places = match is_ours {
        true => places_in_post(context, post),
        false => places_in_any_case(&post_head(post), context.policy),
    };
    let fit = match fit_post(case, post, &places) {
        None if post.linked.is_some() && is_since == Some(true) => {
            let named = fit_places(&case.places, &places) == Some(Fit::Named);
            return named.then_some(Fit::Possible);
        }
        fit => fit?,
    };
    let is_left_out = fit == Fit::Possible
        && match is_ours {
            true => names_another_p1(cases, &places),
            false => !places.is_empty(),
        };
    (!is_left_out).then_some(fit)
}

fn names_another_p1(cases: &[Case], places: &[Place]) -> bool {
    let is_named =
        |case: &Case| may_be_p1(case) && fit_places(&case.places, places) == Some(Fit::Named);
    cases.iter().any(is_named)
}

fn has_unreadable_post(context: &Context<'_>) -> bool {
    telling_slots(context).any(|slot| {
        let mut items = slot.unreadable(context.now).into_iter();
        items.any(|item| item.kind == ItemKind::Post)
    })
}

fn lacks_closed_posts(context: &Context<'_>, case: &Case) -> bool {
    let Some(incident) = case.incident.as_deref() else {
        return false;
    };
    let since = became_p1(context, incident).at;
    telling_pages(context).any(|page| {
        let unknown_before = page.closed_unknown_before;
        unknown_before.is_some_and(|before| before > since)
    })
}
