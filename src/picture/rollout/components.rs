//! The versions of each component with their places.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Fleet;
use super::{ComponentView, PlaceView, Standing, UnknownPlace, UnknownReason, VersionView};
use crate::domain::ids::ClusterName;
use crate::domain::rollout::{
    Component, KnownSince, QueriedPart, RolloutPolicy, VersionOrder, VersionPlace, VersionReading,
    compare_versions, is_prerelease, is_version, sort_key,
};
use chrono::{DateTime, Utc};

/// The versions of one component that are kept, those with the most places.
const MAX_VERSIONS: usize = 30;

/// The images that are kept.
const MAX_IMAGES: usize = 300;

/// Builds the components of a fleet.
pub(super) struct ComponentBuilder<'a> {
    fleet: &'a Fleet<'a>,
    reading: Option<&'a VersionReading>,
    policy: &'a RolloutPolicy,
}

/// A version that was found in a place.
struct Found {
    place: VersionPlace,
    version: String,
    since: Option<KnownSince>,
    last_seen: Option<DateTime<Utc>>,
}

/// What is known of one component.
#[derive(Default)]
struct Findings {
    found: Vec<Found>,
    unknown: Vec<(VersionPlace, UnknownReason)>,
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

    fn jupyterhub(&self) -> Findings {
        let mut findings = Findings::default();
        for hub in &self.fleet.hubs {
            let place = VersionPlace::from(hub.key().clone());
            let probe = hub.view.probe.as_ref();
            match probe.and_then(|probe| Some((probe, probe.version.as_ref()?))) {
                Some((probe, version)) => findings.found.push(Found {
                    place,
                    version: version.text.clone(),
                    since: version.since.clone(),
                    last_seen: match probe.present_version() {
                        Some(_) => None,
                        None => Some(version.at.wall),
                    },
                }),
                None => {
                    let why = match hub.view.spec.health_url {
                        Some(_) => UnknownReason::NoAnswer,
                        None => UnknownReason::NotProbed,
                    };
                    findings.unknown.push((place, why));
                }
            }
        }
        findings
    }

    fn kubernetes(&self) -> Findings {
        let mut findings = Findings::default();
        self.add_running(&mut findings, &Component::Kubernetes);
        let found = findings.found.iter().map(|found| &found.place.cluster);
        let unknown = findings.unknown.iter().map(|(place, _)| &place.cluster);
        let told: BTreeSet<ClusterName> = found.chain(unknown).cloned().collect();
        let clusters = self.fleet.clusters.keys().copied();
        let silent = clusters.filter(|cluster| !told.contains(cluster));
        let silent = silent.map(|cluster| (cluster.clone().into(), self.why_silent(cluster)));
        findings.unknown.extend(silent);
        findings
    }

    // A Prometheus that answered names the clusters of which it has no such series.
    fn why_silent(&self, cluster: &ClusterName) -> UnknownReason {
        let missing = self.reading.into_iter().flat_map(|it| &it.missing);
        let mut own = missing.filter(|missing| {
            missing.part == QueriedPart::Kubernetes && missing.cluster.as_ref() == Some(cluster)
        });
        match own.any(|missing| missing.failure.is_none()) {
            true => UnknownReason::NoSeries,
            false => UnknownReason::NotAsked,
        }
    }

    fn images(&self) -> BTreeMap<Component, Findings> {
        let running = self.reading.into_iter().flat_map(|it| &it.running);
        let mut images: BTreeMap<Component, Findings> = BTreeMap::new();
        for one in running.filter(|one| matches!(one.component, Component::Image(_))) {
            let findings = images.entry(one.component.clone()).or_default();
            add(
                findings,
                &one.place,
                one.version.as_ref(),
                one.since.as_ref(),
            );
        }
        images
    }

    fn add_running(&self, findings: &mut Findings, component: &Component) {
        let running = self.reading.into_iter().flat_map(|it| &it.running);
        for one in running.filter(|one| one.component == *component) {
            add(
                findings,
                &one.place,
                one.version.as_ref(),
                one.since.as_ref(),
            );
        }
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

fn add(
    findings: &mut Findings,
    place: &VersionPlace,
    version: Option<&String>,
    since: Option<&KnownSince>,
) {
    match version {
        Some(version) => findings.found.push(Found {
            place: place.clone(),
            version: version.clone(),
            since: since.cloned(),
            last_seen: None,
        }),
        None => findings
            .unknown
            .push((place.clone(), UnknownReason::NoLabel)),
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
