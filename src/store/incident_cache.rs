//! The file of an account's incident details: bytes that their source knows how to read.
//!
//! It is only ever a saving: no file, or one that is too large to be ours, is no bytes, never an error.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::file;

/// A file larger than this is not ours.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The file of the account behind `url` and `token`, in the state directory `dir`. The name tells
/// neither.
pub fn path(dir: &Path, url: &str, token: &str) -> PathBuf {
    let digest = Sha256::new()
        .chain_update(url)
        .chain_update([0])
        .chain_update(token)
        .finalize();
    let name: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    dir.join(format!("incidents-{name}.json"))
}

/// What the file at `path` holds, whatever state it is in.
pub async fn load(path: &Path) -> Vec<u8> {
    let size = tokio::fs::metadata(path).await.map(|meta| meta.len());
    match size {
        Ok(size) if size <= MAX_FILE_BYTES => tokio::fs::read(path).await.unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Writes the file at `path`, for the owner only.
///
/// # Errors
/// It cannot be written; the next look only costs more then.
pub async fn save(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    file::replace(path, bytes).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_file() {
        let path = |url, token| path(Path::new("/state"), url, token);
        assert_ne!(path("https://a.test", "k1"), path("https://a.test", "k2"));
        assert_ne!(path("https://a.test", "k1"), path("https://b.test", "k1"));
        assert_eq!(path("https://a.test", "k1"), path("https://a.test", "k1"));
    }

    #[tokio::test]
    async fn no_file_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        assert!(load(&path).await.is_empty());
        save(&path, b"{}").await.unwrap();
        assert_eq!(load(&path).await, b"{}");
    }
}
