//! The versions that were found of each component, before they are compared.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Fleet;
use super::{LastSeen, UnknownReason};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::probe::Probe;
use crate::domain::rollout::{
    Component, KeptVersion, KnownSince, QueriedPart, RunningVersion, VersionPlace, VersionReading,
};

/// A version that was found in a place.
pub(super) struct Found {
    pub(super) place: VersionPlace,
    pub(super) version: String,
    pub(super) count: Option<u64>,
    pub(super) since: Option<KnownSince>,
    pub(super) last_seen: Option<LastSeen>,
}

/// The findings of one component.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) found: Vec<Found>,
    pub(super) unknown: Vec<(VersionPlace, UnknownReason)>,
}

/// Finds the versions of a fleet.
pub(super) struct VersionFinder<'a> {
    pub(super) fleet: &'a Fleet<'a>,
    pub(super) reading: Option<&'a VersionReading>,
}

impl VersionFinder<'_> {
    /// The hubs' versions of JupyterHub, as the probes found them.
    pub(super) fn jupyterhub(&self) -> Findings {
        let mut findings = Findings::default();
        for hub in &self.fleet.hubs {
            let place = VersionPlace::from(hub.key().clone());
            let probe = hub.view.probe.as_ref();
            if let Some((probe, version)) = probe.and_then(|it| Some((it, it.version.as_ref()?))) {
                findings.found.push(Found {
                    place,
                    version: version.text.clone(),
                    count: None,
                    since: version.since.clone(),
                    last_seen: match probe.present_version() {
                        Some(_) => None,
                        None => Some(LastSeen {
                            at: version.at.wall,
                            why: why_silent(Some(probe)),
                        }),
                    },
                });
                continue;
            }
            let is_probed = hub.view.spec.health_url.is_some();
            match self.kept(hub.key()).filter(|_| is_probed) {
                Some(kept) => findings.found.push(Found {
                    place,
                    version: kept.text.clone(),
                    count: None,
                    since: kept.since.clone(),
                    last_seen: Some(LastSeen {
                        at: kept.at,
                        why: why_silent(probe),
                    }),
                }),
                None => {
                    let why = match is_probed {
                        true => why_silent(probe),
                        false => UnknownReason::NotProbed,
                    };
                    findings.unknown.push((place, why));
                }
            }
        }
        findings
    }

    fn kept(&self, key: &HubKey) -> Option<&KeptVersion> {
        self.reading?.kept.get(key)
    }

    /// The versions of the clusters' nodes. A cluster may have several versions.
    pub(super) fn kubernetes(&self) -> Findings {
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

    // Why a cluster's version is unknown. A cluster that the reading lists without a failure has no series, although
    // Prometheus answered. For any other cluster, Prometheus did not answer.
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

    /// The versions of images.
    pub(super) fn images(&self) -> BTreeMap<Component, Findings> {
        let running = self.reading.into_iter().flat_map(|it| &it.running);
        let mut images: BTreeMap<Component, Findings> = BTreeMap::new();
        for one in running.filter(|one| matches!(one.component, Component::Image(_))) {
            let findings = images.entry(one.component.clone()).or_default();
            add(findings, one);
        }
        images
    }

    fn add_running(&self, findings: &mut Findings, component: &Component) {
        let running = self.reading.into_iter().flat_map(|it| &it.running);
        for one in running.filter(|one| one.component == *component) {
            add(findings, one);
        }
    }
}

fn why_silent(probe: Option<&Probe>) -> UnknownReason {
    match probe {
        Some(probe) if probe.outcome.is_good() => UnknownReason::NoHeader,
        Some(_) => UnknownReason::NoAnswer,
        None => UnknownReason::ProbesUnread,
    }
}

fn add(findings: &mut Findings, one: &RunningVersion) {
    let place = one.place.clone();
    match &one.version {
        Some(version) => findings.found.push(Found {
            place,
            version: version.clone(),
            count: one.count,
            since: one.since.clone(),
            last_seen: None,
        }),
        None => findings.unknown.push((place, UnknownReason::NoLabel)),
    }
}
