//! Finds the posts about one incident, which may already be resolved.

use chrono::TimeDelta;

use super::fit::{Fit, fit_places};
use crate::domain::case::Place;
use crate::domain::incident::Incident;
use crate::domain::policy::Policy;
use crate::domain::post::{FirstPost, Post, PostKind, StatusPage};
use crate::picture::places::places_in_title;

/// A post may begin up to this long after its incident's end. The last update of a closed post may be up to this long
/// before its incident's start.
const POST_MARGIN: TimeDelta = TimeDelta::hours(1);

/// The posts of a page that are surely about an incident at these places.
pub fn posts_about<'a>(
    page: &'a StatusPage,
    incident: &'a Incident,
    places: &'a [Place],
    policy: &'a Policy,
) -> impl Iterator<Item = &'a Post> {
    let posts = page.posts.iter().chain(&page.closed);
    posts.filter(move |post| {
        post.kind == PostKind::Incident
            && match &post.linked {
                Some(id) => *id == incident.id,
                None => {
                    let named = places_in_title(&post.title, policy);
                    is_of_its_time(post, incident) && fit_places(places, &named) == Some(Fit::Named)
                }
            }
    })
}

fn is_of_its_time(post: &Post, incident: &Incident) -> bool {
    let from = incident.created_at - POST_MARGIN;
    let to = incident.resolved_at.map(|at| at + POST_MARGIN);
    let began_before_its_end = post.since.zip(to).is_none_or(|(since, to)| since <= to);
    let is_recent = post.updated.or(post.since).is_some_and(|at| at >= from);
    began_before_its_end && (post.open || is_recent)
}

/// The first post about an incident on the status pages that inform the public about it. An item of `pages` is `None`
/// if that page could not be read.
pub fn first_post(
    pages: &[Option<StatusPage>],
    incident: &Incident,
    places: &[Place],
    policy: &Policy,
) -> FirstPost {
    let read = pages.iter().flatten();
    let posts: Vec<&Post> = read
        .clone()
        .flat_map(|page| posts_about(page, incident, places, policy))
        .collect();
    // If a post has no date, it may have been the first, so the first date is unknown.
    let dates: Option<Vec<_>> = posts.iter().map(|post| post.since).collect();
    if let Some(at) = dates.and_then(|dates| dates.into_iter().min()) {
        return FirstPost::At(at);
    }
    let mut unknown = read.filter_map(|page| page.closed_unknown_before);
    let is_before = unknown.any(|before| before > incident.created_at);
    let is_unread = pages.is_empty() || pages.iter().any(Option::is_none);
    match is_unread || is_before || !posts.is_empty() {
        true => FirstPost::NotKnown,
        false => FirstPost::None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::app::fixture::{incident, now, post};
    use crate::domain::ids::IncidentId;

    fn at(minutes: i64) -> DateTime<Utc> {
        now().wall + TimeDelta::minutes(minutes)
    }

    fn over() -> Incident {
        Incident {
            created_at: at(0),
            resolved_at: Some(at(60)),
            ..incident("Q1")
        }
    }

    // A closed post that is linked to an incident.
    fn linked(id: &str, to: &str, since: Option<i64>) -> Post {
        Post {
            open: false,
            linked: Some(IncidentId::from(to)),
            since: since.map(at),
            ..post(id, PostKind::Incident, "slow")
        }
    }

    fn page(closed: Vec<Post>, unknown_before: Option<i64>) -> Option<StatusPage> {
        Some(StatusPage {
            closed,
            closed_unknown_before: unknown_before.map(at),
            ..StatusPage::default()
        })
    }

    fn first(pages: &[Option<StatusPage>]) -> FirstPost {
        first_post(pages, &over(), &[], &Policy::default())
    }

    #[test]
    fn the_first_of_its_posts_counts_whatever_page_it_is_on() {
        let pages = [
            page(
                vec![linked("a", "Q1", Some(20)), linked("b", "Q2", Some(1))],
                None,
            ),
            page(vec![linked("c", "Q1", Some(10))], Some(100)),
        ];
        assert_eq!(first(&pages), FirstPost::At(at(10)));
    }

    #[test]
    fn without_a_post_it_is_none_only_where_all_pages_show_all_of_that_time() {
        let other = || page(vec![linked("b", "Q2", Some(1))], None);
        assert_eq!(first(&[other()]), FirstPost::None);
        assert_eq!(
            first(&[other(), page(Vec::new(), Some(-5))]),
            FirstPost::None
        );
        for pages in [
            vec![],
            vec![other(), None],
            vec![other(), page(Vec::new(), Some(5))],
            vec![page(vec![linked("a", "Q1", None)], None)],
            vec![page(
                vec![linked("a", "Q1", None), linked("b", "Q1", Some(9))],
                None,
            )],
        ] {
            assert_eq!(first(&pages), FirstPost::NotKnown, "{pages:?}");
        }
    }
}
