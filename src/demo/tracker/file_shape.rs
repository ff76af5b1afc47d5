//! A file in a folder, as GitHub's contents API lists it.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::issue::ReportFile;
use super::{REPORTS_FOLDER, REPORTS_REPOSITORY, SITE};

pub(super) fn file_json(file: &ReportFile) -> Value {
    let path = format!("{REPORTS_FOLDER}/{}", file.name);
    let sha = digest(&file.name);
    let api = format!("{SITE}/api/v3/repos/{REPORTS_REPOSITORY}");
    let url = format!("{api}/contents/{path}?ref=main");
    let html = format!("{SITE}/{REPORTS_REPOSITORY}/blob/main/{path}");
    let git = format!("{api}/git/blobs/{sha}");
    json!({
        "name": file.name,
        "path": path,
        "sha": sha,
        "size": 18_000 + file.name.len(),
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": format!("{SITE}/{REPORTS_REPOSITORY}/raw/main/{path}"),
        "type": "file",
        "_links": { "self": url, "git": git, "html": html },
    })
}

/// Forty hexadecimal digits that depend only on `text`.
pub(super) fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes
        .iter()
        .take(20)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
