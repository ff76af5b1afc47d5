//! Remembers what an answer's bytes came to, so that the same bytes are not read twice.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

/// The last answer's bytes, as a sum, and what they came to.
#[derive(Debug)]
pub(super) struct ResponseCache<T>(Option<(Digest, Arc<T>)>);

type Digest = (usize, u64);

impl<T> Default for ResponseCache<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> ResponseCache<T> {
    /// What these bytes came to the last time, if they came the last time.
    pub(super) fn get(&self, bytes: &[u8]) -> Option<Arc<T>> {
        let (kept, what) = self.0.as_ref()?;
        (*kept == digest(bytes)).then(|| what.clone())
    }

    /// Keeps what these bytes came to.
    pub(super) fn store(&mut self, bytes: &[u8], what: T) -> Arc<T> {
        let what = Arc::new(what);
        self.0 = Some((digest(bytes), what.clone()));
        what
    }
}

fn digest(bytes: &[u8]) -> Digest {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    (bytes.len(), hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_bytes_are_recalled() {
        let mut memo = ResponseCache::default();
        assert_eq!(memo.get(b"a"), None);
        let kept = memo.store(b"a", 1);
        assert!(Arc::ptr_eq(&kept, &memo.get(b"a").unwrap()));
        assert_eq!(memo.get(b"b"), None);
    }
}
