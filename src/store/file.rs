//! Where files stand and how they are written: whole or not at all, for their owner's eyes only.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt;

/// The state directory (`$XDG_STATE_HOME/hubwatch`, or what the platform has instead); none where the
/// user has no home.
pub fn state_dir() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "hubwatch")?;
    let place = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
    Some(place.to_owned())
}

/// Writes a file beside its place and moves it there, so that a reader sees the old one or the new one.
/// It does not wait for the disk: what a power cut may not take needs more than this.
///
/// # Errors
/// The directory or the file cannot be written. Nothing is left behind then.
pub async fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode_private()
            .create(dir)
            .await?;
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    // A link that somebody put there goes; what it leads to stays as it is.
    fs::remove_file(&beside).await.ok();
    let written = write(&beside, bytes).await;
    let moved = match written {
        Ok(()) => fs::rename(&beside, path).await,
        failed => failed,
    };
    if moved.is_err() {
        fs::remove_file(&beside).await.ok();
    }
    moved
}

async fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode_private();
    let mut file = options.open(path).await?;
    file.write_all(bytes).await?;
    file.flush().await
}

trait PrivateMode {
    /// For the owner only, where the platform knows such a thing.
    fn mode_private(&mut self) -> &mut Self;
}

impl PrivateMode for fs::OpenOptions {
    fn mode_private(&mut self) -> &mut Self {
        #[cfg(unix)]
        self.mode(0o600);
        self
    }
}

impl PrivateMode for fs::DirBuilder {
    fn mode_private(&mut self) -> &mut Self {
        #[cfg(unix)]
        self.mode(0o700);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_replaced_whole_and_is_its_owners() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("kept.json");
        for content in ["a longer first text", "second"] {
            replace(&path, content.as_bytes()).await.unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_written_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let taken = dir.path().join("kept.json");
        std::fs::create_dir(&taken).unwrap();
        assert!(replace(&taken, b"x").await.is_err());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_that_is_planted_beside_the_file_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, theirs) = (dir.path().join("kept.json"), dir.path().join("theirs"));
        std::fs::write(&theirs, "theirs").unwrap();
        let beside = path.with_extension(format!("{}.tmp", std::process::id()));
        std::os::unix::fs::symlink(&theirs, &beside).unwrap();
        replace(&path, b"ours").await.unwrap();
        assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "theirs");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "ours");
    }
}
