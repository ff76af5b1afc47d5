//! The files of what sources keep between runs: bytes that they know how to read.

use std::path::PathBuf;

use futures_util::future::BoxFuture;

use super::file;
use crate::domain::cache::Cache;

/// A file larger than this is not ours.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// A file for each name in the state directory, for the owner only; without a directory nothing is kept.
pub struct CacheDir(pub Option<PathBuf>);

impl Cache for CacheDir {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Vec<u8>> {
        Box::pin(async move { self.read(name).await.unwrap_or_default() })
    }

    fn save<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(dir) = &self.0 else { return };
            if let Err(error) = file::replace(&dir.join(name), &bytes).await {
                tracing::warn!(%error, name, "what a source keeps between runs is not kept");
            }
        })
    }
}

impl CacheDir {
    async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.0.as_ref()?.join(name);
        let size = tokio::fs::metadata(&path).await.ok()?.len();
        match size <= MAX_FILE_BYTES {
            true => tokio::fs::read(&path).await.ok(),
            false => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_file_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let cache = CacheDir(Some(dir.path().to_owned()));
        assert!(cache.load("x.json").await.is_empty());
        cache.save("x.json", b"{}".to_vec()).await;
        assert_eq!(cache.load("x.json").await, b"{}");
    }

    #[tokio::test]
    async fn without_a_directory_nothing_is_kept() {
        let cache = CacheDir(None);
        cache.save("x.json", b"{}".to_vec()).await;
        assert!(cache.load("x.json").await.is_empty());
    }
}
