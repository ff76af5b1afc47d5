//! The versions of each component with their places.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{Findings, Found, VersionFinder};
use super::places::Fleet;
use super::{ComponentView, MoreVersions, PlaceView, Standing, UnknownPlace, VersionView};
use crate::domain::ids::ClusterName;
use crate::domain::rollout::{
    Component, RolloutPolicy, VersionOrder, VersionReading, compare_versions, is_release, sort_key,
};

/// The most versions of one component that are kept. The versions with the most places are kept.
const MAX_VERSIONS: usize = 30;

/// The most images that are kept.
const MAX_IMAGES: usize = 300;

/// Each place with the positions of its hubs.
type PlacesOfVersion = Vec<(PlaceView, Vec<usize>)>;

/// Builds the components of a fleet.
pub(super) struct ComponentBuilder<'a> {
    fleet: &'a Fleet<'a>,
    finder: VersionFinder<'a>,
    policy: &'a RolloutPolicy,
}

impl<'a> ComponentBuilder<'a> {
    pub(super) fn new(
        fleet: &'a Fleet<'a>,
        reading: Option<&'a VersionReading>,
        policy: &'a RolloutPolicy,
    ) -> Self {
        Self {
            fleet,
            finder: VersionFinder { fleet, reading },
            policy,
        }
    }

    pub(super) fn components(&self) -> Vec<ComponentView> {
        let mut components = vec![
            self.component(Component::Jupyterhub, self.finder.jupyterhub()),
            self.component(Component::Kubernetes, self.finder.kubernetes()),
        ];
        let images = self.finder.images().into_iter().take(MAX_IMAGES);
        let images = images.map(|(image, findings)| self.component(image, findings));
        // Images that run only in clusters outside of the inventory have no place, so they are left out.
        let images =
            images.filter(|image| !(image.versions.is_empty() && image.unknown.is_empty()));
        let mut images: Vec<ComponentView> = images.collect();
        images.sort_by_key(|image| !is_mixed(image));
        components.extend(images);
        components
    }

    fn component(&self, component: Component, findings: Findings) -> ComponentView {
        let newest = self.newest(&component, &findings.found);
        let mut places: BTreeMap<String, PlacesOfVersion> = BTreeMap::new();
        for found in findings.found {
            // A cluster that is not in the inventory is skipped: it has no batch, and its hubs are unknown.
            let Some((batch, hubs)) = self.fleet.locate(&found.place) else {
                continue;
            };
            let provider = self.provider(&component, &found.place.cluster);
            let newest = newest.get(&provider).map(String::as_str);
            let view = PlaceView {
                standing: self.standing(&component, &found, newest),
                cluster: found.place.cluster,
                namespace: found.place.namespace.map(|name| name.to_string()),
                batch,
                provider: provider.map(str::to_owned),
                count: found.count,
                since: found.since,
                last_seen: found.last_seen,
            };
            places.entry(found.version).or_default().push((view, hubs));
        }
        let unknown = findings.unknown.into_iter().filter_map(|(place, why)| {
            let (batch, _) = self.fleet.locate(&place)?;
            Some(UnknownPlace {
                cluster: place.cluster,
                namespace: place.namespace.map(|name| name.to_string()),
                batch,
                why,
            })
        });
        let unknown = unknown.collect();
        let mut versions: Vec<(String, PlacesOfVersion)> = places.into_iter().collect();
        versions.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
        let differs_in = differing_batches(&versions);
        let more = versions.split_off(MAX_VERSIONS.min(versions.len()));
        versions.sort_by_cached_key(|(version, _)| std::cmp::Reverse(sort_key(version)));
        ComponentView {
            component,
            versions: versions
                .into_iter()
                .map(|(version, places)| self.version(version, places))
                .collect(),
            unknown,
            differs_in,
            more_in: more_by_batch(&more),
            more_versions: more.len(),
            more_places: more.iter().map(|(_, places)| places.len()).sum(),
        }
    }

