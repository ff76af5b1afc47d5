//! What the fleet's files do not say of versions, as comments.

use std::collections::BTreeMap;

use super::ImportedCluster;
use super::wanted::hub_places;

/// So many places are named in a note; the others are counted.
const NAMED: usize = 3;

/// What the files say that cannot be looked up in a running hub, and what they do not say.
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

/// Words of a file as a part of a comment, which a line break would end.
fn one_line(text: &str) -> String {
    let signs = text.chars().map(|sign| match sign.is_control() {
        true => sign.escape_default().to_string(),
        false => sign.to_string(),
    });
    signs.collect()
}
