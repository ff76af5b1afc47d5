//! Finds and creates the state directory and the directories in it. A directory that others can write to is not used.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::durable;

/// Runs a job on a thread that may block.
pub type RunBlocking = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// Why there is no state directory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateDirError {
    /// Neither `$XDG_STATE_HOME` nor a home directory is known.
    #[error("there is no home directory")]
    NoHomeDirectory,
    /// hubwatch cannot use the directory, or refuses the directory because other users could change its contents.
    #[error("the state folder {}: {reason}", .dir.display())]
    Refused {
        dir: PathBuf,
        /// The reason, in words.
        reason: String,
    },
    /// The directory's file system hangs.
    #[error("the state folder's file system does not answer")]
    NoAnswer,
}

/// The time after which a file system counts as hanging.
const FIND_TIMEOUT: Duration = Duration::from_secs(2);

/// The message for a run without a state directory.
pub fn without_state(error: &StateDirError) -> String {
    format!("{error}: hubwatch goes on without state")
}

/// The path of the state directory, which is `$XDG_STATE_HOME/hubwatch` or the platform's equivalent. The directory may
/// not exist yet. If the path is a link that the user or root made, returns the path of the link's target.
///
/// # Errors
/// When there is no home directory, or when others can change what the directory holds.
pub fn find() -> Result<PathBuf, StateDirError> {
    let dirs = directories::ProjectDirs::from("", "", "hubwatch");
    let dirs = dirs.ok_or(StateDirError::NoHomeDirectory)?;
    let dir = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
    resolve(dir, own_uid()).map_err(|error| StateDirError::Refused {
        dir: dir.to_owned(),
        reason: error.to_string(),
    })
}

/// Runs [`find`] on a thread of `run_blocking`, since the file system may hang.
///
/// # Errors
/// Those of [`find`], and no answer within 2 seconds.
pub async fn find_in_time(run_blocking: RunBlocking) -> Result<PathBuf, StateDirError> {
    let (found_tx, found_rx) = oneshot::channel();
    run_blocking(Box::new(move || {
        let _nobody_waits = found_tx.send(find());
    }));
    match timeout(FIND_TIMEOUT, found_rx).await {
        Ok(Ok(found)) => found,
        _ => Err(StateDirError::NoAnswer),
    }
}

fn resolve(dir: &Path, uid: u32) -> io::Result<PathBuf> {
    let meta = match fs::symlink_metadata(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(dir.to_owned()),
        meta => meta?,
    };
    let dir = match meta.is_symlink() && is_trusted(meta.uid(), uid) {
        true => fs::canonicalize(dir)?,
        false => dir.to_owned(),
    };
    check(&dir, uid)?;
    Ok(dir)
}

/// Creates a directory and its missing parents. Only the owner may enter these directories. If the directory exists, it
/// is closed to all others.
///
/// # Errors
/// When the directory cannot be created, is a link, or others can change what it holds.
pub fn create(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    check_own(dir)?;
    if fs::metadata(dir)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    }
    durable::sync_parent(dir)
}

/// Checks that nobody else can change what a directory holds.
///
/// # Errors
/// When somebody else can change it, or when the path is a link, no directory, or absent.
pub fn check_own(dir: &Path) -> io::Result<()> {
    check(dir, own_uid())
}

fn check(dir: &Path, uid: u32) -> io::Result<()> {
    let meta = fs::symlink_metadata(dir)?;
    let problem = if meta.is_symlink() {
        "it is a link"
    } else if !meta.is_dir() {
        "it is not a folder"
    } else if meta.uid() != uid {
        "it belongs to another user"
    } else if meta.permissions().mode() & 0o022 != 0 {
        "others may write to it (chmod 700)"
    } else {
        return Ok(());
    };
    Err(io::Error::other(problem))
}

// Whether a link's owner is trusted. A link that root made is the administrator's intention.
fn is_trusted(owner: u32, uid: u32) -> bool {
    owner == uid || owner == 0
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::sync::{Arc, Mutex};

    use super::*;

    fn set_mode(dir: &Path, mode: u32) {
        fs::set_permissions(dir, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(dir: &Path) -> u32 {
        fs::metadata(dir).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_directory_that_others_could_enter_is_closed() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("deep").join("drafts");
        create(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700);
        set_mode(&dir, 0o755);
        create(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700);
    }

    #[test]
    fn a_directory_that_others_can_write_to_is_refused_and_stays_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        for open in [0o777, 0o770, 0o1777] {
            set_mode(home.path(), open);
            let error = create(home.path()).unwrap_err().to_string();
            assert!(error.contains("others may write"), "{error}");
            assert_eq!(mode(home.path()), open & 0o777);
            assert!(resolve(home.path(), own_uid()).is_err());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_system_that_hangs_is_waited_for_a_moment_only() {
        type Jobs = Arc<Mutex<Vec<Box<dyn FnOnce() + Send>>>>;
        let kept = Jobs::default();
        let jobs = Arc::clone(&kept);
        let hangs: RunBlocking = Arc::new(move |job| jobs.lock().unwrap().push(job));
        assert_eq!(find_in_time(hangs).await, Err(StateDirError::NoAnswer));
        let runs: RunBlocking = Arc::new(|job| job());
        assert_eq!(find_in_time(runs).await, find());
    }

    #[test]
    fn another_users_directory_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let error = resolve(home.path(), own_uid() + 1).unwrap_err().to_string();
        assert!(error.contains("another user"), "{error}");
    }

    #[test]
    fn only_the_state_directory_itself_may_be_a_link_of_its_owner() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("real"), home.path().join("link"));
        fs::create_dir(&real).unwrap();
        symlink(&real, &link).unwrap();
        let real = real.canonicalize().unwrap();
        assert_eq!(resolve(&link, own_uid()).unwrap(), real);
        assert!(create(&link).is_err());
        fs::remove_dir(&real).unwrap();
        assert!(resolve(&link, own_uid()).is_err());
    }

    #[test]
    fn a_directory_that_is_not_there_yet_is_found_and_a_file_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let absent = home.path().join("hubwatch");
        assert_eq!(resolve(&absent, own_uid()).unwrap(), absent);
        fs::write(&absent, "").unwrap();
        assert!(resolve(&absent, own_uid()).is_err());
        assert!(resolve(&absent.join("hubwatch"), own_uid()).is_err());
    }
}
