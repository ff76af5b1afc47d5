//! Limits a picture to a part of the fleet. First, all answers are joined and all mismatches are found. Cases about
//! other places are left out after that, but before the verdict is judged. If these cases were left out earlier, joins
//! with them would be lost.

use std::collections::BTreeSet;

use super::mismatch::Mismatch;
use super::places::whole_cluster;
use super::views::ClusterView;
use crate::domain::case::{Case, Place, Rank};
use crate::domain::ids::CaseId;
use crate::domain::mismatch::MismatchKind;

/// Selects the places to which a picture is limited.
pub type PlaceFilter<'a> = &'a dyn Fn(&Place) -> bool;

/// Leaves out the cases, hubs and mismatches of places that the filter does not select. A P1 without a place stays, as
/// does a P1 whose places name no cluster, since it may be about any place. A blind spot without a place stays, since
/// only sources of the selected places were polled.
pub fn restrict(
    keep: PlaceFilter<'_>,
    cases: &mut Vec<Case>,
    clusters: &mut Vec<ClusterView>,
    mismatches: &mut Vec<Mismatch>,
) {
    let may_be_anywhere = |case: &Case| {
        let mut places = case.places.iter();
        places.all(|place| place.cluster.is_none()) && case.rank == Rank::Priority(0)
    };
    cases.retain(|case| may_be_anywhere(case) || case.places.iter().any(keep));
    for cluster in clusters.iter_mut() {
        cluster
            .hubs
            .retain(|hub| keep(&Place::from(hub.spec.key.clone())));
    }
    clusters.retain(|cluster| !cluster.hubs.is_empty() || keep(&whole_cluster(&cluster.name)));
    let left: BTreeSet<&CaseId> = cases.iter().map(|case| &case.id).collect();
    mismatches.retain(|mismatch| match &mismatch.case {
        Some(case) => left.contains(case),
        None => is_about(keep, mismatch),
    });
}

fn is_about(keep: PlaceFilter<'_>, mismatch: &Mismatch) -> bool {
    let places: Vec<Place> = mismatch
        .place()
        .into_iter()
        .chain(mismatch.places.clone())
        .collect();
    match mismatch.kind() {
        MismatchKind::BlindSpot if places.is_empty() => true,
        _ => places.iter().any(keep),
    }
}
