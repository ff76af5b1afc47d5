//! Whether the report of an outage is published, by the files in the folder of reports.

use crate::domain::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::case::Place;
use crate::domain::ids::HubKey;
use crate::domain::policy::Policy;
use crate::domain::tracker::ReportFile;

/// Whether a file is the report of an outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published<'a> {
    Yes(&'a ReportFile),
    /// The file's date fits, but its name names no place of the outage.
    Perhaps(&'a ReportFile),
    No,
}

/// Looks for the report of an outage. The outage began at `begins`, and its places are called `names`.
pub fn published<'a>(
    files: &'a [ReportFile],
    begins: DateTime<Utc>,
    names: &[String],
    zone: Zone,
) -> Published<'a> {
    let day = begins.with_timezone(&zone).date_naive();
    let fits = |file: &&ReportFile| {
        let date = file.date;
        date.is_some_and(|date| (date - day).abs() <= TimeDelta::days(1))
    };
    let dated: Vec<&ReportFile> = files.iter().filter(fits).collect();
    let names_place = |file: &&&ReportFile| {
        let words = spaced(&file.name);
        let mut names = names.iter().map(|name| spaced(name));
        names.any(|name| !name.trim().is_empty() && words.contains(&name))
    };
    match (dated.iter().find(names_place), dated.first()) {
        (Some(file), _) => Published::Yes(file),
        (None, Some(file)) => Published::Perhaps(file),
        (None, None) => Published::No,
    }
}

/// The words by which a report's file may name a place: the cluster, its domain and its other names. The hub's name
/// counts too if no other cluster has a hub of that name.
pub fn place_names(place: &Place, policy: &Policy) -> Vec<String> {
    let clusters = policy.clusters.iter();
    let hubs = clusters.flat_map(|cluster| &cluster.hubs);
    let hub = place.hub.as_ref();
    let own_hub = |key: &HubKey| place.hub_key().is_some_and(|own| own == *key);
    let domain = hubs.clone().find(|it| own_hub(&it.key));
    let domain = domain.and_then(|it| it.domain.clone());
    let namesakes = hubs.filter(|it| hub == Some(&it.key.hub)).count();
    let hub = hub.filter(|_| namesakes == 1).map(ToString::to_string);
    let known_as = policy.known_as.iter();
    let known_as = known_as.filter(|(known, _)| known == place || is_whole_cluster(known, place));
    let cluster = place.cluster.as_ref().map(ToString::to_string);
    cluster
        .into_iter()
        .chain(domain)
        .chain(hub)
        .chain(known_as.map(|(_, name)| name.clone()))
        .collect()
}

fn is_whole_cluster(one: &Place, other: &Place) -> bool {
    one.hub.is_none() && one.cluster.is_some() && one.cluster == other.cluster
}

// Puts spaces around each word, as in " leap prod ", so that only whole words match.
fn spaced(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::at;
    use super::*;

    fn file(name: &str, date: &str) -> ReportFile {
        ReportFile {
            name: name.to_owned(),
            date: date.parse().ok(),
            url: None,
        }
    }

    #[test]
    fn a_file_of_that_day_or_the_next_counts_where_it_names_the_place() {
        let names = ["leap".to_owned(), "prod.leap.hubs.example".to_owned()];
        let found = |name: &str, date: &str| {
            let files = [file(name, date)];
            match published(&files, at(0), &names, Zone::UTC) {
                Published::Yes(_) => "yes",
                Published::Perhaps(_) => "perhaps",
                Published::No => "no",
            }
        };
        assert_eq!(found("2026-03-01-leap.md", "2026-03-01"), "yes");
        assert_eq!(found("2026-02-28_LEAP_down.pdf", "2026-02-28"), "yes");
        assert_eq!(
            found("2026-03-02 prod.leap.hubs.example.md", "2026-03-02"),
            "yes"
        );
        assert_eq!(found("2026-03-01-leapfrog.md", "2026-03-01"), "perhaps");
        assert_eq!(found("2026-03-03-leap.md", "2026-03-03"), "no");
        assert_eq!(found("leap.md", ""), "no");
    }

    #[test]
    fn the_day_is_the_teams() {
        let files = [file("2026-03-02-leap.md", "2026-03-02")];
        let names = ["leap".to_owned()];
        let zone = "Pacific/Honolulu".parse::<Zone>().unwrap();
        assert_eq!(published(&files, at(0), &names, zone), Published::No);
    }
}
