//! A secret in a file.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::fs::OFlags;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{FoundSecret, SecretError};
use crate::sources::http::SpawnBlocking;

/// No secret is longer; what is, is another file.
const MAX_BYTES: u64 = 64 * 1024;

/// Anyone on the machine may read it.
const WORLD_READABLE: u32 = 0o004;

/// A file system that takes longer hangs.
const FILE_TIMEOUT: Duration = Duration::from_secs(2);

/// Reads files that may be on a file system that hangs.
#[derive(Clone)]
pub struct FileReader {
    run_blocking: SpawnBlocking,
    // One that hangs must not take a thread each time it is asked for.
    reading: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl FileReader {
    /// Reads on threads of `run_blocking`.
    pub fn new(run_blocking: SpawnBlocking) -> Self {
        Self {
            run_blocking,
            reading: Arc::default(),
        }
    }

    /// Reads the secret in this file.
    ///
    /// # Errors
    /// When it cannot be read in time, or holds no secret.
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
    let (bytes, mode) =
        read_bytes_and_mode(path).map_err(|error| refuse(&io_error_text(&error)))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refuse("too long for a secret"));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("not UTF-8"))?;
    let found = super::parse_secret(&text, || refuse("empty"))?;
    let warning = (mode & WORLD_READABLE != 0).then(|| {
        format!(
            "everyone on this machine may read {}: chmod 600",
            path.display()
        )
    });
    Ok(FoundSecret { warning, ..found })
}

fn read_bytes_and_mode(path: &Path) -> io::Result<(Vec<u8>, u32)> {
    // Without NONBLOCK, opening a pipe that nobody writes to never returns.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    let mut options = OpenOptions::new();
    let file = options.read(true).custom_flags(flags).open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() && !meta.is_dir() {
        return Err(io::Error::other("no regular file"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes, meta.permissions().mode()))
}

fn io_error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "not there".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "a directory".to_owned(),
        _ => error.to_string(),
    }
}
