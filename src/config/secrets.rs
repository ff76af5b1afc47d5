//! Keys under which a secret's place is named. A person who writes the secret itself there gets an
//! error, and the error must not repeat the secret.

use super::tree::KeyPath;

const SECRET_KEYS: [&str; 4] = ["password", "token", "bearer", "headers"];

/// Whether the way leads to or through such a key.
pub(super) fn is_secret_path(path: &KeyPath) -> bool {
    SECRET_KEYS.iter().any(|key| path.has_key(key))
}

/// Whether the line at this byte names such a key; for a text that is no tree yet.
pub(super) fn is_secret_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next());
    SECRET_KEYS
        .iter()
        .any(|key| line.unwrap_or_default().contains(key))
}

/// A line with what stands after its first `=` left out.
pub(super) fn mask_value(line: &str) -> String {
    match line.split_once('=') {
        Some((key, _)) => format!("{key}= …"),
        None => "…".to_owned(),
    }
}
