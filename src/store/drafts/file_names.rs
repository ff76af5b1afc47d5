//! The name of a draft's file: `pd-Q1LEAP01-note-0123456789abcdef.RUN.json`.
//!
//! The words are for people who look into the directory. The digits make the name unique. Case ids come from outside,
//! so every character except ASCII letters and digits becomes `-`. No name can then leave the directory.

use std::ffi::OsStr;

use sha2::{Digest as _, Sha256};

use crate::domain::operation::DraftKey;

/// The most characters of the case and purpose in a file name.
const MAX_KEY_CHARS: usize = 48;

/// The file of a draft of this run.
pub fn draft_file(key: &DraftKey, run: &str) -> String {
    let text = format!("{}-{}", key.case, key.purpose);
    let shown: String = text
        .chars()
        .take(MAX_KEY_CHARS)
        .map(sanitize_char)
        .collect();
    let mut digest = Sha256::new()
        .chain_update(key.case.to_string())
        .chain_update([0])
        .chain_update(&key.purpose);
    if let Some(account) = &key.account {
        let web = account.web.as_deref().unwrap_or_default();
        digest = [account.api.as_str(), web]
            .iter()
            .fold(digest, |digest, text| {
                digest.chain_update([0]).chain_update(text)
            });
    }
    let digest = digest.finalize();
    let digits: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{shown}-{digits}.{run}.json")
}

/// The file that a run keeps locked until it ends.
pub fn lock_file(run: &str) -> String {
    format!("{run}.lock")
}

/// The run id in a draft's file name. Empty for `NAME.json`, which a person may have put there.
/// `None` if the name does not end in `.json`.
pub fn parse_run_id(file: &OsStr) -> Option<&str> {
    let stem = file.to_str()?.strip_suffix(".json")?;
    Some(stem.rsplit_once('.').map_or("", |(_, run)| run))
}

fn sanitize_char(char: char) -> char {
    if char.is_ascii_alphanumeric() {
        char
    } else {
        '-'
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::{CaseId, HubKey};
    use crate::domain::operation::DraftAccount;

    #[test]
    fn an_account_has_files_of_its_own_and_those_without_one_keep_their_names() {
        let mut own = key("leap", "prod", "note");
        let without = draft_file(&own, "8-a");
        assert_eq!(without, "hub-leap-prod-note-38f07500cef31ea4.8-a.json");
        own.account = Some(DraftAccount::new("https://api.pagerduty.com", None));
        let api = draft_file(&own, "8-a");
        own.account = Some(DraftAccount::new(
            "https://api.pagerduty.com",
            Some("https://acme.pagerduty.com/incidents/Q1"),
        ));
        let web = draft_file(&own, "8-a");
        assert!(without != api && api != web && web != without);
    }

    fn key(cluster: &str, hub: &str, purpose: &str) -> DraftKey {
        DraftKey {
            account: None,
            case: CaseId::Hub(HubKey::new(cluster, hub)),
            purpose: purpose.to_owned(),
        }
    }

    #[test]
    fn a_person_can_tell_them_apart_and_so_can_we() {
        let name = draft_file(&key("leap", "prod", "note"), "run1");
        assert!(name.starts_with("hub-leap-prod-note-"), "{name}");
        assert_eq!(parse_run_id(OsStr::new(&name)), Some("run1"));
        assert_eq!(parse_run_id(OsStr::new("mine.json")), Some(""));
        assert_eq!(parse_run_id(OsStr::new("run1.lock")), None);
        assert_ne!(
            draft_file(&key("a/b", "c", "note"), "r"),
            draft_file(&key("a", "b-c", "note"), "r")
        );
    }

    proptest! {
        #[test]
        fn no_name_leads_out_of_the_directory(cluster in ".*", hub in ".*", purpose in ".*") {
            let name = draft_file(&key(&cluster, &hub, &purpose), "run1");
            prop_assert!(name.len() < 128);
            prop_assert!(!name.starts_with('.'));
            prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.'));
            prop_assert_eq!(parse_run_id(OsStr::new(&name)), Some("run1"));
        }

        #[test]
        fn each_key_has_its_name(a in ("[a-c/:]{1,4}", "[a-c/:]{1,4}"), b in ("[a-c/:]{1,4}", "[a-c/:]{1,4}")) {
            let (one, other) = (key(&a.0, &a.1, "note"), key(&b.0, &b.1, "note"));
            let same_text = one.case.to_string() == other.case.to_string();
            prop_assert_eq!(draft_file(&one, "r") == draft_file(&other, "r"), same_text);
        }
    }
}
