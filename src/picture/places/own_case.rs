//! Finds the places whose names stand in a text in the exact letter case of the configuration. Maintenance plans need
//! this strict match, because a plan excuses an outage. A word in another letter case, or a longer word that contains a
//! name, does not count.

use super::text::{host_in, words};
use super::{places_in_text, strip_label_prefix, whole_cluster};
use crate::domain::case::Place;
use crate::domain::ids::HubKey;
use crate::domain::policy::Policy;

/// The places that a text names in whole words, by name, alias or domain.
pub fn places_in_own_case(text: &str, policy: &Policy) -> Vec<Place> {
    let written: Vec<&str> = words(text).map(strip_label_prefix).collect();
    let mut places = places_in_text(text, policy);
    places.retain(|place| {
        let mut names = names(place, policy);
        names.any(|name| has_name(&written, &name))
    });
    places
}

/// The places whose name is the whole text.
pub fn places_called(text: &str, policy: &Policy) -> Vec<Place> {
    let text = text.trim();
    let clusters = policy.clusters.iter();
    let clusters = clusters.filter(|cluster| cluster.name.as_str() == text);
    let is_called =
        |key: &HubKey, domain: Option<&str>| domain == Some(text) || key.to_string() == text;
    let hubs = policy.hubs();
    let hubs = hubs.filter(|hub| is_called(&hub.key, hub.domain.as_deref()));
    let known = policy.known_as.iter().filter(|(_, name)| name == text);
    clusters
        .map(|cluster| whole_cluster(&cluster.name))
        .chain(hubs.map(|hub| hub.key.clone().into()))
        .chain(known.map(|(place, _)| place.clone()))
        .collect()
}

// The names of a place. A hub's names include those of its cluster, since a text may name a hub by its cluster and its
// own name together.
fn names<'a>(place: &'a Place, policy: &'a Policy) -> impl Iterator<Item = String> + 'a {
    let key = place.hub_key();
    let domain = key.as_ref().and_then(|key| {
        let mut hubs = policy.hubs();
        hubs.find(|hub| hub.key == *key)?.domain.clone()
    });
    let cluster = place.cluster.as_ref();
    let is_of_place = move |known: &Place| {
        known == place || (known.hub.is_none() && known.cluster == place.cluster)
    };
    let known_as = policy.known_as.iter();
    known_as
        .filter(move |(known, _)| is_of_place(known))
        .map(|(_, name)| name.clone())
        .chain(cluster.map(ToString::to_string))
        .chain(key.map(|key| key.to_string()))
        .chain(domain)
}

fn has_name(written: &[&str], name: &str) -> bool {
    let name: Vec<&str> = words(name).collect();
    let is_word = |(written, word): (&&str, &&str)| {
        written == word || (!word.contains('/') && host_in(written) == *word)
    };
    !name.is_empty()
        && written
            .windows(name.len())
            .any(|window| window.iter().zip(&name).all(is_word))
}
