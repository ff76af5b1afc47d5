//! Files that sources keep in the state directory between runs. This module only checks that the files are JSON.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::de::IgnoredAny;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::state_dir::{self, RunBlocking};
use super::{durable, state_file};
use crate::domain::cache::Cache;

/// The largest file that is read. A larger file is not ours.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The time after which a file system counts as hanging. The source then goes on without the file.
const DISK_TIMEOUT: Duration = Duration::from_secs(2);

/// The suffix of a file that could not be read and was moved aside.
const UNREADABLE_SUFFIX: &str = "unreadable";

/// Shows a sentence to the person.
pub type Report = Arc<dyn Fn(String) + Send + Sync>;

/// Keeps a file for each name in the state directory. Only the owner can read the files. Without a directory nothing is
/// kept.
pub struct CacheDir {
    dir: Option<Arc<Path>>,
    run_blocking: RunBlocking,
    report: Report,
    // The names of files that are being read or written. A second job on such a name is refused, since each poll would
    // otherwise block one more thread while a file system hangs.
    busy: Arc<Mutex<BTreeSet<String>>>,
    // The files whose failed write was already reported.
    reported: Mutex<BTreeSet<String>>,
}

impl Cache for CacheDir {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let read = self.run(name, |path| {
                read_json(path).map_err(|error| error_and_place(error, path))
            });
            match read.await {
                None => Vec::new(),
                Some(Ok(bytes)) => bytes,
                Some(Err(why)) => {
                    (self.report)(format!("the state file {name} cannot be read: {why}"));
                    Vec::new()
                }
            }
        })
    }

    fn save<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(error) = self.write(name, bytes).await {
                tracing::warn!(%error, name, "a source's state between runs is not saved");
            }
        })
    }

    fn save_or_report<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(error) = self.write(name, bytes).await
                && lock(&self.reported).insert(name.to_owned())
            {
                (self.report)(format!("the state file {name} cannot be written: {error}"));
            }
        })
    }

    fn set_aside<'a>(&'a self, name: &'a str, bytes: Vec<u8>, why: String) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // Moves the file only if it still holds these bytes. Another reader may have moved it aside already and a
            // good file may be in its place.
            let move_bytes = move |path: &Path| {
                let kept = state_file::read(path, MAX_FILE_BYTES).ok().flatten();
                let is_same = kept.is_some_and(|kept| kept == bytes);
                is_same.then(|| error_and_place(io::Error::other(why), path))
            };
            if let Some(Some(why)) = self.run(name, move_bytes).await {
                (self.report)(format!("the state file {name} cannot be read: {why}"));
            }
        })
    }
}

// Checks that the file is JSON, as every state file is. A file that was cut short is no valid JSON.
fn read_json(path: &Path) -> io::Result<Vec<u8>> {
    let Some(bytes) = state_file::read(path, MAX_FILE_BYTES)? else {
        return Ok(Vec::new());
    };
    if bytes.is_empty() {
        return Err(io::Error::other("it is empty"));
    }
    serde_json::from_slice::<IgnoredAny>(&bytes)?;
    Ok(bytes)
}

// Moves the unreadable file aside, since the next save would otherwise replace it.
fn error_and_place(error: io::Error, path: &Path) -> String {
    match move_aside(path) {
        Ok(aside) => format!("{error}; it was renamed to {}", aside.display()),
        Err(_) => format!("{error}; it stays where it is"),
    }
}

fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".{UNREADABLE_SUFFIX}"));
    let aside = PathBuf::from(aside);
    fs::rename(path, &aside)?;
    Ok(aside)
}

impl CacheDir {
    /// Files in the state directory `dir`. `report` receives the messages for the person.
    pub fn new(dir: Option<&Path>, run_blocking: RunBlocking, report: Report) -> Self {
        Self {
            dir: dir.map(Arc::from),
            run_blocking,
            report,
            busy: Arc::default(),
            reported: Mutex::default(),
        }
    }

    /// A cache that keeps nothing.
    pub fn disabled() -> Self {
        Self::new(None, Arc::new(|_| {}), Arc::new(|_| {}))
    }

    // Writes nothing, without an error, if there is no directory or its file system does not answer.
    async fn write(&self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let write = move |path: &Path| {
            path.parent().map_or(Ok(()), state_dir::create)?;
            durable::replace(path, &bytes)
        };
        self.run(name, write).await.unwrap_or(Ok(()))
    }

