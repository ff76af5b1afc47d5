//! Contradictions between the sources, one file a rule. Each has its grace, stays silent when a source
//! it needs is not fresh, and never rests on a probable join.

mod blind_spot;
mod nobody_awake;
mod page_missing;
mod public_not_told;

use std::collections::BTreeMap;

use super::context::Context;
use super::model::ClusterView;
use super::posts::Told;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::domain::mismatch::Mismatch;

/// What the rules look at.
pub struct Seen<'a> {
    pub context: &'a Context<'a>,
    pub cases: &'a [Case],
    pub clusters: &'a [ClusterView],
    pub told: &'a BTreeMap<CaseId, Told>,
}

/// All contradictions, the worst kind first, in a stable order.
pub fn find(seen: &Seen<'_>) -> Vec<Mismatch> {
    let mut found = [
        blind_spot::find(seen),
        page_missing::find(seen),
        nobody_awake::find(seen),
        public_not_told::find(seen),
    ]
    .concat();
    found.sort_by(|a, b| (a.kind, &a.case, &a.subject).cmp(&(b.kind, &b.case, &b.subject)));
    found
}
