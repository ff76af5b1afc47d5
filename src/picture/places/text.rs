//! The places that a text names: a title, a post, the description of a maintenance window.

use std::collections::BTreeSet;

use super::whole_cluster;
use crate::domain::case::Place;
use crate::domain::ids::ClusterName;
use crate::domain::policy::{ClusterSpec, Policy};

/// The words of a text, as a name or a domain would be written.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '=' | '_')))
        .map(|word| word.trim_matches(['.', '/', '-', '=']))
        .filter(|word| !word.is_empty())
}

/// `prod.leap.example/hub/health` is an address on the host before the slash.
pub fn host_part(word: &str) -> &str {
    word.split('/').next().unwrap_or(word)
}

/// Whether a text names a domain: another one that ends in it is not it.
pub fn names_domain(text: &str, domain: &str) -> bool {
    contains_ignoring_case(text, domain)
        && words(text).any(|word| host_part(word).eq_ignore_ascii_case(domain))
}

// Most texts do not, and to find that out is cheaper than to read their words.
fn contains_ignoring_case(text: &str, domain: &str) -> bool {
    let parts = text.as_bytes().windows(domain.len().max(1));
    parts
        .into_iter()
        .any(|part| part.eq_ignore_ascii_case(domain.as_bytes()))
}

/// Whether a title is about a certificate, which says nothing about whether its host answers.
pub fn is_about_certificate(title: &str) -> bool {
    words(title).any(|word| {
        ["certificate", "certificates", "cert", "tls", "ssl"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// Whether an alert's name says that the hub itself is down.
pub fn is_called_hub_down(name: &str) -> bool {
    let name = name.to_lowercase();
    ["hub is down", "hub down", "hub unreachable"]
        .iter()
        .any(|words| name.contains(words))
}

/// The places that a text names: hubs by domain, by `cluster/hub` or by what people call them, else
/// clusters by name, each with the hubs of it that are named too. A hub's name alone says nothing: names
/// repeat across clusters.
pub fn places_in_text(text: &str, policy: &Policy) -> Vec<Place> {
    let called = MatchedAliases::from_text(text, policy);
    let words: Vec<&str> = words(text).collect();
    let exact = exact_hubs(&words, &called, policy);
    if !exact.is_empty() {
        return exact;
    }
    let words: Vec<Word<'_>> = words.into_iter().map(Word::parse).collect();
    hubs_or_clusters(&named_clusters(&words, &called, policy), &words)
}

/// The places that an incident's title names. Alarms of a cloud carry the cluster at the beginning of
/// their own names: `leap-nfs-saturation`.
pub fn places_in_title(title: &str, policy: &Policy) -> Vec<Place> {
    let found = places_in_text(title, policy);
    if !found.is_empty() {
        return found;
    }
    let found: BTreeSet<&ClusterName> = words(title)
        .filter_map(|word| cluster_prefix(word, policy))
        .collect();
    found.into_iter().map(whole_cluster).collect()
}

// The longest name: `pilot-uk-nfs` is of `pilot-uk`, not of `pilot`.
fn cluster_prefix<'a>(word: &str, policy: &'a Policy) -> Option<&'a ClusterName> {
    let names = policy.clusters.iter().map(|cluster| &cluster.name);
    names
        .filter(|name| {
            word.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.starts_with(['-', '_']))
        })
        .max_by_key(|name| name.as_str().len())
}

/// A word of a text. The prefix that some rules put into their labels' values tells what it is.
enum Word<'a> {
    Cluster(&'a str),
    Hub(&'a str),
    Other,
    Bare(&'a str),
}

impl<'a> Word<'a> {
    fn parse(word: &'a str) -> Self {
        match word.split_once('=') {
            Some(("cluster", name)) => Self::Cluster(name),
            Some(("hub" | "namespace", name)) => Self::Hub(name),
            Some(_) => Self::Other,
            None => Self::Bare(word),
        }
    }
}

/// What a text calls by the names that people use.
struct MatchedAliases<'a>(Vec<&'a Place>);

impl<'a> MatchedAliases<'a> {
    fn from_text(text: &str, policy: &'a Policy) -> Self {
        if policy.known_as.is_empty() {
            return Self(Vec::new());
        }
        let text = normalize_words(text);
        let is_called = |name: &str| text.contains(&normalize_words(name));
        let known = policy.known_as.iter();
        Self(
            known
                .filter(|(_, name)| is_called(name))
                .map(|(place, _)| place)
                .collect(),
        )
    }

    fn has_cluster(&self, cluster: &ClusterName) -> bool {
        self.0
            .iter()
            .any(|place| place.hub.is_none() && place.cluster.as_ref() == Some(cluster))
    }
}

// Whole words in a row, in any case.
fn normalize_words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// The hubs that are named beyond doubt.
fn exact_hubs(words: &[&str], called: &MatchedAliases<'_>, policy: &Policy) -> Vec<Place> {
    let hosts: Vec<&str> = words.iter().map(|word| host_part(word)).collect();
    let keys: Vec<(&str, &str)> = words
        .iter()
        .filter_map(|word| word.split_once('/'))
        .collect();
    policy
        .hubs()
        .filter(|hub| {
            let (cluster, name) = (hub.key.cluster.as_str(), hub.key.hub.as_str());
            let is_host = |domain: &str| hosts.iter().any(|it| it.eq_ignore_ascii_case(domain));
            hub.domain.as_deref().is_some_and(is_host) || keys.contains(&(cluster, name))
        })
        .map(|hub| Place::from(hub.key.clone()))
        .chain(
            called
                .0
                .iter()
                .copied()
                .filter(|it| it.hub.is_some())
                .cloned(),
        )
        .collect::<BTreeSet<Place>>()
        .into_iter()
        .collect()
}

// A prefix is beyond doubt: where one tells the cluster, other words do not.
fn named_clusters<'a>(
    words: &[Word<'_>],
    called: &MatchedAliases<'_>,
    policy: &'a Policy,
) -> Vec<&'a ClusterSpec> {
    let by_prefix = words.iter().any(|word| matches!(word, Word::Cluster(_)));
    let is_named = |name: &str| {
        words.iter().any(|word| match word {
            Word::Cluster(told) => *told == name,
            Word::Bare(told) => !by_prefix && *told == name,
            Word::Hub(_) | Word::Other => false,
        })
    };
    policy
        .clusters
        .iter()
        .filter(|cluster| is_named(cluster.name.as_str()) || called.has_cluster(&cluster.name))
        .collect()
}

// A word that names a hub of a cluster that is named too does not name the cluster of that name.
fn hubs_or_clusters(clusters: &[&ClusterSpec], words: &[Word<'_>]) -> Vec<Place> {
    let named: Vec<(&ClusterSpec, Vec<Place>)> = clusters
        .iter()
        .map(|cluster| (*cluster, named_hubs(cluster, words)))
        .collect();
    let is_a_hub_elsewhere = |name: &ClusterName| {
        named
            .iter()
            .filter(|(cluster, _)| cluster.name != *name)
            .flat_map(|(_, hubs)| hubs)
            .any(|hub| {
                hub.hub
                    .as_ref()
                    .is_some_and(|hub| hub.as_str() == name.as_str())
            })
    };
    named
        .iter()
        .flat_map(|(cluster, hubs)| match hubs.as_slice() {
            [] if is_a_hub_elsewhere(&cluster.name) => Vec::new(),
            [] => vec![whole_cluster(&cluster.name)],
            _ => hubs.clone(),
        })
        .collect()
}

// A bare word that is the cluster's own name too is not held for its hub.
fn named_hubs(cluster: &ClusterSpec, words: &[Word<'_>]) -> Vec<Place> {
    let is_named = |name: &str| {
        words.iter().any(|word| match word {
            Word::Hub(told) => *told == name,
            Word::Bare(told) => *told == name && name != cluster.name.as_str(),
            Word::Cluster(_) | Word::Other => false,
        })
    };
    cluster
        .hubs
        .iter()
        .filter(|hub| is_named(hub.key.hub.as_str()))
        .map(|hub| Place::from(hub.key.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hub::{HubSpec, Tier};
    use crate::domain::ids::HubKey;
    use crate::domain::policy::ClusterSpec;

    fn cluster(name: &str, hubs: &[&str]) -> ClusterSpec {
        let spec = |hub: &&str| HubSpec {
            key: HubKey::new(name, *hub),
            tier: Tier::Prod,
            domain: Some(format!("{hub}.{name}.example")),
            health_url: None,
            expected_status: 200,
        };
        ClusterSpec {
            without: Default::default(),
            name: name.into(),
            provider: None,
            hubs: hubs.iter().map(spec).collect(),
        }
    }

    fn policy() -> Policy {
        Policy {
            clusters: vec![
                cluster("leap", &["prod", "staging"]),
                cluster("maap", &["prod"]),
            ],
            ..Policy::default()
        }
    }

    fn named(text: &str) -> Vec<String> {
        let show = |place: Place| match place.hub_key() {
            Some(key) => key.to_string(),
            None => place
                .cluster
                .map(|name| name.to_string())
                .unwrap_or_default(),
        };
        places_in_text(text, &policy())
            .into_iter()
            .map(show)
            .collect()
    }

    #[test]
    fn a_domain_names_its_hub_in_an_address_too() {
        assert_eq!(named("prod.leap.example on leap"), ["leap/prod"]);
        assert_eq!(
            named("https://prod.leap.example/hub/health failed"),
            ["leap/prod"]
        );
    }

    #[test]
    fn prefixes_in_a_title_are_understood() {
        let title = "2 servers failed cluster=leap hub=prod (provider=gcp)";
        assert_eq!(named(title), ["leap/prod"]);
    }

    #[test]
    fn a_hubs_name_alone_names_nothing() {
        assert_eq!(named("disk of prod is full"), [] as [&str; 0]);
        assert_eq!(named("disk of maap is full"), ["maap"]);
    }

    #[test]
    fn a_domain_that_ends_in_another_is_not_it() {
        assert!(names_domain("Leap.example on leap", "leap.example"));
        assert!(!names_domain(
            "staging.leap.example on leap",
            "leap.example"
        ));
    }

    #[test]
    fn a_certificate_is_told_by_its_words() {
        assert!(is_about_certificate("SSL: leap.example"));
        assert!(!is_about_certificate("leap.example is uncertain"));
    }
}
