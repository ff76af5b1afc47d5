//! The places that a text names. The text is a title, a post or the description of a maintenance window.

use std::collections::BTreeSet;

use super::whole_cluster;
use crate::domain::case::Place;
use crate::domain::ids::ClusterName;
use crate::domain::policy::{ClusterSpec, Policy};

/// The words of a text. A word may be a name or a domain.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '=' | '_')))
        .map(|word| word.trim_matches(['.', '/', '-', '=']))
        .filter(|word| !word.is_empty())
}

/// The host in a word. The word is an address (`prod.leap.example/hub/health`) or the label of a check
/// (`host=prod.leap.example`).
pub fn host_in(word: &str) -> &str {
    let address = labelled_host(word).unwrap_or(word);
    address.split('/').next().unwrap_or(address)
}

fn labelled_host(word: &str) -> Option<&str> {
    const LABELS: [&str; 5] = ["host", "hostname", "domain", "instance", "url"];
    let labelled = word.split_once('=');
    let (_, address) = labelled.filter(|(label, _)| LABELS.contains(label))?;
    Some(address)
}

/// Whether a text contains exactly this domain. A longer domain with the same end does not count.
pub fn names_domain(text: &str, domain: &str) -> bool {
    contains_ignoring_case(text, domain)
        && words(text).any(|word| host_in(word).eq_ignore_ascii_case(domain))
}

// A fast first check. Most texts do not contain the domain, and splitting a text into words takes longer.
fn contains_ignoring_case(text: &str, domain: &str) -> bool {
    let parts = text.as_bytes().windows(domain.len().max(1));
    parts
        .into_iter()
        .any(|part| part.eq_ignore_ascii_case(domain.as_bytes()))
}

/// Whether an alert's name says that a hub is down.
pub fn is_called_hub_down(name: &str) -> bool {
    let name = name.to_lowercase();
    ["hub is down", "hub down", "hub unreachable"]
        .iter()
        .any(|words| name.contains(words))
}

/// The letter case in which a name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LetterCase {
    /// The letter case of the configuration.
    Own,
    /// Any letter case: "LEAP" means leap, unless another place has the name "LEAP".
    Any,
}

impl LetterCase {
    fn is_same(self, written: &str, name: &str) -> bool {
        let lower = |text: &'_ str| {
            text.chars()
                .flat_map(char::to_lowercase)
                .collect::<String>()
        };
        written == name
            || (self == Self::Any
                && (written.eq_ignore_ascii_case(name)
                    || (!written.is_ascii() && !name.is_ascii() && lower(written) == lower(name))))
    }
}

/// The places that a text names. A name counts only if it is written in the configuration's letter case. A hub is named
/// by its domain, by `cluster/hub` or by an alias. A hub's name alone counts only if the text also names the hub's
/// cluster, since names repeat across clusters. A cluster counts as a whole if the text names none of its hubs.
pub fn places_in_text(text: &str, policy: &Policy) -> Vec<Place> {
    find_places(text, policy, LetterCase::Own)
}

/// The places that a text names, in any letter case. This is for texts by people, and by programs that do not take
/// names from the configuration.
pub fn places_in_any_case(text: &str, policy: &Policy) -> Vec<Place> {
    find_places(text, policy, LetterCase::Any)
}

fn find_places(text: &str, policy: &Policy, letters: LetterCase) -> Vec<Place> {
    let called = MatchedAliases::from_text(text, policy);
    let words: Vec<&str> = words(text).collect();
    let exact = exact_hubs(&words, &called, policy, letters);
    // A check's title has a host label, which is sure to name the hub. The other words of the title are ignored, since
    // the title also names a project, and a cluster may have the project's name.
    if !exact.is_empty() && words.iter().any(|word| labelled_host(word).is_some()) {
        return exact;
    }
    let words: Vec<Word<'_>> = words
        .into_iter()
        .map(|word| Word::parse(word, policy))
        .collect();
    let mut named = named_clusters(&words, &called, policy, letters);
    named.retain(|cluster| !exact.iter().any(|hub| means_hub(&cluster.name, hub)));
    let others = hubs_or_clusters(&named, &words, letters);
    exact.into_iter().chain(others).collect()
}

// Whether the cluster's name in the text only helps to name `hub`: the hub is in this cluster, or has the same name.
fn means_hub(cluster: &ClusterName, hub: &Place) -> bool {
    let hub_name = hub.hub.as_ref().map(|name| name.as_str());
    hub.cluster.as_ref() == Some(cluster) || hub_name == Some(cluster.as_str())
}

/// The places that an incident's title names, in any letter case. In a cloud alarm, the name of the alarm begins with
/// the name of the cluster: `leap-nfs-saturation`.
pub fn places_in_title(title: &str, policy: &Policy) -> Vec<Place> {
    let found = places_in_any_case(title, policy);
    if !found.is_empty() {
        return found;
    }
    let found: BTreeSet<&ClusterName> = words(title)
        .filter_map(|word| cluster_prefix(word, policy))
        .collect();
    found.into_iter().map(whole_cluster).collect()
}

