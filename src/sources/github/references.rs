//! Finds the addresses and issue references in an issue's body. Only these are kept.

use std::collections::BTreeSet;

/// The most references that are kept of one body.
const MAX_REFERENCES: usize = 200;
/// Longer words are skipped, since no relevant address is that long.
const MAX_BYTES: usize = 1024;

/// The references in a text, and whether some were left out because there are too many.
pub(super) fn references(text: &str) -> (BTreeSet<String>, bool) {
    let mut found = BTreeSet::new();
    let words = text.split(|c: char| c.is_whitespace() || "<>()[]{}|\"'`,\\".contains(c));
    for word in words.filter(|word| is_reference(word)) {
        let word = word.trim_end_matches(['.', ';', ':', '!', '?', '*']);
        if found.contains(word) {
            continue;
        }
        if found.len() == MAX_REFERENCES {
            return (found, true);
        }
        found.insert(word.to_owned());
    }
    (found, false)
}

fn is_reference(word: &str) -> bool {
    word.len() <= MAX_BYTES
        && !word.contains(char::is_control)
        && (word.contains("://") || word.contains("/incidents/") || is_issue_reference(word))
}

// Whether a word is `#7` or `OWNER/NAME#7`.
fn is_issue_reference(word: &str) -> bool {
    let number = word.rsplit_once('#').map(|(_, number)| number);
    let number = number.map(|text| text.trim_end_matches(['.', ';', ':', '!', '?', '*']));
    number.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_found_without_what_stands_around() {
        let text = "See [it](https://a.test/incidents/Q1). <https://b.test/issues/7>,\n* #12: hubs/infra#3!";
        let (found, cut) = references(text);
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "#12",
                "https://a.test/incidents/Q1",
                "https://b.test/issues/7",
                "hubs/infra#3"
            ]
        );
        assert!(!cut);
    }

    #[test]
    fn a_body_of_nothing_but_addresses_is_cut_and_says_so() {
        let text: Vec<String> = (0..300).map(|n| format!("https://a.test/{n}")).collect();
        let (found, cut) = references(&text.join(" "));
        assert_eq!((found.len(), cut), (MAX_REFERENCES, true));
        assert_eq!(
            references(&format!("https://{}", "a".repeat(5000))).0.len(),
            0
        );
    }
}
