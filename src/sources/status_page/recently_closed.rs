//! Posts that a page closed or removed while it was watched. A page lists those that are open; that the public was told
//! of an outage, and that it is over, would be forgotten with the post.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::ids::PostId;
use crate::domain::now::Now;
use crate::domain::post::{Post, PostKind};

/// An outage that lasts longer after its post was closed is posted again.
const MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// Posts that are kept, the latest.
const MAX_KEPT: usize = 64;

/// What was open at the last look, and what was closed before.
#[derive(Default)]
pub(super) struct RecentlyClosed {
    open: HashMap<PostId, Post>,
    closed: Vec<(Now, Post)>,
}

impl RecentlyClosed {
    /// Takes the open posts of a look; returns the incident posts that were closed in the last day, the latest last.
    pub(super) fn update(&mut self, open: &[Post], now: Now) -> Vec<Post> {
        let incidents = open.iter().filter(|post| post.kind == PostKind::Incident);
        let open: HashMap<PostId, Post> = incidents
            .map(|post| (post.id.clone(), post.clone()))
            .collect();
        let before = std::mem::replace(&mut self.open, open);
        let open = &self.open;
        self.closed
            .retain(|(at, post)| now.since(*at) < MAX_AGE && !open.contains_key(&post.id));
        let mut gone: Vec<Post> = before
            .into_values()
            .filter(|post| !open.contains_key(&post.id))
            .collect();
        gone.sort_by(|a, b| a.id.cmp(&b.id));
        let closed = gone.into_iter().map(|post| Post {
            open: false,
            updated: Some(now.wall),
            ..post
        });
        self.closed.extend(closed.map(|post| (now, post)));
        let surplus = self.closed.len().saturating_sub(MAX_KEPT);
        self.closed.drain(..surplus);
        self.closed.iter().map(|(_, post)| post.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Now {
        Now {
            wall: chrono::DateTime::UNIX_EPOCH + Duration::from_secs(seconds),
            mono: Duration::from_secs(seconds),
        }
    }

    fn post(id: &str, kind: PostKind) -> Post {
        crate::app::fixture::post(id, kind, id)
    }

    fn ids(posts: &[Post]) -> Vec<&str> {
        posts.iter().map(|post| post.id.as_str()).collect()
    }

    #[test]
    fn what_was_open_and_is_not_was_closed_now() {
        let mut watched = RecentlyClosed::default();
        let (a, b) = (post("a", PostKind::Incident), post("b", PostKind::Incident));
        let planned = post("m", PostKind::Maintenance);
        assert_eq!(watched.update(&[a.clone(), b.clone(), planned], at(0)), []);
        let closed = watched.update(std::slice::from_ref(&b), at(60));
        assert_eq!(ids(&closed), ["a"], "a maintenance tells of no outage");
        assert!(!closed[0].open);
        assert_eq!(closed[0].updated, Some(at(60).wall));
        let later = watched.update(&[], at(120));
        assert_eq!(ids(&later), ["a", "b"]);
        assert_eq!(later[0].updated, Some(at(60).wall));
        assert_eq!(
            ids(&watched.update(&[a], at(180))),
            ["b"],
            "it was opened again"
        );
        assert_eq!(ids(&watched.update(&[], at(120 + 24 * 3600))), ["a"]);
    }

    #[test]
    fn of_many_the_latest_are_kept() {
        let mut watched = RecentlyClosed::default();
        for number in 0..100 {
            watched.update(
                &[post(&format!("{number}"), PostKind::Incident)],
                at(number),
            );
        }
        let closed = watched.update(&[], at(100));
        assert_eq!(closed.len(), MAX_KEPT);
        assert_eq!(closed.last().map(|post| post.id.as_str()), Some("99"));
    }
}
