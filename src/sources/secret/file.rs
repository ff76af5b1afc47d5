//! A secret in a file.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::{FoundSecret, SecretError};

/// No secret is longer; what is, is another file.
const MAX_BYTES: u64 = 64 * 1024;

/// Anyone on the machine may read it.
const WORLD_READABLE: u32 = 0o004;

/// Reads the secret in this file.
pub async fn read(path: &Path) -> Result<FoundSecret, SecretError> {
    let refuse = |why: &str| SecretError(format!("the file {}: {why}", path.display()));
    let (bytes, mode) = read_bytes_and_mode(path)
        .await
        .map_err(|error| refuse(&io_error_text(&error)))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refuse("too long for a secret"));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("not UTF-8"))?;
    let found = super::parse_secret(&text, || refuse("empty").0)?;
    let warning = (mode & WORLD_READABLE != 0).then(|| {
        format!(
            "everyone on this machine may read {}: chmod 600",
            path.display()
        )
    });
    Ok(FoundSecret { warning, ..found })
}

async fn read_bytes_and_mode(path: &Path) -> std::io::Result<(Vec<u8>, u32)> {
    // One that is a pipe would be waited for, for ever where nobody writes.
    let kind = tokio::fs::metadata(path).await?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(std::io::Error::other("no regular file"));
    }
    let file = File::open(path).await?;
    let mode = file.metadata().await?.permissions().mode();
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).await?;
    Ok((bytes, mode))
}

fn io_error_text(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not there".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        std::io::ErrorKind::IsADirectory => "a directory".to_owned(),
        _ => error.to_string(),
    }
}
