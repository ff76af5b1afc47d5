//! Joins posts and cases. Shows which post is about which case, which P1 has no post, and which post has no P1.

mod fit;
mod past;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use fit::{Fit, fit_places, is_p1};
pub use past::{first_post, posts_about};
pub use told::{PublicTold, WhyCannotTell};

use self::fit::{fit_post, may_be_p1};
use self::told::{Doubts, public_told};
use super::context::Context;
use super::maintenance::post_head;
use super::p1::is_staging_alone;
use super::places::places_in_any_case;
use crate::domain::case::{Case, CasePost, Place, PostJoinedBy};
use crate::domain::ids::CaseId;
use crate::domain::post::{PageOwnership, Post, PostKind, StatusPage};
use crate::domain::source::Slot;

/// An open incident post without a P1.
pub struct UnexplainedPost {
    pub post: Arc<Post>,
    /// The places that the post names.
    pub places: Vec<Place>,
    /// Whether the post may be about a P1 that the post is not linked to.
    pub cannot_tell: bool,
}

/// The open P1s with what the public knows of them, and the posts without a P1.
pub struct PostJoins {
    /// For each open P1, what the public knows of it.
    pub public_told: BTreeMap<CaseId, PublicTold>,
    /// Open incident posts without a P1.
    pub unexplained: Vec<UnexplainedPost>,
    /// Whether any case is a P1 or may be one.
    pub any_possible_p1: bool,
}

struct OpenPost {
    post: Arc<Post>,
    places: Vec<Place>,
}

/// Joins open incident posts to cases. A post is about the cases that it is linked to or whose places it names.
/// Otherwise, a post that fits a single P1 is probably about that P1. If it fits several P1s, it is not known which of
/// them it is about.
pub fn join(context: &Context<'_>, cases: &mut [Case]) -> PostJoins {
    let posts = open_posts(context, PageOwnership::Ours).map(|post| OpenPost {
        places: places_in_post(context, post),
        post: Arc::new(post.clone()),
    });
    let posts: Vec<OpenPost> = posts.collect();
    let linked_elsewhere = named_and_linked_elsewhere(cases, &posts);
    let mut left = Vec::new();
    let mut loose = Vec::new();
    for standing in posts {
        let sure = certain_cases(cases, &standing);
        let explained = sure.iter().any(|at| cases.get(*at).is_some_and(may_be_p1));
        let is_claimed = !sure.is_empty() || standing.post.linked.is_some();
        for at in sure {
            attach_post(cases, at, &standing, None);
        }
        match (explained, is_claimed) {
            (true, _) => {}
            (false, true) => left.push(unexplained_post(cases, standing)),
            (false, false) => loose.push(standing),
        }
    }
    let doubts = Doubts {
        between_several: assign_by_elimination(cases, loose, &mut left),
        linked_elsewhere,
        names_nothing: attach_perhaps_ours(context, cases),
    };
    let p1s = cases.iter().filter(|case| is_p1(case));
    PostJoins {
        public_told: p1s
            .map(|case| (case.id.clone(), public_told(context, cases, case, &doubts)))
            .collect(),
        unexplained: left,
        any_possible_p1: cases.iter().any(may_be_p1),
    }
}

// The cases that a post is surely about. A place in the post counts only for a case that is or may be a P1.
fn certain_cases(cases: &[Case], standing: &OpenPost) -> Vec<usize> {
    let is_sure = |case: &Case| match fit_post(case, &standing.post, &standing.places) {
        Some(Fit::Linked) => true,
        Some(Fit::Named) => may_be_p1(case),
        Some(Fit::Possible) | None => false,
    };
    positions(cases, is_sure)
}

// The P1s whose place is named by a post that is linked to another incident. The post may be about these P1s too.
fn named_and_linked_elsewhere(cases: &[Case], posts: &[OpenPost]) -> BTreeSet<CaseId> {
    let linked = || posts.iter().filter(|open| open.post.linked.is_some());
    let is_named_elsewhere = |case: &&Case| {
        linked().any(|open| {
            fit_post(case, &open.post, &open.places).is_none()
                && fit_places(&case.places, &open.places) == Some(Fit::Named)
        })
    };
    let p1s = cases.iter().filter(|case| is_p1(case));
    p1s.filter(is_named_elsewhere)
        .map(|case| case.id.clone())
        .collect()
}

fn positions(cases: &[Case], wanted: impl Fn(&Case) -> bool) -> Vec<usize> {
    cases
        .iter()
        .enumerate()
        .filter(|(_, case)| wanted(case))
        .map(|(at, _)| at)
        .collect()
}

fn attach_post(cases: &mut [Case], at: usize, standing: &OpenPost, by: Option<PostJoinedBy>) {
    let Some(case) = cases.get_mut(at) else {
        return;
    };
    let by = by.unwrap_or(match standing.post.linked {
        Some(_) => PostJoinedBy::Linked,
        None => PostJoinedBy::Title,
    });
    case.posts.push(CasePost {
        post: Arc::clone(&standing.post),
        joined_by: by,
    });
}

// An open post without a P1, since its incident is resolved or no longer a P1. The post may still be about another P1
// in the same place.
fn unexplained_post(cases: &[Case], standing: OpenPost) -> UnexplainedPost {
    let is_there = |case: &Case| {
        may_be_p1(case) && fit_places(&case.places, &standing.places) == Some(Fit::Named)
    };
    UnexplainedPost {
        cannot_tell: cases.iter().any(is_there),
        post: standing.post,
        places: standing.places,
    }
}

