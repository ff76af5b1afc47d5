//! The closed posts of a page. Posts that were closed before hubwatch watched the page come from the page's listing.
//! Posts that were closed later were seen by polls. A page lists open posts first, so a closed post may vanish from its
//! listing. The posts that are kept here still show that the public was told of an outage and of its end.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::ids::PostId;
use crate::domain::now::Now;
use crate::domain::post::{Post, PostKind};
use crate::domain::source::{Part, PartName};
use crate::sources::part_reader::{PartOutcome, record};

/// The most closed posts that are kept; the latest posts stay. A closed post is still needed, since its outage may last
/// long after the post was closed.
const MAX_KEPT: usize = 64;

/// The longest gap between two polls that counts as watching without a break. In a longer gap, a post may have been
/// opened and closed unseen.
const MAX_GAP: Duration = Duration::from_secs(600);

/// The posts of a page at one poll.
pub(super) struct PageLook<'a> {
    pub open: &'a [Post],
    /// The listed incident posts that are closed, each with its closing date if known.
    pub closed: Vec<Post>,
    /// Whether every post can be read. If a post cannot be read, a post that is not listed may still be open.
    pub is_whole: bool,
}

/// The posts that were open at the last poll, and the posts that have closed since.
pub(super) struct RecentlyClosed {
    open: HashMap<PostId, Post>,
    closed: Vec<(Now, Post)>,
    last_look: Option<Now>,
    /// The time before which closed posts may be missing.
    unknown_before: Option<DateTime<Utc>>,
    history_due: bool,
    /// The state of the request for the page's closed posts.
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
    /// Whether the posts that were closed before `now` must be read. That is so at the first poll and after a gap.
    pub(super) fn is_history_due(&mut self, now: Now) -> bool {
        let has_gap = |last: Now| now.since(last) > MAX_GAP;
        if self.last_look.is_none_or(has_gap) {
            self.history_due = true;
            self.unknown_before = Some(now.wall);
        }
        self.last_look = Some(now);
        self.history_due
    }

    /// Records the closed posts of the page's listing. After a failure, the listing is requested again.
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

    /// The time before which closed posts may be missing.
    pub(super) fn unknown_before(&self) -> Option<DateTime<Utc>> {
        self.unknown_before
    }

    /// Records the posts of a poll. Returns the incident posts that were closed, the latest one last.
    pub(super) fn update(&mut self, look: PageLook<'_>, now: Now) -> Vec<Post> {
        let incidents = look.open.iter();
        let incidents = incidents.filter(|post| post.kind == PostKind::Incident);
        let open = incidents.map(|post| (post.id.clone(), post.clone()));
        let before = std::mem::replace(&mut self.open, open.collect());
        let mut closed = self.date_listed(look.closed, &before, now);
        let gone = self.gone(before, &closed);
        match look.is_whole {
            true => closed.extend(gone.into_iter().map(|post| Post {
                open: false,
                updated: Some(now.wall),
                ..post
            })),
            false => {
                let gone = gone.into_iter().map(|post| (post.id.clone(), post));
                self.open.extend(gone);
            }
        }
        self.keep(closed, now);
        self.closed.iter().map(|(_, post)| post.clone()).collect()
    }

    // Dates closed posts. A closed post without a closing date gets the time of the first poll that saw it closed.
    fn date_listed(
        &self,
        listed: Vec<Post>,
        before: &HashMap<PostId, Post>,
        now: Now,
    ) -> Vec<Post> {
        let known: HashMap<&PostId, &Post> = self
            .closed
            .iter()
            .map(|(_, post)| (&post.id, post))
            .collect();
        let dated = listed.into_iter().map(|post| {
            let was_open = before.contains_key(&post.id).then_some(now.wall);
            let known = known.get(&post.id).and_then(|known| known.updated);
            Post {
                updated: post.updated.or(known).or(was_open),
                ..post
            }
        });
        dated.collect()
    }

    // The posts of `before`, the open posts of the last poll, that the page does not list any more.
    fn gone(&self, before: HashMap<PostId, Post>, closed: &[Post]) -> Vec<Post> {
        let closed: HashSet<&PostId> = closed.iter().map(|post| &post.id).collect();
        let is_gone = |post: &Post| !self.open.contains_key(&post.id) && !closed.contains(&post.id);
        let mut gone: Vec<Post> = before.into_values().filter(is_gone).collect();
        gone.sort_by(|a, b| a.id.cmp(&b.id));
        gone
    }

