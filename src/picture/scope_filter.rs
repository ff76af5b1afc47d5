//! A part of the fleet: everything is joined and judged as ever, then what is about other places only is
//! left out, before the verdict. (Leaving it out earlier would hide what its presence tells.)

use std::collections::BTreeSet;

use super::mismatch::Mismatch;
use super::model::ClusterView;
use super::places::whole_cluster;
use crate::domain::case::{Case, Place};
use crate::domain::ids::CaseId;

/// Which places are looked at.
pub type PlaceFilter<'a> = &'a dyn Fn(&Place) -> bool;

/// Leaves out what is about other places only. What names no place may be about any, and stays.
pub fn restrict(
    keep: PlaceFilter<'_>,
    cases: &mut Vec<Case>,
    clusters: &mut Vec<ClusterView>,
    mismatches: &mut Vec<Mismatch>,
) {
    cases.retain(|case| case.places.is_empty() || case.places.iter().any(keep));
    for cluster in clusters.iter_mut() {
        cluster
            .hubs
            .retain(|hub| keep(&Place::from(hub.spec.key.clone())));
    }
    clusters.retain(|cluster| !cluster.hubs.is_empty() || keep(&whole_cluster(&cluster.name)));
    let left: BTreeSet<&CaseId> = cases.iter().map(|case| &case.id).collect();
    mismatches.retain(|mismatch| match &mismatch.case {
        Some(case) => left.contains(case),
        None => mismatch.place().is_none_or(|place| keep(&place)),
    });
}
