//! The versions of each component with their places.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{Findings, Found};
use super::places::Fleet;
use super::{ComponentView, PlaceView, Standing, UnknownPlace, VersionView};
use crate::domain::ids::ClusterName;
use crate::domain::rollout::{
    Component, RolloutPolicy, VersionOrder, VersionReading, compare_versions, is_prerelease,
    is_version, sort_key,
};

/// The versions of one component that are kept, those with the most places.
const MAX_VERSIONS: usize = 30;

/// The images that are kept.
const MAX_IMAGES: usize = 300;

/// Builds the components of a fleet.
pub(super) struct ComponentBuilder<'a> {
    pub(super) fleet: &'a Fleet<'a>,
    pub(super) reading: Option<&'a VersionReading>,
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
            reading,
            policy,
        }
    }

    pub(super) fn components(&self) -> Vec<ComponentView> {
        let mut components = vec![
            self.component(Component::Jupyterhub, self.jupyterhub()),
            self.component(Component::Kubernetes, self.kubernetes()),
        ];
        let images = self.images().into_iter().take(MAX_IMAGES);
        let images = images.map(|(image, findings)| self.component(image, findings));
        let mut images: Vec<ComponentView> = images.collect();
        images.sort_by_key(|image| !is_mixed(image));
        components.extend(images);
        components
    }

    fn component(&self, component: Component, findings: Findings) -> ComponentView {
        let newest = self.newest(&component, &findings.found);
        let mut places: BTreeMap<String, Vec<(PlaceView, Vec<usize>)>> = BTreeMap::new();
        for found in findings.found {
            // A cluster that is not in the inventory is in no batch, and its hubs are not known.
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
        let mut versions: Vec<_> = places.into_iter().collect();
        versions.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
        let more = versions.split_off(MAX_VERSIONS.min(versions.len()));
        versions.sort_by_cached_key(|(version, _)| std::cmp::Reverse(sort_key(version)));
        ComponentView {
            component,
            versions: versions
                .into_iter()
                .map(|(version, places)| self.version(version, places))
                .collect(),
            unknown,
            more_versions: more.len(),
            more_places: more.iter().map(|(_, places)| places.len()).sum(),
        }
    }

    fn version(&self, version: String, places: Vec<(PlaceView, Vec<usize>)>) -> VersionView {
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

    // Each provider has its own patch releases of Kubernetes.
    fn provider(&self, component: &Component, cluster: &ClusterName) -> Option<&'a str> {
        match component {
            Component::Kubernetes => self.fleet.clusters.get(cluster)?.provider,
            Component::Jupyterhub | Component::Image(_) => None,
        }
    }

    // The newest release; one before its release that a single hub tries makes no other one old.
    fn newest(&self, component: &Component, found: &[Found]) -> BTreeMap<Option<&'a str>, String> {
        let mut newest: BTreeMap<Option<&'a str>, String> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for one in found {
            let provider = self.provider(component, &one.place.cluster);
            let is_release = is_version(&one.version) && !is_prerelease(&one.version);
            if !is_release || !seen.insert((provider, &one.version)) {
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

// Whether it has several versions, or one that is not as it should be.
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

/// Whether hubs or clusters of one batch have different versions: of Kubernetes, those at one provider.
pub(super) fn differs_within(component: &ComponentView, batch: usize) -> bool {
    let mut first: BTreeMap<Option<&str>, &str> = BTreeMap::new();
    component.versions.iter().any(|version| {
        let mut present = version.places.iter();
        present.any(|place| {
            let is_here = place.batch == batch && place.last_seen.is_none();
            is_here && {
                let provider = place.provider.as_deref();
                *first.entry(provider).or_insert(&version.version) != version.version
            }
        })
    })
}