    fn keep(&mut self, closed: Vec<Post>, now: Now) {
        let ids: HashSet<&PostId> = closed.iter().map(|post| &post.id).collect();
        let open = &self.open;
        self.closed
            .retain(|(_, post)| !open.contains_key(&post.id) && !ids.contains(&post.id));
        self.closed
            .extend(closed.into_iter().map(|post| (now, post)));
        let surplus = self.closed.len().saturating_sub(MAX_KEPT);
        let dropped = self.closed.drain(..surplus);
        let dates = dropped.map(|(at, post)| post.updated.unwrap_or(at.wall));
        self.unknown_before = self.unknown_before.max(dates.max());
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

    fn look(open: &[Post]) -> PageLook<'_> {
        PageLook {
            open,
            closed: Vec::new(),
            is_whole: true,
        }
    }

    #[test]
    fn what_was_closed_before_is_asked_for_once_and_after_a_gap() {
        let mut watched = RecentlyClosed::default();
        assert!(watched.is_history_due(at(1000)));
        assert_eq!(watched.unknown_before(), Some(at(1000).wall));
        watched.record_history(at(1000), PartOutcome::Whole(vec![closed_at("a", 900)]));
        let closed = watched.update(look(&[]), at(1000));
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
        assert_eq!(ids(&watched.update(look(&[]), at(120))), ["a"]);
    }

    #[test]
    fn what_was_open_and_is_not_was_closed_now() {
        let mut watched = RecentlyClosed::default();
        let (a, b) = (post("a", PostKind::Incident), post("b", PostKind::Incident));
        let planned = post("m", PostKind::Maintenance);
        assert_eq!(
            watched.update(look(&[a.clone(), b.clone(), planned]), at(0)),
            []
        );
        let closed = watched.update(look(std::slice::from_ref(&b)), at(60));
        assert_eq!(ids(&closed), ["a"], "a maintenance tells of no outage");
        assert!(!closed[0].open);
        assert_eq!(closed[0].updated, Some(at(60).wall));
        let later = watched.update(look(&[]), at(120));
        assert_eq!(ids(&later), ["a", "b"]);
        assert_eq!(later[0].updated, Some(at(60).wall));
        assert_eq!(
            ids(&watched.update(look(&[a]), at(180))),
            ["b"],
            "it was opened again"
        );
        let after_days = watched.update(look(&[]), at(120 + 72 * 3600));
        assert_eq!(ids(&after_days), ["b", "a"], "an outage may last longer");
    }

    #[test]
    fn what_is_listed_as_closed_was_closed_at_its_own_date_or_when_it_was_seen_first() {
        let mut watched = RecentlyClosed::default();
        let undated = |id: &str| Post {
            updated: None,
            ..closed_at(id, 0)
        };
        let listed = |closed: Vec<Post>| PageLook {
            closed,
            ..look(&[])
        };
        let dates = |posts: &[Post]| -> Vec<_> {
            let dates = posts.iter().map(|post| (post.id.to_string(), post.updated));
            dates.collect()
        };
        watched.update(look(&[post("a", PostKind::Incident)]), at(0));
        let all = vec![undated("a"), undated("b"), closed_at("c", 7)];
        let expected = [
            ("a".to_owned(), Some(at(60).wall)),
            ("b".to_owned(), None),
            ("c".to_owned(), Some(at(7).wall)),
        ];
        for seconds in [60, 120] {
            let closed = watched.update(listed(all.clone()), at(seconds));
            assert_eq!(dates(&closed), expected);
        }
    }

    #[test]
    fn what_an_unreadable_listing_lacks_is_not_closed() {
        let mut watched = RecentlyClosed::default();
        watched.update(look(&[post("a", PostKind::Incident)]), at(0));
        let unreadable = PageLook {
            is_whole: false,
            ..look(&[])
        };
        assert_eq!(watched.update(unreadable, at(60)), []);
        assert_eq!(ids(&watched.update(look(&[]), at(120))), ["a"]);
    }

    #[test]
    fn of_many_the_latest_are_kept() {
        let mut watched = RecentlyClosed::default();
        for number in 0..100 {
            watched.update(
                look(&[post(&format!("{number}"), PostKind::Incident)]),
                at(number),
            );
        }
        let closed = watched.update(look(&[]), at(100));
        assert_eq!(closed.len(), MAX_KEPT);
        assert_eq!(closed.last().map(|post| post.id.as_str()), Some("99"));
        // 36 posts are dropped. The poll at 36 found the last of them closed.
        assert_eq!(watched.unknown_before(), Some(at(36).wall));
    }
}
