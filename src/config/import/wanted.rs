//! The versions that the fleet's files name as wanted, each with the places that should have it.

use std::collections::BTreeMap;

use super::ImportedCluster;
use super::write::{listed, quoted};

/// The places that should have a version of an image or of Kubernetes.
#[derive(Default)]
struct Places<'a> {
    clusters: Vec<&'a str>,
    /// Names in the form `CLUSTER/HUB`.
    hubs: Vec<String>,
}

/// The tables `[[rollout.wanted]]`.
pub(super) fn wanted_text(found: &[ImportedCluster]) -> String {
    images(found) + &kubernetes(found)
}

fn images(found: &[ImportedCluster]) -> String {
    let mut by_image: BTreeMap<&str, BTreeMap<&str, Vec<HubPlace<'_>>>> = BTreeMap::new();
    for place in hub_places(found) {
        if let Some((name, tag)) = &place.chart.image {
            let tags = by_image.entry(name).or_default();
            tags.entry(tag).or_default().push(place);
        }
    }
    let tables = by_image.iter().flat_map(|(name, tags)| {
        let known: usize = tags.values().map(Vec::len).sum();
        // An entry without places applies to every hub. So such an entry is written only if every hub's image is known.
        let most = (known == hub_places(found).count())
            .then(|| tags.iter().max_by_key(|(_, places)| places.len()))
            .flatten();
        let most = most.map(|(tag, _)| *tag);
        let everywhere = most.map(|tag| table(name, tag, &Places::default()));
        let others = tags.iter().filter(move |(tag, _)| Some(**tag) != most);
        let others = others.map(|(tag, places)| table(name, tag, &closest_names(places, found)));
        everywhere.into_iter().chain(others)
    });
    tables.collect()
}

fn kubernetes(found: &[ImportedCluster]) -> String {
    let mut by_version: BTreeMap<&str, Places<'_>> = BTreeMap::new();
    for one in found {
        if let Some(Ok(version)) = &one.kubernetes {
            let places = by_version.entry(version).or_default();
            places.clusters.push(&one.cluster.name);
        }
    }
    let tables = by_version.into_iter().map(|(version, places)| {
        let is_everywhere = places.clusters.len() == found.len();
        let everywhere = Places::default();
        table(
            "kubernetes",
            version,
            if is_everywhere { &everywhere } else { &places },
        )
    });
    tables.collect()
}

/// Names the places. A cluster is named as a whole if `places` has all of its hubs. Otherwise its hubs in `places` are
/// named.
fn closest_names<'a>(places: &[HubPlace<'a>], found: &'a [ImportedCluster]) -> Places<'a> {
    let mut names = Places::default();
    for one in found {
        let here = places
            .iter()
            .filter(|place| std::ptr::eq(place.cluster, one));
        let here: Vec<String> = here.map(HubPlace::full_name).collect();
        if !here.is_empty() && here.len() == one.cluster.hubs.len() {
            names.clusters.push(&one.cluster.name);
        } else {
            names.hubs.extend(here);
        }
    }
    names
}

fn table(what: &str, version: &str, places: &Places<'_>) -> String {
    let mut text = format!(
        "\n[[rollout.wanted]]\nwhat = {}\nversion = {}\n",
        quoted(what),
        quoted(version)
    );
    if !places.clusters.is_empty() {
        text.push_str(&format!("clusters = {}\n", listed(&places.clusters)));
    }
    if !places.hubs.is_empty() {
        text.push_str(&format!("hubs = {}\n", listed(&places.hubs)));
    }
    text
}

/// A hub, and the wanted versions from its files.
pub(super) struct HubPlace<'a> {
    cluster: &'a ImportedCluster,
    name: &'a str,
    pub has_own_chart: bool,
    pub chart: &'a super::charts::HubChart,
}

impl HubPlace<'_> {
    pub(super) fn full_name(&self) -> String {
        format!("{}/{}", self.cluster.cluster.name, self.name)
    }
}

pub(super) fn hub_places(found: &[ImportedCluster]) -> impl Iterator<Item = HubPlace<'_>> {
    found.iter().flat_map(|cluster| {
        let hubs = cluster.cluster.hubs.iter().zip(&cluster.charts);
        hubs.map(move |(hub, chart)| HubPlace {
            cluster,
            name: &hub.name,
            has_own_chart: hub.chart_override.is_some(),
            chart,
        })
    })
}
