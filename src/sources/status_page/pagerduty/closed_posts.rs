//! Posts that were closed before the page was watched. A page keeps posts for years. Only a post's updates show when
//! the post was closed.

use futures_util::{FutureExt, StreamExt, stream};

use super::{MAX_CONCURRENT_READS, PagerdutyPage};
use crate::domain::now::Now;
use crate::domain::post::Post;
use crate::sources::pagerduty::ApiRequest;
use crate::sources::part_reader::PartOutcome;
use crate::sources::status_page::posts::{PageLabels, WirePost, parse_post};

/// The most closed posts whose updates are read. Posts without a linked incident come first, since only their dates
/// show to which outage they belong.
const MAX_CLOSED_READS: usize = 20;

impl PagerdutyPage {
    /// The closed incident posts, from one listing and the updates of some posts. Without its updates, a post has no
    /// closing date. A post with a linked incident needs none, since the incident shows to which outage the post
    /// belongs.
    pub async fn fetch_closed(&self, asked: Now) -> PartOutcome<Vec<Post>> {
        let labels = PageLabels::new(
            &self.statuses.value,
            &self.impacts.value,
            &self.services.value,
        );
        let closed = labels.closed_status_ids(&self.keywords);
        if closed.is_empty() {
            return PartOutcome::Whole(Vec::new());
        }
        let ask = ApiRequest::new("closed posts", format!("{}/posts", self.path))
            .param("post_type", "incident")
            .list_param("status[]", closed);
        let page = match self.client.get_list::<WirePost>(&ask, "posts").await {
            Ok(page) => page,
            Err(error) => return PartOutcome::Failed(error),
        };
        let mut missing = (page.more == Some(true) || page.unreadable > 0)
            .then(|| "PagerDuty lists more closed posts than are read".to_owned());
        let is_open = |post: &WirePost| self.listed.contains(post.id());
        let (linked, others): (Vec<_>, Vec<_>) = page
            .items
            .into_iter()
            .filter(|post| post.is_incident() && !is_open(post))
            .partition(WirePost::is_linked);
        if others.len() > MAX_CLOSED_READS {
            missing = Some(format!(
                "PagerDuty lists {} closed posts without an incident; only {MAX_CLOSED_READS} are read",
                others.len()
            ));
        }
        let wanted = others.iter().chain(&linked);
        let reads: Vec<_> = wanted
            .clone()
            .take(MAX_CLOSED_READS)
            .map(|wire| {
                self.fetch_updates(wire, asked)
                    .map(move |read| (wire, read))
                    .boxed()
            })
            .collect();
        let mut reads = stream::iter(reads).buffered(MAX_CONCURRENT_READS);
        let mut posts: Vec<Post> = Vec::new();
        while let Some((wire, read)) = reads.next().await {
            let updates = match &read {
                Ok((_, updates)) => &*updates.updates,
                Err(_) if wire.is_linked() => &[],
                Err(error) => {
                    missing = Some(error.text.clone());
                    continue;
                }
            };
            posts.extend(self.closed_post(wire, updates, &labels, asked));
        }
        let unread = wanted
            .skip(MAX_CLOSED_READS)
            .filter(|wire| wire.is_linked());
        posts.extend(unread.filter_map(|wire| self.closed_post(wire, &[], &labels, asked)));
        match missing {
            None => PartOutcome::Whole(posts),
            Some(missing) => PartOutcome::Partial(posts, missing),
        }
    }

    fn closed_post(
        &self,
        wire: &WirePost,
        updates: &[super::WireUpdate],
        labels: &PageLabels,
        asked: Now,
    ) -> Option<Post> {
        let clock = self.client.server_clock().unwrap_or(asked.wall);
        let now = clock.max(asked.wall);
        let read = parse_post(wire, updates, &self.name, &self.keywords, labels, now)?;
        // If the latest dated update does not close the post, an update without a date closed it, so the closing date
        // is not known.
        Some(Post {
            open: false,
            updated: read.post.updated.filter(|_| !read.post.open),
            ..read.post
        })
    }
}
