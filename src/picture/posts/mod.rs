//! Which post is about which case, which P1 the public was not told of, and which post is about none.

mod fit;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use fit::{Fit, by_place};

use self::fit::{fit, is_p1, may_be_p1};
use super::context::Context;
use super::maintenance::named;
use crate::domain::case::{Case, CasePost, Place, PostJoinedBy};
use crate::domain::ids::CaseId;
use crate::domain::post::{Post, PostKind};

/// What the public knows of an open P1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A post is, or may be, about it.
    Yes,
    /// No open post may be about it.
    No,
    /// A post may be about it, and as well about another P1.
    CannotTell,
}

/// An open incident post without a P1.
pub struct Left {
    pub post: Arc<Post>,
    /// The places that it names.
    pub places: Vec<Place>,
    /// A P1 to which it is not linked may nevertheless be what it is about.
    pub cannot_tell: bool,
}

/// What the public was told, against what is.
pub struct Public {
    /// Of each open P1.
    pub told: BTreeMap<CaseId, Told>,
    /// Posts that no P1 explains.
    pub left: Vec<Left>,
    /// Whether anything is or may be a P1.
    pub any_p1: bool,
}

struct Standing {
    post: Arc<Post>,
    places: Vec<Place>,
}

/// Joins open incident posts to the cases that they may be about. A post that is linked or names places
/// is about those; one that may be about a single P1 probably is; between several it cannot be told.
pub fn join(context: &Context<'_>, cases: &mut [Case]) -> Public {
    let posts: Vec<Standing> = open_posts(context)
        .map(|post| Standing {
            places: named(context, post),
            post: Arc::new(post.clone()),
        })
        .collect();
    let mut left = Vec::new();
    let mut loose = Vec::new();
    for standing in posts {
        let sure = sure(cases, &standing);
        let explained = sure.iter().any(|at| cases.get(*at).is_some_and(may_be_p1));
        let is_claimed = !sure.is_empty() || standing.post.linked.is_some();
        for at in sure {
            push(cases, at, &standing, None);
        }
        match (explained, is_claimed) {
            (true, _) => {}
            (false, true) => left.push(unlinked_now(cases, standing)),
            (false, false) => loose.push(standing),
        }
    }
    let doubtful = share_out(cases, loose, &mut left);
    Public {
        told: cases
            .iter()
            .filter(|case| is_p1(case))
            .map(|case| (case.id.clone(), told(case, &doubtful)))
            .collect(),
        left,
        any_p1: cases.iter().any(may_be_p1),
    }
}

// The cases that a post is about beyond doubt. Only what may be a P1 is told to the public by name.
fn sure(cases: &[Case], standing: &Standing) -> Vec<usize> {
    let is_sure = |case: &Case| match fit(case, &standing.post, &standing.places) {
        Some(Fit::Linked) => true,
        Some(Fit::Named) => may_be_p1(case),
        Some(Fit::Maybe) | None => false,
    };
    positions(cases, is_sure)
}

fn positions(cases: &[Case], wanted: impl Fn(&Case) -> bool) -> Vec<usize> {
    cases
        .iter()
        .enumerate()
        .filter(|(_, case)| wanted(case))
        .map(|(at, _)| at)
        .collect()
}

fn push(cases: &mut [Case], at: usize, standing: &Standing, by: Option<PostJoinedBy>) {
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

// Its incident is over or no P1 any more; another P1 in the place that it names may need it all the same.
fn unlinked_now(cases: &[Case], standing: Standing) -> Left {
    let is_there = |case: &Case| {
        may_be_p1(case) && by_place(&case.places, &standing.places) == Some(Fit::Named)
    };
    Left {
        cannot_tell: cases.iter().any(is_there),
        post: standing.post,
        places: standing.places,
    }
}

// Posts that are about nothing for sure: of the P1s that each may be about, those come first that have
// no post yet. One is probably meant; several cannot be told apart, and are what is returned.
fn share_out(cases: &mut [Case], loose: Vec<Standing>, left: &mut Vec<Left>) -> BTreeSet<CaseId> {
    let has_post: Vec<bool> = cases.iter().map(|case| !case.posts.is_empty()).collect();
    let mut doubtful = BTreeSet::new();
    for standing in loose {
        let claimants = claimants(cases, &has_post, &standing);
        match claimants.as_slice() {
            [one] => push(cases, *one, &standing, Some(PostJoinedBy::Probable)),
            several => {
                let ids = several.iter().filter_map(|at| cases.get(*at));
                let untold = |at: &usize| has_post.get(*at) == Some(&false);
                if several.iter().any(untold) {
                    doubtful.extend(ids.map(|case| case.id.clone()));
                } else {
                    left.push(Left {
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

fn claimants(cases: &[Case], has_post: &[bool], standing: &Standing) -> Vec<usize> {
    let may = |case: &Case| fit(case, &standing.post, &standing.places).is_some();
    let p1s = positions(cases, |case| is_p1(case) && may(case));
    let (told, untold): (Vec<usize>, Vec<usize>) = p1s
        .into_iter()
        .partition(|at| has_post.get(*at) == Some(&true));
    let others = || positions(cases, |case| may_be_p1(case) && may(case));
    [untold, told]
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_else(others)
}

fn told(case: &Case, doubtful: &BTreeSet<CaseId>) -> Told {
    match (case.posts.is_empty(), doubtful.contains(&case.id)) {
        (false, _) => Told::Yes,
        (true, true) => Told::CannotTell,
        (true, false) => Told::No,
    }
}

fn open_posts<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Post> {
    context
        .answers
        .status_pages
        .iter()
        .filter_map(|slot| slot.body())
        .flat_map(|page| &page.posts)
        .filter(|post| post.open && post.kind == PostKind::Incident)
}
