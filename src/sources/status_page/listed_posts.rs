//! The posts of a page's listings. A listing may lack a post for a moment, for instance while a page's cache is renewed.

/// The posts of the last listing, and the posts that only the last listing lacks. A post is gone when two listings in a
/// row lack it.
pub(super) struct ListedPosts<T> {
    posts: Vec<ListedPost<T>>,
    id: fn(&T) -> &str,
}

struct ListedPost<T> {
    post: T,
    is_missing: bool,
}

impl<T> ListedPosts<T> {
    /// No posts. `id` returns a post's id.
    pub(super) fn new(id: fn(&T) -> &str) -> Self {
        Self {
            posts: Vec::new(),
            id,
        }
    }

    /// Records the next listing.
    pub(super) fn update(&mut self, listed: Vec<T>) {
        let id = self.id;
        let is_listed = |post: &T| listed.iter().any(|other| id(other) == id(post));
        let mut missing = std::mem::take(&mut self.posts);
        missing.retain(|known| !known.is_missing && !is_listed(&known.post));
        for known in &mut missing {
            known.is_missing = true;
        }
        let listed = listed.into_iter().map(|post| ListedPost {
            post,
            is_missing: false,
        });
        self.posts = listed.chain(missing).collect();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.posts.iter().map(|listed| &listed.post)
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.iter().any(|post| (self.id)(post) == id)
    }
}