    fn version(&self, version: String, places: PlacesOfVersion) -> VersionView {
        let hubs = places.iter().flat_map(|(_, hubs)| hubs.iter().copied());
        let hubs: BTreeSet<usize> = hubs.collect();
        let hubs: Vec<usize> = hubs.into_iter().collect();
        let (figures, worse) = self.fleet.compare(&hubs);
        VersionView {
            version,
            places: places.into_iter().map(|(place, _)| place).collect(),
            figures,
            worse,
        }
    }

    // The provider matters only for Kubernetes, since each provider has its own patch releases.
    fn provider(&self, component: &Component, cluster: &ClusterName) -> Option<&'a str> {
        match component {
            Component::Kubernetes => self.fleet.clusters.get(cluster)?.provider,
            Component::Jupyterhub | Component::Image(_) => None,
        }
    }

    // The newest release. A pre-release that a single hub tries out does not count, since it would make all other
    // versions old.
    fn newest(&self, component: &Component, found: &[Found]) -> BTreeMap<Option<&'a str>, String> {
        let mut newest: BTreeMap<Option<&'a str>, String> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for one in found {
            // A version that runs only outside of the inventory is skipped, since it does not make the inventory's
            // versions old.
            if !self.fleet.clusters.contains_key(&one.place.cluster) {
                continue;
            }
            let provider = self.provider(component, &one.place.cluster);
            if !is_release(&one.version) || !seen.insert((provider, &one.version)) {
                continue;
            }
            let known = newest
                .entry(provider)
                .or_insert_with(|| one.version.clone());
            if compare_versions(known, &one.version) == VersionOrder::Older {
                known.clone_from(&one.version);
            }
        }
        newest
    }

    fn standing(&self, component: &Component, found: &Found, newest: Option<&str>) -> Standing {
        let wanted = self.policy.wanted(component, &found.place);
        let Some(reference) = wanted.or(newest) else {
            return Standing::Alone;
        };
        match compare_versions(&found.version, reference) {
            VersionOrder::Same if wanted.is_some() => Standing::Wanted,
            VersionOrder::Same => Standing::Newest,
            VersionOrder::Older => Standing::Behind(reference.to_owned()),
            VersionOrder::Newer => Standing::Ahead(reference.to_owned()),
            VersionOrder::Unordered => Standing::Other(reference.to_owned()),
        }
    }
}

// True if the component has several versions, or a version that is not the wanted one.
fn is_mixed(component: &ComponentView) -> bool {
    let mut places = component.versions.iter().flat_map(|it| &it.places);
    component.versions.len() > 1 || places.any(|place| !is_well(&place.standing))
}

fn is_well(standing: &Standing) -> bool {
    matches!(
        standing,
        Standing::Wanted | Standing::Newest | Standing::Alone
    )
}

// The batches in which different versions run. Versions of Kubernetes are compared only within a provider.
fn differing_batches(versions: &[(String, PlacesOfVersion)]) -> BTreeSet<usize> {
    let mut first: BTreeMap<(usize, Option<&str>), &str> = BTreeMap::new();
    let mut differing = BTreeSet::new();
    for (version, places) in versions {
        let present = places.iter().map(|(place, _)| place);
        for place in present.filter(|place| place.last_seen.is_none()) {
            let key = (place.batch, place.provider.as_deref());
            if *first.entry(key).or_insert(version) != version {
                differing.insert(place.batch);
            }
        }
    }
    differing
}

fn more_by_batch(more: &[(String, PlacesOfVersion)]) -> BTreeMap<usize, MoreVersions> {
    let mut by_batch: BTreeMap<usize, MoreVersions> = BTreeMap::new();
    for (_, places) in more {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, _) in places {
            *counts.entry(place.batch).or_default() += 1;
        }
        for (batch, count) in counts {
            let more = by_batch.entry(batch).or_default();
            more.versions += 1;
            more.places += count;
        }
    }
    by_batch
}
