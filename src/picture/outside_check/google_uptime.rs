//! Google's uptime checks: a host does not answer as it should. The title goes on with fields between ` | `.

use super::{CheckKind, OutsideCheck};

const BEGINNINGS: [&str; 2] = ["An uptime check on ", "Check passed for "];

/// Reads `An uptime check on PROJECT Uptime Check URL labels {…, host=HOST} is failing.`
pub(super) fn read(title: &str) -> Option<OutsideCheck<'_>> {
    let is_check = BEGINNINGS
        .iter()
        .any(|beginning| title.starts_with(beginning));
    let host = checked_host(title).filter(|_| is_check)?;
    Some(OutsideCheck {
        kind: CheckKind::GoogleUptime,
        subject: host.into(),
    })
}

/// The host in the labels of the checked resource. None where the title is cut within.
pub(super) fn checked_host(title: &str) -> Option<&str> {
    let (_, labels) = title.split_once(" Uptime Check URL labels {")?;
    let (labels, _) = labels.split_once('}')?;
    let host = labels
        .split(", ")
        .find_map(|label| label.strip_prefix("host="))?;
    let is_in_host =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | ':' | '_');
    let is_host = !host.is_empty() && host.len() <= 253 && host.chars().all(is_in_host);
    is_host.then_some(host)
}

/// The sentence before the fields that Google adds to every title.
pub(super) fn without_fields(title: &str) -> &str {
    title
        .split_once(" | Violation started: ")
        .map_or(title, |(sentence, _)| sentence)
}
