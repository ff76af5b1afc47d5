//! Group keys, and dedup keys, which are hashes of group keys. Group keys are written as Alertmanager writes them.
//! Matchers are escaped as in OpenMetrics (`pkg/labels/matcher.go`), and group labels as by Go's `%q`
//! (`model.LabelSet.String`).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::domain::go_quote::quote_like_go;
use crate::domain::matcher::Matcher;

/// An Alertmanager's key of a group of alerts, such as `{}/{cluster=~".*"}:{alertname="disk"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKey {
    text: String,
    fixed_labels: BTreeSet<String>,
}

impl GroupKey {
    /// The possible keys of a group. Alertmanager sorts the group's labels by name. Older versions (such as 0.25) sort
    /// them by the name followed by `=`. The two orders differ if one name is another name plus a digit: `=` sorts
    /// after digits, so `a1=` comes before `a=`, although `a1` comes after `a`.
    pub(super) fn all_spellings(
        route: &str,
        mut group: Vec<(&str, &str)>,
        fixed: &BTreeSet<String>,
    ) -> Vec<Self> {
        let mut spellings = vec![Self::new(route, &group, fixed)];
        let with_sign = |name: &str| name.bytes().chain([b'=']).collect::<Vec<u8>>();
        if !group.is_sorted_by_key(|(name, _)| with_sign(name)) {
            group.sort_by_cached_key(|(name, _)| with_sign(name));
            spellings.push(Self::new(route, &group, fixed));
        }
        spellings
    }

    fn new(route: &str, group: &[(&str, &str)], fixed: &BTreeSet<String>) -> Self {
        let mut text = format!("{route}:{{");
        let mut fixed_labels = fixed.clone();
        for (nth, (name, value)) in group.iter().enumerate() {
            text.push_str(if nth == 0 { "" } else { ", " });
            text.push_str(name);
            text.push('=');
            text.push_str(&quote_like_go(value));
            fixed_labels.insert((*name).to_owned());
        }
        text.push('}');
        Self { text, fixed_labels }
    }

    /// Whether the key fixes this label's value. All alerts of the group then have the same value.
    pub fn fixes_label(&self, label: &str) -> bool {
        self.fixed_labels.contains(label)
    }

    /// The text that is hashed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The group's key in PagerDuty.
    pub fn dedup_key(&self) -> DedupKey {
        DedupKey(Sha256::digest(&self.text).into())
    }
}

/// The SHA-256 of a group key. Alertmanager sends it as PagerDuty's `dedup_key`; PagerDuty's API returns it as
/// `alert_key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DedupKey([u8; 32]);

impl fmt::Display for DedupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The error for a text that is not a dedup key as Alertmanager writes it.
#[derive(Debug, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct ParseDedupKeyError;

impl FromStr for DedupKey {
    type Err = ParseDedupKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        let mut digits = text.bytes();
        for byte in &mut bytes {
            let high = digits
                .next()
                .and_then(hex_digit)
                .ok_or(ParseDedupKeyError)?;
            let low = digits
                .next()
                .and_then(hex_digit)
                .ok_or(ParseDedupKeyError)?;
            *byte = high << 4 | low;
        }
        match digits.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(ParseDedupKeyError),
        }
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Writes matchers as in a group key: `{alertname=~".*space left.*",cluster=~".*"}`.
pub(super) fn format_matchers(matchers: &[Matcher]) -> String {
    let texts: Vec<String> = matchers.iter().map(ToString::to_string).collect();
    format!("{{{}}}", texts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dedup_key_reads_back_what_it_writes() {
        let key = DedupKey(Sha256::digest("1").into());
        let text = key.to_string();
        assert!(
            text.starts_with("6b86b273") && text.ends_with("875b4b"),
            "Alertmanager's own vector"
        );
        assert_eq!(text.parse::<DedupKey>().unwrap(), key);
        for wrong in [
            "",
            "6b86",
            &text.to_uppercase(),
            &format!("{text}0"),
            "srv/disk",
        ] {
            assert!(wrong.parse::<DedupKey>().is_err(), "{wrong}");
        }
    }
}
