//! The data that is shown of a rollout.

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
    /// The batches in their order. The last has the hubs in no batch, if there are any. If no batches are configured,
    /// there is one with all hubs.
    pub batches: Vec<BatchView>,
    /// JupyterHub, Kubernetes, then images: those with differences first.
    pub components: Vec<ComponentView>,
    /// When the Prometheuses were asked; `None` before the first reading.
    pub asked_at: Option<DateTime<Utc>>,
    /// What the Prometheuses did not report.
    pub missing: Vec<MissingReading>,
    /// The number of series beyond the limit, which were not read.
    pub left_out: usize,
    /// Names in `[[rollout.wanted]]` that no component has.
    pub wanted_unseen: Vec<String>,
    /// How many clusters have series and are not in the inventory.
    pub foreign_clusters: usize,
    /// Sources whose health, signals or cases are not known.
    pub unread: Vec<UnreadSource>,
}

impl Rollout {
    /// Whether every source answered completely. A cluster without such series is not a failure: it may have no
    /// kube-state-metrics.
    pub fn is_complete(&self) -> bool {
        let mut missing = self.missing.iter();
        let is_read = missing.all(|it| it.failure.is_none());
        is_read && self.left_out == 0 && self.unread.is_empty()
    }
}

/// A batch, or the hubs in none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchView {
    /// `None`: the hubs in no batch.
    pub name: Option<String>,
    pub is_canary: bool,
    pub clusters: usize,
    pub figures: Figures,
    /// Where its figures are worse than those of all other hubs, the most telling first.
    pub worse: Vec<Excess>,
    /// The components that differ within it, by their position in [`Rollout::components`].
    pub differs: Vec<usize>,
}

/// The place of a component in one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceView {
    pub cluster: ClusterName,
    /// The namespace; `None` for the cluster as a whole.
    pub namespace: Option<String>,
    /// The position of its batch in [`Rollout::batches`].
    pub batch: usize,
    /// The cluster's provider, with whose other clusters a version of Kubernetes is compared.
    pub provider: Option<String>,
    /// How many nodes or containers have it; `None` for a hub's own version.
    pub count: Option<u64>,
    /// Since when the version is known there.
    pub since: Option<KnownSince>,
    pub standing: Standing,
    /// When it was last seen, if it is not seen now.
    pub last_seen: Option<LastSeen>,
}

/// A version that is not seen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSeen {
    pub at: DateTime<Utc>,
    pub why: UnknownReason,
}

/// A component with its versions.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentView {
    pub component: Component,
    /// The newest first; those without an order after them.
    pub versions: Vec<VersionView>,
    /// Places of which the version is not known.
    pub unknown: Vec<UnknownPlace>,
    /// The positions of the batches in which different versions run now.
    pub differs_in: BTreeSet<usize>,
    /// The versions beyond the bound, by batch.
    pub more_in: BTreeMap<usize, MoreVersions>,
    /// Versions beyond the bound, with the count of their places.
    pub more_versions: usize,
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
    /// As it is written, not cleaned.
    pub version: String,
    pub places: Vec<PlaceView>,
    /// The figures of the hubs in its places.
    pub figures: Figures,
    /// Where they are worse than those of all other hubs.
    pub worse: Vec<Excess>,
}

/// A version compared with the wanted one, or else with the newest release that runs anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As wanted.
    Wanted,
    /// None is wanted, and this is the newest release.
    Newest,
    /// Older than this one.
    Behind(String),
    /// Newer than this one.
    Ahead(String),
    /// Neither older nor newer than this one: one of the two cannot be ordered, or they differ only in a suffix.
    Other(String),
    /// Nothing to compare with.
    Alone,
}

/// A place of which the version is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownPlace {
    pub cluster: ClusterName,
    pub namespace: Option<String>,
    pub batch: usize,
    pub why: UnknownReason,
}

/// Why a version is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// The hub is not probed.
    NotProbed,
    /// The hub has not answered yet, or never with a version.
    NoAnswer,
    /// The hub answers, without a version.
    NoHeader,
    /// There is no answer of the probes yet, so it is not known whether the hub answers.
    ProbesUnread,
    /// Prometheus has no such series.
    NoSeries,
    /// Prometheus did not answer, or has not been asked yet.
    NotAsked,
    /// The series has no such label, or the image no tag.
    NoLabel,
}

impl VersionView {
    /// The number of places in which the version is known to run, without places that do not answer now.
    pub fn present(&self) -> usize {
        let places = self.places.iter();
        places.filter(|place| place.last_seen.is_none()).count()
    }
}
