//! Tests of the judgement. Given a baseline and observations, they check what got worse, what was not tried and what
//! cannot be judged.

mod blind_spots;
mod cases;
mod hubs;
mod sources;
mod starts;

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::starts::StartCounts;

fn leap_prod() -> HubKey {
    HubKey::new("leap", "prod")
}

fn complete(watch: &RegressionWatch) -> Outcome {
    watch.outcome(WaitEnd::Complete)
}

fn kinds(outcome: &Outcome) -> Vec<&'static str> {
    let worse = outcome.worse_hubs().flat_map(|hub| &hub.worse);
    worse.map(Worsening::kind).collect()
}

fn doubts(outcome: &Outcome) -> Vec<&'static str> {
    let doubts = outcome.doubtful_hubs().flat_map(|hub| &hub.doubts);
    doubts.map(Doubt::kind).collect()
}

fn with_counts(watch: &mut RegressionWatch, counts: StartCounts) -> Vec<Change> {
    watch.record_counts(BTreeMap::from([(leap_prod(), counts)]))
}
