//! What the rungs must know of all alerts that they are asked for, found once for all of them.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{AlertKind, PlacedAlert};
use crate::domain::ids::{ClusterName, Fingerprint};

/// All alerts that are asked for.
pub struct AlertSet<'a> {
    /// Their kinds.
    pub kinds: &'a [AlertKind<'a>],
    /// Their names.
    pub names: BTreeSet<&'a str>,
    /// Fingerprints that several clusters' alerts share, because no label tells them apart.
    pub shared_fingerprints: FxHashSet<Fingerprint>,
}

impl<'a> AlertSet<'a> {
    /// Looks at each of them once.
    pub fn new(kinds: &'a [AlertKind<'a>], alerts: &[PlacedAlert<'a>]) -> Self {
        Self {
            kinds,
            names: kinds.iter().map(|kind| kind.name).collect(),
            shared_fingerprints: shared_fingerprints(alerts),
        }
    }
}

fn shared_fingerprints(alerts: &[PlacedAlert<'_>]) -> FxHashSet<Fingerprint> {
    let mut seen: FxHashMap<Fingerprint, Option<&ClusterName>> = FxHashMap::default();
    let mut shared = FxHashSet::default();
    let untold = alerts.iter().filter(|placed| placed.kind.cluster.is_none());
    for placed in untold {
        let cluster = placed.kind.place.cluster.as_ref();
        let first = *seen.entry(placed.fingerprint).or_insert(cluster);
        if first != cluster {
            shared.insert(placed.fingerprint);
        }
    }
    shared
}
