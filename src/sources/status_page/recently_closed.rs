//! Posts that a page closed: before it was watched, by its listing, and since. A page lists open posts first, so a
//! closed post may vanish, and with it the fact that the public was told of an outage and of its end.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::ids::PostId;
use crate::domain::now::Now;
use crate::domain::post::{Post, PostKind};
use crate::domain::source::{Part, PartName};
use crate::sources::part_reader::{PartOutcome, record};

/// Posts that are kept, the latest, however long an outage lasts after its post was closed.
const MAX_KEPT: usize = 64;

/// After so long without a look a post may have come and gone.
const MAX_GAP: Duration = Duration::from_secs(600);

/// The posts that were open at the last poll, and those that have closed since.
pub(super) struct RecentlyClosed {
    open: HashMap<PostId, Post>,
    closed: Vec<(Now, Post)>,
    last_look: Option<Now>,
    /// Not all posts closed before this time are known.
    unknown_before: Option<DateTime<Utc>>,
    history_due: bool,
    /// Reading what was closed before.
    pub part: Part,
}

impl Default for RecentlyClosed {
    fn default() -> Self {
        Self {
            open: HashMap::new(),
            closed: Vec::new(),
            last_look: None,
            unknown_before: None,
            history_due: true,
            part: Part::new(PartName::ClosedPosts),
        }
    }
}

impl RecentlyClosed {
    /// Whether the page must be asked for what it closed before the look at `now`: at the first, and after a gap.
    pub(super) fn is_history_due(&mut self, now: Now) -> bool {
        let has_gap = |last: Now| now.since(last) > MAX_GAP;
        if self.last_look.is_none_or(has_gap) {
            self.history_due = true;
            self.unknown_before = Some(now.wall);
        }
        self.last_look = Some(now);
        self.history_due
    }

    /// Takes what the page closed before. It is asked again after a failure.
    pub(super) fn record_history(&mut self, now: Now, read: PartOutcome<Vec<Post>>) {
        self.history_due = matches!(read, PartOutcome::Failed(_));
        if matches!(read, PartOutcome::Whole(_)) {
            self.unknown_before = None;
        }
        for post in record(&mut self.part, now, read).unwrap_or_default() {
            if self.closed.iter().all(|(_, known)| known.id != post.id) {
                self.closed.push((now, post));
            }
        }
        self.closed
            .sort_by_key(|(at, post)| post.updated.unwrap_or(at.wall));
    }

    /// The time before which not all closed posts are known.
    pub(super) fn unknown_before(&self) -> Option<DateTime<Utc>> {
        self.unknown_before
    }

    /// Takes the open posts of a look; returns the incident posts that were closed, the latest last.
    pub(super) fn update(&mut self, open: &[Post], now: Now) -> Vec<Post> {
        let incidents = open.iter().filter(|post| post.kind == PostKind::Incident);
        let open: HashMap<PostId, Post> = incidents
            .map(|post| (post.id.clone(), post.clone()))
            .collect();
        let before = std::mem::replace(&mut self.open, open);
        let open = &self.open;
        self.closed.retain(|(_, post)| !open.contains_key(&post.id));
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
    use crate::domain::source::FailureKind;
    use crate::sources::error::SourceError;

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

    fn closed_at(id: &str, seconds: u64) -> Post {
        Post {
            open: false,
            updated: Some(at(seconds).wall),
            ..post(id, PostKind::Incident)
        }
    }

    #[test]
    fn what_was_closed_before_is_asked_for_once_and_after_a_gap() {
        let mut watched = RecentlyClosed::default();
        assert!(watched.is_history_due(at(1000)));
        assert_eq!(watched.unknown_before(), Some(at(1000).wall));
        watched.record_history(at(1000), PartOutcome::Whole(vec![closed_at("a", 900)]));
        let closed = watched.update(&[], at(1000));
        assert_eq!(ids(&closed), ["a"]);
        assert_eq!(closed[0].updated, Some(at(900).wall));
        assert_eq!(watched.unknown_before(), None);
        assert!(!watched.is_history_due(at(1060)));
        assert!(
            watched.is_history_due(at(9000)),
            "it was not looked at for long"
        );
        assert_eq!(watched.unknown_before(), Some(at(9000).wall));
    }

    #[test]
    fn a_history_that_cannot_be_read_is_asked_for_again_and_one_in_part_is_not() {
        let mut watched = RecentlyClosed::default();
        assert!(watched.is_history_due(at(0)));
        let failed = SourceError::answered(FailureKind::Refused, "500");
        watched.record_history(at(0), PartOutcome::Failed(failed));
        assert!(watched.is_history_due(at(60)));
        let some = PartOutcome::Partial(vec![closed_at("a", 1)], "the rest".to_owned());
        watched.record_history(at(60), some);
        assert!(!watched.is_history_due(at(120)));
        assert_eq!(watched.unknown_before(), Some(at(0).wall));
        assert_eq!(ids(&watched.update(&[], at(120))), ["a"]);
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
        let after_days = watched.update(&[], at(120 + 72 * 3600));
        assert_eq!(ids(&after_days), ["b", "a"], "an outage may last longer");
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