// Assigns the posts that are not surely about any case. The candidates for a post are the fitting P1s without a post,
// else the fitting P1s with a post, else the other fitting cases that may be a P1. A post with only one candidate is
// attached to it. If several candidates are P1s without a post, returns these P1s, since it is not known which one the
// post is about.
fn assign_by_elimination(
    cases: &mut [Case],
    loose: Vec<OpenPost>,
    left: &mut Vec<UnexplainedPost>,
) -> BTreeSet<CaseId> {
    let has_post: Vec<bool> = cases.iter().map(|case| !case.posts.is_empty()).collect();
    let mut doubtful = BTreeSet::new();
    for standing in loose {
        let claimants = candidate_cases(cases, &has_post, &standing);
        match claimants.as_slice() {
            [one] => attach_post(cases, *one, &standing, Some(PostJoinedBy::Probable)),
            several => {
                let ids = several.iter().filter_map(|at| cases.get(*at));
                let without_post = |at: &usize| has_post.get(*at) == Some(&false);
                if several.iter().any(without_post) {
                    doubtful.extend(ids.map(|case| case.id.clone()));
                } else {
                    left.push(UnexplainedPost {
                        cannot_tell: !several.is_empty(),
                        post: standing.post,
                        places: standing.places,
                    });
                }
            }
        }
    }
    doubtful
}

fn candidate_cases(cases: &[Case], has_post: &[bool], standing: &OpenPost) -> Vec<usize> {
    let may = |case: &Case| fit_post(case, &standing.post, &standing.places).is_some();
    let p1s = positions(cases, |case| is_p1(case) && may(case));
    let (public_told, untold): (Vec<usize>, Vec<usize>) = p1s
        .into_iter()
        .partition(|at| has_post.get(*at) == Some(&true));
    let others = || positions(cases, |case| may_be_p1(case) && may(case));
    [untold, public_told]
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_else(others)
}

/// An impacted service on our pages whose name contains a place of the case. The second value is the page's word for
/// the service's state.
pub fn shown_service(context: &Context<'_>, case: &Case) -> Option<(String, String)> {
    let mut shown = telling_pages(context).flat_map(|page| &page.impacted);
    let is_named = |(service, _): &&(String, String)| {
        let places = places_in_any_case(service, context.policy);
        fit_places(&case.places, &places) == Some(Fit::Named)
    };
    shown.find(is_named).cloned()
}

/// Whether at least one configured page informs the public about our hubs, or may do so.
pub fn has_telling_page(context: &Context<'_>) -> bool {
    telling_slots(context).next().is_some()
}

/// Whether at least one page informs the public about our hubs, and all pages that do so are fresh.
pub fn can_tell_public(context: &Context<'_>) -> bool {
    has_telling_page(context) && telling_slots(context).all(|slot| context.is_fresh(&slot.id))
}

/// Whether the public must be told of a P1. `false` in maintenance, if only staging hubs are affected, if there is no
/// page, or if a page cannot be read.
pub fn must_tell_public(context: &Context<'_>, case: &Case) -> bool {
    case.muted_by.is_none() && can_tell_public(context) && !is_staging_alone(context, case)
}

fn telling_pages<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a StatusPage> {
    telling_slots(context).filter_map(|slot| slot.body())
}

// Our own pages. If there are none, the pages that are perhaps ours.
fn telling_slots<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Slot<StatusPage>> {
    let policy = context.policy;
    let wanted = match has_own_page(context) {
        true => PageOwnership::Ours,
        false => PageOwnership::PerhapsOurs,
    };
    let pages = context.answers.status_pages.iter();
    pages.filter(move |slot| policy.page_ownership(&slot.id.name) == wanted)
}

// Attaches the open posts of pages that are perhaps ours to cases that are or may be P1s. A post is attached to a case
// if its title or services name a place of the case. All other posts of these pages inform the public of no case. No
// post of these pages is reported as a post without a P1: the page may be a vendor's, and a vendor's outage needs no P1
// of ours. Returns true if the page is the only one and a post names no place, since such a post may be about any case.
fn attach_perhaps_ours(context: &Context<'_>, cases: &mut [Case]) -> bool {
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
    names_nothing && is_only_page_unclear(context)
}

// Whether the only page that may inform the public is perhaps ours. Pages that are surely not ours do not count.
fn is_only_page_unclear(context: &Context<'_>) -> bool {
    !has_own_page(context) && telling_slots(context).count() == 1
}

fn has_own_page(context: &Context<'_>) -> bool {
    let mut pages = context.answers.status_pages.iter();
    pages.any(|slot| context.policy.page_ownership(&slot.id.name) == PageOwnership::Ours)
}

fn open_posts<'a>(
    context: &Context<'a>,
    ownership: PageOwnership,
) -> impl Iterator<Item = &'a Post> {
    let policy = context.policy;
    let pages = context.answers.status_pages.iter();
    pages
        .filter(move |slot| policy.page_ownership(&slot.id.name) == ownership)
        .filter_map(|slot| slot.body())
        .flat_map(|page| &page.posts)
        .filter(|post| post.open && post.kind == PostKind::Incident)
}

/// The places in the title or services of a post on our page. Without such places, returns the places in the message,
/// although the message may mention other places in passing.
fn places_in_post(context: &Context<'_>, post: &Post) -> Vec<Place> {
    let named = places_in_any_case(&post_head(post), context.policy);
    if named.is_empty() {
        places_in_any_case(&post.message, context.policy)
    } else {
        named
    }
}
