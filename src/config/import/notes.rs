//! Comments in the imported configuration about versions that are missing in the fleet's files.

use std::collections::BTreeMap;

use super::ImportedCluster;
use super::wanted::hub_places;

/// The most places that a note names. A note only counts further places.
const NAMED: usize = 3;

/// Comment lines about the places without a usable wanted version. The version may be missing in the files or
/// unreadable, or hubwatch cannot compare it with a running hub.
pub(super) fn notes(found: &[ImportedCluster]) -> String {
    let mut notes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for place in hub_places(found) {
        let note = match (
            &place.chart.unreadable,
            &place.chart.chart,
            &place.chart.image,
        ) {
            (Some(words), _, _) => format!("what should run is not known: {words}"),
            (None, None, None) => "no file here says what should run".to_owned(),
            (None, Some((version, file)), image) if place.has_own_chart || image.is_none() => {
                let own = if place.has_own_chart {
                    "a chart of its own"
                } else {
                    "its chart"
                };
                let tags = if image.is_none() {
                    "; its images have tags of their own"
                } else {
                    ""
                };
                format!("{own}, {file}, has JupyterHub's chart {version}{tags}")
            }
            (None, _, _) => continue,
        };
        notes.entry(note).or_default().push(place.full_name());
    }
    for one in found {
        let note = match &one.kubernetes {
            Some(Ok(_)) => continue,
            Some(Err(words)) => format!("Kubernetes' version is not known: {words}"),
            None => "no file here says which Kubernetes should run".to_owned(),
        };
        notes
            .entry(note)
            .or_default()
            .push(one.cluster.name.clone());
    }
    let lines = notes.iter().map(|(note, places)| {
        let named = places.iter().take(NAMED).map(String::as_str);
        let named = named.collect::<Vec<_>>().join(", ");
        let more = match places.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("# {}\n", one_line(&format!("{named}{more}: {note}.")))
    });
    let lines: String = lines.collect();
    format!("\n{lines}")
}

/// Text from a file, as part of a comment line. Control characters are escaped, since a line break would end the
/// comment.
fn one_line(text: &str) -> String {
    let signs = text.chars().map(|sign| match sign.is_control() {
        true => sign.escape_default().to_string(),
        false => sign.to_string(),
    });
    signs.collect()
}
