//! The data that the screen shows about a rollout.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::compare::Excess;
use super::figures::Figures;
use super::unread::UnreadSource;
use crate::domain::ids::ClusterName;
use crate::domain::rollout::{Component, KnownSince, MissingReading};

/// Versions by batch and by component.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rollout {
    /// The batches in their order. Hubs without a batch, if any, come last. Without configured batches, there is a
    /// single batch with all hubs.
    pub batches: Vec<BatchView>,
    /// JupyterHub, Kubernetes, then images. Images with differences come first.
    pub components: Vec<ComponentView>,
    /// When the Prometheuses were queried; `None` before the first reading.
    pub asked_at: Option<DateTime<Utc>>,
    /// The data that the Prometheuses did not report.
    pub missing: Vec<MissingReading>,
    /// The number of series beyond the limit, which were not read.
    pub left_out: usize,
    /// The names in `[[rollout.wanted]]` that are not the name of any component.
    pub wanted_unseen: Vec<String>,
    /// The number of clusters that have series but are not in the inventory.
    pub foreign_clusters: usize,
    /// The sources that could not be read, so that some figures of health, signals or cases are not known.
    pub unread: Vec<UnreadSource>,
}

impl Rollout {
    /// Whether every source answered completely. A cluster for which Prometheus has no series does not count as a
    /// failure, since the cluster may have no kube-state-metrics.
    pub fn is_complete(&self) -> bool {
        let mut missing = self.missing.iter();
        let is_read = missing.all(|it| it.failure.is_none());
        is_read && self.left_out == 0 && self.unread.is_empty()
    }
}

/// A batch, or the hubs without a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchView {
    /// The batch's name; `None` for the hubs without a batch.
    pub name: Option<String>,
    pub is_canary: bool,
    pub clusters: usize,
    pub figures: Figures,
    /// The figures that are worse than those of all other hubs, the most telling first.
    pub worse: Vec<Excess>,
    /// The components with several versions in this batch, as positions in [`Rollout::components`].
    pub differs: Vec<usize>,
}

/// A place of a version, in one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceView {
    pub cluster: ClusterName,
    /// The namespace; `None` for the cluster as a whole.
    pub namespace: Option<String>,
    /// The position of the place's batch in [`Rollout::batches`].
    pub batch: usize,
    /// The cluster's provider. Versions of Kubernetes are compared only within a provider.
    pub provider: Option<String>,
    /// The number of nodes or containers with the version; `None` for a hub's own version.
    pub count: Option<u64>,
    /// Since when the place is known to have the version.
    pub since: Option<KnownSince>,
    pub standing: Standing,
    /// When the version was last seen; `None` if it is seen now.
    pub last_seen: Option<LastSeen>,
}

/// The last sighting of a version that is not seen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSeen {
    pub at: DateTime<Utc>,
    pub why: UnknownReason,
}

/// A component with its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentView {
    pub component: Component,
    /// The versions, newest first. Versions that cannot be ordered come last.
    pub versions: Vec<VersionView>,
    /// Places whose version is unknown.
    pub unknown: Vec<UnknownPlace>,
    /// The positions of the batches that run different versions now.
    pub differs_in: BTreeSet<usize>,
    /// For each batch, the versions that are left out because there are too many.
    pub more_in: BTreeMap<usize, MoreVersions>,
    /// The number of versions that are left out because there are too many.
    pub more_versions: usize,
    /// The number of places with these versions.
    pub more_places: usize,
}

/// Versions that are not listed, and in how many places they run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoreVersions {
    pub versions: usize,
    pub places: usize,
}

/// A version with its places.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionView {
    /// The version as it was reported, not cleaned.
    pub version: String,
    pub places: Vec<PlaceView>,
    /// The figures of the hubs in the version's places.
    pub figures: Figures,
    /// The figures that are worse than those of all other hubs.
    pub worse: Vec<Excess>,
}

/// A version compared with the wanted version. Without a wanted version, it is compared with the newest release in the
/// fleet. `Behind`, `Ahead` and `Other` hold the version with which it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The version is the wanted one.
    Wanted,
    /// No version is wanted, and this is the newest release.
    Newest,
    /// Older than the version that the variant holds.
    Behind(String),
    /// Newer than the version that the variant holds.
    Ahead(String),
    /// Neither older nor newer than the version that the variant holds. One of the two versions cannot be ordered, or
    /// they differ only in a suffix.
    Other(String),
    /// There is no version to compare with.
    Alone,
}

/// A place whose version is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownPlace {
    pub cluster: ClusterName,
    pub namespace: Option<String>,
    pub batch: usize,
    pub why: UnknownReason,
}

/// Why a version is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// The hub is not probed.
    NotProbed,
    /// The hub has not answered yet, or none of its answers had a version.
    NoAnswer,
    /// The hub answers, but without a version.
    NoHeader,
    /// The probes have no answer yet, so it is unknown whether the hub answers.
    ProbesUnread,
    /// Prometheus has no series that shows the version.
    NoSeries,
    /// Prometheus did not answer, or has not been queried yet.
    NotAsked,
    /// The series has no version label, or the image has no tag.
    NoLabel,
}

impl VersionView {
    /// The number of places that run the version now. Places that do not answer now are not counted.
    pub fn present(&self) -> usize {
        let places = self.places.iter();
        places.filter(|place| place.last_seen.is_none()).count()
    }
}
