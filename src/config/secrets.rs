//! Recognizes keys whose value may be a secret. A person may write the secret itself as a key's value, or misspell the
//! key. The error about such a mistake must not repeat the secret.

use super::tree::KeyPath;

/// Keys whose value says where a secret is stored.
const SECRET_KEYS: [&str; 4] = ["password", "token", "bearer", "headers"];

/// Parts of the key names that other programs use for secrets.
const SECRET_PARTS: [&str; 11] = [
    "pass", "pwd", "pw", "secret", "tok", "key", "auth", "bearer", "cred", "hdr", "cookie",
];

/// Whether the path contains a key whose value says where a secret is stored.
pub(super) fn is_secret_path(path: &KeyPath) -> bool {
    SECRET_KEYS.iter().any(|key| path.has_key(key))
}

/// Whether a key with this name could have a secret as its value. A file path is not a secret.
pub(super) fn may_be_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    let slips = SECRET_KEYS
        .iter()
        .any(|meant| strsim::levenshtein(&key, meant) <= 2);
    !key.ends_with("file") && (slips || SECRET_PARTS.iter().any(|part| key.contains(part)))
}

/// Whether the line at this byte may contain a secret. Used for a text that cannot be parsed into a tree.
pub(super) fn is_secret_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next());
    let line = line.unwrap_or_default();
    let mut lines_above = before.get(..start).unwrap_or_default().lines().rev();
    let section = lines_above.find(|line| line.trim_start().starts_with('['));
    let in_address = line.contains("://") && line.contains(['?', '@']);
    may_be_secret(line) || in_address || section.is_some_and(|it| it.contains("headers"))
}

/// Whether the line sets a key that could have a secret as its value. A table or a list does not count as such a value.
pub(super) fn holds_secret(line: &str) -> bool {
    line.match_indices('=').any(|(at, _)| {
        let key = line.get(..at).unwrap_or_default().trim_end();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-\"'".contains(c);
        let key = key.rsplit(|c| !is_part(c)).next().unwrap_or_default();
        let value = line.get(at + 1..).unwrap_or_default().trim_start();
        !value.starts_with(['{', '[']) && may_be_secret(key)
    })
}

/// Replaces the text after the first `=` in the line. A section's header stays as it is.
pub(super) fn mask_value(line: &str) -> String {
    let is_of_header = |c: char| c.is_ascii_alphanumeric() || "[]_.-".contains(c);
    match line.split_once('=') {
        Some((key, _)) => format!("{key}= …"),
        None if line.starts_with('[') && line.trim_end().chars().all(is_of_header) => {
            line.to_owned()
        }
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_secrets_key_is_known_and_other_keys_are_let_be() {
        for key in [
            "pasword",
            "passwrd",
            "pwd",
            "tokn",
            "api_key",
            "apikey",
            "X-Api-Key",
            "Authorization",
            "barer",
            "hedaers",
            "secret",
            "client_secret",
            "Cookie",
        ] {
            assert!(may_be_secret(key), "{key}");
        }
        for key in [
            "url",
            "name",
            "domian",
            "promtheus",
            "cluster",
            "colour",
            "usrname",
            "bearer_token_file",
            "ca_file",
            "zone",
            "hubs",
            "headers_file",
        ] {
            assert!(!may_be_secret(key), "{key}");
        }
    }

    #[test]
    fn a_line_holds_a_secret_where_a_value_stands_behind_such_a_key() {
        for line in [
            "pasword = \"hunter2\"",
            "{ name = \"x\", api_key = 'k' }",
            "\"X-Api-Key\" = \"k\"",
            "token=1234",
        ] {
            assert!(holds_secret(line), "{line}");
        }
        for line in [
            "password = { file = \"~/password\" }",
            "[pagerduty.token]",
            "match = 'alertname=~\"hub.*\"'",
            "name = \"token\"",
        ] {
            assert!(!holds_secret(line), "{line}");
        }
    }
}
