//! A secret in a file.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::{Found, SecretError};

/// No secret is longer; what is, is another file.
const LONGEST: u64 = 64 * 1024;

/// Anyone on the machine may read it.
const WORLD_READABLE: u32 = 0o004;

/// Reads the secret in this file.
pub async fn read(path: &Path) -> Result<Found, SecretError> {
    let refuse = |why: &str| SecretError(format!("the file {}: {why}", path.display()));
    let (bytes, mode) = contents(path)
        .await
        .map_err(|error| refuse(&words(&error)))?;
    if bytes.len() as u64 > LONGEST {
        return Err(refuse("too long for a secret"));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("not UTF-8"))?;
    let found = super::found(&text, || refuse("empty").0)?;
    let warning = (mode & WORLD_READABLE != 0).then(|| {
        format!(
            "everyone on this machine may read {}: chmod 600",
            path.display()
        )
    });
    Ok(Found { warning, ..found })
}

async fn contents(path: &Path) -> std::io::Result<(Vec<u8>, u32)> {
    let file = File::open(path).await?;
    let mode = file.metadata().await?.permissions().mode();
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).await?;
    Ok((bytes, mode))
}

fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not there".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        std::io::ErrorKind::IsADirectory => "a directory".to_owned(),
        _ => error.to_string(),
    }
}
