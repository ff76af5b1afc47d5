//! `known_as` of clusters and hubs: what people call them in titles and on status pages.

use super::super::problem::{Problem, Problems};
use super::cluster::RawCluster;
use super::{Table, Text, report_duplicate_names};
use crate::domain::case::Place;

/// Every such name with its place. Each means one place only.
pub(super) fn known_as(raw: &[Table<RawCluster>], problems: &mut Problems) -> Vec<(Place, String)> {
    let names: Vec<(Place, &Text)> = raw
        .iter()
        .flat_map(|cluster| names_of_cluster(cluster))
        .collect();
    report_duplicate_names("places", names.iter().map(|(_, name)| *name), problems);
    names
        .into_iter()
        .filter_map(|(place, name)| Some((place, problems.ok_or_add(searchable_name(name))?)))
        .collect()
}

fn names_of_cluster(raw: &RawCluster) -> impl Iterator<Item = (Place, &Text)> {
    let place = |hub: Option<&Text>| Place {
        cluster: Some(raw.name.get_ref().as_str().into()),
        hub: hub.map(|name| name.get_ref().as_str().into()),
    };
    let own = raw.known_as.iter().map(move |name| (place(None), name));
    let of_hubs = raw.hubs.iter().flat_map(move |hub| {
        let names = hub.known_as.iter();
        names.map(move |name| (place(Some(&hub.name)), name))
    });
    own.chain(of_hubs)
}

// Punctuation does not count when it is looked for, so it cannot be all of a name.
fn searchable_name(text: &Text) -> Result<String, Problem> {
    if text.get_ref().contains(char::is_alphanumeric) {
        return Ok(text.get_ref().clone());
    }
    let message = format!("{:?} has no word to look for", text.get_ref());
    Err(Problem::new(text.span(), message).with_hint("what people write: \"Columbia University\""))
}