// The cluster whose name is the longest beginning of the word: `pilot-uk-nfs` belongs to `pilot-uk`, not to `pilot`.
fn cluster_prefix<'a>(word: &str, policy: &'a Policy) -> Option<&'a ClusterName> {
    let names = policy.clusters.iter().map(|cluster| &cluster.name);
    names
        .filter(|name| {
            let length = name.as_str().len();
            let beginning = word.get(..length);
            beginning.is_some_and(|it| LetterCase::Any.is_same(it, name.as_str()))
                && word
                    .get(length..)
                    .is_some_and(|rest| rest.starts_with(['-', '_']))
        })
        .max_by_key(|name| name.as_str().len())
}

/// A word of a text. Some rules put the label's name before the value: `cluster=leap`.
enum Word<'a> {
    Cluster(&'a str),
    Hub(&'a str),
    Other,
    Bare(&'a str),
}

impl<'a> Word<'a> {
    fn parse(word: &'a str, policy: &Policy) -> Self {
        match word.split_once('=') {
            Some((label, name)) if policy.cluster_labels.contains(label) => Self::Cluster(name),
            Some(("hub" | "namespace", name)) => Self::Hub(name),
            Some(_) => Self::Other,
            None => Self::Bare(word),
        }
    }
}

/// The places that a text names by their aliases.
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

// The words in lower case, separated by single spaces, so that several words in a row can be matched.
fn normalize_words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// The hubs that the text names by their domain, as `cluster/hub`, or by an alias of their own.
fn exact_hubs(
    words: &[&str],
    called: &MatchedAliases<'_>,
    policy: &Policy,
    letters: LetterCase,
) -> Vec<Place> {
    let hosts: Vec<&str> = words.iter().map(|word| host_in(word)).collect();
    let keys: Vec<(&str, &str)> = words
        .iter()
        .filter_map(|word| word.split_once('/'))
        .collect();
    policy
        .hubs()
        .filter(|hub| {
            let (cluster, name) = (hub.key.cluster.as_str(), hub.key.hub.as_str());
            let is_host = |domain: &str| hosts.iter().any(|it| it.eq_ignore_ascii_case(domain));
            let is_key = |(its_cluster, its_name): &(&str, &str)| {
                letters.is_same(its_cluster, cluster) && letters.is_same(its_name, name)
            };
            hub.domain.as_deref().is_some_and(is_host) || keys.iter().any(is_key)
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

// Clusters that the text names. If any word has the prefix `cluster=`, words without it do not count, since they may
// mean something else.
fn named_clusters<'a>(
    words: &[Word<'_>],
    called: &MatchedAliases<'_>,
    policy: &'a Policy,
    letters: LetterCase,
) -> Vec<&'a ClusterSpec> {
    let by_prefix = words.iter().any(|word| matches!(word, Word::Cluster(_)));
    let is_own_name = |word: &str| policy.clusters.iter().any(|it| it.name.as_str() == word);
    let is_it = |word: &str, name: &str| {
        word == name || (letters.is_same(word, name) && !is_own_name(word))
    };
    let is_named = |name: &str| {
        words.iter().any(|word| match word {
            Word::Cluster(told) => is_it(told, name),
            Word::Bare(told) => !by_prefix && is_it(told, name),
            Word::Hub(_) | Word::Other => false,
        })
    };
    policy
        .clusters
        .iter()
        .filter(|cluster| is_named(cluster.name.as_str()) || called.has_cluster(&cluster.name))
        .collect()
}

// For each of the clusters, the cluster's hubs that the text names, or the whole cluster if the text names none of its
// hubs. A whole cluster is left out if its name is also the name of a hub that the text names in another cluster.
fn hubs_or_clusters(
    clusters: &[&ClusterSpec],
    words: &[Word<'_>],
    letters: LetterCase,
) -> Vec<Place> {
    let named: Vec<(&ClusterSpec, Vec<Place>)> = clusters
        .iter()
        .map(|cluster| (*cluster, named_hubs(cluster, words, letters)))
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

// The hubs of the cluster that the text names as `hub=NAME` or by the bare name. If a hub has the name of its cluster,
// the bare name means the cluster.
fn named_hubs(cluster: &ClusterSpec, words: &[Word<'_>], letters: LetterCase) -> Vec<Place> {
    let is_cluster = |name: &str| letters.is_same(name, cluster.name.as_str());
    let is_named = |name: &str| {
        words.iter().any(|word| match word {
            Word::Hub(told) => letters.is_same(told, name),
            Word::Bare(told) => letters.is_same(told, name) && !is_cluster(name),
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
mod tests;
