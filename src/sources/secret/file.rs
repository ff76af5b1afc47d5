//! A secret from a file.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{FoundSecret, SecretError};
use crate::files;
use crate::sources::http::SpawnBlocking;

/// The longest file that is read. A longer file is not a secret.
const MAX_BYTES: u64 = 64 * 1024;

/// The mode bit that lets every user of the machine read a file.
const WORLD_READABLE: u32 = 0o004;

/// The time after which a file system counts as hanging.
const FILE_TIMEOUT: Duration = Duration::from_secs(2);

/// Reads files, even from a file system that may hang.
#[derive(Clone)]
pub struct FileReader {
    run_blocking: SpawnBlocking,
    // The files that are being read. A file that hangs must not block another thread each time it is requested.
    reading: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl FileReader {
    /// A reader that reads files on threads of `run_blocking`.
    pub fn new(run_blocking: SpawnBlocking) -> Self {
        Self {
            run_blocking,
            reading: Arc::default(),
        }
    }

    /// Reads the secret in this file.
    ///
    /// # Errors
    /// When the file cannot be read in time or contains no secret.
    pub async fn read(&self, path: PathBuf) -> Result<FoundSecret, SecretError> {
        let hangs = refusal(&path, "its file system does not answer");
        if !lock(&self.reading).insert(path.clone()) {
            return Err(hangs);
        }
        let (done_tx, done_rx) = oneshot::channel();
        let reading = Arc::clone(&self.reading);
        (self.run_blocking)(Box::new(move || {
            let found = read(&path);
            lock(&reading).remove(&path);
            let _nobody_waits = done_tx.send(found);
        }));
        match timeout(FILE_TIMEOUT, done_rx).await {
            Ok(Ok(found)) => found,
            _ => Err(hangs),
        }
    }
}

fn lock(reading: &Mutex<BTreeSet<PathBuf>>) -> MutexGuard<'_, BTreeSet<PathBuf>> {
    reading.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refusal(path: &Path, why: &str) -> SecretError {
    SecretError::Refused(format!("the file {}: {why}", path.display()))
}

fn read(path: &Path) -> Result<FoundSecret, SecretError> {
    let refuse = |why: &str| refusal(path, why);
    let content = files::read(path, MAX_BYTES).map_err(|error| refuse(&io_error_text(&error)))?;
    let mode = content.metadata.permissions().mode();
    let text = String::from_utf8(content.bytes).map_err(|_| refuse("not UTF-8"))?;
    let found = super::parse_secret(&text, || refuse("empty"))?;
    let warning = (mode & WORLD_READABLE != 0).then(|| {
        format!(
            "everyone on this machine may read {}: chmod 600",
            path.display()
        )
    });
    Ok(FoundSecret { warning, ..found })
}

fn io_error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "not there".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "a directory".to_owned(),
        io::ErrorKind::FileTooLarge => "too long for a secret".to_owned(),
        _ => error.to_string(),
    }
}
