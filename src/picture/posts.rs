//! Which post is about which P1, and which P1 the public was not told of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::context::Context;
use super::maintenance::named;
use crate::domain::case::{Case, CasePost, Place, PostJoin, Rank};
use crate::domain::ids::CaseId;
use crate::domain::post::{Post, PostKind};

/// What the public knows of an open P1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A post is, or may be, about it.
    Yes,
    /// No open post may be about it.
    No,
    /// Several P1s and fewer posts that fit none of them.
    CannotTell,
}

/// Joins open incident posts to the cases that they may be about, and says what the public knows of
/// each open P1. A post that names other places is not about a case; one that names none may be.
pub fn join(context: &Context<'_>, cases: &mut [Case]) -> BTreeMap<CaseId, Told> {
    let posts: Vec<(Arc<Post>, Vec<Place>)> = open_posts(context)
        .map(|post| (Arc::new(post.clone()), named(context, post)))
        .collect();
    let mut claimed = BTreeSet::new();
    for case in cases.iter_mut() {
        for (at, (post, places)) in posts.iter().enumerate() {
            if let Some(joined_by) = certain(case, post, places) {
                claimed.insert(at);
                case.posts.push(CasePost {
                    post: Arc::clone(post),
                    joined_by,
                });
            }
        }
    }
    let loose: Vec<&Arc<Post>> = posts
        .iter()
        .enumerate()
        .filter(|(at, (_, places))| !claimed.contains(at) && places.is_empty())
        .map(|(_, (post, _))| post)
        .collect();
    let is_open = |case: &Case| is_p1(case) && case.posts.is_empty();
    let untold = cases.iter().filter(|case| is_open(case)).count();
    for case in cases.iter_mut().filter(|case| untold == 1 && is_open(case)) {
        case.posts.extend(loose.iter().map(|post| CasePost {
            post: Arc::clone(post),
            joined_by: PostJoin::Probable,
        }));
    }
    cases
        .iter()
        .filter(|case| is_p1(case))
        .map(|case| (case.id.clone(), told(case, untold, loose.len())))
        .collect()
}

fn told(case: &Case, untold: usize, loose: usize) -> Told {
    match (case.posts.is_empty(), loose) {
        (false, _) => Told::Yes,
        (true, 0) => Told::No,
        (true, _) if untold > 1 => Told::CannotTell,
        (true, _) => Told::No,
    }
}

fn is_p1(case: &Case) -> bool {
    case.rank == Rank::Priority(0)
        && case
            .incident
            .as_ref()
            .is_some_and(|incident| incident.is_open())
}

fn certain(case: &Case, post: &Post, places: &[Place]) -> Option<PostJoin> {
    let incident = case.incident.as_ref()?;
    if post.linked.is_some() {
        return (post.linked.as_ref() == Some(&incident.id)).then_some(PostJoin::Linked);
    }
    let names_it = case
        .places
        .iter()
        .any(|place| place.cluster.is_some() && places.contains(place));
    (case.rank == Rank::Priority(0) && names_it).then_some(PostJoin::Title)
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