    // `None` if there is no directory, or its file system does not answer in time. Also `None` while an earlier job on
    // this name still runs.
    async fn run<T: Send + 'static>(
        &self,
        name: &str,
        job: impl FnOnce(&Path) -> T + Send + 'static,
    ) -> Option<T> {
        let path = self.dir.as_ref()?.join(name);
        if !lock(&self.busy).insert(name.to_owned()) {
            return None;
        }
        let (done_tx, done_rx) = oneshot::channel();
        let (busy, name) = (Arc::clone(&self.busy), name.to_owned());
        (self.run_blocking)(Box::new(move || {
            let free = scopeguard::guard((), |()| {
                lock(&busy).remove(&name);
            });
            let done = job(&path);
            drop(free);
            let _nobody_waits = done_tx.send(done);
        }));
        timeout(DISK_TIMEOUT, done_rx).await.ok()?.ok()
    }
}

fn lock(busy: &Mutex<BTreeSet<String>>) -> MutexGuard<'_, BTreeSet<String>> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Jobs = Arc<Mutex<Vec<Box<dyn FnOnce() + Send>>>>;

    fn cache(dir: &Path) -> (CacheDir, Arc<Mutex<Vec<String>>>) {
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let reported = Arc::clone(&said);
        let report = move |text| reported.lock().unwrap().push(text);
        let cache = CacheDir::new(Some(dir), Arc::new(|job| job()), Arc::new(report));
        (cache, said)
    }

    #[tokio::test]
    async fn no_file_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let (cache, said) = cache(dir.path());
        assert!(cache.load("x.json").await.is_empty());
        cache.save("x.json", b"{}".to_vec()).await;
        assert_eq!(cache.load("x.json").await, b"{}");
        assert!(said.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn without_a_directory_nothing_is_kept() {
        let cache = CacheDir::disabled();
        cache.save("x.json", b"{}".to_vec()).await;
        assert!(cache.load("x.json").await.is_empty());
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_kept_and_said() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        std::os::unix::fs::symlink("theirs", place("x.json")).unwrap();
        fs::write(place("theirs"), "theirs").unwrap();
        fs::write(place("cut.json"), "{\"version\":1,").unwrap();
        fs::write(place("empty.json"), "").unwrap();
        crate::files::make_fifo(&place("fifo.json"));
        let (cache, said) = cache(dir.path());
        for name in ["x.json", "cut.json", "empty.json", "fifo.json"] {
            assert!(cache.load(name).await.is_empty());
            cache.save(name, b"{}".to_vec()).await;
            assert_eq!(cache.load(name).await, b"{}");
        }
        assert_eq!(fs::read_to_string(place("theirs")).unwrap(), "theirs");
        assert!(place("x.json.unreadable").is_symlink());
        let cut = fs::read_to_string(place("cut.json.unreadable")).unwrap();
        assert_eq!(cut, "{\"version\":1,");
        let said = said.lock().unwrap();
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].contains("x.json cannot be read: it is a link; it was renamed to "));
    }

    #[tokio::test]
    async fn bytes_that_a_reader_refuses_are_kept_and_said() {
        let dir = tempfile::tempdir().unwrap();
        let (cache, said) = cache(dir.path());
        cache.save("x.json", b"[]".to_vec()).await;
        for _ in 0..2 {
            let why = "it is a list".to_owned();
            cache.set_aside("x.json", b"[]".to_vec(), why).await;
        }
        assert!(cache.load("x.json").await.is_empty());
        cache.save("x.json", b"{}".to_vec()).await;
        let why = "it is a list".to_owned();
        cache.set_aside("x.json", b"[]".to_vec(), why).await;
        assert_eq!(cache.load("x.json").await, b"{}");
        let aside = fs::read(dir.path().join("x.json.unreadable")).unwrap();
        assert_eq!(aside, b"[]");
        let said = said.lock().unwrap();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("x.json cannot be read: it is a list; it was renamed to "));
    }

    #[tokio::test]
    async fn a_directory_that_cannot_be_written_is_said_once() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let (cache, said) = cache(&dir.path().join("file"));
        cache.save("x.json", b"{}".to_vec()).await;
        assert!(said.lock().unwrap().is_empty());
        for _ in 0..2 {
            cache.save_or_report("x.json", b"{}".to_vec()).await;
        }
        let said = said.lock().unwrap();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("the state file x.json cannot be written: "));
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_system_that_hangs_is_waited_for_once_and_takes_one_thread() {
        let dir = tempfile::tempdir().unwrap();
        let jobs: Jobs = Arc::default();
        let queue = Arc::clone(&jobs);
        let run_blocking: RunBlocking = Arc::new(move |job| queue.lock().unwrap().push(job));
        let cache = CacheDir::new(Some(dir.path()), run_blocking, Arc::new(|_| {}));
        assert!(cache.load("x.json").await.is_empty());
        cache.save("x.json", b"{}".to_vec()).await;
        assert_eq!(jobs.lock().unwrap().len(), 1);
        let job = jobs.lock().unwrap().pop().unwrap();
        job();
        cache.save("x.json", b"{}".to_vec()).await;
        assert_eq!(jobs.lock().unwrap().len(), 1);
    }
}
