//! Posts on pages of which it is not said whose they are. They tell the public of a case only by the name of
//! its place, and are never stale: a vendor's incident says nothing about our hubs.

use std::sync::Arc;

use super::fit::{Fit, fit_places, may_be_p1};
use super::{OpenPost, attach_post, open_posts, positions};
use crate::domain::case::{Case, PostJoinedBy};
use crate::domain::post::PageOwnership;
use crate::picture::context::Context;
use crate::picture::maintenance::post_head;
use crate::picture::places::places_in_any_case;

/// Attaches the posts that name a case's place in their title or services. True where a post names none and
/// no page is ours: then it may be the one that tells.
pub fn attach_posts(context: &Context<'_>, cases: &mut [Case]) -> bool {
    let mut names_nothing = false;
    for post in open_posts(context, PageOwnership::PerhapsOurs) {
        let standing = OpenPost {
            places: places_in_any_case(&post_head(post), context.policy),
            post: Arc::new(post.clone()),
        };
        if standing.places.is_empty() {
            names_nothing = true;
            continue;
        }
        let is_named = |case: &Case| {
            may_be_p1(case) && fit_places(&case.places, &standing.places) == Some(Fit::Named)
        };
        for at in positions(cases, is_named) {
            attach_post(cases, at, &standing, Some(PostJoinedBy::Title));
        }
    }
    names_nothing && !has_own_page(context)
}

fn has_own_page(context: &Context<'_>) -> bool {
    let mut pages = context.answers.status_pages.iter();
    pages.any(|slot| context.policy.page_ownership(&slot.id.name) == PageOwnership::Ours)
}
