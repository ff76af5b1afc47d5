//! Rules for every file: its length, forbidden words, and no hosts that somebody may own.

use std::sync::LazyLock;

use regex::Regex;

/// The largest number of lines in a file of `src/`. Plain tables may be longer.
const LONGEST: usize = 400;
/// The median length of the files must be lower than this number of lines.
const MEDIAN: usize = 140;
/// Files that contain only a table and may therefore be longer: `(file, reason)`.
const TABLES: &[(&str, &str)] = &[];

/// Each word is written in two pieces, so that the rule does not find it in this list.
const WORDS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("#[ig", "nore"),
];

/// Real hosts that files may name: PagerDuty's API, which is a documented default, and the sites that IANA reserves for
/// documentation.
const KNOWN_HOSTS: &[&str] = &[
    "api.pagerduty.com",
    "api.eu.pagerduty.com",
    "example.com",
    "example.net",
    "example.org",
];

/// Endings of names that no one can register (RFC 2606, RFC 6761).
const RESERVED: &[&str] = &[".example", ".test", ".invalid", ".localhost", ".local"];

/// Describes each file that is too long, and the median if it is too high.
pub fn too_long(files: &[(String, usize)]) -> Vec<String> {
    let is_table = |file: &str| TABLES.iter().any(|(table, _)| *table == file);
    let mut wrongs: Vec<String> = files
        .iter()
        .filter(|(file, lines)| *lines > LONGEST && !is_table(file))
        .map(|(file, lines)| format!("{file}: {lines} lines, at most {LONGEST}"))
        .collect();
    let median = median(files.iter().map(|(_, lines)| *lines).collect());
    if median >= MEDIAN {
        wrongs.push(format!(
            "the median file has {median} lines, less than {MEDIAN} it should"
        ));
    }
    wrongs
}

fn median(mut lines: Vec<usize>) -> usize {
    lines.sort_unstable();
    lines.get(lines.len() / 2).copied().unwrap_or(0)
}

/// The forbidden words that occur in `text`.
pub fn forbidden_words(text: &str) -> Vec<&'static str> {
    let found = WORDS.iter().filter(|word| text.contains(**word));
    found.copied().collect()
}

/// Hosts in `text`, in addresses, e-mails and `domain = "…"`, that somebody may own.
pub fn foreign_hosts(text: &str) -> Vec<String> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        let address = r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?([A-Za-z0-9.-]+)";
        let mail = r"\b[A-Za-z0-9._-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)";
        let key = r#"\b(?:domain|host)\s*[=:]\s*"([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"#;
        Regex::new(&format!("{address}|{mail}|{key}")).unwrap()
    });
    let named = NAMED.captures_iter(text).filter_map(|found| {
        found
            .iter()
            .skip(1)
            .flatten()
            .next()
            .map(|host| host.as_str())
    });
    let mut foreign: Vec<String> = named
        .filter(|host| !is_nobodys(host))
        .map(str::to_owned)
        .collect();
    foreign.dedup();
    foreign
}

fn is_nobodys(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_in_documentation =
        |known: &&str| host == **known || host.ends_with(&format!(".{known}"));
    let is_local = host == "localhost" || host.starts_with("127.") || host == "0.0.0.0";
    // A host without a dot is a name inside a cluster or in a test. Digits and dots that are not an IP address are a
    // version.
    let is_no_name = !host.contains('.') || host.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_private =
        host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("192.0.2.");
    is_local
        || is_private
        || (is_no_name && host.parse::<std::net::IpAddr>().is_err())
        || RESERVED.iter().any(|ending| host.ends_with(ending))
        || KNOWN_HOSTS.iter().any(is_in_documentation)
}

#[cfg(test)]
mod tests {
    use super::{forbidden_words, foreign_hosts, too_long};

    #[test]
    fn a_file_too_long_and_a_median_too_high_are_caught() {
        let files = |lines: &[usize]| -> Vec<(String, usize)> {
            lines.iter().map(|n| (format!("src/{n}.rs"), *n)).collect()
        };
        assert!(too_long(&files(&[10, 20, 400])).is_empty());
        assert_eq!(
            too_long(&files(&[10, 20, 401])),
            ["src/401.rs: 401 lines, at most 400"]
        );
        assert_eq!(too_long(&files(&[10, 140, 150])).len(), 1);
    }

    #[test]
    fn words_that_must_not_stay_are_caught() {
        assert_eq!(
            forbidden_words(concat!("// TO", "DO: later")),
            [concat!("TO", "DO")]
        );
        assert_eq!(
            forbidden_words(concat!("#[ig", "nore = \"slow\"]")),
            [concat!("#[ig", "nore")]
        );
        assert!(forbidden_words("a todo list that a method is").is_empty());
    }

    #[test]
    fn a_host_that_somebody_owns_is_caught() {
        // Each address is put together here, since the rule also checks this file.
        for (before, host, after) in [
            ("https://", "hub.2i2c.cloud", "/hub"),
            ("http://ada:secret@", "grafana.com", ":80"),
            ("mail ada@", "pagerduty.com", "."),
            ("domain = \"", "leap.earth", "\""),
            ("host: \"", "prometheus.io", "\""),
            ("http://", "8.8.8.8", "/"),
        ] {
            assert_eq!(foreign_hosts(&format!("{before}{host}{after}")), [host]);
        }
    }

    #[test]
    fn nobodys_hosts_pass() {
        for text in [
            "https://leap.example/hub and https://prometheus.leap.test:9090",
            "http://127.0.0.1:9093 http://localhost http://[::1]:80 http://0.0.0.0:0",
            "ada@example.org, https://api.pagerduty.com/incidents, https://acme.example.com",
            "format!(\"http://{address}/metrics\") http://prometheus:9090",
            "domain = \"staging.leap.example\"\nversion = \"1.2.3\"",
        ] {
            assert_eq!(foreign_hosts(text), Vec::<String>::new(), "{text}");
        }
    }
}
