//! Warnings about the consequences of the most severe priority: those for the public page and its posts, and those that
//! the team configured.

use super::{ActionSubject, OperationContext, Target};
use crate::domain::case::{Case, Rank};
use crate::domain::ids::PriorityName;
use crate::domain::operation::{Operation, Warning};
use crate::domain::post::{PageOwnership, PostKind};
use crate::picture::{PageView, Picture};

/// The warnings before an operation raises an incident to the most severe priority, or lowers it.
pub(super) fn warnings(
    operation: &Operation,
    subject: &ActionSubject,
    ctx: &OperationContext<'_>,
) -> Vec<Warning> {
    let Some(top) = ctx.picture.and_then(|picture| picture.priorities.first()) else {
        return Vec::new();
    };
    if raises(operation, subject, top) {
        return raising_warnings(top, ctx);
    }
    let left = targets_left(operation, subject, top);
    let resolves = *operation == Operation::Resolve;
    let joined = left.iter().flat_map(|target| &target.case.posts);
    let mut all: Vec<Warning> = joined
        .map(|joined| joined.post.title.clone())
        .map(|title| match resolves {
            true => Warning::PostOutlivesIncident(title),
            false => Warning::PostStays(top.clone(), title),
        })
        .collect();
    if !left.is_empty() {
        all.extend(public_remains(&left, ctx));
    }
    all
}

/// Whether an operation gives at least one of the incidents the most severe priority `top`.
pub(super) fn raises(operation: &Operation, subject: &ActionSubject, top: &PriorityName) -> bool {
    match operation {
        Operation::Declare(new) => new.priority.as_ref() == Some(top),
        Operation::Priority(name) => {
            let is_new = |target: &Target<'_>| target.incident.priority.as_ref() != Some(top);
            name == top && subject.targets().any(|target| is_new(&target))
        }
        _ => false,
    }
}

fn raising_warnings(top: &PriorityName, ctx: &OperationContext<'_>) -> Vec<Warning> {
    let pages = ctx.picture.into_iter().flat_map(own_pages);
    let pages: Vec<String> = pages.map(|page| page.id.name.to_string()).collect();
    let public = (!pages.is_empty()).then(|| Warning::GoesPublic(top.clone(), pages));
    let effects = ctx.policy.outage.effects.iter();
    let effects = effects.cloned().map(Warning::ConfiguredEffect);
    public.into_iter().chain(effects).collect()
}

/// The targets that have the most severe priority `top` and lose it: the operation resolves them or changes their
/// priority.
pub(super) fn targets_left<'a>(
    operation: &Operation,
    subject: &'a ActionSubject,
    top: &PriorityName,
) -> Vec<Target<'a>> {
    let leaves = match operation {
        Operation::Resolve | Operation::RemovePriority => true,
        Operation::Priority(name) => name != top,
        _ => false,
    };
    let targets = subject.targets().filter(|target| {
        let has_it = target.incident.priority.as_ref() == Some(top);
        leaves && has_it && target.case.rank == Rank::Priority(0)
    });
    targets.collect()
}

// Warns of the team's open posts that no case is joined to, since they may be about the incidents in `left`. If there
// are no such posts, warns of impacted services. If one of the team's pages is not fresh, warns only that its present
// posts are unknown.
fn public_remains(left: &[Target<'_>], ctx: &OperationContext<'_>) -> Option<Warning> {
    let picture = ctx.picture?;
    let is_joined = |case: &Case, title: &str| {
        let mut posts = case.posts.iter();
        posts.any(|joined| joined.post.title == title)
    };
    let unknown = own_pages(picture).filter(|page| !page.state.is_fresh());
    let unknown: Vec<String> = unknown.map(|page| page.id.name.to_string()).collect();
    if !unknown.is_empty() {
        return Some(Warning::PageNotKnown(unknown));
    }
    let open = own_pages(picture).flat_map(|page| &page.posts);
    let open = open.filter(|post| post.open && post.kind == PostKind::Incident);
    let about_these = open.filter(|post| {
        let linked = post.linked.as_ref();
        linked.is_none_or(|id| left.iter().any(|target| target.incident.id == *id))
    });
    let titles = about_these.map(|post| post.title.clone());
    let unexplained: Vec<String> = titles
        .filter(|title| !picture.cases.iter().any(|case| is_joined(case, title)))
        .filter(|title| !left.iter().any(|target| is_joined(target.case, title)))
        .collect();
    if !unexplained.is_empty() {
        return Some(Warning::PostsMayStay(unexplained));
    }
    let joined = left.iter().any(|target| !target.case.posts.is_empty());
    let impacted: Vec<String> = own_pages(picture).flat_map(impacted_services).collect();
    (!joined && !impacted.is_empty()).then_some(Warning::ImpactMayStay(impacted))
}

// Leaves out other people's pages, since the team's public does not read them.
fn own_pages(picture: &Picture) -> impl Iterator<Item = &PageView> {
    let pages = picture.pages.iter();
    pages.filter(|page| page.ownership != PageOwnership::Foreign)
}

// The impacted services of a page, without the services that an open post names.
fn impacted_services(page: &PageView) -> impl Iterator<Item = String> {
    let is_explained = |service: &String| {
        let mut open = page.posts.iter().filter(|post| post.open);
        open.any(|post| post.services.contains(service))
    };
    let impacted = page.impacted.iter();
    let unexplained = impacted.filter(move |(service, _)| !is_explained(service));
    unexplained.map(|(service, impact)| format!("{service} ({impact})"))
}
